/* Drawers: a <dialog class="drawer" data-drawer data-url="…"> is filled by htmx when it is first opened.
 *
 * The opener's own address (href or data-url) wins over the drawer's, so that a page can offer "Log contact" with its
 * organization already filled in. A form that someone has begun is never replaced: it is shown again as it was left.
 *
 * Events on the dialog, for other scripts: "drawer:load" before a form is fetched (preventDefault keeps what is there;
 * the form is asked for once the promises put into detail.after are settled),
 * "drawer:ready" when one stands in it. The server closes a drawer with the response header
 * HX-Trigger: {"drawer:close": {"target": "#log-contact"}}.
 */
(() => {
  const { $, fail, focusInto } = window.c2m2a;

  const fill = async (drawer, address) => {
    const load = new CustomEvent("drawer:load", { bubbles: true, cancelable: true, detail: { address, after: [] } });
    if (!drawer.dispatchEvent(load)) return;
    const skeleton = $("#drawer-skeleton");
    if (skeleton) drawer.replaceChildren(skeleton.content.cloneNode(true));
    drawer.dataset.at = address;
    delete drawer.dataset.begun;
    await Promise.allSettled(load.detail.after);
    try {
      await window.htmx.ajax("GET", address, { target: drawer, swap: "innerHTML", source: drawer });
    } catch {
      fail(0);
    }
    if ($("[data-skeleton]", drawer)) delete drawer.dataset.at;
  };
  // Another form in place of the one that stands there: an earlier draft, or a new contact. What was typed is kept.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-drawer] a[data-instead]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const drawer = link.closest("[data-drawer]");
    drawer.dispatchEvent(new CustomEvent("drawer:leave", { bubbles: true }));
    fill(drawer, link.getAttribute("href"));
  });

  document.addEventListener("dialog:open", (event) => {
    const drawer = event.target;
    if (!drawer.matches("[data-drawer]")) return;
    const opener = event.detail.opener;
    const address = opener?.dataset.url || opener?.getAttribute("href") || drawer.dataset.url;
    if (drawer.dataset.begun || (drawer.dataset.at === address && !$("[data-skeleton]", drawer))) return;
    fill(drawer, address);
  });

  document.addEventListener("input", (event) => {
    const drawer = event.target.closest?.("[data-drawer]");
    if (drawer) drawer.dataset.begun = "yes";
  });

  document.addEventListener("htmx:after:swap", (event) => {
    const place = event.detail.ctx?.target;
    const drawer = place?.closest?.("[data-drawer]");
    if (!drawer || !$("form", drawer)) return;
    if (place === drawer || place.matches("form")) {
      if (drawer.open && !drawer.contains(document.activeElement)) focusInto(drawer);
      else if (drawer.open && place === drawer) focusInto(drawer);
      drawer.dispatchEvent(new CustomEvent("drawer:ready", { bubbles: true }));
    }
  });

  // While a form in the drawer has errors, the title of the page begins with the word, as on a page of its own.
  let usual = "";
  const entitle = (drawer) => {
    const word = drawer.open ? $(".errors[data-title]", drawer)?.dataset.title : "";
    if (word && !usual) usual = document.title;
    if (usual) document.title = word ? `${word} ${usual}` : usual;
    if (!word) usual = "";
  };
  document.addEventListener("drawer:ready", (event) => entitle(event.target));
  document.addEventListener("close", (event) => event.target.matches?.("[data-drawer]") && entitle(event.target), true);

  const empty = (drawer) => {
    drawer.replaceChildren();
    delete drawer.dataset.begun;
    delete drawer.dataset.at;
  };
  document.addEventListener("drawer:close", (event) => {
    const drawer = event.target.closest?.("[data-drawer]");
    if (!drawer) return;
    drawer.close();
    empty(drawer);
  });
  // The element in the new page that stands for one of the old: a row's link is known by where it leads.
  const sameAs = (old, place) => {
    const by = ["id", "href", "name"].find((attribute) => old.getAttribute(attribute));
    return by ? $(`${old.localName}[${by}="${CSS.escape(old.getAttribute(by))}"]`, place) : null;
  };
  // What was saved shows on the page below, unless somebody fills in a form there. Asked for as a whole page: a list
  // answers htmx with its rows alone.
  document.addEventListener("contact:saved", async () => {
    const main = $("#main");
    if (!main || $(".form-page", main)) return;
    try {
      const response = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (!response.ok || window.c2m2a.signedOut(response)) return;
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const fresh = $("#main", page);
      if (!fresh || !main.isConnected) return;
      const focused = main.contains(document.activeElement) ? document.activeElement : null;
      main.replaceChildren(...fresh.childNodes);
      window.htmx.process(main);
      if (focused) (sameAs(focused, main) || main).focus({ preventScroll: true });
    } catch {
      /* the page stands as it was; the toast says that the contact is saved */
    }
  });
  // Discard: what was typed is wanted no more.
  document.addEventListener("click", (event) => {
    const drawer = event.target.closest?.("[data-discard]")?.closest("[data-drawer]");
    if (!drawer) return;
    drawer.dispatchEvent(new CustomEvent("drawer:discard", { bubbles: true }));
    drawer.close();
    empty(drawer);
  });
})();
