// What is shown and what is chosen; the address bar keeps it.
import {neutral} from "./colour.js";
import {countText, runsText} from "./text.js";

export const state = {
  meta: null, lanes: [], series: null, // series: counters, messages, frames; null: not there yet
  threads: [],             // by process: those of its threads that are shown
  done: false, functions: new Map(),
  fate: null,              // of the tape's file: "removed", "replaced", "changed"; null: it is as it was opened
  lost: null,              // why the server gives no answer
  from: 0, to: 1,          // ns, of the timeline
  range: null,             // [from, to] that was measured: flame graph and table are of it, else of what is shown
  chosen: 0,               // a function, or 0
  call: null,              // {thread, depth, at}: one call
  search: "", matches: null, // null: no search; else the set of functions that match
  excluded: new Set(), folded: new Set(), opened: new Set(), scroll: 0, // threads: left out, slim, with all levels
  inverse: false, sort: "self", zoomed: 0,
};

const listeners = [], followers = [];
// Called in the next frame after a change: listener(all), not all where but more of the pictures is there.
export function onChange(listener) {
  listeners.push(listener);
}
// Called as soon as another stretch is to be shown.
export function onMove(follower) {
  followers.push(follower);
}

let scheduled = 0, wholly = false, saving = 0;
function draw() {
  const all = wholly;
  scheduled = 0;
  wholly = false;
  for (const listener of listeners) listener(all);
}
// More of the pictures is there: they are drawn again in the next frame.
export function arrived() {
  if (!scheduled) scheduled = requestAnimationFrame(draw);
}
// Redraws all in the next frame.
export function changed() {
  wholly = true;
  arrived();
  clearTimeout(saving);
  saving = setTimeout(saveAddress, 250);
}

export function span() {
  return state.to - state.from;
}

// Shows from..to, kept within the recording and not narrower than some nanoseconds.
export function show(from, to) {
  const whole = Math.max(state.meta.ns, 1), least = Math.min(20, whole);
  let width = Math.min(Math.max(to - from, least), whole * 1.02);
  let start = from + (to - from - width) / 2;
  const slack = 0.01 * whole;
  start = Math.min(Math.max(start, -slack), whole + slack - width);
  state.from = start;
  state.to = start + width;
  for (const follower of followers) follower();
  changed();
}

// Shows all, from the first call to the last.
export function fit() {
  show(state.meta.first, Math.max(state.meta.last, state.meta.first + 1));
}

// Beyond the first and the last call there is nothing, so that what shows all of them counts as the whole.
export function analyzed() {
  const [from, to] = state.range ?? [state.from, state.to], {first, last, ns} = state.meta;
  return [from <= first ? 0 : Math.floor(from), to >= last ? ns + 1 : Math.max(0, Math.ceil(to))];
}

// Whether there may be calls that are none of what is analyzed, but have time in it: begun before, or before a fork.
export function mayHaveEarlier() {
  return analyzed()[0] > 0 || state.meta.processes.length > 1;
}

export function includedThreads() {
  return state.meta.threads.map((_, i) => i).filter((i) => !state.excluded.has(i) && state.meta.threads[i].events > 0);
}

export function chooseFunction(called) {
  if (isTogether(called)) return;
  state.chosen = state.chosen === called ? 0 : called;
  state.call = null;
  changed();
}

export function setSearch(text) {
  state.search = text;
  const wanted = text.toLowerCase();
  state.matches = wanted === "" ? null : new Set([...state.functions.values()]
    .filter((each) => each.name.toLowerCase().includes(wanted)).map((each) => each.id));
  changed();
}

// Is it what the eye should find?
export function stands(called) {
  if (state.chosen !== 0) return called === state.chosen;
  return state.matches === null || state.matches.has(called);
}
export function anyStands() {
  return state.chosen !== 0 || state.matches !== null;
}

// In place of a function in paths: calls that are told apart by their function alone, and stand below. tools/view/nodes.h
const deeper = 0xffffffff, more = 0xfffffffe, levelsOfPaths = 400;
export function isTogether(called) {
  return called >= more;
}
function together(id) {
  const levels = state.lanes.reduce((most, lane) => Math.max(most, lane.rows - 1 - levelsOfPaths), 1);
  const brief = id === deeper ? `[${countText(levels)} ${levels === 1 ? "level" : "levels"} deeper]` : "[more paths]";
  const name = id === deeper ? `calls more than ${levelsOfPaths} levels deep, by function` : "calls whose path is one too many, by function";
  return {id, name, brief, place: "", colour: neutral, file: null, line: 0, module: ""};
}

export function functionOf(id) {
  const unknown = `function ${id}`;
  return state.functions.get(id) ?? (isTogether(id) ? together(id) : {id, name: unknown, brief: unknown, place: "", colour: neutral, file: null, line: 0, module: ""});
}

// ---- the address

function saveAddress() {
  if (!state.meta) return;
  const fields = new URLSearchParams();
  fields.set("t", `${Math.round(state.from)},${Math.round(state.to)}`);
  if (state.range) fields.set("range", state.range.map(Math.round).join());
  if (state.chosen) fields.set("f", state.chosen);
  if (state.call) fields.set("call", [state.call.thread, state.call.depth, Math.round(state.call.at)].join());
  if (state.search) fields.set("q", state.search);
  if (state.inverse) fields.set("inverse", 1);
  if (state.sort !== "self") fields.set("sort", state.sort);
  if (state.excluded.size) fields.set("without", runsText(state.excluded));
  if (runsText(state.folded) !== runsText(foldedFirst())) fields.set("folded", runsText(state.folded));
  if (state.opened.size) fields.set("opened", runsText(state.opened));
  if (state.scroll) fields.set("y", Math.round(state.scroll));
  const hash = "#" + fields.toString().replaceAll("%2C", ",");
  if (hash !== location.hash) history.replaceState(null, "", hash);
}

// Where there are many threads, slim ones show more of them at first.
const threadsUnfolded = 8;
function foldedFirst() {
  const threads = state.threads.flat();
  return new Set(threads.length > threadsUnfolded ? threads : []);
}

// "0,3-5": as runsText writes it.
function threadSet(text) {
  const set = new Set();
  for (const run of (text ?? "").split(",").filter((each) => each !== "")) {
    const [first, last = first] = run.split("-").map(Number);
    for (let i = Math.max(0, first); i <= Math.min(last, state.meta.threads.length - 1); i++) set.add(i);
  }
  return set;
}

export function loadAddress() {
  const fields = new URLSearchParams(location.hash.slice(1));
  const numbers = (name) => (fields.get(name) ?? "").split(",").filter((text) => text !== "").map(Number).filter(Number.isFinite);
  const [from, to] = numbers("t"), range = numbers("range"), call = numbers("call");
  state.range = range.length === 2 && range[0] < range[1] ? range : null;
  state.chosen = state.functions.has(numbers("f")[0]) ? numbers("f")[0] : 0;
  state.call = call.length === 3 && state.meta.threads[call[0]] ? {thread: call[0], depth: call[1], at: call[2]} : null;
  state.inverse = fields.has("inverse");
  state.sort = fields.get("sort") ?? "self";
  state.excluded = threadSet(fields.get("without"));
  state.folded = fields.has("folded") ? threadSet(fields.get("folded")) : foldedFirst();
  state.opened = threadSet(fields.get("opened"));
  state.scroll = numbers("y")[0] ?? 0;
  setSearch(fields.get("q") ?? "");
  if (to > from) show(from, to);
  else fit();
}
