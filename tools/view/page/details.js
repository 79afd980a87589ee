// What is known of the chosen call or function.
import {colourOf, theme} from "./colour.js";
import {classStart, flag} from "./decode.js";
import {changed, chooseFunction, functionOf, show, span, state} from "./state.js";
import {countText, costWhy, durationText, element, labelled, momentText, netText, shortened, shownText} from "./text.js";
import {Tiles} from "./tiles.js";
import {fitCanvas, rowsMost} from "./timeline.js";

const linkRoom = 40, tipRoom = 90, tipValues = 8; // characters, characters, lines
const tilesMost = 256; // of a thread, that are looked through
const takenWhy = "taken out: what recording cost, and time in which the system ran something else or the thread was held for calltape's recorder; net: what is left";

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

// {row, i} of what is drawn of a function.
function* itemsOf(tile, called) {
  for (const {row, from, to} of tile?.rows ?? [])
    for (let i = from; i < to && row > 0; i++) if (tile.functions[i] === called) yield {row, i};
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
  await followBack(tiles, thread, depth, found, tile.level);
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
// Where a window of the recording began while it was open, the tile before has where it began.
async function followBack(tiles, thread, depth, found, level) {
  for (let count = 0; found.flags & flag.unseen && found.start > 0 && count < 4; count++) {
    const tile = await tiles.load(thread, found.level ?? level, found.start), i = itemAt(tile, depth, found.start);
    if (i < 0 || tile.flags[i] < 0 || tile.functions[i] !== found.called || tile.ends[i] < found.start) break;
    if (!(tile.flags[i] & flag.unseen)) found.flags &= ~flag.unseen;
    if (tile.starts[i] >= found.start) break;
    found.start = tile.starts[i];
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
    if (key === this.key) {
      if (this.dark !== theme.dark) this.drawHistogram?.();
      return;
    }
    this.key = key;
    this.drawHistogram = null;
    this.panel.hidden = !call && state.chosen === 0;
    if (this.panel.hidden) return;
    const shown = call ? this.showCall(call, key) : this.showFunction(state.chosen, key);
    shown.catch((error) => {
      if (this.key === key) this.fill([element("p", {textContent: error.message})]);
    });
  }
  // Shows again what is chosen.
  forget() {
    this.key = null;
  }
  async showCall(call, key) {
    const found = await findCall(this.tiles, call, this.tiles.levelFor(span() / this.timeline.width));
    if (this.key !== key) return;
    if (!found) {
      const deep = call.depth >= rowsMost;
      this.fill([element("p", {textContent: deep ? "Calls as deep as this one are not drawn." : "There is no call at this place."})]);
      return;
    }
    Object.assign(call, {start: found.start, end: found.end});
    state.chosen = found.called;
    changed();
    const known = await this.source.call(call.thread, call.depth, found.start, found.end);
    if (this.key === key) await this.fillCall(call, found, known, key);
  }
  async fillCall(call, found, known, key) {
    const exact = known.found && known.function === found.called, density = found.flags < 0;
    if (exact) Object.assign(call, {start: known.start, end: known.end});
    const untimed = found.flags > 0 && found.flags & (flag.untimedStart | flag.untimedEnd), about = untimed ? "~" : "";
    const facts = [["start", momentText(call.start, 1)]];
    if (density) facts.push(["calls here", countText(found.calls)]);
    else facts.push(["duration", about + durationText(call.end - call.start)]);
    const took = call.end - call.start, costly = exact && took > 0 && (known.total === 0 || known.self === 0);
    if (exact && known.total > 0 && known.total < took) facts.push(["taken out of it", about + durationText(took - known.total), takenWhy]);
    if (exact) facts.push(["net", known.total > 0 ? about + durationText(known.total) : netText(0, took), takenWhy],
      ["self", known.self > 0 ? about + durationText(known.self) : netText(0, known.total > 0 ? null : took)]);
    if (exact && known.slack > 0) facts.push(["off by at most", durationText(known.slack)]);
    facts.push(["depth", String(call.depth)], ["thread", this.threadName(call.thread)]);
    const parts = [...this.title(found.called), this.list(facts)];
    if (costly) parts.push(element("p", {textContent: costWhy}));
    for (const [bit, text] of flagTexts) if (found.flags > 0 && found.flags & bit) parts.push(element("p", {textContent: text}));
    if (density) parts.push(element("p", {textContent: "Single calls here are finer than what this file holds; the tape has them."}));
    const values = exact || !known.found && !density ? known.values ?? [] : [];
    if (values.length) parts.push(element("h3", {textContent: "recorded of it"}), this.list(values.map(valueText)));
    if (state.meta.values && known.more) parts.push(element("p", {textContent: "Values of this call, if it had any, are more than what this file holds; the tape has them."}));
    parts.push(this.steps(call, found.called));
    parts.push(...(await this.callers(call, exact ? known.callers : null)));
    await this.fillRest(parts, found.called, exact ? known.total : density ? null : call.end - call.start, key);
  }
  // Arguments, result and notes of a call, for the tip at the pointer.
  async valueLines({thread, depth, called, start, end}) {
    const known = await this.source.call(thread, depth, start, end).catch(() => ({values: []}));
    if (!known.values || (known.found && known.function !== called)) return [];
    const lines = known.values.slice(0, tipValues).map((value) => shortened(valueText(value).join(" "), tipRoom));
    return known.values.length > lines.length ? [...lines, `… ${known.values.length - lines.length} more`] : lines;
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
    this.drawHistogram = habit && (() => {
      this.dark = theme.dark;
      drawHistogram(histogram, habit, called, ns);
    });
    this.drawHistogram?.();
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
    for (const [name, value, title = ""] of facts) list.append(element("dt", {textContent: name, title}), element("dd", {textContent: value, title}));
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
  // To the function's first call behind that one, or the last before it; without a thread, in any.
  async goNext(call, called, back) {
    const from = Math.floor(call.start ?? call.at) + (back ? -1 : 1);
    if (from < 0) return;
    const next = await this.source.next(call.thread, called, from, back) ?? await this.nextInTiles(call, called, from, back);
    if (next.found) this.go({thread: next.thread, depth: next.depth, at: next.start});
  }
  // Without the tape: the next box of it that is drawn at this zoom, or at one at which few enough tiles show all.
  async nextInTiles(call, called, from, back) {
    const width = (level) => Math.pow(4, level + 4), found = {found: false};
    let level = this.tiles.levelFor(span() / this.timeline.width);
    while (state.meta.ns / width(level) > tilesMost && level < this.tiles.coarsest) level++;
    for (const thread of call.thread === undefined ? state.threads.flat() : [call.thread])
      for (let at = 0; at <= state.meta.ns; at += width(level)) {
        const tile = await this.tiles.load(thread, level, at);
        for (const {row, i} of itemsOf(tile, called)) {
          const start = tile.starts[i];
          if (back ? start > from || start <= (found.start ?? -1) : start < from || start >= (found.start ?? Infinity)) continue;
          Object.assign(found, {found: true, thread, start, depth: row - 1});
        }
      }
    return found;
  }
  // Chooses a call and brings it into sight.
  go(call) {
    state.call = call;
    if (call.at < state.from || call.at > state.to) show(call.at - span() / 2, call.at + span() / 2);
    this.timeline.reveal(call.thread, call.depth);
    changed();
  }
  link(text, right, go, title = text) {
    const made = element("button", {className: "link"}, element("span", {textContent: text, title: title.slice(0, 1000)}), element("span", {textContent: right}));
    made.addEventListener("click", go);
    return made;
  }
  // From the innermost caller outwards.
  async callers(call, known) {
    const chain = known ?? (await this.callersInTiles(call)), parts = [];
    for (let depth = chain.length - 1; depth >= 0; depth--)
      parts.push(this.link(labelled(functionOf(chain[depth]), linkRoom), "", () => this.go({thread: call.thread, depth, at: call.at}), functionOf(chain[depth]).name));
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
      ...habit.slowest.map((each) => this.link(shortened(`${momentText(each.start, 1000)}  ${this.threadName(each.thread)}`, linkRoom), netText(each.ns),
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
  const {context, width, height} = fitCanvas(canvas, false), first = habit.counts.findIndex((count) => count > 0);
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
    const text = durationText(classStart(first + i)), right = i * each + context.measureText(text).width;
    if (i * each < free || right > width) continue;
    context.fillText(text, i * each, base + 4);
    free = right + 12;
  }
  if (ns === null) return;
  let at = habit.counts.length - 1;
  while (at > 0 && classStart(at) > ns) at--;
  context.fillStyle = theme.warn;
  context.fillRect((at - first + 0.5) * each - 1, 0, 2, base);
}
