/* Combobox with a list (WAI-ARIA 1.2, list autocomplete) and tokens for what was picked.
 *
 * Markup: components/tokens_combobox.html. The server gives the options as HTML, components/combobox_options.html, at
 * data-url with ?q=…; a palette, whose options are already on the page, has data-local, and puts what the
 * server finds besides into [data-remote]. Its [data-go] is filled with the links of the navigation when it is opened,
 * its [data-here] with those in the head of the page.
 *
 *   [data-combobox]       the part; data-url, data-name (of the hidden inputs), data-multiple
 *   [role=option]         data-value, data-label, data-note; data-create on the last row; data-href leads elsewhere
 *   template[data-token]  one token; __value__ in its attributes is replaced, [data-token-label], [data-token-note] filled
 *
 * Enter picks what is highlighted. The first match is highlighted by itself; the row that creates is so only when there
 * is no match at all, so Enter never creates beside a likely match, nor on an answer to older letters. Esc closes the
 * list and nothing else. Backspace in an empty field takes the last token away. Each change sends "combobox:change".
 */
(() => {
  const { $, $$ } = window.c2m2a;
  const states = new WeakMap();
  let serial = 0;

  const partOf = (element) => element.closest?.("[data-combobox]");
  const parts = (part) => ({
    input: $("[role=combobox]", part),
    list: $("[role=listbox]", part),
    status: $("[data-combobox-status]", part),
  });
  const stateOf = (part) => {
    if (!states.has(part)) states.set(part, { timer: 0, request: null, pending: false, enter: false });
    return states.get(part);
  };
  const options = (part) => $$("[role=option]", parts(part).list).filter((option) => !option.hidden && !option.closest("[role=group][hidden]"));
  const highlighted = (part) => options(part).find((option) => option.getAttribute("aria-selected") === "true");

  const highlight = (part, option) => {
    const { input, list } = parts(part);
    $$("[aria-selected=true]", list).forEach((other) => other.setAttribute("aria-selected", "false"));
    if (!option) {
      input.removeAttribute("aria-activedescendant");
      return;
    }
    if (!option.id) option.id = `option-${++serial}`;
    option.setAttribute("aria-selected", "true");
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  };
  const show = (part, on) => {
    const { input, list } = parts(part);
    if (part.hasAttribute("data-local")) return;
    list.hidden = !on;
    input.setAttribute("aria-expanded", String(on));
    if (!on) highlight(part, null);
  };
  const say = (part) => {
    const { status } = parts(part);
    if (!status) return;
    const count = options(part).filter((option) => !option.hasAttribute("data-create")).length;
    status.textContent = count === 0 ? status.dataset.none : count === 1 ? status.dataset.one : status.dataset.many.replace("0", count);
  };

  const plain = (text) =>
    text
      .normalize("NFD")
      .replace(/\p{M}/gu, "")
      .toLowerCase();
  const filterLocal = (part) => {
    const words = plain(parts(part).input.value).split(/\s+/).filter(Boolean);
    $$("[role=option]", parts(part).list).forEach((option) => {
      const text = plain(`${option.textContent} ${option.dataset.words || ""}`);
      option.hidden = !words.every((word) => text.includes(word));
    });
    $$("[role=group]", parts(part).list).forEach((group) => {
      group.hidden = !$("[role=option]:not([hidden])", group);
    });
    highlight(part, options(part)[0]);
    say(part);
  };

  // The navigation says where one can go, and the head of a page what can be done there; the palette offers the same
  // once it is opened.
  const optionOf = (link, words) => {
    const option = document.createElement("div");
    option.className = "opt-row";
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    option.dataset.href = link.getAttribute("href");
    option.dataset.words = link.pathname;
    const label = document.createElement("span");
    label.className = "grow";
    label.textContent = words.trim();
    const icon = $("svg", link);
    if (icon) option.append(icon.cloneNode(true));
    option.append(label);
    return option;
  };

  const fillGo = (part) => {
    const group = $("[data-go]", part);
    if (!group || $("[role=option]", group)) return;
    $$("#nav li a, .topbar .panel a.opt-row").forEach((link) => {
      const option = optionOf(link, ($("span", link) || link).textContent);
      const keys = link.dataset.goKey ? ["G", link.dataset.goKey.toUpperCase()] : [];
      option.append(...keys.map((key) => Object.assign(document.createElement("kbd"), { textContent: key })));
      if (keys.length) option.lastChild.before(" ");
      group.append(option);
    });
  };

  const fillHere = (part) => {
    const group = $("[data-here]", part);
    if (!group) return;
    $$("[role=option]", group).forEach((option) => option.remove());
    $$("#main .page-actions a[href]:not([data-open])").forEach((link) => group.append(optionOf(link, link.textContent)));
  };

  const ask = async (part) => {
    const state = stateOf(part);
    const { input, list } = parts(part);
    const local = part.hasAttribute("data-local");
    const place = local ? $("[data-remote]", list) : list;
    const words = input.value.trim();
    state.request?.abort();
    if (!words) {
      state.pending = false;
      if (local) place.replaceChildren();
      else show(part, false);
      return;
    }
    state.request = new AbortController();
    const address = new URL(part.dataset.url, location.href);
    address.searchParams.set("q", words);
    $$(`input[type=hidden][name="${CSS.escape(part.dataset.name)}"]`, part).forEach((kept) => address.searchParams.append("not", kept.value));
    try {
      const response = await fetch(address, { signal: state.request.signal, headers: { "HX-Request": "true", Accept: "text/html" } });
      if (!response.ok || window.c2m2a.signedOut(response)) throw new Error(String(response.status));
      place.innerHTML = await response.text();
    } catch (error) {
      if (error.name === "AbortError") return;
      place.replaceChildren();
    }
    state.pending = false;
    const found = options(part);
    if (!local) show(part, found.length > 0 && document.activeElement === input);
    if (found.length && !(local && highlighted(part))) highlight(part, found[0]);
    say(part);
    const enter = state.enter;
    state.enter = false;
    if (enter && found.length && !found[0].hasAttribute("data-create")) pick(part, found[0]);
  };

  const token = (part, option) => {
    const piece = $("template[data-token]", part).content.firstElementChild.cloneNode(true);
    const { value, label, note = "" } = option.dataset;
    [piece, ...$$("*", piece)].forEach((node) => {
      for (const attribute of node.attributes) {
        attribute.value = attribute.value.replaceAll("__value__", value).replaceAll("__label__", label);
      }
    });
    $$("[data-token-label]", piece).forEach((place) => (place.textContent = label));
    $$("[data-token-note]", piece).forEach((place) => (place.textContent = note));
    if (option.hasAttribute("data-create")) piece.dataset.tone = "warn";
    const avatar = $(".avatar", option);
    if (avatar) $(".avatar", piece)?.replaceWith(avatar.cloneNode(true));
    else $(".avatar", piece)?.remove();
    return piece;
  };
  const changed = (part) => part.dispatchEvent(new CustomEvent("combobox:change", { bubbles: true }));

  const pick = (part, option) => {
    const { input } = parts(part);
    if (option.hasAttribute("aria-disabled")) return;
    if (option.dataset.open || option.dataset.href) {
      input.closest("dialog")?.close();
      if (option.dataset.href) location.href = option.dataset.href;
      return; // data-open is heard by app.js
    }
    if (!part.hasAttribute("data-multiple")) $$(".token", part).forEach((old) => old.remove());
    const twice = $$(".token input[type=hidden]", part).some((kept) => kept.value === option.dataset.value);
    const home = $("[data-tokens]", part) || input.parentElement;
    if (!twice) home.insertBefore(token(part, option), home === input.parentElement ? input : null);
    input.value = "";
    show(part, false);
    input.focus();
    changed(part);
  };
  const remove = (part, piece) => {
    piece.remove();
    parts(part).input.focus();
    changed(part);
  };

  document.addEventListener("input", (event) => {
    const part = event.target.matches?.("[role=combobox]") && partOf(event.target);
    if (!part) return;
    const state = stateOf(part);
    clearTimeout(state.timer);
    if (part.hasAttribute("data-local")) {
      filterLocal(part);
      if (part.dataset.url) state.timer = setTimeout(() => ask(part), 180);
      return;
    }
    state.pending = true;
    state.enter = false;
    highlight(part, null);
    state.timer = setTimeout(() => ask(part), 180);
  });

  document.addEventListener(
    "keydown",
    (event) => {
      const part = event.target.matches?.("[role=combobox]") && partOf(event.target);
      if (!part || event.isComposing) return;
      const { input, list } = parts(part);
      const all = options(part);
      const at = all.indexOf(highlighted(part));
      const shown = !list.hidden && all.length > 0;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (!shown && all.length && input.value.trim()) show(part, true);
        const step = event.key === "ArrowDown" ? 1 : -1;
        if (all.length) highlight(part, at < 0 ? all[step > 0 ? 0 : all.length - 1] : all[(at + step + all.length) % all.length]);
      } else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
        const state = stateOf(part);
        if (state.pending) {
          event.preventDefault();
          state.enter = true;
        } else if (shown && at >= 0) {
          event.preventDefault();
          all[at].click();
        } else if (input.value.trim()) event.preventDefault();
      } else if (event.key === "Escape" && shown && !part.hasAttribute("data-local")) {
        event.preventDefault();
        event.stopPropagation();
        show(part, false);
      } else if (event.key === "Backspace" && input.value === "" && !part.hasAttribute("data-local")) {
        const last = $$(".token", part).pop();
        if (last) remove(part, last);
      }
    },
    true,
  );

  // Pressing an option must not take the focus out of the field.
  document.addEventListener("pointerdown", (event) => {
    if (event.target.closest?.("[data-combobox] [role=option]")) event.preventDefault();
  });
  document.addEventListener("mousedown", (event) => {
    if (event.target.closest?.("[data-combobox] [role=option]")) event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    const option = event.target.closest?.("[data-combobox] [role=option]");
    if (option) pick(partOf(option), option);
    const button = event.target.closest?.("[data-combobox] [data-remove]");
    if (button) remove(partOf(button), button.closest(".token"));
    // A press on the empty ground between the tokens means the field.
    if (event.target.matches?.("[data-combobox] .tokens")) parts(partOf(event.target)).input.focus();
  });
  document.addEventListener("focusout", (event) => {
    const part = event.target.matches?.("[role=combobox]") && partOf(event.target);
    if (part && !part.contains(event.relatedTarget)) show(part, false);
  });
  document.addEventListener("dialog:open", (event) => {
    const part = $("[data-combobox][data-local]", event.target);
    if (!part) return;
    parts(part).input.value = "";
    $("[data-remote]", part)?.replaceChildren();
    fillHere(part);
    fillGo(part);
    filterLocal(part);
  });
})();
