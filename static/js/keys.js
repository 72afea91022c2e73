/* Keyboard shortcuts. What a key does is written in the page, never here:
 *
 *   data-key="l"          a single key presses this button or follows this link
 *   data-go-key="o"       G, then this key, follows this link
 *   data-go="… __page__"  in the list of keys: the lines of those links are put before it when the list is opened
 *   data-row-key="m"      in a row: the key does this with the row in focus
 *   data-list-filter      "/" puts the focus here
 *   table[data-rows], [data-row-list]   J and K move between rows, X ticks a row
 *   data-keys-switch      the switch that turns single keys off (cookie "keys")
 *
 * Ctrl K opens the palette, ? the list of keys, Ctrl Enter saves the form. Single keys rest while someone types, and
 * never use a modifier that a screen reader owns.
 */
(() => {
  const { $, $$, open, cookie } = window.c2m2a;
  let single = document.documentElement.dataset.keys !== "off";
  let goSince = 0;

  const visible = (element) => element.checkVisibility?.() ?? element.offsetParent !== null;
  // A link may stand twice, in the navigation and in the tab bar; hidden ones count for "go", since they only lead away.
  // Of two offers to undo the newer one, which stands last, is meant.
  const find = (name, key) => {
    const all = $$(`[data-${name}]`).filter((element) => element.getAttribute(`data-${name}`) === key);
    return all.findLast(visible) || all[0];
  };

  const moveRow = (step) => {
    const rows = $$("table[data-rows] tbody tr, [data-row-list] > li");
    if (!rows.length) return;
    const at = rows.findIndex((row) => row.contains(document.activeElement));
    $("a, button", rows[Math.max(0, Math.min(rows.length - 1, at + step))])?.focus();
  };

  const ofRow = (key) => {
    const row = document.activeElement.closest("[data-row-list] > li, table[data-rows] tbody tr");
    return row && $$("[data-row-key]", row).find((each) => each.dataset.rowKey === key);
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    const key = event.key.toLowerCase();
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && key === "k") {
      if (open("palette")) event.preventDefault();
      return;
    }
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
      // With the focus on no field, where a page opens, its one form to be saved is meant.
      const saved = $$("main form:has(.form-actions [type=submit].primary)");
      const lone = event.target === document.body && saved.length === 1 ? saved[0] : null;
      const form = event.target.closest?.("form") || $("dialog[open] form") || lone;
      if (form) {
        event.preventDefault();
        form.requestSubmit($("[type=submit].primary", form) || undefined);
      }
      return;
    }
    const typing = event.target.matches?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
    if (!single || typing || event.ctrlKey || event.metaKey || event.altKey || $("dialog[open]")) return;

    if (goSince && Date.now() - goSince < 1500) {
      goSince = 0;
      const link = find("go-key", key);
      if (link) {
        event.preventDefault();
        link.click();
        return;
      }
    }
    goSince = key === "g" ? Date.now() : 0;
    if (key === "g") return;

    if (event.key === "?") {
      event.preventDefault();
      open("keys");
    } else if (key === "/") {
      const filter = $("[data-list-filter]");
      if (filter) {
        event.preventDefault();
        filter.focus();
      }
    } else if (key === "j" || key === "k") moveRow(key === "j" ? 1 : -1);
    else if (ofRow(key)) {
      event.preventDefault();
      ofRow(key).click();
    }
    else if (key === "x") $("input[type=checkbox]", document.activeElement.closest("table[data-rows] tbody tr") || new DocumentFragment())?.click();
    else if (/^[a-z]$/.test(key)) {
      const target = find("key", key);
      if (target) {
        event.preventDefault();
        target.click();
      }
    }
  });

  document.addEventListener("dialog:open", (event) => {
    const place = $(".keys [data-go]", event.target);
    if (!place) return;
    $$("#nav [data-go-key]").forEach((link) => {
      const line = document.createElement("div");
      const [text, keys, g, key] = ["span", "span", "kbd", "kbd"].map((name) => document.createElement(name));
      text.textContent = place.dataset.go.replace("__page__", $("span", link).textContent);
      g.textContent = "G";
      key.textContent = link.dataset.goKey.toUpperCase();
      keys.append(g, " ", key);
      line.append(text, keys);
      place.before(line);
    });
    place.removeAttribute("data-go");
  });

  document.addEventListener("change", (event) => {
    if (!event.target.matches?.("[data-keys-switch]")) return;
    single = event.target.checked;
    cookie("keys", single ? "on" : "off");
  });
})();
