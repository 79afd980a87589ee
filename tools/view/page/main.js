// Puts the page together.
import {colourClass, followTheme} from "./colour.js";
import {Details} from "./details.js";
import {FileSource} from "./file.js";
import {Flame} from "./flame.js";
import {Input} from "./input.js";
import {Overview} from "./overview.js";
import {Paths, PathTree} from "./paths.js";
import {ServerSource} from "./server.js";
import {analyzed, arrived, changed, functionOf, includedThreads, loadAddress, mayHaveEarlier, onChange, onMove, show, state} from "./state.js";
import {Table} from "./table.js";
import {callsText, countText, durationText, element, shownText} from "./text.js";
import {Tiles} from "./tiles.js";
import {Timeline} from "./timeline.js";

const settleMs = 70, pollMs = 500, watchMs = 2000, rowsMs = 200;
const byId = (id) => document.getElementById(id);

function takeMeta(meta) {
  state.meta = meta;
  state.lanes = meta.threads.map(({finest}) => ({rows: 1, done: 0, finest}));
  for (const [id, name, brief, file, line, module, distinct] of meta.functions) {
    const shown = shownText(name), place = distinct ? ` [${shownText(distinct)}]` : "";
    state.functions.set(id, {id, name: shown + place, brief: shownText(brief).slice(0, 1000), place, file: file && shownText(file), line,
      module: shownText(module), colour: colourClass(name)});
  }
  state.threads = meta.processes.map(() => []);
  meta.threads.forEach((thread, i) => thread.events > 0 && state.threads[thread.process].push(i));
}

function takeState(told) {
  told.lanes.forEach(([rows, done], i) => Object.assign(state.lanes[i], {rows, done}));
  state.done = told.done;
  state.failure = told.failure;
  state.fate = told.tape;
  state.lost = null;
  state.read = told.read;
}

function describe(meta) {
  const name = meta.path.split("/").pop();
  document.title = `${shownText(name)} – calltape`;
  byId("title").textContent = shownText(name);
  byId("title").title = shownText(meta.command.join(" "));
  byId("facts").textContent = `${callsText(meta.calls)}, ${durationText(meta.ns)}`;
}

// Sums of the range, and its functions' rows behind them, asked for when it has stood still for a moment and nothing of its picture is on its way: they are
// not to hold that up. One question at a time.
class Sums {
  key = "";
  paths = null;
  rows = null; // null: they could not be had
  failure = null;
  asking = false;
  constructor(source, tiles) {
    this.source = source;
    this.tiles = tiles;
    this.tree = new PathTree(source);
  }
  look() {
    const [from, to] = analyzed(), threads = includedThreads(), key = `${from} ${to} ${threads} ${state.done} ${state.done ? 0 : Math.floor(state.read / 5e7)}`;
    if (key === this.key) return;
    this.key = key;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(key, from, to, threads), settleMs);
  }
  async askRows(wanted) {
    this.rowsWanted = wanted;
    if (this.askingRows) return;
    this.askingRows = true;
    while (this.rowsWanted) {
      const [key, from, to, threads] = this.rowsWanted;
      this.rowsWanted = null;
      await new Promise((wake) => setTimeout(wake, rowsMs)); // who moves on is not to wait for them
      if (this.key !== key) continue;
      const rows = state.done ? await this.source.rows(from, to, threads).catch(() => null) : null;
      if (this.key !== key) continue;
      this.rows = rows;
      this.rowsOf = key;
      changed();
    }
    this.askingRows = false;
  }
  async ask(key, from, to, threads) {
    if (this.asking || this.tiles.waiting) {
      this.timer = setTimeout(() => this.ask(key, from, to, threads), settleMs);
      return;
    }
    this.asking = true;
    try {
      const sums = await this.source.sums(from, to, threads);
      await this.tree.reach(sums.nodes[sums.nodes.length - 1] ?? 0);
      if (this.key !== key) return;
      this.paths = new Paths(this.tree, sums);
      this.failure = null;
      this.of = key;
      this.rows = null;
      this.askRows([key, from, to, threads]);
    } catch (error) {
      this.failure = error.message;
    } finally {
      this.asking = false;
    }
    changed();
  }
  // What failed is asked for again.
  retry() {
    if (this.failure) this.key = "";
  }
  // Whether it is known whether the rows can be had.
  get told() {
    return this.rowsOf === this.key;
  }
  get settled() {
    return this.of === this.key;
  }
}

const fateTexts = {
  removed: "The tape was removed. What is shown is the recording as it was; it is gone when `calltape view` ends.",
  replaced: "Another file has taken the tape's place. What is shown is the recording that was there before: run `calltape view` again for the new one.",
  changed: "The tape was changed or emptied after it was opened. What is shown may be wrong, and more of it may not come: run `calltape view` again.",
};

// What the page can't vouch for any more must not look as if it could.
function drawBanner(timeline, sums) {
  const text = state.lost ?? fateTexts[state.fate] ?? "", banner = byId("banner");
  if (banner.textContent !== text) banner.textContent = text;
  banner.hidden = text === "";
  document.body.classList.toggle("stale", text !== "" && (state.lost !== null || state.fate !== "removed"));
  byId("timeline").classList.toggle("stale", timeline.tiles.failure !== null && !timeline.finished);
  byId("panels").classList.toggle("stale", sums.failure !== null);
  byId("panels").classList.toggle("late", !sums.settled);
}

// Why figures are marked: once, behind what else there is to say.
function aboutText({paths, rows, told, source}) {
  if (paths?.isShare[0]) return `~ about: this file holds sums of slices of ${durationText(source.sliceWidth)}; of one that is cut, the part of its time counts`;
  return told && !rows && state.done && mayHaveEarlier() ? "~ average: this stretch is too long to be read call by call: time of calls that began before it, or before a fork, counts" : null;
}

function drawStatus(tiles, sums) {
  const parts = [], failure = state.failure ?? (state.lost ? null : tiles.failure ?? sums.failure);
  if (failure) parts.push(element("span", {className: "warn", textContent: failure}));
  if (!state.done && !state.failure) parts.push(element("span", {textContent: `reading: ${countText(state.read)} of ${countText(state.meta.events)} events`}));
  parts.push(element("span", {textContent: `showing ${durationText(state.to - state.from)}`}));
  if (state.meta.untimed > 0) parts.push(element("span", {textContent: `~ interpolated: ${countText(state.meta.events - state.meta.untimed)} of ${countText(state.meta.events)} events carry a time`}));
  const about = aboutText(sums);
  if (about) parts.push(element("span", {className: "about", textContent: about, title: about}));
  for (const remark of state.meta.remarks) parts.push(element("span", {textContent: shownText(remark), title: shownText(remark)}));
  byId("status").replaceChildren(...parts);
}

function factsText(paths, ns) {
  const calls = paths.total[0], taken = paths.sums.ns.reduce((sum, each) => sum + each, 0) - calls, about = paths.isShare[0] ? "~" : "";
  const text = `${about}${durationText(calls)} in ${state.range ? "the measured" : "the shown"} ${durationText(ns)}`;
  return taken > calls / 100 ? `${text}; ${about}${durationText(taken)} of recording taken out` : text;
}

function drawChoices(sums) {
  byId("matches").textContent = state.matches ? `${countText(state.matches.size)} found` : "";
  byId("flame-down").setAttribute("aria-pressed", String(!state.inverse));
  byId("flame-up").setAttribute("aria-pressed", String(state.inverse));
  const [from, to] = state.range ?? [state.from, state.to];
  byId("flame-facts").textContent = sums.paths ? factsText(sums.paths, to - from) : "";
}

async function start() {
  const source = byId("data") ? await new FileSource().open() : new ServerSource();
  followTheme(changed);
  const [meta, told] = await Promise.all([source.meta(), source.state()]);
  takeMeta(meta);
  takeState(told);
  describe(meta);
  const tiles = new Tiles(source, meta.coarsest, (thread) => state.lanes[thread].finest, (told) => (told ? changed() : arrived())), sums = new Sums(source, tiles);
  const timeline = new Timeline(byId("timeline"), tiles), overview = new Overview(byId("overview"), tiles);
  const flame = new Flame(byId("flame")), table = new Table(byId("table-head"), byId("table-body"));
  const details = new Details(byId("details"), source, tiles, timeline);
  const input = new Input(timeline, flame, details, {table, search: byId("search"), tip: byId("tip"), help: byId("help")});
  loadAddress();
  input.search.value = state.search;
  onMove(() => timeline.prepare());
  onChange((all) => {
    timeline.draw();
    overview.draw();
    sums.look();
    if (!all) return;
    flame.draw(sums.paths);
    table.draw(sums);
    details.draw();
    drawBanner(timeline, sums);
    drawStatus(tiles, sums);
    drawChoices(sums);
  });
  for (const [id, inverse] of [["flame-down", false], ["flame-up", true]])
    byId(id).addEventListener("click", () => {
      state.inverse = inverse;
      changed();
    });
  const resized = new ResizeObserver(changed); // of the window, and of what the panel of details leaves room for
  for (const each of [document.body, timeline.canvas, flame.canvas]) resized.observe(each);
  addEventListener("hashchange", () => {
    loadAddress();
    input.search.value = state.search;
  });
  // For the tests and for measuring: what is shown, and whether more is to come.
  globalThis.calltape = {nameOf: (id) => functionOf(id).brief, show, state, tiles, timeline, flame, table, sums, details, settled: () => timeline.finished && sums.settled && state.series !== null};
  changed();
  await takeCurves(source).catch((error) => (state.lost = error.message));
  while (source.live) {
    const {done, failure} = state;
    await new Promise((wake) => setTimeout(wake, done || failure ? watchMs : pollMs));
    await look(source, tiles, sums, details);
  }
}

async function takeCurves(source) {
  if (!state.done || state.series !== null) return;
  state.series = (await source.curves()).series;
  changed();
}

// How far the making is, whether the server is still there, and the tape. What failed meanwhile is asked for again.
async function look(source, tiles, sums, details) {
  const {done, failure, fate, lost} = state;
  try {
    takeState(await source.state());
    await takeCurves(source);
  } catch (error) {
    state.lost = error.message;
  }
  const back = lost !== null && state.lost === null;
  if (back) details.forget();
  if (back || (!done && !failure)) tiles.retry();
  if (state.lost === null) sums.retry();
  if (back || (!done && !failure) || sums.failure || state.fate !== fate || state.lost !== lost) changed();
}

start().catch((error) => {
  byId("status").replaceChildren(element("span", {className: "warn", textContent: String(error.message ?? error)}));
});
