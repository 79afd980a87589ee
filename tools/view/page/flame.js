// The flame graph of the range, and its inverse.
import {colourOf, theme} from "./colour.js";
import {anyStands, chooseFunction, changed, functionOf, stands, state} from "./state.js";
import {fittingText, labelled} from "./text.js";
import {callFont, fitCanvas} from "./timeline.js";

const boxHeight = 18;

export class Flame {
  boxes = [];
  scroll = 0;
  constructor(canvas) {
    this.canvas = canvas;
    canvas.addEventListener("wheel", (event) => {
      event.preventDefault();
      this.scroll += event.deltaY;
      changed();
    }, {passive: false});
    canvas.addEventListener("click", (event) => {
      const box = this.boxAt(event.offsetX, event.offsetY);
      if (box) chooseFunction(box.called);
    });
    canvas.addEventListener("dblclick", (event) => this.zoom(this.boxAt(event.offsetX, event.offsetY)));
    canvas.addEventListener("keydown", (event) => {
      if (event.key === "Backspace") this.zoom(null);
    });
  }
  // A box that was zoomed fills the width; once more, and all is shown again.
  zoom(box) {
    state.zoomed = box && box.node > 0 && box.node !== state.zoomed ? box.node : 0;
    this.paths = null;
    changed();
  }
  draw(paths) {
    const looks = this.looks();
    if (this.paths === paths && this.drawn === looks) return;
    const {context, width, height} = fitCanvas(this.canvas);
    context.fillStyle = theme.ground;
    context.fillRect(0, 0, width, height);
    this.width = width;
    if (!paths) return;
    this.layout(paths, width);
    const deepest = this.boxes.reduce((most, box) => Math.max(most, box.depth + 1), 0);
    this.scroll = Math.min(Math.max(0, this.scroll), Math.max(0, deepest * boxHeight - height + 6));
    context.font = callFont;
    context.textBaseline = "middle";
    this.characterWidth ??= context.measureText("m").width;
    for (const box of this.boxes) this.drawBox(context, box, width, height);
    this.drawn = this.looks();
  }
  // All that its picture depends on but the paths.
  looks() {
    const {canvas, scroll} = this;
    return [canvas.clientWidth, canvas.clientHeight, devicePixelRatio, scroll, theme.dark, state.inverse, state.zoomed, state.chosen, state.search].join();
  }
  layout(paths, width) {
    const key = `${state.inverse} ${state.zoomed} ${width}`;
    if (this.paths === paths && this.key === key) return;
    const root = state.zoomed < paths.total.length && paths.total[state.zoomed] > 0 ? state.zoomed : 0;
    this.boxes = state.inverse ? paths.inverse(0.6 / width) : paths.flame(root, 0.6 / width);
    this.paths = paths;
    this.key = key;
  }
  drawBox(context, box, width, height) {
    const x = box.x * width, right = (box.x + box.width) * width, y = box.depth * boxHeight - this.scroll;
    if (y > height || y < -boxHeight) return;
    const shown = !anyStands() || stands(box.called), called = functionOf(box.called);
    context.fillStyle = shown ? colourOf(called.colour, 255) : theme.faded[called.colour];
    context.fillRect(x, y, Math.max(right - x - 0.6, 0.6), boxHeight - 1);
    if (right - x < 22) return;
    context.fillStyle = shown ? theme.onCall : theme.onDimmed;
    context.fillText(fittingText(context, called, right - x - 8, this.characterWidth, labelled), x + 4, y + boxHeight / 2);
  }
  boxAt(x, y) {
    const depth = Math.floor((y + this.scroll) / boxHeight), part = x / this.width;
    return this.boxes.find((box) => box.depth === depth && part >= box.x && part < box.x + box.width) ?? null;
  }
}
