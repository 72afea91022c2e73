/* Drafts of forms marked data-draft="NAME": nothing that was typed is lost.
 *
 * While someone types, the form is kept on this device at once and by the server every five seconds. A form that cannot
 * be sent for want of a network waits on the device, as many as there are, and each is sent once when the network is
 * back: the form's token makes the server take it once even if its answer was lost.
 *
 * Kept on the device: "crm-draft:USER:TOKEN" → {form, url, entries, at, state: "typing" | "waiting" | "refused"}. Entries
 * that are sealed in a circle are never kept here, nor is a form marked data-draft-sealed: those the server alone keeps.
 * Signing out clears what is kept for the person.
 *
 * A form opened from a record (its preset_… fields) brings back a draft begun from that record; one opened from nowhere in
 * particular brings back the last draft of all. data-new says that a new form was asked for.
 *
 * The typed line is read by the server 300 ms after typing stops: the form says where in data-understood-url.
 */
(() => {
  const { $, $$, csrf, open, toast } = window.c2m2a;
  const user = document.body.dataset.user || "";
  const prefix = `crm-draft:${user}:`;
  const dirty = new Set();

  const formOf = (element) => element?.closest?.("form[data-draft]");
  const tokenOf = (form) => $("[name=token]", form)?.value || "";
  const isSealed = (form) => {
    if ("draftSealed" in form.dataset) return true;
    const initiative = $("[name=initiative]", form)?.value || "";
    const sealed = (form.dataset.sealedInitiatives || "").split(" ");
    const access = new FormData(form).get("access") || "";
    return access.startsWith("sealed:") || (initiative !== "" && sealed.includes(initiative));
  };
  const entriesOf = (form) => [...new FormData(form)].filter(([name, value]) => name !== "csrfmiddlewaretoken" && typeof value === "string");
  const presetOf = (entries) => JSON.stringify(entries.filter(([name]) => name.startsWith("preset_")));
  const lineOf = (entries) => entries.find(([name]) => name === "line")?.[1] || "";

  /* --- On this device --- */
  const read = (key) => {
    try {
      return JSON.parse(localStorage.getItem(key));
    } catch {
      return null;
    }
  };
  const write = (token, draft) => {
    try {
      localStorage.setItem(prefix + token, JSON.stringify(draft));
      return true;
    } catch {
      return false; // full or forbidden: the server's copy remains
    }
  };
  const forget = (token) => {
    try {
      localStorage.removeItem(prefix + token);
    } catch {
      /* nothing was kept */
    }
  };
  const kept = () => {
    try {
      return Object.keys(localStorage)
        .filter((key) => key.startsWith(prefix))
        .map((key) => ({ token: key.slice(prefix.length), ...read(key) }))
        .filter((draft) => draft.entries && (draft.state === "waiting" || Date.now() - draft.at < 30 * 86400000))
        .sort((a, b) => b.at - a.at);
    } catch {
      return [];
    }
  };
  const keep = (form, state = "typing") => {
    const token = tokenOf(form);
    if (!token || !user) return false;
    if (isSealed(form)) {
      forget(token);
      return false;
    }
    const { draft, draftUrl, draftSent, draftRefused } = form.dataset;
    return write(token, { form: draft, url: form.getAttribute("action"), keepUrl: draftUrl, sent: draftSent, refused: draftRefused, entries: entriesOf(form), at: Date.now(), state });
  };

  const say = (form, text) => {
    const place = $("[data-draft-state]", form);
    if (!place) return;
    // On a phone a cloud and the time say it; the words are for the ear.
    const [, words, time] = /^(\D+)(\d.*)$/s.exec(text) || ["", text, ""];
    const spoken = document.createElement("span");
    spoken.className = time ? "words" : "";
    spoken.textContent = words;
    ($("[data-draft-words]", place) || place).replaceChildren(spoken, time);
    const cloud = $(".cloud", place);
    if (cloud) cloud.hidden = !time;
  };
  document.addEventListener("drawer:ready", (event) => {
    const place = $("[data-draft-words]", event.target);
    if (place?.textContent) say(place.closest("form"), place.textContent);
  });
  const body = (entries) => {
    const data = new URLSearchParams();
    entries.forEach(([name, value]) => data.append(name, value));
    return data;
  };
  const MOST_KEPT_ALIVE = 60000; // browsers take 64 kB at most of what is to arrive after its page is left
  const post = (url, entries) => {
    const sent = body(entries).toString();
    return fetch(url, {
      method: "POST",
      body: sent,
      keepalive: sent.length < MOST_KEPT_ALIVE,
      headers: {
        "Content-Type": "application/x-www-form-urlencoded;charset=UTF-8",
        "X-CSRFToken": csrf(),
        "X-Draft": "1",
        "HX-Request": "true",
        "HX-Current-URL": location.href,
      },
    });
  };

  /* --- By the server, every five seconds --- */
  // What is on its way to the server: a discard goes after it, and a form is asked for after the discard.
  const underWay = new Set();
  const tracked = (promise) => {
    const settled = promise.catch(() => {}).finally(() => underWay.delete(settled));
    underWay.add(settled);
    return promise;
  };
  document.addEventListener("drawer:load", (event) => event.detail.after.push(...underWay));

  const keepRemotely = async (form) => {
    if (!form.isConnected) return;
    try {
      const response = await tracked(post(form.dataset.draftUrl, entriesOf(form)));
      if (!response.ok || window.c2m2a.signedOut(response)) throw new Error(String(response.status));
      if (form.isConnected) say(form, await response.text());
    } catch {
      if (form.isConnected) say(form, (isSealed(form) && form.dataset.draftUnsaved) || form.dataset.draftSaved);
    }
  };
  const flush = () => {
    dirty.forEach((form) => {
      dirty.delete(form);
      keepRemotely(form);
    });
  };
  setInterval(flush, 5000);
  document.addEventListener("close", flush, true); // a drawer that is closed, a page that is left: at once
  const leave = () => {
    dirty.forEach((form) => form.isConnected && keep(form));
    flush();
  };
  window.addEventListener("pagehide", leave);
  document.addEventListener("drawer:leave", leave);

  let later = 0;
  const touched = (event) => {
    const form = formOf(event.target);
    if (!form) return;
    dirty.add(form);
    clearTimeout(later);
    later = setTimeout(() => form.isConnected && keep(form), 400);
  };
  ["input", "change", "combobox:change"].forEach((name) => document.addEventListener(name, touched));

  /* --- The typed line, read while it is typed --- */
  let reading = 0;
  let asked = null;
  const understand = async (form) => {
    const place = $("#entry-fields", form);
    if (!place) return;
    asked?.abort();
    asked = new AbortController();
    const before = body(entriesOf(form)).toString();
    try {
      const response = await fetch(form.dataset.understoodUrl, {
        method: "POST",
        body: body(entriesOf(form)),
        headers: { "X-CSRFToken": csrf(), "HX-Request": "true" },
        signal: asked.signal,
      });
      if (!response.ok || window.c2m2a.signedOut(response)) return;
      const html = await response.text();
      // Somebody typed on meanwhile: the next answer is the right one, and nothing typed is overwritten.
      if (!form.isConnected || body(entriesOf(form)).toString() !== before) return;
      const { activeElement } = document;
      const inside = place.contains(activeElement) ? activeElement : null;
      const same = inside && (inside.id ? `#${CSS.escape(inside.id)}` : inside.name ? `[name="${CSS.escape(inside.name)}"][value="${CSS.escape(inside.value)}"]` : "");
      const opened = $$("details.fold", place).map((fold) => fold.open);
      place.innerHTML = html;
      $$("details.fold", place).forEach((fold, at) => (fold.open ||= opened[at] ?? false));
      if (same) $(same, place)?.focus();
    } catch (error) {
      if (error.name !== "AbortError") keep(form);
    }
  };
  const reread = (event, pause) => {
    const form = event.target.closest?.("form[data-understood-url]");
    if (!form) return;
    clearTimeout(reading);
    reading = setTimeout(() => understand(form), pause);
  };
  document.addEventListener("input", (event) => {
    if (event.target.matches?.("form[data-understood-url] [name=line]")) reread(event, 300);
  });
  document.addEventListener("combobox:change", (event) => reread(event, 0));
  document.addEventListener("change", (event) => {
    if (event.target.matches?.("[data-reread], [name^=pick-], [name=occurred_on], [name=access], [name=initiated_by], [name=arranged], form[data-understood-url] [name=kind]")) reread(event, 0);
  });

  /* --- Sending: a form that cannot go waits --- */
  const wait = (form) => {
    if (!keep(form, "waiting")) return false;
    dirty.delete(form);
    const drawer = form.closest("[data-drawer]");
    toast(form.dataset.draftWaiting);
    drawer?.dispatchEvent(new CustomEvent("drawer:close", { bubbles: true }));
    return true;
  };
  document.addEventListener(
    "submit",
    (event) => {
      const form = formOf(event.target);
      if (!form) return;
      clearTimeout(later);
      dirty.delete(form);
      keep(form);
      if (navigator.onLine) return;
      const name = event.submitter?.value;
      if (name === "read" || !wait(form)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    },
    true,
  );
  document.addEventListener("htmx:error", (event) => {
    const form = formOf(event.target) || formOf(event.detail?.ctx?.sourceElement);
    if (form) wait(form);
  });
  document.addEventListener("htmx:before:response", (event) => {
    const saved = event.detail.ctx?.response?.raw?.headers?.get("X-Saved");
    const form = formOf(event.target) || formOf(event.detail.ctx?.sourceElement);
    if (saved && form) forget(tokenOf(form));
  });

  // The server's own toast, with its Undo, says that the contact came from this device.
  const saidSent = (draft, html) => {
    const box = $(".toast", new DOMParser().parseFromString(html, "text/html"));
    if (!box) return toast(draft.sent);
    $("span", box).textContent = draft.sent;
    return $("#toasts")?.append(document.adoptNode(box));
  };

  let sending = false;
  const sendWaiting = async () => {
    if (sending || !navigator.onLine || !csrf()) return;
    sending = true;
    for (const draft of kept().filter((each) => each.state === "waiting").reverse()) {
      try {
        const response = await post(draft.url, [...draft.entries, ["action", "save"]]);
        if (window.c2m2a.signedOut(response) || window.c2m2a.expired(response)) break;
        if (response.headers.get("X-Saved")) {
          forget(draft.token);
          saidSent(draft, await response.text());
          document.body.dispatchEvent(new CustomEvent("contact:saved", { bubbles: true }));
        } else if (response.status === 422) {
          // The server keeps it as a draft, so that the form opens with it and says what is missing.
          await post(draft.keepUrl, draft.entries);
          write(draft.token, { ...draft, state: "refused" });
          toast(draft.refused);
        } else if (response.status < 500) {
          write(draft.token, { ...draft, state: "refused" }); // it may not be sent, and must not hold up the others
          toast(draft.refused);
        }
      } catch {
        break; // no network: all of them wait
      }
    }
    sending = false;
  };
  window.addEventListener("online", sendWaiting);
  setTimeout(sendWaiting, 1500);
  setInterval(sendWaiting, 30000);

  /* --- Opening: what this device kept comes back, unless the server's copy in the form is the newer one --- */
  document.addEventListener("drawer:ready", async (event) => {
    const form = $("form[data-draft]", event.target);
    if (!form || !$("[name=line]", form) || $(".errors", form) || "new" in form.dataset || event.target.dataset.begun) return;
    const shown = entriesOf(form);
    const isFresh = !lineOf(shown) && !form.dataset.draftAt;
    const preset = presetOf(shown);
    const draft = kept().find((each) => {
      if (each.form !== form.dataset.draft || each.state === "waiting") return false;
      if (each.token === tokenOf(form)) return each.at > Number(form.dataset.draftAt || 0) && lineOf(each.entries) !== lineOf(shown);
      return isFresh && (preset === "[]" || presetOf(each.entries) === preset);
    });
    if (!draft) return;
    try {
      const response = await post(form.dataset.understoodUrl, [...draft.entries, ["whole", "1"]]);
      if (!response.ok || window.c2m2a.signedOut(response) || !form.isConnected || event.target.dataset.begun) return;
      event.target.innerHTML = await response.text();
      window.htmx.process(event.target);
      event.target.dataset.begun = "yes";
      window.c2m2a.focusInto(event.target);
    } catch {
      /* off line: the empty form stands */
    }
  });

  /* --- Discard: what was typed is wanted no more, unless somebody says Undo --- */
  document.addEventListener("drawer:discard", (event) => {
    const drawer = event.target;
    const form = $("form[data-draft]", drawer);
    if (!form) return;
    dirty.delete(form);
    clearTimeout(later);
    const token = tokenOf(form);
    const wasKept = read(prefix + token);
    const entries = entriesOf(form);
    const { draftUrl, draftDiscard, draftDiscarded, draftUndo } = form.dataset;
    const address = `${form.getAttribute("action")}?draft=${token}`;
    const isTyped = Boolean(lineOf(entries) || form.dataset.draftAt || drawer.dataset.begun);
    forget(token);
    const sendDiscard = () => post(draftDiscard, [["token", token]]);
    const before = [...underWay];
    const discarded = tracked(before.length ? Promise.all(before).then(sendDiscard) : sendDiscard()).catch(() => {});
    if (!isTyped) return;
    toast(draftDiscarded, {
      label: draftUndo,
      act: async () => {
        if (wasKept) write(token, { ...wasKept, at: Date.now() });
        await discarded;
        await post(draftUrl, entries).catch(() => {});
        open(drawer.id, Object.assign(document.createElement("a"), { href: address }));
      },
    });
  });
  document.addEventListener("submit", (event) => {
    if (event.target.matches?.("form[data-sign-out]")) kept().forEach((draft) => forget(draft.token));
  });

  // A page reached after saving without the drawer: the draft of a form that was saved is of no use any more.
  const done = document.body.dataset.savedToken;
  if (done) forget(done);
})();
