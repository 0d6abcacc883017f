"use strict";
(() => {
  // Filter of the ledger: one verdict, or all.
  const filter = document.getElementById("filter"), ledger = document.getElementById("ledger");
  if (filter && ledger) {
    const buttons = [];
    for (const li of filter.querySelectorAll("li")) {
      const b = document.createElement("button");
      b.type = "button";
      b.append(...li.childNodes);
      b.setAttribute("aria-pressed", "false");
      li.append(b);
      li.className = "button";
      buttons.push(b);
      b.addEventListener("click", () => {
        const on = b.getAttribute("aria-pressed") !== "true";
        for (const other of buttons) other.setAttribute("aria-pressed", String(on && other === b));
        for (const row of ledger.tBodies[0].rows) row.hidden = on && row.dataset.verdict !== li.dataset.verdict;
      });
    }
  }
  // A column's header sorts its table, by value where there are some; what has
  // none comes last.
  for (const table of document.querySelectorAll("table")) {
    const body = table.tBodies[0];
    if (!body || body.rows.length < 2) continue;
    [...table.tHead.rows[0].cells].forEach((th, i) => {
      const b = document.createElement("button");
      b.type = "button";
      b.append(...th.childNodes);
      th.append(b);
      b.addEventListener("click", () => {
        const up = th.getAttribute("aria-sort") !== "ascending";
        for (const other of th.parentNode.cells) other.removeAttribute("aria-sort");
        th.setAttribute("aria-sort", up ? "ascending" : "descending");
        const rows = [...body.rows], numeric = rows.some(r => r.cells[i].dataset.value);
        const value = row => numeric ? row.cells[i].dataset.value || NaN : row.cells[i].textContent.trim();
        const order = (a, b) => numeric ? a - b : a.localeCompare(b, undefined, {numeric: true});
        const none = row => numeric && isNaN(value(row));
        rows.sort((a, b) => none(a) - none(b) || (up ? 1 : -1) * order(value(a), value(b)));
        body.append(...rows);
      });
    });
  }
  // Whatever is of one cell is highlighted with the one that is pointed at.
  const linked = new Map();
  const link = (element, cell) => {
    element.dataset.cell = cell;
    if (!linked.has(cell)) linked.set(cell, []);
    linked.get(cell).push(element);
  };
  for (const part of document.querySelectorAll("[data-job]")) {
    const job = part.dataset.job;
    for (const row of part.querySelectorAll("svg [data-variant]")) link(row, `${job}/${row.dataset.variant}/${row.dataset.state}`);
    for (const table of part.querySelectorAll("table")) {
      const heads = [...table.tHead.rows[0].cells].slice(0, 2).map(th => th.textContent).join();
      if (heads !== "state,variant") continue;
      for (const row of table.tBodies[0].rows) link(row, `${job}/${row.cells[1].textContent}/${row.cells[0].textContent}`);
    }
  }
  for (const row of document.querySelectorAll("#trials tbody tr")) link(row, row.cells[0].firstChild.textContent.trim());
  let pointed;
  const point = event => {
    const at = event.target.closest("[data-cell]"), cell = at ? at.dataset.cell : undefined;
    if (cell === pointed) return;
    for (const element of linked.get(pointed) || []) element.classList.remove("linked");
    for (const element of linked.get(cell) || []) element.classList.add("linked");
    pointed = cell;
  };
  document.addEventListener("pointerover", point);
  document.addEventListener("focusin", point);
  // On paper nothing unfolds.
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details:not([open])")];
    for (const d of folded) d.open = true;
  });
  addEventListener("afterprint", () => { for (const d of folded) d.open = false; });
  // Theme: the system's, until the button is used.
  const root = document.documentElement, button = document.createElement("button");
  const dark = () => root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  const name = () => { button.textContent = dark() ? "Light theme" : "Dark theme"; };
  button.type = "button";
  button.id = "theme";
  button.addEventListener("click", () => { root.dataset.theme = dark() ? "light" : "dark"; name(); });
  name();
  document.querySelector("header").append(button);
})();
