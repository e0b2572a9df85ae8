"use strict";
(function () {
  const data = JSON.parse(document.getElementById("data").textContent);
  const token = new URLSearchParams(location.search).get("token") || "";
  const root = document.documentElement;
  const at = (id) => document.getElementById(id);
  const all = (selector, from) => Array.from((from || document).querySelectorAll(selector));

  // Text: built from nodes, never from markup.
  function el(tag, given, ...children) {
    const node = document.createElement(tag);
    Object.entries(given || {}).forEach(([key, value]) => {
      if (value === null || value === undefined || value === false) return;
      if (key === "onclick" || key === "oninput" || key === "onchange") node.addEventListener(key.slice(2), value);
      else node.setAttribute(key, value === true ? "" : String(value));
    });
    node.append(...children.filter((child) => child !== null && child !== undefined));
    return node;
  }
  const zh = () => root.dataset.lang === "zh";
  function say(key, values) {
    const pair = data.words[key];
    const text = pair ? pair[zh() ? 1 : 0] : key;
    return text.replace(/\{(\w+)\}/g, (whole, name) => (values && name in values ? values[name] : whole));
  }
  const number = (value, digits) => value.toLocaleString("en-US", { maximumFractionDigits: digits || 0 });
  const name = (raw) => { const known = data.names[raw]; return known ? known[zh() ? 1 : 0] || raw : raw || say("unknown"); };
  function duration(seconds) {
    const size = Math.abs(seconds), units = zh() ? [" 秒", " 分钟", " 小时", " 天"] : [" s", " min", " h", " d"];
    if (size < 59.5) return number(seconds) + units[0];
    if (size < 3570) return number(seconds / 60) + units[1];
    if (size < 35820) return (seconds / 3600).toFixed(1) + units[2];
    if (size < 259200) return number(seconds / 3600) + units[2];
    return number(seconds / 86400, 1) + units[3];
  }
  const signed = (value, text) => (/[1-9<]/.test(text) && value ? (value > 0 ? "▲ +" : "▼ −") : "") + text;
  const moment = (iso) => iso.slice(0, 16).replace("T", " ");
  function write(kind, value) {
    if (value === null || value === undefined) return "–";
    switch (kind) {
      case "count": case "number": return number(value);
      case "share": case "bar": return number(value * 100, 1) + " %";
      case "points": return signed(value, number(Math.abs(value) * 100, 1) + (zh() ? " 个百分点" : " points"));
      case "duration": return duration(value);
      case "later": return signed(value, duration(Math.abs(value)));
      case "total": return number(value / 3600) + (zh() ? " 小时" : " h");
      case "time": return moment(value);
      case "activity": return name(value);
      case "word": case "figure": return say(value);
      case "mark": return value ? say("yes") : "";
      default: return String(value);
    }
  }

  // The server: three questions, the token in a header.
  async function ask(question, body) {
    let answer;
    try {
      answer = await fetch("/ask/" + question, {
        method: "POST", headers: { "Content-Type": "application/json", "X-Svcflow-Token": token }, body: JSON.stringify(body),
      });
    } catch (error) { throw new Error(say("gone")); }
    const found = await answer.json();
    if (!answer.ok) throw new Error(found.hint ? `${found.error} (${found.hint})` : found.error);
    return found;
  }

  // The state: a history of filter lists, the view and its options.
  const past = [data.filters];
  let place = 0, view = "map", other = [], picked = [], turn = 0;
  const asked = { map: {}, cases: {}, variants: {}, handoffs: {}, case: {} };
  const filters = () => past[place];
  function apply(list) {
    past.splice(place + 1, past.length, list);
    place = past.length - 1;
    moved();
  }
  function moved() {
    asked.cases.page = 0; asked.variants.page = 0; picked = [];
    showChips(); show(); renewForms();
  }
  const add = (one) => apply([...filters(), one]);

  function describe(one) {
    const parts = [];
    const time = (seconds) => duration(seconds);
    if (one.kind === "period") parts.push(`${one.since || "…"} – ${one.until || "…"}`);
    if (one.kind === "attribute") parts.push(one.where);
    if (one.kind === "performance") parts.push(`${one.min_s === undefined ? "0" : time(one.min_s)} – ${one.max_s === undefined ? "…" : time(one.max_s)}`);
    if (one.kind === "follower") parts.push(`${name(one.first)} ${one.directly ? "→" : "⇢"} ${name(one.then)}${one.within_s === undefined ? "" : " ≤ " + time(one.within_s)}`);
    if (one.kind === "endpoint") parts.push(`${(one.first || ["…"]).map(name).join(" | ")} … ${(one.last || ["…"]).map(name).join(" | ")}`);
    if (one.kind === "variant") parts.push(one.variants ? one.variants.map((v) => v.map(name).join(" → ")).join(" | ").slice(0, 400) : number(one.coverage * 100) + " %");
    return `${say(one.kind)}${one.not ? " ≠ " : ": "}${parts.join(" ")}`;
  }
  function showChips() {
    const chips = filters().map((one, n) => el("li", {}, el("bdi", {}, describe(one)), el("button", {
      type: "button", "aria-label": `${say("remove")}: ${describe(one)}`,
      onclick: () => apply(filters().filter((_, m) => m !== n)),
    }, say("remove"))));
    at("chips").replaceChildren(...(chips.length ? chips : [el("li", { class: "none" }, say("all_cases"))]));
    at("undo").disabled = place === 0;
    at("redo").disabled = place === past.length - 1;
    at("clear").disabled = !filters().length;
  }
  at("undo").addEventListener("click", () => { place -= 1; moved(); });
  at("redo").addEventListener("click", () => { place += 1; moved(); });
  at("clear").addEventListener("click", () => apply([]));

  // Filters: each form makes one filter and says how many cases it would keep before it is applied.
  const labelled = (key, input) => el("label", {}, say(key), input);
  const positive = (input, factor) => (input.value === "" ? undefined : Number(input.value) * factor);
  function list(rows, key, any) {
    const box = el("select");
    box.append(el("option", { value: "" }, say(any)));
    rows.filter((row) => row[key] !== 0).forEach((row) => box.append(
      el("option", { value: row.activity }, `${name(row.activity)} (${row[key] === null ? "–" : number(row[key])})`)));
    return box;
  }
  const builders = {
    period(known) {
      const since = el("input", { type: "date", min: known.since }), until = el("input", { type: "date" });
      return [[labelled("since", since), labelled("until", until)],
        () => (since.value || until.value ? { since: since.value || undefined, until: until.value || undefined } : null)];
    },
    attribute(known) {
      const where = el("input", { type: "text", autocomplete: "off", spellcheck: "false" });
      const values = el("div", { class: "choices" });
      const field = el("select", { onchange: async () => {
        values.replaceChildren();
        if (!field.value) return;
        const row = known.attributes[Number(field.value)];
        try {
          const found = await ask("values", { filters: filters(), attribute: row.name });
          if (found.personal) values.replaceChildren(el("span", { class: "small" }, say("personal")));
          else values.replaceChildren(...found.values.map((value) => el("button", {
            type: "button", disabled: value.where === null, onclick: () => add({ kind: "attribute", where: value.where }),
          }, el("bdi", {}, value.value), el("span", {}, number(value.cases)))));
        } catch (error) { values.replaceChildren(el("span", { class: "fault" }, error.message)); }
      } }, el("option", { value: "" }, say("choose")));
      known.attributes.forEach((row, n) => field.append(el("option", { value: n }, row.name)));
      const hint = el("span", { class: "small" }, say("where_hint"));
      return [[labelled("field", field), values, labelled("where", where), hint],
        () => (where.value.trim() ? { where: where.value.trim() } : null)];
    },
    variant() {
      const output = el("output", {}, "80 %");
      const share = el("input", { type: "range", min: 1, max: 100, value: 80, oninput: () => { output.textContent = share.value + " %"; } });
      return [[el("label", {}, say("coverage"), " ", output, share), el("span", { class: "small" }, say("variant_hint"))],
        () => ({ coverage: Number(share.value) / 100 })];
    },
    performance() {
      const low = el("input", { type: "number", min: 0, step: "any" }), high = el("input", { type: "number", min: 0, step: "any" });
      const unit = el("select", {}, ...[["hours", 3600], ["days", 86400], ["minutes", 60]].map(([key, s]) => el("option", { value: s }, say(key))));
      return [[el("div", { class: "two" }, labelled("cycle_from", low), labelled("cycle_to", high)), labelled("unit", unit)],
        () => (low.value === "" && high.value === "" ? null : { min_s: positive(low, Number(unit.value)), max_s: positive(high, Number(unit.value)) })];
    },
    follower(known) {
      const first = list(known.activities, "cases", "choose"), then = list(known.activities, "cases", "choose");
      const directly = el("input", { type: "checkbox" }), within = el("input", { type: "number", min: 0, step: "any" });
      return [[labelled("first", first), labelled("then", then), el("label", { class: "tick" }, directly, say("directly")), labelled("within", within)],
        () => (first.value && then.value ? { first: first.value, then: then.value, directly: directly.checked || undefined, within_s: positive(within, 3600) } : null)];
    },
    endpoint(known) {
      const first = list(known.activities, "first", "any"), last = list(known.activities, "last", "any");
      return [[labelled("starts", first), labelled("ends", last)],
        () => (first.value || last.value ? { first: first.value ? [first.value] : undefined, last: last.value ? [last.value] : undefined } : null)];
    },
  };
  const open = new Set();
  async function renewForms() {
    let known;
    const mine = ++renewal;
    try { known = await ask("values", { filters: filters() }); } catch (error) { known = { attributes: [], activities: [] }; }
    if (mine !== renewal) return;
    const focus = document.activeElement && document.activeElement.closest("#forms details");
    at("forms").replaceChildren(...Object.entries(builders).map(([kind, build]) => makeForm(kind, build, known)));
    if (focus) { const again = at("forms").querySelector(`[data-kind="${focus.dataset.kind}"] summary`); if (again) again.focus(); }
  }
  let renewal = 0;
  function makeForm(kind, build, known) {
    const [parts, read] = build(known);
    const turned = el("input", { type: "checkbox" });
    const keeps = el("p", { class: "keeps", "aria-live": "polite" });
    const go = el("button", { type: "submit", class: "go" }, say("apply"));
    go.disabled = true;
    let timer = 0, call = 0;
    const stated = () => { const one = read(); return one && JSON.parse(JSON.stringify({ kind, ...one, not: turned.checked || undefined })); };
    async function count() {
      const one = stated(), mine = ++call;
      go.disabled = true;
      keeps.className = "keeps";
      if (!one) { keeps.textContent = ""; return; }
      try {
        const found = await ask("count", { filters: filters(), more: one });
        if (mine !== call) return;
        keeps.textContent = found.after === null ? say("few") : say("keeps", { a: number(found.after), b: number(found.before) });
        go.disabled = !found.after;
      } catch (error) {
        if (mine !== call) return;
        keeps.textContent = error.message;
        keeps.className = "keeps fault";
      }
    }
    const form = el("form", {}, ...parts, el("label", { class: "tick" }, turned, say("not")), keeps, go);
    form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(count, 180); });
    form.addEventListener("submit", (event) => { event.preventDefault(); const one = stated(); if (one && !go.disabled) add(one); });
    const box = el("details", { "data-kind": kind, open: open.has(kind) }, el("summary", {}, say(kind)), form);
    box.addEventListener("toggle", () => { if (box.open) { open.add(kind); if (kind === "variant") count(); } else open.delete(kind); });
    return box;
  }

  // Blocks of a view.
  const paint = {
    missing: (block) => [el("p", { class: "sub" }, say(block.what))],
    figures: (block) => [el("dl", { class: "facts" }, ...block.rows.map(([key, kind, value]) => el("div", {}, el("dt", {}, say(key)), el("dd", {}, write(kind, value)))))],
    bars(block) {
      const highest = Math.max(1, ...block.counts.map((count) => count || 0));
      const edge = (n) => (block.kind === "duration" ? duration(block.edges[n]) : block.edges[n]);
      const top = block.counts.findIndex((count) => count === highest);
      const told = say("bars_say", { n: block.counts.length, v: top < 0 ? "–" : edge(top), m: number(highest) });
      const columns = block.counts.map((count, n) => el("i", { class: "g" + (count ? Math.max(1, Math.round(100 * count / highest)) : 0), title: `${edge(n)}: ${count === null ? say("few") : number(count)}` }));
      const middle = Math.floor((block.edges.length - 1) / 2);
      return [el("h3", { class: "blockhead" }, say("b_" + block.name)),
        el("div", { class: "plot quiet", role: "img", "aria-label": told }, ...columns),
        el("p", { class: "axis" }, el("span", {}, edge(0)), el("span", {}, edge(middle)), el("span", {}, edge(block.edges.length - 1) + (block.kind === "duration" ? " +" : "")))];
    },
    map(block) {
      const options = asked.map;
      const slider = (key, whole, now) => {
        const share = options[key] === undefined ? Math.max(1, Math.round(100 * now / Math.max(whole, 1))) : options[key];
        const output = el("output", {}, say("n_of_m", { a: number(now), b: number(whole) }));
        const input = el("input", { type: "range", min: 1, max: 100, value: share, id: "slide-" + key, onchange: () => { options[key] = Number(input.value); show("slide-" + key); } });
        input.addEventListener("input", () => { output.textContent = input.value + " %"; });
        return el("label", {}, say(key) + " ", output, input);
      };
      const parts = [el("div", { class: "sliders" }, slider("activities", block.all_activities, block.activities), slider("paths", block.all_paths, block.paths),
        el("button", { type: "button", class: "plain-button", onclick: () => { asked.map = {}; show(); } }, say("as_report")))];
      if (!block.svg) return [...parts, el("p", { class: "sub failure" }, say("no_layout"))];
      const legend = block.legend.map((text, n) => el("span", { class: "key" }, el("i", { class: "swatch l" + n }), text[zh() ? 1 : 0]));
      parts.push(el("p", { class: "legend" }, el("b", {}, say("median_wait")), ...legend));
      // The picture is the report's own writer's, which escapes every text; parsed apart, scripts in it could not run.
      const picture = document.adoptNode(new DOMParser().parseFromString(block.svg, "text/html").querySelector("svg"));
      all(".link", picture).forEach((line) => { // a wide, unseen twin of each line is easier to hit
        const way = line.querySelector(".way");
        if (!way || line.querySelector(".hit")) return;
        const twin = way.cloneNode();
        twin.setAttribute("class", "hit");
        twin.removeAttribute("stroke-width");
        line.prepend(twin);
      });
      picture.addEventListener("click", (event) => {
        const line = event.target.closest(".link");
        const ends = line && block.links[Number(line.dataset.e)];
        if (ends) add({ kind: "follower", first: ends[0], then: ends[1], directly: true });
      });
      parts.push(el("div", { class: "scroll mapbox", tabindex: "0", role: "group", "aria-labelledby": "h-view" }, picture));
      parts.push(el("p", { class: "note" }, say("drawn", { n: number(block.least_cases) }) + " " + say("hint_follow")));
      return parts;
    },
    matrix(block) {
      if (!block.names.length) return [];
      const cell = new Map(block.cells.map((c) => [c[0] + "," + c[1], c]));
      const head = el("tr", {}, el("td", { class: "corner" }, say("from_to")), ...block.names.map((n) => el("th", { scope: "col" }, el("bdi", {}, name(n)))));
      const rows = block.names.map((n, from) => el("tr", {}, el("th", { scope: "row" }, el("bdi", {}, name(n))), ...block.names.map((_, to) => {
        const found = cell.get(from + "," + to);
        return found ? el("td", { class: "w" + found[4] }, duration(found[2]), el("small", {}, number(found[3]))) : el("td", { class: from === to ? "same" : "none" });
      })));
      const legend = block.legend.map((text, n) => el("span", { class: "key" }, el("i", { class: "w" + n }), text[zh() ? 1 : 0]));
      return [el("h3", { class: "blockhead", id: "h-matrix" }, say("t_matrix")), el("p", { class: "legend" }, ...legend),
        el("div", { class: "table-scroll", tabindex: "0", role: "group", "aria-labelledby": "h-matrix" }, el("table", { class: "matrix" }, el("thead", {}, head), el("tbody", {}, ...rows))),
        block.hidden ? el("p", { class: "note" }, say("hidden_holders", { n: number(block.hidden) })) : null];
    },
    table: paintTable,
  };
  const RIGHT = new Set(["count", "number", "share", "duration", "total", "later", "points", "valued", "changed", "bar"]);
  function paintCell(kind, value, row, columns) {
    const shown = { class: RIGHT.has(kind) ? "num" : "k-" + kind };
    if (typeof value === "number") shown["data-v"] = value;
    const cell = el("td", shown);
    if (kind === "route") {
      cell.append(el("div", { class: "route" }, ...value.map((step) => el("span", { class: "chev" }, el("bdi", {}, name(step))))));
    } else if (kind === "pick") {
      const box = el("input", { type: "checkbox", disabled: value === null, "aria-label": `${say("pick")}: ${(value || []).map(name).join(" → ").slice(0, 200)}`,
        onchange: () => { picked = box.checked ? [...picked, value] : picked.filter((v) => v !== value); at("keep").disabled = !picked.length; } });
      cell.append(box);
    } else if (kind === "case") {
      cell.append(el("button", { type: "button", onclick: () => { asked.case = { case: value }; go("case"); } }, el("bdi", {}, value)));
    } else if (kind === "bar") {
      cell.append(el("span", { class: "gauge" }, el("i", { class: "g" + Math.round(100 * (value || 0)) })), write(kind, value));
    } else if (kind === "valued" || kind === "changed") {
      const own = row[columns.findIndex(([key]) => key === "kind")];
      cell.append(kind === "changed" && value !== null ? signed(value, write(own, Math.abs(value))) : write(own, value));
    } else cell.append(el("bdi", {}, write(kind, value)));
    return cell;
  }
  function paintTable(block) {
    const head = el("h3", { class: "blockhead", id: "h-" + block.name }, say("t_" + block.name) + (block.case === undefined ? "" : " · " + block.case));
    if (!block.rows.length) return [head, el("p", { class: "sub" }, say("nothing"))];
    const columns = block.columns;
    const paged = block.page !== undefined;
    const headings = columns.map(([key, kind], n) => (kind === "hidden" ? null : heading(block, key, kind, n)));
    const rows = block.rows.map((row) => el("tr", {}, ...row.map((value, n) => (columns[n][1] === "hidden" ? null : paintCell(columns[n][1], value, row, columns)))));
    const box = el("div", { class: "table-scroll", tabindex: "0", role: "group", "aria-labelledby": "h-" + block.name },
      el("table", {}, el("thead", {}, el("tr", {}, ...headings)), el("tbody", {}, ...rows)));
    const parts = [head, box];
    if (block.name === "variants") parts.push(el("div", { class: "row" }, el("button", { type: "button", id: "keep", class: "plain-button", disabled: true, onclick: () => add({ kind: "variant", variants: picked }) }, say("keep_picked"))));
    if (block.name === "case") parts.push(el("div", { class: "row" }, el("button", { type: "button", class: "plain-button", onclick: () => go("cases") }, say("back"))));
    if (paged) parts.push(pager(block));
    else if (block.total > block.rows.length) parts.push(el("p", { class: "note" }, say("first_rows", { a: number(block.rows.length), n: number(block.total) })));
    return parts;
  }
  function heading(block, key, kind, column) {
    const cell = el("th", { scope: "col", class: RIGHT.has(kind) ? "num" : null });
    const server = block.sorts && block.sorts.includes(key);
    if (!server && (block.page !== undefined || !RIGHT.has(kind) || kind === "valued" || kind === "changed")) { cell.append(say(data.words["c_" + key] ? "c_" + key : key)); return cell; }
    if (server && block.sort === key) cell.setAttribute("aria-sort", block.way);
    const button = el("button", { type: "button", id: `sort-${key}`, onclick: () => {
      if (server) { asked.cases = { sort: key, falling: !(block.sort === key && block.way === "descending"), page: 0 }; show(`sort-${key}`); }
      else sortHere(cell, column);
    } }, say(key));
    cell.append(button);
    return cell;
  }
  function sortHere(head, column) {
    const table = head.closest("table"), falls = head.getAttribute("aria-sort") !== "descending";
    const place = Array.from(head.parentNode.children).indexOf(head);
    const key = (row) => (row.cells[place].dataset.v === undefined ? null : Number(row.cells[place].dataset.v));
    const rows = Array.from(table.tBodies[0].rows);
    rows.sort((a, b) => (key(a) === null) - (key(b) === null) || (falls ? key(b) - key(a) : key(a) - key(b)));
    table.tBodies[0].append(...rows);
    all("th[aria-sort]", table).forEach((th) => th.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", falls ? "descending" : "ascending");
  }
  function pager(block) {
    const first = block.page * block.size, last = Math.min(first + block.rows.length, block.total);
    const turnTo = (page, id) => { asked[block.name].page = page; show(id); };
    const button = (key, page, off) => el("button", { type: "button", class: "plain-button", id: "page-" + key, disabled: off, onclick: () => turnTo(page, "page-" + key) }, say(key));
    return el("div", { class: "pager" }, button("previous", block.page - 1, block.page === 0), button("next", block.page + 1, last >= block.total),
      el("span", {}, say("rows_of", { a: number(first + 1), b: number(last), n: number(block.total) })));
  }
  function lead() {
    if (view === "handoffs") {
      const box = el("select", { id: "between", onchange: () => { asked.handoffs.between = box.value; show("between"); } },
        ...["team", "resource"].map((key) => el("option", { value: key, selected: (asked.handoffs.between || "team") === key }, say(key))));
      return [el("label", { class: "row" }, say("between"), box)];
    }
    if (view !== "compare") return [];
    const told = other.length ? other.map(describe).join("; ") : say("all_cases");
    return [el("p", { class: "sub" }, say("a_is") + " " + say("b_is", { text: told })), el("div", { class: "row" },
      el("button", { type: "button", class: "plain-button", id: "set-b", onclick: () => { other = filters(); show("set-b"); } }, say("set_b")),
      el("button", { type: "button", class: "plain-button", id: "b-all", onclick: () => { other = []; show("b-all"); } }, say("b_all")))];
  }
  function showLines(answer) {
    const parts = [];
    const block = (key, text, extra) => {
      const copy = el("button", { type: "button", class: "plain-button", onclick: async () => {
        await navigator.clipboard.writeText(text);
        copy.textContent = say("copied");
      } }, say("copy"));
      parts.push(el("h3", {}, `${say(key)}${extra}`, text === null ? null : copy));
      parts.push(text === null ? el("p", { class: "note" }, say("no_shell")) : el("pre", { tabindex: "0", "data-line": key }, text));
    };
    const two = answer.other_commands;
    [[answer.commands, two ? " (A)" : ""], [two, " (B)"]].forEach(([lines, extra]) => {
      if (lines) { block("shell", lines.shell, extra); block("python", lines.python, extra); }
    });
    parts.push(el("p", { class: "note" }, say("judged")));
    at("lines").replaceChildren(...parts);
  }

  function go(next) { view = next; show(); at("h-view").setAttribute("tabindex", "-1"); if (next === "case") at("h-view").focus(); }
  async function show(focus) {
    const mine = ++turn, section = at("h-view").closest("section");
    section.setAttribute("aria-busy", "true");
    all("[data-view]").forEach((tab) => (tab.dataset.view === view || (view === "case" && tab.dataset.view === "cases") ? tab.setAttribute("aria-current", "page") : tab.removeAttribute("aria-current")));
    at("h-view").textContent = say("h_" + view);
    try {
      const options = view === "compare" ? { other } : asked[view] || {};
      const answer = await ask("view", { view, filters: filters(), asked: options });
      if (mine !== turn) return;
      at("failure").hidden = true;
      at("size").replaceChildren(el("b", {}, number(answer.cases)), say("of_cases", { n: number(answer.of) }));
      at("blocks").replaceChildren(...lead(), ...answer.blocks.flatMap((block) => paint[block.type](block)).filter(Boolean));
      const box = document.querySelector(".mapbox");
      if (box) box.scrollLeft = (box.scrollWidth - box.clientWidth) / 2;
      showLines(answer);
      if (focus && at(focus)) at(focus).focus();
    } catch (error) {
      if (mine !== turn) return;
      at("failure").textContent = error.message;
      at("failure").hidden = false;
      at("blocks").replaceChildren(...lead());
      at("lines").replaceChildren();
    }
    section.setAttribute("aria-busy", "false");
  }
  all("[data-view]").forEach((tab) => tab.addEventListener("click", () => go(tab.dataset.view)));

  // Language and theme.
  function speak(language) {
    root.dataset.lang = language;
    root.lang = language === "zh" ? "zh-CN" : "en";
    all("[data-set]").forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.set === language)));
  }
  all("[data-set]").forEach((button) => button.addEventListener("click", () => { speak(button.dataset.set); showChips(); show(); renewForms(); }));
  document.querySelector("[data-theme-button]").addEventListener("click", () => {
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
  });
  speak(root.dataset.lang);
  moved();
})();
