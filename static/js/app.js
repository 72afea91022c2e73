/* The application frame: dialogs, menus, navigation, theme, toasts, tabs, row selection, failed requests.
 *
 * Everything is delegated from the document, so that fragments swapped in by htmx work without being initialised. No
 * address and no sentence stands in this file: both come from attributes and <template> elements of the page. Every
 * behaviour here has a path that works without script.
 *
 *   data-open="ID"        opens dialog#ID (its link or button works as a plain link without script)
 *   data-close            closes the dialog around it
 *   data-nav              shows or hides the navigation on narrow screens
 *   data-menu             on <details>: Esc and a click outside close it
 *   data-theme-toggle     dark or light, kept in the cookie "theme"
 *   data-toggle="ID"      shows or hides #ID and says so with aria-pressed
 *   data-print            prints the page
 *   data-print-now        on a page that was opened to be printed
 *   data-autosubmit       on a form: a change sends it
 *   data-rows="ID"        on a table: its boxes select rows, #ID is the bar of actions
 *   data-more             on a link that htmx replaces by more rows: focus goes on to the first of them
 *   data-dismiss="CSS"    removes the closest element that matches
 *   data-narrow="ID"      on a search box, shown by script: of the boxes in #ID those that say its words, or are ticked
 *
 * Other scripts use window.c2m2a: open(id, opener), toast(text, action), cookie(name, value), fail(status), csrf(),
 * askToSignIn().
 */
(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const root = document.documentElement;

  const cookie = (name, value) => {
    const secure = location.protocol === "https:" ? ";secure" : "";
    document.cookie = `${name}=${encodeURIComponent(value)};path=/;max-age=31536000;samesite=lax${secure}`;
  };

  /* --- The mark of a form: signing in, also in another tab, makes a new one; the cookie always has the present one --- */
  const csrf = () => {
    const kept = document.cookie.split("; ").find((each) => each.startsWith("csrftoken="));
    return kept ? decodeURIComponent(kept.slice("csrftoken=".length)) : $("[name=csrfmiddlewaretoken]")?.value || "";
  };
  const freshen = () => {
    const mark = csrf();
    $$("[name=csrfmiddlewaretoken]").forEach((field) => (field.value = mark));
  };
  document.addEventListener("submit", freshen, true);
  document.addEventListener("htmx:config:request", (event) => {
    const { request } = event.detail.ctx;
    if (request.headers) request.headers["X-CSRFToken"] = csrf();
    if (request.body?.has?.("csrfmiddlewaretoken")) request.body.set("csrfmiddlewaretoken", csrf());
  });

  /* --- Dialogs: focus goes in at opening; the browser gives it back to the opener at closing --- */
  const focusInto = (dialog) => {
    const place = $(".errors", dialog) || $("[data-autofocus]", dialog) || $("input:not([type=hidden]), textarea, select", dialog);
    place?.focus();
    // New words go after those of a draft, not before them.
    if (place?.matches("textarea")) place.setSelectionRange(place.value.length, place.value.length);
  };
  const open = (id, opener = null) => {
    const dialog = document.getElementById(id);
    if (!dialog || dialog.open) return false;
    $$("dialog[open]").forEach((other) => other.close());
    closeNav();
    // A key opens without moving the focus: closing then gives it to what the key stands for, not to the page.
    if (document.activeElement === document.body) opener?.focus({ preventScroll: true });
    dialog.showModal();
    focusInto(dialog);
    dialog.dispatchEvent(new CustomEvent("dialog:open", { bubbles: true, detail: { opener } }));
    return true;
  };

  const closeNav = () => {
    const nav = $("#nav.open");
    if (!nav) return;
    nav.classList.remove("open");
    $$("[data-nav]").forEach((button) => button.setAttribute("aria-expanded", "false"));
  };
  const toggleNav = () => {
    const nav = $("#nav");
    const shown = nav.classList.toggle("open");
    $$("[data-nav]").forEach((button) => button.setAttribute("aria-expanded", String(shown)));
    if (shown) $("li a", nav)?.focus();
  };

  const isDark = () =>
    root.dataset.theme === "dark" || (!root.dataset.theme && matchMedia("(prefers-color-scheme: dark)").matches);

  let pressedOn = null;
  document.addEventListener("pointerdown", (event) => {
    pressedOn = event.target;
  });

  document.addEventListener("click", (event) => {
    const target = event.target;
    if (target.closest?.("[aria-disabled=true]")) {
      event.preventDefault();
      return;
    }
    const hit = (selector) => target.closest?.(selector);

    const opener = hit("[data-open]");
    const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0;
    if (opener && plain && document.getElementById(opener.dataset.open)) {
      event.preventDefault();
      open(opener.dataset.open, opener);
    }
    if (hit("[data-close]")) target.closest("dialog")?.close();
    // A click on the veil closes; text selected inside and released outside does not.
    if (target.tagName === "DIALOG" && pressedOn === target) target.close();

    $$("details[data-menu][open]").forEach((menu) => {
      // A form that lacks something stays open, to say so.
      const isDone = hit(".opt-row") && hit(".opt-row").form?.checkValidity() !== false;
      const isApplied = hit(".filter-panel [type=submit]")?.form.checkValidity();
      if (!menu.contains(target) || isDone || isApplied) menu.open = false;
      if (isApplied) $("summary", menu).focus({ preventScroll: true });
    });
    if (hit("[data-nav]")) toggleNav();
    else if (!hit("#nav")) closeNav();

    if (hit("[data-theme-toggle]")) {
      root.dataset.theme = isDark() ? "light" : "dark";
      cookie("theme", root.dataset.theme);
    }
    const dismiss = hit("[data-dismiss]");
    if (dismiss) dismiss.closest(dismiss.dataset.dismiss)?.remove();

    const toggle = hit("[data-toggle]");
    if (toggle) {
      const on = toggle.getAttribute("aria-pressed") !== "true";
      toggle.setAttribute("aria-pressed", String(on));
      const part = document.getElementById(toggle.dataset.toggle);
      if (part) part.hidden = !on;
    }
    if (hit("[data-print]")) print();
    const tab = hit("[role=tab]");
    if (tab) pickTab(tab);
    if (target.matches?.("table[data-rows] input[type=checkbox]")) pickRows(target, event.shiftKey);
    if (target.matches?.("[data-whole]")) paintRows($(`table[data-rows="${target.closest(".bulk").id}"]`));
    if (hit("[data-clear]")) clearRows(hit("[data-clear]"));
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      const menu = $$("details[data-menu][open]").pop();
      if (menu) {
        event.preventDefault();
        menu.open = false;
        $("summary", menu).focus();
      }
      const nav = $("#nav.open");
      if (nav) {
        closeNav();
        $$("[data-nav]").find((button) => button.offsetParent)?.focus();
      }
    }
    const tab = event.target.closest?.("[role=tab]");
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (tab && step) {
      const tabs = $$("[role=tab]", tab.closest("[role=tablist]"));
      const next = tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length];
      next.focus();
      pickTab(next);
    }
  });

  document.addEventListener("change", (event) => {
    event.target.closest?.("form[data-autosubmit]")?.requestSubmit();
  });

  // Long lists of boxes, narrowed while somebody types; Enter there does not send the form.
  const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().trim();
  $$("[data-narrow]").forEach((search) => (search.closest(".field").hidden = false));

  document.addEventListener("input", (event) => {
    if (!event.target.matches?.("[data-narrow]")) return;
    const wanted = folded(event.target.value);
    $$(".check", document.getElementById(event.target.dataset.narrow)).forEach((label) => {
      label.hidden = !folded(label.textContent).includes(wanted) && !$("input", label).checked;
    });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches?.("[data-narrow]")) event.preventDefault();
  });

  // Which groups of the navigation are closed is kept for the next page.
  document.addEventListener(
    "toggle",
    (event) => {
      if (!event.target.matches?.("#nav details")) return;
      cookie("nav", $$("#nav details:not([open])").map((group) => group.dataset.group).join("."));
    },
    true,
  );

  /* --- Tabs, only where both panels are already on the page --- */
  const pickTab = (picked) => {
    $$("[role=tab]", picked.closest("[role=tablist]")).forEach((tab) => {
      const on = tab === picked;
      tab.setAttribute("aria-selected", String(on));
      tab.tabIndex = on ? 0 : -1;
      document.getElementById(tab.getAttribute("aria-controls")).hidden = !on;
    });
  };

  /* --- Rows of a table: the box in the head takes the page, Shift takes a range --- */
  let lastBox = null;
  const boxes = (table) => $$("tbody input[type=checkbox][name]", table);
  const paintRows = (table) => {
    const all = $("thead input[type=checkbox]", table);
    const rows = boxes(table);
    const count = rows.filter((box) => box.checked).length;
    if (all) {
      all.checked = count > 0 && count === rows.length;
      all.indeterminate = count > 0 && count < rows.length;
    }
    const bar = document.getElementById(table.dataset.rows);
    if (!bar) return;
    bar.hidden = count === 0;
    const whole = $("[data-whole]", bar);
    if (whole) {
      whole.checked &&= count === rows.length;
      whole.closest("label").hidden = count < rows.length;
    }
    $$("[data-n]", bar).forEach((place) => {
      place.textContent = whole?.checked ? whole.dataset.whole : String(count);
    });
  };
  const pickRows = (box, range) => {
    const table = box.closest("table");
    const rows = boxes(table);
    if (box.closest("thead")) rows.forEach((row) => (row.checked = box.checked));
    else if (range && rows.includes(lastBox)) {
      const [from, to] = [rows.indexOf(lastBox), rows.indexOf(box)].sort((a, b) => a - b);
      rows.slice(from, to + 1).forEach((row) => (row.checked = box.checked));
    }
    lastBox = box;
    paintRows(table);
  };
  const clearRows = (button) => {
    const bar = button.closest(".bulk");
    const table = bar && $(`table[data-rows="${bar.id}"]`);
    if (!table) return;
    boxes(table).forEach((box) => (box.checked = false));
    paintRows(table);
    $("thead input[type=checkbox]", table)?.focus();
  };

  /* --- Toasts: two at most; 6 s, with an action 10 s; they wait while pointed at or focused --- */
  const arm = (toast) => {
    const bye = () => {
      if (toast.matches(":hover, :focus-within")) setTimeout(bye, 3000);
      else toast.remove();
    };
    setTimeout(bye, $("button, a", toast) ? 10000 : 6000);
  };
  // An act on a record makes the undo of the act before it void: two that differ in the version alone are of one record.
  const subject = (box) => $("form", box)?.action.replace(/\d+\/$/, "");
  const retire = (newer) => {
    if (!subject(newer)) return;
    $$(".toast", host).forEach((old) => old !== newer && subject(old) === subject(newer) && old.remove());
  };
  const toast = (text, action = null) => {
    const box = Object.assign(document.createElement("div"), { className: "toast" });
    box.append(Object.assign(document.createElement("span"), { textContent: text }));
    if (action) {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: action.label });
      button.addEventListener("click", () => {
        box.remove();
        action.act();
      });
      box.append(button);
    }
    $("#toasts")?.append(box);
  };
  const host = $("#toasts");
  if (host) {
    new MutationObserver((changes) => {
      const come = changes.flatMap((change) => [...change.addedNodes]).filter((node) => node.classList?.contains("toast"));
      come.forEach(arm);
      come.forEach(retire);
      $$(".toast", host)
        .slice(0, -2)
        .forEach((old) => old.remove());
    }).observe(host, { childList: true, subtree: true });
    // A live region announces what is added, not what it was born with.
    const born = $$(".toast", host);
    born.forEach((old) => old.remove());
    setTimeout(() => host.append(...born), 100);
  }
  document.addEventListener("toast", (event) => toast(event.detail?.text ?? event.detail?.value ?? ""));

  /* --- What compact rows cut is whole in the title --- */
  document.addEventListener("mouseover", (event) => {
    const cell = event.target.closest?.("td[data-cut], td[data-s]");
    if (cell && !cell.title && cell.scrollWidth > cell.clientWidth) cell.title = cell.textContent;
  });

  /* --- After an undo the page comes anew: the reader is brought back to where they were in it --- */
  const UNDONE = "undone";
  let trail = []; // selectors of what has the focus (a link is known by where it leads) and of what is around it, nearest first
  document.addEventListener("focusin", ({ target }) => {
    if (!target.closest("#main")) return;
    const href = target.getAttribute("href");
    trail = href && !target.id ? [`a[href="${CSS.escape(href)}"]`] : [];
    for (let place = target; place.id !== "main"; place = place.parentElement) if (place.id) trail.push(`#${CSS.escape(place.id)}`);
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.closest(".toast")) return;
    const { pathname, search } = location;
    sessionStorage.setItem(UNDONE, JSON.stringify({ at: Date.now(), address: pathname + search, trail, top: scrollY }));
  });
  const comeBack = () => {
    const kept = sessionStorage.getItem(UNDONE);
    sessionStorage.removeItem(UNDONE);
    const undone = kept && JSON.parse(kept);
    if (!undone || Date.now() - undone.at > 30000 || $(".errors[role=alert]")) return;
    const isSame = undone.address === location.pathname + location.search;
    const place = isSame && undone.trail.map((selector) => $(`#main ${selector}`)).find(Boolean);
    const heading = place && $("h1, h2, h3", place);
    const can = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]";
    const heir = place?.matches?.(can) ? place : (heading && ($("a", heading) || heading)) || (place && $(can, place)) || $("#main h1");
    if (!heir) return;
    if (!heir.matches(can)) heir.tabIndex = -1;
    if (isSame) scrollTo({ top: undone.top, behavior: "instant" });
    heir.focus({ preventScroll: isSame });
    if (isSame) heir.scrollIntoView({ block: "nearest", behavior: "instant" });
  };

  /* --- Requests that fail. Only 409 (someone else saved) and 422 (form errors) carry a fragment to show --- */
  const fail = (status) => {
    const place = $("dialog[open] [data-alerts]") || $("#alerts");
    const text = $(`#failed-${status}`) || $("#failed-500");
    if (!place || !text) return;
    const banner = $("#failed").content.firstElementChild.cloneNode(true);
    const icon = $("use", banner);
    banner.dataset.tone = text.dataset.tone || "bad";
    if (text.dataset.icon) icon.setAttribute("href", icon.getAttribute("href").replace(/#.*/, `#${text.dataset.icon}`));
    $("div", banner).replaceChildren(text.content.cloneNode(true));
    place.replaceChildren(banner);
    place.scrollIntoView({ block: "nearest" });
    // A drawer that could not be filled says so, and waits for nothing any more.
    const waiting = place.closest("[data-skeleton]");
    if (!waiting) return;
    const title = $("[data-failed]", waiting);
    if (title) title.textContent = title.dataset.failed;
    $$(".skel", waiting).forEach((bars) => bars.remove());
  };
  const signedOut = (response) => {
    const login = document.body.dataset.login;
    return Boolean(login && response.redirected && new URL(response.url).pathname === login);
  };
  // A form marked before somebody signed in again: the mark is renewed, what was typed stands, and Save works.
  const expired = (response) => response.headers.get("X-Form-Expired") === "1";

  /* --- Signing in again, in another tab: the box goes away by itself. Whoever came in instead gets a page of their own --- */
  let markWhenSignedOut = "";
  let asking = false;
  const welcomeBack = async (event) => {
    const box = $("#signed-out");
    if (!box?.open || asking || document.hidden || (!event && csrf() === markWhenSignedOut)) return;
    asking = true;
    try {
      const response = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (response.ok && !signedOut(response)) {
        const page = new DOMParser().parseFromString(await response.text(), "text/html");
        if (page.body.dataset.user !== document.body.dataset.user) {
          location.reload();
          return;
        }
        freshen();
        box.close();
        fail("renewed");
      }
    } catch {
      /* no network: the box stands */
    }
    asking = false;
  };
  document.addEventListener("visibilitychange", welcomeBack);
  window.addEventListener("focus", welcomeBack);
  const askToSignIn = () => {
    const kept = $("dialog[open]");
    const box = $("#signed-out");
    if (box && !box.open) {
      markWhenSignedOut = csrf();
      box.showModal();
      const watch = setInterval(() => welcomeBack(), 1500); // the other tab may stand beside this one
      box.addEventListener("close", () => clearInterval(watch), { once: true });
    }
    if (kept && box) box.addEventListener("close", () => kept.open && focusInto(kept), { once: true });
  };
  document.addEventListener("htmx:before:response", (event) => {
    const { ctx } = event.detail;
    const { status, raw } = ctx.response;
    if (signedOut(raw)) {
      event.preventDefault();
      document.dispatchEvent(new CustomEvent("session:expired"));
      askToSignIn();
    } else if (expired(raw)) {
      event.preventDefault();
      freshen();
      fail("renewed");
    } else if (status >= 400 && status !== 409 && status !== 422) {
      event.preventDefault();
      fail(status);
    }
  });
  document.addEventListener("htmx:error", () => fail(0));
  document.addEventListener("htmx:before:request", () => {
    $$("#alerts, [data-alerts]").forEach((place) => place.replaceChildren());
  });

  // Focus stays where it was; if its element is gone, the new heading has it.
  let lost = null;
  let above = null;
  document.addEventListener("htmx:before:swap", () => {
    lost = document.activeElement;
    above = lost?.matches("[data-more]") ? lost.previousElementSibling : null;
  });
  document.addEventListener("htmx:after:swap", (event) => {
    const target = event.detail.ctx?.target;
    // A part that was replaced as a whole is found again by its id, more rows by what stands above them.
    const more = target === lost && above?.nextElementSibling;
    const place = target?.isConnected ? target : (target?.id && document.getElementById(target.id)) || more;
    if (!place) return;
    const summary = $(".errors", place);
    if (summary) summary.focus();
    else if (lost && !lost.isConnected && document.activeElement === document.body) {
      const row = more && ($("h3 a", place) || place);
      const heir = (lost.id && document.getElementById(lost.id)) || row || $("h1, h2, h3", place) || place;
      if (!heir.matches("a, button, input, select, textarea, [tabindex]")) heir.tabIndex = -1;
      heir.focus({ preventScroll: true });
    }
    $$("table[data-rows]", place).forEach(paintRows);
  });

  window.c2m2a = { $, $$, open, toast, cookie, askToSignIn, csrf, expired, fail, signedOut, focusInto };

  $$("table[data-rows]").forEach(paintRows);
  $(".errors[role=alert]:not(.guide *)")?.focus();
  root.dataset.script = "on";
  if ($("[data-print-now]")) addEventListener("load", () => print());
  comeBack();
})();
