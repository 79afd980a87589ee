// The strip at the top: all from the first call to the last as a skyline of its depth, and the part that the timeline
// shows.
import {colourOf, theme} from "./colour.js";
import {fit, functionOf, show, span, state} from "./state.js";
import {fitCanvas} from "./timeline.js";

const grip = 6, threadsMost = 6, rowLeast = 0.5;

export class Overview {
  constructor(canvas, tiles) {
    this.canvas = canvas;
    this.tiles = tiles;
    this.skyline = new OffscreenCanvas(1, 1);
    canvas.addEventListener("pointerdown", (event) => this.down(event));
    canvas.addEventListener("pointermove", (event) => this.move(event));
    canvas.addEventListener("pointerup", () => (this.drag = null));
    canvas.addEventListener("dblclick", () => fit());
    canvas.addEventListener("wheel", (event) => {
      event.preventDefault();
      const at = this.timeAt(event.offsetX), times = Math.exp(event.deltaY * 0.004);
      show(at + (state.from - at) * times, at + (state.to - at) * times);
    }, {passive: false});
  }
  x(ns) {
    return ((ns - state.meta.first) / this.span) * this.width;
  }
  timeAt(x) {
    return state.meta.first + (x / this.width) * this.span;
  }
  get span() {
    return Math.max(state.meta.last - state.meta.first, 1);
  }
  draw() {
    const {context, width, height} = fitCanvas(this.canvas);
    this.width = width;
    this.drawSkyline(height);
    context.drawImage(this.skyline, 0, 0, width, height);
    this.drawBrush(context, height);
  }
  // It stays what it is once all of it is there.
  drawSkyline(height) {
    const {canvas, skyline, width} = this, key = `${canvas.width} ${canvas.height} ${theme.dark}`;
    if (this.drawn === key) return;
    skyline.width = canvas.width;
    skyline.height = canvas.height;
    const context = skyline.getContext("2d");
    context.scale(canvas.width / width, canvas.height / height);
    context.fillStyle = theme.ground;
    context.fillRect(0, 0, width, height);
    const threads = this.busiest(), each = height / Math.max(threads.length, 1);
    const finished = threads.map((thread, i) => this.drawThread(context, thread, each * (i + 1), each - 2)).every(Boolean);
    this.drawn = finished && state.done ? key : null;
  }
  busiest() {
    const threads = state.meta.threads.map((_, i) => i).filter((i) => state.meta.threads[i].events > 0);
    return threads.sort((a, b) => state.meta.threads[b].events - state.meta.threads[a].events).slice(0, threadsMost).sort((a, b) => a - b);
  }
  drawThread(context, thread, bottom, height) {
    const rows = Math.max(1, state.lanes[thread].rows - 1), step = Math.min(8, Math.max(rowLeast, height / rows));
    const lane = state.lanes[thread], level = this.tiles.levelSoFar(this.tiles.levelFor(this.span / this.width), lane);
    const stretch = {thread, level, from: state.meta.first, to: Math.min(state.meta.last + 1, lane.done ?? Infinity)};
    return this.tiles.each(stretch, (tile, i, row, from, to) => {
      if (row === 0 || row * step > height + step) return;
      let x = this.x(Math.max(tile.starts[i], from)), end = this.x(Math.min(tile.ends[i], to));
      if (tile.starts[i] < from) x = Math.floor(x); // no seam where tiles meet
      if (tile.ends[i] > to) end = Math.ceil(end);
      context.fillStyle = colourOf(functionOf(tile.functions[i]).colour, tile.covered[i]);
      context.fillRect(x, bottom - row * step, Math.max(end - x, 0.7), step);
    });
  }
  drawBrush(context, height) {
    const left = Math.min(Math.max(this.x(state.from), 0), this.width - 2), right = Math.max(Math.min(this.x(state.to), this.width), left + 2);
    context.fillStyle = theme.dark ? "#0b0d10b0" : "#ffffffb8";
    context.fillRect(0, 0, left, height);
    context.fillRect(right, 0, this.width - right, height);
    context.strokeStyle = theme.accent;
    context.lineWidth = 1.5;
    context.strokeRect(left + 0.5, 0.75, right - left - 1, height - 1.5);
    if (state.range) {
      context.fillStyle = theme.accent + "55";
      context.fillRect(this.x(state.range[0]), 0, Math.max(1, this.x(state.range[1]) - this.x(state.range[0])), height);
    }
  }
  // The brush's edges are dragged, the brush is moved, elsewhere a new one is drawn.
  down(event) {
    const left = this.x(state.from), right = this.x(state.to), x = event.offsetX, at = this.timeAt(x);
    this.canvas.setPointerCapture(event.pointerId);
    if (Math.abs(x - left) < grip && right - left > 3 * grip) this.drag = {kind: "edge", other: state.to};
    else if (Math.abs(x - right) < grip && right - left > 3 * grip) this.drag = {kind: "edge", other: state.from};
    else if (x > left && x < right && right - left < 0.9 * this.width) this.drag = {kind: "move", offset: at - state.from};
    else this.drag = {kind: "edge", other: at};
  }
  move(event) {
    if (!this.drag) return;
    const at = this.timeAt(Math.min(Math.max(event.offsetX, 0), this.width));
    if (this.drag.kind === "move") show(at - this.drag.offset, at - this.drag.offset + span());
    else if (Math.abs(this.x(at) - this.x(this.drag.other)) > 2) show(Math.min(at, this.drag.other), Math.max(at, this.drag.other));
  }
}
