// The timeline: ruler, a lane for each thread under its process, calls stacked by depth.
import {Boxes, Hatching} from "./boxes.js";
import {pixelOf, theme} from "./colour.js";
import {curveHeight, drawCurve, drawMoments, momentHeight} from "./curves.js";
import {flag} from "./decode.js";
import {anyStands, functionOf, span, stands, state} from "./state.js";
import {callsText, countText, durationText, fittingText, labelled, momentText, roundStep, shownText} from "./text.js";

const rulerHeight = 24, processHeight = 20, headHeight = 18, rowHeight = 17, slimHeight = 4, laneGap = 6, footGap = 10;
const labelLeast = 22; // pixels of a box
const rowsLeast = 5; // of a lane that shares the height with others
export const rowsMost = 1023; // that are drawn: VIEW_ROWS_MOST
export const callFont = '11px ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace';
const plainFont = '12px system-ui, "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif';
const markNames = ["", "waited for calltape", "events lost here", "damaged: events missing", "overwritten by newer events",
  "paused", "the system ran something else"];

// Sets the canvas to its size on the screen. One that is `opaque`, which is quicker, is to be painted all over.
export function fitCanvas(canvas, opaque = true) {
  const width = canvas.clientWidth, height = canvas.clientHeight, ratio = devicePixelRatio || 1;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  const context = canvas.getContext("2d", {alpha: !opaque});
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  return {context, width, height};
}

export class Timeline {
  constructor(canvas, tiles) {
    this.canvas = canvas;
    this.tiles = tiles;
    this.boxImage = new Boxes();
    this.hatching = new Hatching();
    this.boxes = [];
    this.items = []; // of the last picture: what is under the pointer
    this.finished = false;
  }
  x(ns) {
    return ((ns - state.from) / span()) * this.width;
  }
  timeAt(x) {
    return state.from + (x / this.width) * span();
  }

  // ---- where things stand

  // [{kind: "process" | "thread" | "counter", index or series, top, height, rows, slim}], tops without the scroll.
  layout() {
    const boxes = this.boxesIn(Infinity), full = this.fullHeight;
    return full <= this.height || boxes.filter((box) => box.kind === "thread").length < 2 ? boxes : this.boxesIn(this.sharedRows(boxes));
  }
  boxesIn(share) {
    const boxes = [], several = state.meta.processes.length > 1;
    let top = rulerHeight + 2;
    const add = (box) => {
      boxes.push({...box, top});
      top += box.height;
    };
    state.threads.forEach((threads, process) => {
      if (threads.length === 0) return;
      if (several) add({kind: "process", index: process, height: processHeight});
      for (const thread of threads) add(this.laneBox(thread, share));
      for (const series of state.series ?? [])
        if (series.process === process) add({kind: "counter", series, height: curveHeight});
    });
    this.fullHeight = top + footGap;
    return boxes;
  }
  // Of a lane cut to its share a line at its foot says how many levels are left out: a click shows them.
  laneBox(thread, share) {
    const slim = state.folded.has(thread), rows = Math.max(1, state.lanes[thread].rows - 1), drawn = Math.min(rows, rowsMost);
    const step = slim ? slimHeight : rowHeight, cut = !slim && drawn > share;
    const shown = slim ? Math.min(rows, 12) : cut && !state.opened.has(thread) ? share - 1 : drawn;
    const foot = !slim && (cut || rows > drawn) ? rowHeight : 0, first = headHeight + (this.hasMoments(thread) ? momentHeight : 0);
    return {kind: "thread", index: thread, first, height: first + shown * step + foot + laneGap, rows: shown, step, slim, cut, foot, all: rows};
  }
  hasMoments(thread) {
    return (state.series ?? []).some((series) => series.thread === thread);
  }
  // The most rows of a lane so that all lanes are in sight, if each can have a few.
  sharedRows(boxes) {
    const lanes = boxes.filter((box) => box.kind === "thread" && !box.slim && !state.opened.has(box.index)).map((box) => box.rows).sort((a, b) => a - b);
    let room = (this.height - this.fullHeight) / rowHeight + lanes.reduce((sum, rows) => sum + rows, 0);
    for (let i = 0; i < lanes.length; i++) {
      const each = Math.floor(room / (lanes.length - i));
      if (lanes[i] > each) return Math.max(rowsLeast, each);
      room -= lanes[i];
    }
    return rowsLeast;
  }

  // ---- drawing

  draw() {
    const {context, width, height} = fitCanvas(this.canvas);
    Object.assign(this, {context, width, height});
    this.items.length = 0;
    this.finished = true;
    this.boxes = this.layout();
    state.scroll = Math.min(Math.max(0, state.scroll), Math.max(0, this.fullHeight - height));
    context.fillStyle = theme.ground;
    context.fillRect(0, 0, width, height);
    this.prepare();
    this.drawGrid();
    for (const box of this.inSight()) {
      const top = box.top - state.scroll;
      if (box.kind === "process") this.drawProcess(box, top);
      else if (box.kind === "counter") drawCurve(this, box, top);
      else this.drawLane(box, top);
    }
    this.drawRange();
    this.drawRuler();
    this.drawScroll();
  }
  inSight() {
    return this.boxes.filter(({top, height}) => top - state.scroll + height >= rulerHeight && top - state.scroll <= this.height);
  }
  // Asks at once for what is missing, so that it is on its way when the picture is drawn.
  prepare() {
    this.tiles.prepare(this.inSight().filter((box) => box.kind === "thread").map((box) => this.stretch(box.index)));
  }
  steps() {
    const step = roundStep((span() / this.width) * 110), first = Math.ceil(state.from / step), steps = [];
    for (let i = first; i * step <= state.to; i++) if (i >= 0) steps.push(i * step);
    return {step, steps};
  }
  drawGrid() {
    this.context.fillStyle = theme.faint;
    for (const at of this.steps().steps) this.context.fillRect(Math.round(this.x(at)), rulerHeight, 1, this.height);
  }
  drawRuler() {
    const {context, width} = this, {step, steps} = this.steps();
    context.fillStyle = theme.band;
    context.fillRect(0, 0, width, rulerHeight);
    context.fillStyle = theme.line;
    context.fillRect(0, rulerHeight - 1, width, 1);
    context.font = plainFont;
    context.textBaseline = "middle";
    for (const at of steps) {
      const x = Math.round(this.x(at));
      context.fillStyle = theme.line;
      context.fillRect(x, rulerHeight - 7, 1, 7);
      const text = momentText(at, step);
      if (x + 8 + context.measureText(text).width > width) continue;
      context.fillStyle = theme.quiet;
      context.fillText(text, x + 4, rulerHeight / 2);
    }
  }
  drawProcess(box, top) {
    const {context, width} = this, process = state.meta.processes[box.index];
    context.fillStyle = theme.band;
    context.fillRect(0, top, width, box.height);
    context.fillStyle = theme.ink;
    context.font = "600 " + plainFont;
    context.textBaseline = "middle";
    context.fillText(fittingText(context, `${process.pid}  ${shownText(process.command)}`, width - 16, 6.4), 8, top + box.height / 2);
  }
  // It stays in sight as long as a part of its lane is.
  headTop(box) {
    const top = box.top - state.scroll;
    return Math.max(top, Math.min(rulerHeight, top + box.height - laneGap - headHeight));
  }
  drawHead(box, top) {
    const {context, width} = this, thread = state.meta.threads[box.index];
    if (top > box.top - state.scroll) {
      context.fillStyle = theme.band;
      context.fillRect(0, top, width, headHeight);
    }
    context.font = plainFont;
    context.textBaseline = "middle";
    context.fillStyle = state.excluded.has(box.index) ? theme.quiet : theme.accent;
    context.fillText(state.excluded.has(box.index) ? "○" : "●", 8, top + headHeight / 2);
    context.fillStyle = theme.quiet;
    context.fillText(box.slim ? "▸" : "▾", 22, top + headHeight / 2);
    context.fillStyle = theme.ink;
    const name = `${shownText(thread.name ?? "thread")}  ${thread.tid}`, text = fittingText(context, name, width * 0.5, 6.6);
    context.fillText(text, 36, top + headHeight / 2);
    const x = 36 + context.measureText(text).width + 14;
    context.fillStyle = theme.quiet;
    const done = state.lanes[box.index].done;
    const part = done === null ? "" : `, read up to ${durationText(done)} …`;
    context.fillText(fittingText(context, callsText(thread.calls) + part, width - x - 8, 6.4), x, top + headHeight / 2);
  }
  // Of a thread what is in sight of what is there, and at which level.
  stretch(thread) {
    const lane = state.lanes[thread], level = this.tiles.levelSoFar(this.tiles.levelFor(span() / this.width), lane);
    return {thread, level, from: Math.max(0, state.from), to: Math.min(state.to, lane.done ?? Infinity)};
  }
  drawLane(box, top) {
    const {context, width, height} = this, thread = box.index;
    const first = top + box.first, stretch = this.stretch(thread);
    context.save();
    context.beginPath();
    context.rect(0, rulerHeight, width, height - rulerHeight);
    context.clip();
    this.drawNotYet(box, first);
    this.labels = []; // by row: the last, which may go on
    this.ended = [];
    this.signs = [];
    const {above, shown} = this.beginBoxes(box, first);
    const visible = (row) => row === 0 || (row > above && row <= above + shown);
    this.finished &= this.tiles.each(stretch, (tile, i, row, from, to) => this.drawItem(box, first, tile, i, row, from, to), visible);
    this.hatching.draw(context, first, box.rows * box.step);
    this.boxImage.draw(context, (row) => first + (above + row) * box.step, box.step - (box.slim ? 0 : 1));
    for (const sign of this.signs) this.drawSigns(...sign);
    this.drawLabels();
    if (box.foot) this.drawFoot(box, first + box.rows * box.step);
    for (const series of state.series ?? []) if (series.thread === thread) drawMoments(this, series, first);
    this.drawHead(box, this.headTop(box));
    context.fillStyle = theme.line;
    context.fillRect(0, top + box.height - laneGap / 2, width, 1);
    context.restore();
  }
  // Of a lane's rows those that are in sight.
  beginBoxes(box, first) {
    const above = Math.max(0, Math.ceil((rulerHeight - first) / box.step) - 1);
    const shown = Math.max(0, Math.min(box.rows, Math.floor((this.height - first) / box.step) + 1) - above);
    this.boxImage.begin(this.width, shown, devicePixelRatio || 1);
    this.hatching.begin(this.width, devicePixelRatio || 1);
    this.rowsAbove = above;
    return {above, shown};
  }
  drawFoot(box, y) {
    const context = this.context, left = box.all - box.rows, levels = `${countText(left)} ${left === 1 ? "level" : "levels"} deeper`;
    const folded = box.cut && box.rows < Math.min(box.all, rowsMost), undrawn = box.all > rowsMost;
    const text = folded ? `▾ ${levels}` : (box.cut ? "▴ fewer levels" : "") + (box.cut && undrawn ? "; " : "") + (undrawn ? `${levels}: not drawn` : "");
    context.fillStyle = theme.band;
    context.fillRect(0, y, this.width, rowHeight);
    context.font = plainFont;
    context.textBaseline = "middle";
    context.fillStyle = theme.quiet;
    context.fillText(fittingText(context, text, this.width - 44, 6.4), 36, y + rowHeight / 2);
  }
  drawNotYet(box, top) {
    const done = state.lanes[box.index].done;
    if (done === null) return;
    const x = Math.max(0, this.x(done)), end = this.x(state.meta.threads[box.index].end);
    this.context.fillStyle = this.hatch(theme.faint).pattern;
    if (end > x) this.context.fillRect(x, top, end - x, box.rows * box.step);
  }
  // {pattern, square}: to fill with, and its pixels.
  hatch(colour) {
    const key = colour + theme.dark;
    this.hatches ??= new Map();
    if (!this.hatches.has(key)) {
      const square = new OffscreenCanvas(8, 8), context = square.getContext("2d", {willReadFrequently: true});
      context.strokeStyle = colour;
      context.lineWidth = 2;
      for (const x of [-8, 0, 8]) {
        context.moveTo(x, 8);
        context.lineTo(x + 8, 0);
      }
      context.stroke();
      const pixels = new Uint32Array(context.getImageData(0, 0, 8, 8).data.buffer);
      this.hatches.set(key, {pattern: this.context.createPattern(square, "repeat"), square: pixels});
    }
    return this.hatches.get(key);
  }
  drawItem(box, first, tile, i, row, from, to) {
    const context = this.context, flags = tile.flags[i], called = tile.functions[i];
    const start = Math.max(tile.starts[i], from), end = Math.min(tile.ends[i], to);
    let x = this.x(start), right = this.x(end);
    if (row === 0) {
      this.drawMark(box, first, x, Math.max(right, x + 2), called);
      return;
    }
    const y = first + (row - 1) * box.step, later = tile.ends[i] > to || (flags > 0 && flags & flag.later);
    if (right - x < 1.25) {
      x = Math.floor(x);
      right = x + 1;
    } else {
      // What goes on in the tile beside it shows no seam there.
      if (tile.starts[i] < from) x = Math.floor(x);
      if (later) right = Math.ceil(right);
    }
    const shown = !anyStands() || stands(called), colour = functionOf(called).colour;
    const apart = !later && flags >= 0 && right - x > 3; // two calls in a row stay two
    this.boxImage.add(row - 1 - this.rowsAbove, x, right, shown ? pixelOf(colour, tile.covered[i]) : theme.fadedPixels[colour], apart);
    this.items.push({thread: box.index, row, x, right, y, height: box.step, tile, i, start, end});
    if (box.slim || flags < 0) return;
    if (flags > 0 && right - x > 5) this.signs.push([x, right, y, flags, tile.starts[i] >= from, tile.ends[i] <= to]);
    this.keepLabel(x, right, y, row, called, tile, i, shown, tile.starts[i] < from);
  }
  // Said by shape: left by a jump, never ended, begun before the fork, cut by damage, resumed on another stack.
  drawSigns(x, right, y, flags, seesStart, seesEnd) {
    const context = this.context, height = rowHeight - 1;
    if (flags & (flag.inherited | flag.cut)) {
      context.fillStyle = this.hatch(theme.dark ? "#0007" : "#fff9").pattern;
      context.fillRect(x, y, right - x, height);
    }
    if (flags & flag.jumped && seesEnd) {
      context.fillStyle = theme.warn;
      context.beginPath();
      context.moveTo(right, y);
      context.lineTo(right, y + height);
      context.lineTo(right - 6, y + height);
      context.fill();
    }
    if (flags & flag.open && seesEnd) {
      context.fillStyle = theme.ground;
      for (let step = 0; step < 4; step++) context.fillRect(right - 2 - step * 3, y, 1, height);
    }
    if (flags & (flag.resumed | flag.left)) {
      context.fillStyle = theme.onCall;
      context.fillRect(x, y + height - 2, right - x, 1);
    }
    // Interpolated ends: a notch.
    context.fillStyle = theme.ground;
    if (flags & flag.untimedStart && seesStart && !(flags & flag.earlier)) context.fillRect(x, y, 2, 4);
    if (flags & flag.untimedEnd && seesEnd && !(flags & flag.later)) context.fillRect(right - 2, y, 2, 4);
  }
  drawMark(box, first, x, right, kind) {
    const context = this.context, isLoss = kind >= 2 && kind <= 4;
    this.hatching.add(x, right, this.hatch(isLoss ? theme.warn : theme.line).square);
    context.fillStyle = isLoss ? theme.warn : theme.quiet;
    context.fillRect(x, first - 3, right - x, 2);
    this.items.push({thread: box.index, row: 0, x, right, y: first - 4, height: 5, mark: markNames[kind] ?? ""});
  }
  // A call that goes on over tiles is one box with one label.
  keepLabel(x, right, y, row, called, tile, i, shown, goesOn) {
    const last = this.labels[row];
    if (last && goesOn && last.called === called && Math.abs(last.right - x) < 1.5) {
      last.right = right;
      return;
    }
    this.endLabel(last);
    this.labels[row] = {x, right, y, called, shown, untimed: tile.flags[i] & (flag.untimedStart | flag.untimedEnd)};
  }
  endLabel(label) {
    if (label && Math.min(label.right, this.width) - Math.max(label.x, 0) >= labelLeast) this.ended.push(label);
  }
  drawLabels() {
    for (const label of this.labels) this.endLabel(label);
    for (const label of this.ended) this.drawLabel(label);
  }
  drawLabel({x, right, y, called, shown, untimed}) {
    const context = this.context, left = Math.max(x, 0), room = Math.min(right, this.width) - left - 8;
    context.font = callFont;
    this.characterWidth ??= context.measureText("m").width;
    const {brief, place} = functionOf(called), text = fittingText(context, {brief: (untimed ? "~" : "") + brief, place}, room, this.characterWidth, labelled);
    if (text.length < 2 || (text.length < 3 && text.endsWith("…"))) return;
    context.textBaseline = "middle";
    context.fillStyle = shown ? theme.onCall : theme.onDimmed;
    context.fillText(text, left + 4, y + rowHeight / 2);
  }
  drawRange() {
    const {context, height} = this, call = state.call;
    if (call) this.drawChosenCall();
    if (!state.range) return;
    const x = this.x(state.range[0]), right = this.x(state.range[1]);
    context.fillStyle = theme.accent + (theme.dark ? "2e" : "22");
    context.fillRect(x, rulerHeight, right - x, height);
    context.fillStyle = theme.accent;
    context.fillRect(x, rulerHeight, 1, height);
    context.fillRect(right - 1, rulerHeight, 1, height);
    this.drawMeasure(x, right, durationText(state.range[1] - state.range[0]));
  }
  drawMeasure(x, right, text) {
    const context = this.context;
    context.font = "600 " + plainFont;
    context.textBaseline = "middle";
    const width = context.measureText(text).width + 12, left = Math.min(Math.max((x + right - width) / 2, 2), this.width - width - 2);
    context.fillStyle = theme.accent;
    context.fillRect(left, rulerHeight + 3, width, 18);
    context.fillStyle = theme.ground;
    context.fillText(text, left + 6, rulerHeight + 12);
  }
  drawChosenCall() {
    const {thread, depth} = state.call, box = this.boxes.find((each) => each.kind === "thread" && each.index === thread);
    if (!box || depth >= box.rows || state.call.start === undefined) return;
    const y = box.top - state.scroll + box.first + depth * box.step, context = this.context;
    if (y < rulerHeight - box.step) return;
    const x = Math.max(-3, this.x(state.call.start)), right = Math.min(this.width + 3, this.x(state.call.end));
    context.strokeStyle = theme.ink;
    context.lineWidth = 2;
    context.strokeRect(x - 1, y - 0.5, Math.max(3, right - x + 1), box.step);
  }
  drawScroll() {
    if (this.fullHeight <= this.height) return;
    const room = this.height - rulerHeight, part = this.height / this.fullHeight;
    this.context.fillStyle = theme.quiet + "70";
    this.context.fillRect(this.width - 6, rulerHeight + (state.scroll / this.fullHeight) * room, 4, Math.max(20, part * room));
  }

  // ---- what is where

  itemAt(x, y) {
    for (let i = this.items.length - 1; i >= 0; i--) {
      const item = this.items[i];
      if (y >= item.y && y < item.y + item.height && x >= item.x - 1 && x < item.right + 1) {
        const exact = this.items.findLast((each) => each.y === item.y && x >= each.x && x < each.right && each.thread === item.thread);
        return exact ?? item;
      }
    }
    return null;
  }
  boxAt(y) {
    if (y < rulerHeight) return null;
    return this.boxes.find((box) => y >= box.top - state.scroll && y < box.top - state.scroll + box.height) ?? null;
  }
  // The part of a lane's head or foot that is at x, y, as the set that a click puts the thread into or out of; or null.
  switchAt(x, y) {
    const box = this.boxAt(y);
    if (box?.kind !== "thread") return null;
    const at = y + state.scroll - box.top, foot = box.first + box.rows * box.step, head = this.headTop(box);
    if (y >= head && y <= head + headHeight) return {thread: box.index, set: x < 20 ? state.excluded : state.folded};
    return box.cut && at >= foot && at < foot + box.foot ? {thread: box.index, set: state.opened} : null;
  }
  isRuler(y) {
    return y < rulerHeight;
  }
  reveal(thread, depth) {
    const place = () => this.layout().find((each) => each.kind === "thread" && each.index === thread);
    let box = place();
    if (box?.cut && depth >= box.rows) {
      state.opened.add(thread);
      box = place();
    }
    if (!box) return;
    const y = box.top + box.first + depth * box.step;
    if (y - state.scroll < rulerHeight + 10 || y - state.scroll > this.height - 30) state.scroll = y - this.height / 2;
  }
}
