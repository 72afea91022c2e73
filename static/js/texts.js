/* Long texts are kept by the server while they are typed, in every form with a <textarea> that has no draft of its own.
 *
 * A form whose texts were not saved offers them when it is opened again; the server forgets them when it takes the form
 * (the hidden field kept_place). Before a form is sent its texts are kept once more: whoever is signed out meanwhile, or
 * has no network, stays on the page with all that was typed.
 *
 *   data-draft       on a form: it has a draft of its own (js/drafts.js)
 *   data-unkept      on a form: what is pasted into it is not kept
 *
 * Address and sentences come from <template id="kept-text" data-url>.
 */
(() => {
  const { $, $$, askToSignIn, csrf, fail, signedOut } = window.c2m2a;
  const words = $("#kept-text");
  if (!words) return;
  const url = words.dataset.url;
  const SHORTEST = 20; // characters that are worth an offer
  const dirty = new Map(); // form → the texts it had when it came
  const sure = new WeakSet(); // forms whose texts are kept, on their way

  const textsOf = (form) => $$("textarea[name]", form).filter((each) => !each.readOnly && !each.disabled);
  const isOurs = (form) => form.method === "post" && !form.matches("[data-draft], [data-unkept]") && textsOf(form).length > 0;
  const placeOf = (form) => new URL(form.getAttribute("action") || "", location.href).pathname + (form.id ? `#${form.id}` : "");
  const send = (form) => {
    const data = new URLSearchParams({ place: placeOf(form) });
    textsOf(form).forEach((each) => data.append(`text:${each.name}`, each.value));
    return fetch(url, { method: "POST", body: data, keepalive: data.toString().length < 60000, headers: { "X-CSRFToken": csrf() } });
  };
  const say = (form, text) => {
    let place = $("[data-kept-said]", form);
    if (!place) {
      place = Object.assign(document.createElement("p"), { className: "meta" });
      place.dataset.keptSaid = "";
      place.setAttribute("role", "status");
      textsOf(form).pop().after(place);
    }
    if (place.textContent !== text) place.textContent = text;
  };

  const keep = async (form) => {
    dirty.delete(form);
    const response = await send(form);
    if (signedOut(response)) return "signed-out";
    if ((response.ok || response.status === 422) && form.isConnected) say(form, await response.text());
    return response.ok || response.status === 422 ? "kept" : "failed";
  };
  setInterval(() => dirty.forEach((_, form) => form.isConnected && keep(form).catch(() => {})), 5000);
  window.addEventListener("pagehide", () => dirty.forEach((_, form) => form.isConnected && keep(form).catch(() => {})));

  document.addEventListener("input", ({ target }) => {
    const form = target.matches?.("textarea[name]") && target.form;
    if (!form || !isOurs(form)) return;
    dirty.set(form, true);
    if ($("[name=kept_place]", form)) return;
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "kept_place", value: placeOf(form) }));
  });

  document.addEventListener(
    "submit",
    async (event) => {
      const { target: form, submitter } = event;
      if (!isOurs(form) || !$("[name=kept_place]", form) || sure.delete(form)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      const outcome = await keep(form).catch(() => "offline");
      if (outcome === "signed-out") askToSignIn();
      else if (outcome === "offline") fail(0);
      else {
        sure.add(form);
        form.requestSubmit(submitter);
      }
    },
    true,
  );

  /* --- Opening --- */
  const offer = (form, kept) => {
    const now = Object.fromEntries(textsOf(form).map((each) => [each.name, each]));
    const others = Object.entries(kept.texts).filter(([name, text]) => now[name] && text.trim().length >= SHORTEST && now[name].value.replaceAll("\r\n", "\n") !== text.replaceAll("\r\n", "\n"));
    if (others.length === 0) return;
    const box = words.content.firstElementChild.cloneNode(true);
    $("[data-kept-at]", box).textContent = kept.said;
    const first = now[others[0][0]];
    $("[data-kept-back]", box).addEventListener("click", () => {
      others.forEach(([name, text]) => {
        now[name].value = text;
        now[name].dispatchEvent(new Event("input", { bubbles: true }));
      });
      box.remove();
      first.focus();
    });
    $("[data-kept-forget]", box).addEventListener("click", () => {
      fetch(url, { method: "POST", body: new URLSearchParams({ place: kept.place }), headers: { "X-CSRFToken": csrf() } }).catch(() => {});
      box.remove();
      first.focus();
    });
    form.prepend(box);
  };
  const look = async (root) => {
    const forms = (root.matches?.("form") ? [root] : $$("form", root)).filter((form) => isOurs(form) && !form.dataset.looked && !$(".errors, [aria-invalid=true]", form));
    if (forms.length === 0) return;
    forms.forEach((form) => (form.dataset.looked = "yes"));
    const asked = new URLSearchParams(forms.map((form) => ["place", placeOf(form)]));
    try {
      const response = await fetch(`${url}?${asked}`, { headers: { Accept: "application/json" } });
      if (!response.ok || signedOut(response)) return;
      const { kept } = await response.json();
      kept.forEach((each) => forms.filter((form) => placeOf(form) === each.place && form.isConnected).forEach((form) => offer(form, each)));
    } catch {
      /* no network: the form stands as it came */
    }
  };
  document.addEventListener("htmx:after:swap", (event) => event.detail.ctx?.target?.isConnected && look(event.detail.ctx.target));
  look(document);
})();
