"use strict";
(function () {
  const root = document.documentElement;
  const all = (selector, from) => Array.from((from || document).querySelectorAll(selector));
  const one = (selector, from) => (from || document).querySelector(selector);

  // Language, theme, print.
  function speak(language) {
    root.dataset.lang = language;
    root.lang = language === "zh" ? "zh-CN" : "en";
    all("[data-set]").forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.set === language)));
  }
  all("[data-set]").forEach((button) => button.addEventListener("click", () => speak(button.dataset.set)));
  if (one("[data-set]") && /^zh/i.test(navigator.language)) speak("zh");
  one("[data-theme-button]").addEventListener("click", () => {
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
  });
  one("[data-print]").addEventListener("click", () => print());
  one(".controls").hidden = false;

  // On a phone a cell stands under no heading: it carries its own.
  all(".ph").forEach((place) => {
    const cell = place.closest("td"), head = cell && cell.closest("table").tHead.rows[0].cells[cell.cellIndex];
    if (head) place.append(...Array.from(head.childNodes, (node) => node.cloneNode(true)), " ");
  });

  // Tables that can be sorted: a button in each such heading; cells without a value stay last.
  function sortBy(table, head) {
    const column = Array.from(head.parentNode.children).indexOf(head);
    const way = head.getAttribute("aria-sort") === "descending" ? 1 : -1;
    const body = table.tBodies[0];
    const key = (row) => { const v = row.cells[column].dataset.v; return v === "" || v === undefined ? null : Number(v); };
    const rows = Array.from(body.rows).map((row, place) => ({ row, place, key: key(row) }));
    rows.sort((a, b) => (a.key === null) - (b.key === null) || way * (a.key - b.key) || a.place - b.place);
    rows.forEach((item) => body.appendChild(item.row));
    all("th[aria-sort]", table).forEach((other) => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", way === 1 ? "ascending" : "descending");
  }
  all("table[data-sortable]").forEach((table) => all("th[data-sort]", table).forEach((head) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => sortBy(table, head));
  }));

  // Evidence: an example case unfolds where it is asked for; a link to a folded place opens it.
  function unfoldHere(event) {
    const link = event.currentTarget;
    const told = document.getElementById(link.hash.slice(1));
    const table = told && one("pre", told);
    const list = link.closest("dd, .cases");
    if (!table || !list) return;
    event.preventDefault();
    const open = one(".inline", list);
    const same = open && open.dataset.of === link.hash;
    if (open) open.remove();
    link.setAttribute("aria-expanded", String(!same));
    all(".cases a", list).forEach((other) => { if (other !== link) other.setAttribute("aria-expanded", "false"); });
    if (same) return;
    const box = document.createElement("div");
    box.className = "inline";
    box.dataset.of = link.hash;
    box.append(table.cloneNode(true));
    list.append(box);
  }
  all("pre").forEach((text) => { text.tabIndex = 0; });
  all(".cases a").forEach((link) => link.addEventListener("click", unfoldHere));
  function unfold() {
    const place = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (place && place.tagName === "DETAILS") place.open = true;
  }
  addEventListener("hashchange", unfold);
  unfold();

  // The map: a line picked in the list or on the picture shows its numbers and dims the rest.
  const source = document.getElementById("map-data");
  if (!source) return;
  const data = JSON.parse(source.textContent);
  const map = one(".map");
  const panel = one("[data-panel]");
  const hint = one(".hint", panel).cloneNode(true);
  panel.hidden = false;
  let picked = null;
  function say(tag, words) {
    const node = document.createElement(tag);
    if (!Array.isArray(words)) { node.textContent = words; return node; }
    words.forEach((word, n) => {
      const twin = document.createElement("span");
      twin.lang = n ? "zh-CN" : "en";
      twin.textContent = word;
      node.append(twin);
    });
    return node;
  }
  function show(number) {
    const values = data.links[number];
    const [from, to] = data.ends[number].map((n) => data.names[n]);
    const head = document.createElement("h4");
    head.append(say("bdi", from), " → ", say("bdi", to));
    const list = document.createElement("dl");
    values.forEach((value, n) => { if (value !== 0) list.append(say("dt", data.labels[n]), say("dd", value)); });
    panel.replaceChildren(head, list);
    if (data.cases[number].length) list.append(say("dt", data.examples), point(data.cases[number]));
  }
  function list(number) {
    const line = one(`.link[data-e="${number}"]`, map);
    const item = document.createElement("li"), button = document.createElement("button");
    const swatch = document.createElement("span"), pair = document.createElement("span"), total = document.createElement("b");
    const [from, to] = data.ends[number].map((n) => data.names[n]);
    item.dataset.c = line.dataset.c;
    button.type = "button";
    button.className = "pick";
    button.dataset.e = String(number);
    const kind = line.classList.contains("own") ? line.classList[1] : line.classList[2];
    swatch.className = "swatch " + kind;
    pair.className = "pair";
    pair.append(say("bdi", from), " → ", say("bdi", to));
    total.append(say("span", data.links[number][3]));
    button.append(swatch, pair, total);
    item.append(button);
    return item;
  }
  all("[data-others]").forEach((place) => {
    one("ol", place).append(...data.others.map(list));
    place.hidden = false;
  });
  all(".pick").forEach((button) => button.setAttribute("aria-pressed", "false"));
  function point(numbers) {
    const place = document.createElement("dd");
    place.className = "cases";
    numbers.forEach((number) => {
      const told = document.getElementById("c" + number);
      if (!told) return;
      const link = document.createElement("a");
      link.href = "#" + told.id;
      link.textContent = one("bdi", told).textContent;
      link.addEventListener("click", unfoldHere);
      place.append(link);
    });
    return place;
  }
  function pick(number) {
    picked = picked === number ? null : number;
    all(".pick").forEach((b) => b.setAttribute("aria-pressed", String(Number(b.dataset.e) === picked)));
    if (picked === null) panel.replaceChildren(hint.cloneNode(true)); else show(picked);
    if (!map) return;
    map.classList.toggle("picked", picked !== null);
    all(".on", map).forEach((part) => part.classList.remove("on"));
    if (picked === null) return;
    all(`[data-e="${picked}"]`, map).forEach((part) => part.classList.add("on"));
    data.ends[picked].forEach((n) => one(`[data-n="${n}"]`, map).classList.add("on"));
  }
  all(".pick").forEach((button) => button.addEventListener("click", () => pick(Number(button.dataset.e))));
  addEventListener("keydown", (event) => { if (event.key === "Escape" && picked !== null) pick(picked); });
  if (!map) return;
  all(".way", map).forEach((way) => { // a thin line is hard to hit
    const wide = way.cloneNode();
    wide.setAttribute("class", "hit");
    way.before(wide);
  });
  map.addEventListener("click", (event) => {
    const line = event.target.closest(".link");
    if (line) pick(Number(line.dataset.e));
  });
  const box = one(".mapbox");
  box.scrollLeft = (box.scrollWidth - box.clientWidth) / 2;

  // The slider runs over the cases on a logarithmic scale.
  const slider = document.getElementById("least");
  if (!slider) return;
  one("[data-slider]").hidden = false;
  const low = Number(slider.dataset.least), high = Number(slider.dataset.most);
  slider.addEventListener("input", () => {
    const least = Math.round(low * Math.pow(high / low, Number(slider.value) / 100));
    one(".slider output").textContent = String(least);
    const seen = new Set();
    all("[data-c]", map).forEach((part) => {
      const off = Number(part.dataset.c) < least;
      part.classList.toggle("off", off);
      if (!off && part.dataset.e) data.ends[part.dataset.e].forEach((n) => seen.add(n));
    });
    all("[data-n]", map).forEach((part) => part.classList.toggle("off", !seen.has(Number(part.dataset.n))));
    all(".links li").forEach((item) => { item.hidden = Number(item.dataset.c) < least; });
  });
})();
