// What the program told besides its calls: counters as curves, messages and frames as marks. tools/view/curves.h has the
// points.
import {theme} from "./colour.js";
import {state} from "./state.js";
import {countText, durationText, fittingText, momentText, shownText} from "./text.js";

export const curveHeight = 58, momentHeight = 15;
const curveHead = 4, curveFoot = 8, topOfPicture = 24, axisFont = '11px system-ui, "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif';
const exactNumber = new Intl.NumberFormat("en-US", {maximumSignificantDigits: 17});
const axisNumber = new Intl.NumberFormat("en-US", {notation: "compact", maximumSignificantDigits: 4});

// The first point that ends at `at` or later.
function firstPoint(points, at) {
  let low = 0, high = points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (points[middle][1] < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

// From the least to the greatest value, 0 among them.
function curveScale(series) {
  series.scale ??= series.points.reduce(([low, high], point) => [Math.min(low, point[3]), Math.max(high, point[4])], [0, 0]);
  const [low, high] = series.scale;
  return [low, high === low ? low + 1 : high];
}

// Where values are still known: to the end of the process's threads.
function curveEnd(series) {
  return state.meta.threads.reduce((end, thread) => (thread.process === series.process ? Math.max(end, thread.end) : end), 0);
}

// Points that begin in the same pixel are one column, drawn from the least to the greatest of them.
function columnsOf(timeline, series) {
  const columns = [], points = series.points;
  for (let i = Math.max(0, firstPoint(points, state.from) - 1); i < points.length && points[i][0] <= state.to; i++) {
    const [first, last, count, least, most, value] = points[i], x = Math.floor(timeline.x(first)), before = columns[columns.length - 1];
    if (before?.x === x)
      Object.assign(before, {last, value, count: before.count + count, least: Math.min(before.least, least), most: Math.max(before.most, most)});
    else columns.push({x, first, last, count, least, most, value});
  }
  const end = Math.min(timeline.width, Math.ceil(timeline.x(curveEnd(series))));
  columns.forEach((column, i) => (column.right = Math.max(column.x + 1, columns[i + 1]?.x ?? end)));
  return columns;
}

export function drawCurve(timeline, box, top) {
  const {context, width, height} = timeline, {series} = box, [low, high] = curveScale(series);
  const head = top + curveHead, foot = top + box.height - curveFoot, y = (value) => foot - ((value - low) / (high - low)) * (foot - head);
  context.save();
  context.beginPath();
  context.rect(0, topOfPicture, width, height - topOfPicture);
  context.clip();
  context.fillStyle = theme.line;
  for (const at of [head, foot]) context.fillRect(0, Math.round(at), width, 1);
  let before = null;
  for (const column of columnsOf(timeline, series)) {
    const {x, right, least, most, value} = column, wide = Math.max(1, timeline.x(column.last) - x);
    context.fillStyle = theme.accent + "33";
    context.fillRect(x, Math.min(y(value), y(0)), right - x, Math.abs(y(value) - y(0)));
    context.fillStyle = column.last > column.first ? theme.accent + "88" : theme.accent;
    const from = Math.max(most, before ?? value), to = Math.min(least, before ?? value);
    context.fillRect(x, y(from), 1, Math.max(1, y(to) - y(from)));
    if (wide > 1) context.fillRect(x, y(most), wide, Math.max(1, y(least) - y(most)));
    context.fillStyle = theme.accent;
    context.fillRect(x, Math.round(y(value)) - 1, right - x, 1.5);
    before = value;
    timeline.items.push({thread: -1, row: 0, x, right, y: top, height: box.height, counter: series.name, column, ...curveTip(series, column)});
  }
  drawAxis(timeline, series, [high, head + 8], [low, foot - 7]);
  context.fillStyle = theme.line;
  context.fillRect(0, top + box.height - 3, width, 1);
  context.restore();
}

function drawAxis({context, width}, series, ...ends) {
  context.font = axisFont;
  context.textBaseline = "middle";
  const put = (text, x, y, colour) => {
    context.fillStyle = theme.ground;
    context.fillRect(x - 4, y - 7, context.measureText(text).width + 8, 14);
    context.fillStyle = colour;
    context.fillText(text, x, y);
  };
  for (const [value, y] of ends) {
    const text = axisNumber.format(value);
    put(text, width - context.measureText(text).width - 14, y, theme.quiet);
  }
  put(fittingText(context, shownText(series.name), width * 0.5, 6.6), 8, ends[0][1], theme.ink);
}

function curveTip(series, {first, last, count, least, most, value}) {
  const mark = `${shownText(series.name)} ${exactNumber.format(value)}`;
  if (count === 1) return {mark, lines: [`since ${momentText(first, 1)}`]};
  return {mark, lines: [`the last of ${countText(count)} values within ${durationText(last - first)}`,
    `from ${exactNumber.format(least)} to ${exactNumber.format(most)}`]};
}

// In a row of their own below the thread's head: messages with their text where there is room, frames as ticks.
export function drawMoments(timeline, series, bottom) {
  const {context} = timeline, {points, name, kind} = series, message = kind === "message", height = message ? 11 : 5, y = bottom - height - 2;
  context.font = axisFont;
  context.textBaseline = "middle";
  for (let i = firstPoint(points, state.from); i < points.length && points[i][0] <= state.to; i++) {
    const [first, last, count, text] = points[i], x = timeline.x(first), right = Math.max(x + 2, timeline.x(last));
    const mark = shownText(message ? text : name), many = count === 1 ? [] : [`the first of ${countText(count)} within ${durationText(last - first)}`];
    context.fillStyle = message ? theme.accent : theme.quiet;
    context.fillRect(x, y, right - x, height);
    timeline.items.push({thread: -1, row: 0, x, right, y, height, moment: name, mark, lines: [`${kind} at ${momentText(first, 1)}`, ...many]});
    const room = Math.min(timeline.width, i + 1 < points.length ? timeline.x(points[i + 1][0]) : timeline.width) - right - 8;
    if (!message || room < 30) continue;
    context.fillStyle = theme.quiet;
    context.fillText(fittingText(context, mark, room, 6.2), right + 6, y + height / 2);
  }
}
