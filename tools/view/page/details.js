// What is known of the chosen call or function.
import {colourOf, theme} from "./colour.js";
import {classStart, flag} from "./decode.js";
import {changed, chooseFunction, functionOf, show, span, state} from "./state.js";
import {countText, durationText, element, momentText, shownText} from "./text.js";
import {Tiles} from "./tiles.js";
import {fitCanvas} from "./timeline.js";

const flagTexts = [
  [flag.jumped, "left by a jump (longjmp, an exception, the thread's end)"],
  [flag.open, "never ended"],
  [flag.inherited, "entered by the parent process before the fork"],
  [flag.cut, "its end is not known: part of the tape is damaged or was overwritten"],
  [flag.resumed, "its stack was left and resumed"],
];

// ---- finding a call in the tiles

function itemAt(tile, depth, at) {
  const row = tile?.rows.find((each) => each.row === depth + 1);
  if (!row) return -1;
  const i = Tiles.first(tile, row, at);
  if (i < row.to && tile.starts[i] <= at) return i;
  // Between two: the nearer one.
  const before = i > row.from ? i - 1 : -1, after = i < row.to ? i : -1;
  if (before < 0 || after < 0) return Math.max(before, after);
  return at - tile.ends[before] <= tile.starts[after] - at ? before : after;
}

// {start, end, called, flags} of the call of that depth at `at`; of density, where no finer tile is to be had, what is
// known of that.
export async function findCall(tiles, {thread, depth, at}, level) {
  let tile = await tiles.load(thread, level, at), i = itemAt(tile, depth, at);
  while (i >= 0 && tile.flags[i] < 0 && level > 0) {
    level = Math.max(0, Math.min(level, tile.level) - 2);
    const finer = await tiles.load(thread, level, Math.min(Math.max(at, tile.starts[i]), tile.ends[i] - 1));
    if (finer === tile && level === 0) break;
    if (finer === null) return null;
    tile = finer;
    i = itemAt(tile, depth, at);
  }
  if (i < 0) return null;
  const found = {start: tile.starts[i], end: tile.ends[i], called: tile.functions[i], flags: tile.flags[i], calls: tile.calls[i]};
  if (found.flags < 0) return found;
  const inside = Math.min(Math.max(at, found.start), found.end);
  await followUp(tiles, thread, depth, inside, tile.level, found);
  await followOn(tiles, thread, depth, found);
  return found;
}

// Coarser tiles know more of a call that is cut by this one.
async function followUp(tiles, thread, depth, at, level, found) {
  while (found.flags & (flag.earlier | flag.later | flag.unseen) && level < tiles.coarsest) {
    const tile = await tiles.load(thread, ++level, at), i = itemAt(tile, depth, at);
    if (i < 0 || tile.flags[i] < 0 || tile.functions[i] !== found.called) break;
    found.start = Math.min(found.start, tile.starts[i]);
    found.end = Math.max(found.end, tile.ends[i]);
    found.flags = tile.flags[i] & (flag.unseen - 1) | (found.flags & tile.flags[i] & flag.unseen);
    found.level = level = tile.level;
  }
}
// What goes on in the next tile of its level.
async function followOn(tiles, thread, depth, found) {
  for (let count = 0; found.flags & flag.later && count < 4; count++) {
    const tile = await tiles.load(thread, found.level ?? 0, found.end), i = itemAt(tile, depth, found.end);
    if (i < 0 || tile.flags[i] < 0 || tile.starts[i] > found.start || tile.ends[i] <= found.end) break;
    found.end = tile.ends[i];
    found.flags = tile.flags[i];
  }
}

// An argument, the result or a note: its name and its value.
function valueText({kind, name, text}) {
  return [kind === "return" ? "result" : shownText(name), shownText(text)];
}

// ---- the panel

export class Details {
  constructor(panel, source, tiles, timeline) {
    Object.assign(this, {panel, source, tiles, timeline, key: ""});
  }
  // Shows what is chosen, if that is another than before.
  draw() {
    const call = state.call, key = call ? `${call.thread} ${call.depth} ${call.at}` : `${state.chosen}`;
    if (key === this.key) return;
    this.key = key;
    this.panel.hidden = !call && state.chosen === 0;
    if (call) this.showCall(call, key);
    else if (state.chosen !== 0) this.showFunction(state.chosen, key);
  }
  async showCall(call, key) {
    const found = await findCall(this.tiles, call, this.tiles.levelFor(span() / this.timeline.width));
    if (this.key !== key) return;
    if (!found) {
      this.fill([element("p", {textContent: "There is no call at this place."})]);
      return;
    }
    Object.assign(call, {start: found.start, end: found.end});
    state.chosen = found.called;
    changed();
    const known = await this.source.call(call.thread, call.depth, Math.floor((found.start + found.end) / 2), Math.max(0, Math.floor(found.start) - 1), Math.ceil(found.end) + 2);
    if (this.key === key) await this.fillCall(call, found, known, key);
  }
  async fillCall(call, found, known, key) {
    const exact = known.found && known.function === found.called, density = found.flags < 0;
    if (exact) Object.assign(call, {start: known.start, end: known.end});
    const untimed = found.flags > 0 && found.flags & (flag.untimedStart | flag.untimedEnd), about = untimed ? "~" : "";
    const facts = [["start", momentText(call.start, 1)]];
    if (density) facts.push(["calls here", countText(found.calls)]);
    else facts.push(["duration", about + durationText(call.end - call.start)]);
    if (exact) facts.push(["less what recording cost", about + durationText(known.total)], ["self", about + durationText(known.self)]);
    if (exact && known.slack > 0) facts.push(["off by at most", durationText(known.slack)]);
    facts.push(["depth", String(call.depth)], ["thread", this.threadName(call.thread)]);
    const parts = [...this.title(found.called), this.list(facts)];
    for (const [bit, text] of flagTexts) if (found.flags > 0 && found.flags & bit) parts.push(element("p", {textContent: text}));
    if (density) parts.push(element("p", {textContent: "Single calls here are finer than what this file holds; the tape has them."}));
    if (exact && known.values.length) parts.push(element("h3", {textContent: "recorded of it"}), this.list(known.values.map(valueText)));
    parts.push(this.steps(call, found.called));
    parts.push(...(await this.callers(call, exact ? known.callers : null)));
    await this.fillRest(parts, found.called, exact ? known.total : density ? null : call.end - call.start, key);
  }
  async showFunction(called, key) {
    await this.fillRest(this.title(called), called, null, key);
  }
  async fillRest(parts, called, ns, key) {
    const [habit, text] = await Promise.all([this.source.habit(called), this.source.source(called)]);
    if (this.key !== key) return;
    const histogram = element("canvas", {});
    if (habit) parts.push(element("h3", {textContent: "durations of all its calls"}), histogram);
    if (habit) parts.push(...this.slowest(habit));
    parts.push(...this.text(called, text));
    this.fill(parts);
    if (habit) drawHistogram(histogram, habit, called, ns);
    changed();
  }
  fill(parts) {
    const close = element("button", {className: "close", textContent: "×", title: "close (Esc)"});
    close.addEventListener("click", () => {
      state.call = null;
      state.chosen = 0;
      changed();
    });
    this.panel.replaceChildren(close, ...parts);
    this.panel.hidden = false;
  }
  title(called) {
    const it = functionOf(called), place = it.file ? it.file + (it.line ? ":" + it.line : "") : "";
    return [element("h2", {textContent: it.name.slice(0, 10000)}),
      element("div", {className: "place", textContent: place}), element("div", {className: "place", textContent: it.module})];
  }
  list(facts) {
    const list = element("dl", {});
    for (const [name, value] of facts) list.append(element("dt", {textContent: name}), element("dd", {textContent: value}));
    return list;
  }
  threadName(thread) {
    const it = state.meta.threads[thread];
    return `${shownText(it.name ?? "")} ${it.tid}`.slice(0, 80);
  }
  steps(call, called) {
    const step = (text, title, back) => {
      const button = element("button", {textContent: text, title});
      button.addEventListener("click", () => this.goNext(call, called, back));
      return button;
    };
    const zoom = element("button", {textContent: "zoom to it", title: "zoom to the call (z)"});
    zoom.addEventListener("click", () => zoomToCall());
    return element("div", {className: "steps"}, step("◂ previous call", "previous call of this function (p)", true),
      step("next call ▸", "next call of this function (n)", false), zoom);
  }
  async goNext(call, called, back) {
    const from = Math.floor(call.start ?? call.at);
    const next = await this.source.next(call.thread, called, from, back) ?? await this.nextInTiles(call, called, from, back);
    if (next.found) this.go({thread: call.thread, depth: next.depth, at: next.start});
  }
  // Without the tape: the next box of it that is drawn at this zoom.
  async nextInTiles(call, called, from, back) {
    const level = this.tiles.levelFor(span() / this.timeline.width), found = {found: false};
    this.tiles.each(call.thread, level, 0, state.meta.ns, (tile, i, row) => {
      const start = tile.starts[i];
      if (tile.functions[i] !== called || row === 0 || (back ? start >= from : start <= from)) return;
      if (!found.found || (back ? start > found.start : start < found.start)) Object.assign(found, {found: true, start, depth: row - 1});
    });
    return found;
  }
  // Chooses a call and brings it into sight.
  go(call) {
    state.call = call;
    if (call.at < state.from || call.at > state.to) show(call.at - span() / 2, call.at + span() / 2);
    this.timeline.reveal(call.thread, call.depth);
    changed();
  }
  link(text, right, go) {
    const made = element("button", {className: "link"}, element("span", {textContent: text.slice(0, 300), title: text.slice(0, 1000)}), element("span", {textContent: right}));
    made.addEventListener("click", go);
    return made;
  }
  // From the innermost caller outwards.
  async callers(call, known) {
    const chain = known ?? (await this.callersInTiles(call)), parts = [];
    for (let depth = chain.length - 1; depth >= 0; depth--)
      parts.push(this.link(functionOf(chain[depth]).brief, "", () => this.go({thread: call.thread, depth, at: call.at})));
    if (parts.length > 24) parts.splice(12, parts.length - 24, element("div", {className: "place", textContent: `… ${parts.length - 24} more`}));
    return parts.length ? [element("h3", {textContent: "called by"}), ...parts] : [];
  }
  async callersInTiles(call) {
    const level = this.tiles.levelFor(span() / this.timeline.width), tile = await this.tiles.load(call.thread, level, call.at), chain = [];
    for (let depth = 0; depth < call.depth; depth++) {
      const i = itemAt(tile, depth, call.start ?? call.at);
      chain.push(i >= 0 ? tile.functions[i] : 0);
    }
    return chain;
  }
  slowest(habit) {
    if (habit.slowest.length === 0) return [];
    return [element("h3", {textContent: habit.slowest.length > 1 ? `the slowest ${habit.slowest.length}` : "its only call"}),
      ...habit.slowest.map((each) => this.link(`${momentText(each.start, 1000)}  ${this.threadName(each.thread)}`, durationText(each.ns),
        () => this.go({thread: each.thread, depth: each.depth, at: each.start})))];
  }
  text(called, source) {
    if (source.lines.length === 0) return [];
    const lines = element("pre", {}), line = functionOf(called).line;
    source.lines.forEach((text, i) => {
      const number = source.first + i;
      lines.append(element("i", {textContent: String(number).padStart(5) + "  "}), number === line ? element("b", {textContent: text}) : text, "\n");
    });
    return [element("h3", {textContent: "source"}), lines];
  }
}

export function zoomToCall() {
  const call = state.call;
  if (call?.start === undefined) return;
  const margin = Math.max((call.end - call.start) * 0.08, 5);
  show(call.start - margin, call.end + margin);
}

function drawHistogram(canvas, habit, called, ns) {
  const {context, width, height} = fitCanvas(canvas), first = habit.counts.findIndex((count) => count > 0);
  const counts = habit.counts.slice(first), most = Math.log1p(Math.max(...counts)), each = width / Math.max(counts.length, 8), base = height - 18;
  context.fillStyle = colourOf(functionOf(called).colour, 255);
  counts.forEach((count, i) => {
    const tall = count ? Math.max(2, (Math.log1p(count) / most) * (base - 4)) : 0;
    context.fillRect(i * each, base - tall, Math.max(1, each - 1), tall);
  });
  context.fillStyle = theme.line;
  context.fillRect(0, base, width, 1);
  context.font = "10px system-ui, sans-serif";
  context.fillStyle = theme.quiet;
  context.textBaseline = "top";
  for (let i = 0, free = 0; i < counts.length; i++) {
    if (i * each < free || i * each > width - 34) continue;
    context.fillText(durationText(classStart(first + i)), i * each, base + 4);
    free = i * each + 52;
  }
  if (ns === null) return;
  let at = habit.counts.length - 1;
  while (at > 0 && classStart(at) > ns) at--;
  context.fillStyle = theme.warn;
  context.fillRect((at - first + 0.5) * each - 1, 0, 2, base);
}
