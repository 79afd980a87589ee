// What is shown and what is chosen; the address bar keeps it.

export const state = {
  meta: null, lanes: [], series: null, // series: counters, messages, frames; null: not there yet
  done: false, functions: new Map(),
  from: 0, to: 1,          // ns, of the timeline
  range: null,             // [from, to] that was measured: flame graph and table are of it, else of what is shown
  chosen: 0,               // a function, or 0
  call: null,              // {thread, depth, at}: one call
  search: "", matches: null, // null: no search; else the set of functions that match
  excluded: new Set(), folded: new Set(), scroll: 0,
  inverse: false, sort: "self", zoomed: 0,
};

const listeners = [];
export function onChange(listener) {
  listeners.push(listener);
}

let scheduled = 0, saving = 0;
// Redraws all in the next frame.
export function changed() {
  if (!scheduled) scheduled = requestAnimationFrame(() => {
    scheduled = 0;
    for (const listener of listeners) listener();
  });
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
  changed();
}

export function analyzed() {
  const [from, to] = state.range ?? [state.from, state.to];
  return [Math.max(0, Math.floor(from)), Math.max(0, Math.ceil(Math.min(to, state.meta.ns + 1)))];
}

export function includedThreads() {
  return state.meta.threads.map((_, i) => i).filter((i) => !state.excluded.has(i) && state.meta.threads[i].events > 0);
}

export function chooseFunction(called) {
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

export function functionOf(id) {
  return state.functions.get(id) ?? {id, name: `function ${id}`, brief: `function ${id}`, colour: 0, file: null, line: 0, module: "", distinct: null};
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
  if (state.excluded.size) fields.set("without", [...state.excluded].join());
  if (state.folded.size) fields.set("folded", [...state.folded].join());
  if (state.scroll) fields.set("y", Math.round(state.scroll));
  const hash = "#" + fields.toString().replaceAll("%2C", ",");
  if (hash !== location.hash) history.replaceState(null, "", hash);
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
  state.excluded = new Set(numbers("without"));
  state.folded = new Set(numbers("folded"));
  state.scroll = numbers("y")[0] ?? 0;
  setSearch(fields.get("q") ?? "");
  if (to > from) show(from, to);
  else show(0, state.meta.ns);
}
