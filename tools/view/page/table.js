// The functions of the range: sorted, searched, and only those rows made that are in sight.
import {colourOf, theme} from "./colour.js";
import {changed, chooseFunction, functionOf, mayHaveEarlier, state} from "./state.js";
import {costWhy, countText, durationText, element, labelled} from "./text.js";

const rowPixels = 22, nameCharacter = 7.3; // of the column's font: a little more than it takes
const columns = [["name", "function"], ["self", "self"], ["share", "self %"], ["total", "total"], ["calls", "calls"], ["average", "average"]];

export class Table {
  rows = [];
  constructor(head, body) {
    this.body = body;
    this.space = body.firstElementChild;
    this.heads = columns.map(([key, title]) => {
      const button = element("button", {textContent: title, title: `sort by ${title}`});
      button.dataset.sort = key;
      button.addEventListener("click", () => {
        state.sort = key;
        this.body.scrollTop = 0;
        changed();
      });
      head.append(button);
      return button;
    });
    body.addEventListener("scroll", () => this.fill());
    body.addEventListener("keydown", (event) => this.step(event));
  }
  draw({paths, rows, told}) {
    const key = `${state.sort} ${state.search} ${told}`;
    this.body.parentElement.dataset.sort = state.sort;
    for (const head of this.heads) head.toggleAttribute("aria-sort", head.dataset.sort === state.sort);
    if (this.paths !== paths || this.exact !== rows || this.key !== key) {
      this.paths = paths;
      this.exact = rows;
      this.key = key;
      this.about = told && !rows && mayHaveEarlier();
      this.rows = paths ? this.sorted(rows ? rows.map((row) => ({...row})) : this.withAverages(paths.table())) : [];
      this.space.style.height = `${this.rows.length * rowPixels}px`;
    }
    this.fill();
  }
  withAverages(rows) {
    for (const row of rows) row.average = row.calls ? Math.round(row.own / row.calls) : 0;
    return rows;
  }
  sorted(rows) {
    const all = rows.reduce((sum, row) => sum + row.self, 0) || 1;
    for (const row of rows) {
      row.share = row.self / all;
      row.name = functionOf(row.id).brief + functionOf(row.id).place;
    }
    const by = state.sort, found = state.matches ? rows.filter((row) => state.matches.has(row.id)) : rows;
    return found.sort((a, b) => (by === "name" ? 0 : b[by] - a[by]) || a.name.localeCompare(b.name));
  }
  fill() {
    const names = this.heads[0].clientWidth - 36; // less the swatch and margins
    const first = Math.floor(this.body.scrollTop / rowPixels), count = Math.ceil(this.body.clientHeight / rowPixels) + 1;
    const looks = [names, first, count, state.chosen, theme.dark].join();
    if (this.filled === this.rows && this.looks === looks) return;
    this.filled = this.rows;
    this.looks = looks;
    this.room = Math.max(6, Math.floor(names / nameCharacter));
    this.space.replaceChildren(...this.rows.slice(first, first + count).map((row, i) => this.make(row, first + i)));
  }
  // Texts and why they are marked: `≥` at least, `~` about.
  cells(row) {
    const least = "calls that have no path of their own are not told apart: it is at least that";
    const share = "about: of a slice of time that is cut, the part of its time counts", early = "about: time of calls that began before this stretch counts, too";
    const few = "about: what recording cost, on the mean, is much of it";
    const self = row.isShare ? ["~", share] : ["", ""];
    const total = row.leastTotal ? ["≥ ", least] : row.isShareTotal ? ["~", share] : row.isCostly ? ["~", few] : ["", ""];
    const average = row.leastOwn ? ["≥ ", least] : row.isShareTotal ? ["~", share] : this.about ? ["~", early] : ["", ""];
    const cell = ([mark, title], text) => [mark + text, title || (text === durationText(0) && row.calls > 0 ? costWhy : "")];
    return [cell(self, durationText(row.self)), cell(self, (100 * row.share).toFixed(1)), cell(total, durationText(row.total)),
      cell(self, countText(Math.round(row.calls))), row.calls > 0 ? cell(average, durationText(row.average)) : ["–", ""]];
  }
  make(row, index) {
    const called = functionOf(row.id), swatch = element("span", {className: "swatch"});
    swatch.style.background = colourOf(called.colour, 255);
    const name = element("span", {title: called.name.slice(0, 2000)}, swatch, labelled(called, this.room));
    const made = element("div", {className: "row" + (row.id === state.chosen ? " chosen" : "")}, name,
      ...this.cells(row).map(([text, title]) => element("span", {textContent: text, title})));
    made.setAttribute("role", "row");
    made.dataset.function = row.id;
    made.style.top = `${index * rowPixels}px`;
    made.addEventListener("click", () => chooseFunction(row.id));
    return made;
  }
  // Up and down go through the rows.
  step(event) {
    const by = {ArrowDown: 1, ArrowUp: -1}[event.key];
    if (!by || this.rows.length === 0) return;
    event.preventDefault();
    event.stopPropagation();
    const at = this.rows.findIndex((row) => row.id === state.chosen);
    const to = Math.min(Math.max(at + by, 0), this.rows.length - 1);
    if (this.rows[to].id !== state.chosen) chooseFunction(this.rows[to].id);
    this.body.scrollTop = Math.min(Math.max(this.body.scrollTop, (to + 1) * rowPixels - this.body.clientHeight), to * rowPixels);
  }
}
