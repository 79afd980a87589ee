// Numbers, times and names as text.

export function durationText(ns) {
  const units = [[1, "ns"], [1e3, "µs"], [1e6, "ms"], [1e9, "s"]];
  if (ns >= 3600e9) return (ns / 3600e9).toFixed(2) + " h";
  if (ns >= 600e9) return (ns / 60e9).toFixed(1) + " min";
  let unit = units[0];
  for (const each of units) if (Math.abs(ns) >= each[0] * 0.9995) unit = each;
  const value = ns / unit[0];
  const digits = unit[0] === 1 ? (Number.isInteger(value) ? 0 : 1) : value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return value.toFixed(digits) + " " + unit[1];
}

// Of a time out of which what recording cost is taken, and `recorded`, from which it is: nothing may remain.
export const costLess = "<cost", costWhy = "<: what recording cost, on the mean, is as much as it took; it took less than that";
export function netText(ns, recorded = null) {
  return ns > 0 || recorded === 0 ? durationText(ns) : recorded === null ? costLess : "<" + durationText(recorded);
}

const counter = new Intl.NumberFormat("en-US");
export function countText(n) {
  return counter.format(n);
}
export function callsText(n) {
  return countText(n) + (n === 1 ? " call" : " calls");
}

// A moment, to the digits that tell it from others `step` ns away.
export function momentText(ns, step) {
  const unit = ns >= 1e9 || step >= 1e8 ? [1e9, "s"] : ns >= 1e6 || step >= 1e5 ? [1e6, "ms"] : ns >= 1e3 ? [1e3, "µs"] : [1, "ns"];
  const digits = Math.max(0, Math.min(9, Math.ceil(Math.log10(unit[0] / Math.max(step, 1)) - 1e-9)));
  return (ns / unit[0]).toFixed(digits) + " " + unit[1];
}

// A step of 1, 2 or 5 times a power of ten that is at least `ns`.
export function roundStep(ns) {
  const power = Math.pow(10, Math.floor(Math.log10(Math.max(ns, 1))));
  for (const times of [1, 2, 5, 10]) if (power * times >= ns * 0.999) return power * times;
  return power * 10;
}

// Characters that have no shape, or turn the direction of what follows, are shown as a sign.
const shapeless = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;
export function shownText(text) {
  return text.replace(shapeless, "\ufffd");
}

// At most so many characters: the middle is left out, for names differ at their ends.
export function shortened(text, room) {
  if (text.length <= room) return text;
  if (room < 6) return text.slice(0, Math.max(room - 1, 0)) + "…";
  const head = Math.floor((room - 1) * 0.45);
  return text.slice(0, head) + "…" + text.slice(text.length - (room - 1 - head));
}

// A function's name and, with what room that leaves, the place that tells it from others of that name.
const leastPlace = 8, leastShortened = 5;
export function labelled({brief, place}, room) {
  const rest = room - brief.length;
  return place && rest >= Math.min(leastPlace, place.length) ? brief + shortened(place, rest) : shortened(brief, room);
}

// What fits into so many pixels of a font of equally wide characters, left out as `shorten` does it.
const wide = /[^\u0020-\u024f\u2026]/;
export function fittingText(context, text, width, characterWidth, shorten = shortened) {
  let room = Math.floor(width / characterWidth);
  if (room < 2) return "";
  let fitting = shorten(text, room);
  if (room < leastShortened && fitting.endsWith("…")) return ""; // it tells nothing
  if (!wide.test(fitting)) return fitting;
  while (room > 1 && context.measureText(fitting).width > width) fitting = shorten(text, --room);
  return room > 1 ? fitting : "";
}

// Runs of numbers that follow each other: [[first, last], ...].
export function runsOf(numbers) {
  const runs = [];
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const last = runs[runs.length - 1];
    if (last && last[1] === number - 1) last[1] = number;
    else runs.push([number, number]);
  }
  return runs;
}
export function runsText(numbers) {
  return runsOf(numbers).map(([first, last]) => (first === last ? String(first) : `${first}-${last}`)).join();
}

export function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}
