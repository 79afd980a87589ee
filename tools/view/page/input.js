// Mouse, trackpad and keyboard.
import {flag} from "./decode.js";
import {changed, fit, functionOf, setSearch, show, span, state} from "./state.js";
import {callsText, costLess, costWhy, durationText, element, momentText} from "./text.js";
import {zoomToCall} from "./details.js";

const clickPixels = 4, restMs = 120;

export const helpRows = [
  ["W S  or  ctrl + wheel, pinch", "zoom in and out, at the pointer"],
  ["A D  ← →  or  shift + wheel, drag", "move in time"],
  ["↑ ↓  wheel", "move over the lanes"],
  ["shift + drag, drag in the ruler", "measure; flame graph and table are of that stretch"],
  ["Enter, z", "zoom to what was measured, or to the chosen call"],
  ["click", "choose a call, a function; again: no more"],
  ["double click", "zoom to the call, or to a box of the flame graph"],
  ["n p", "next and previous call of the chosen function"],
  ["/", "search functions by name; Enter: its first call"],
  ["f", "fit: show all, from the first call to the last"],
  ["● before a thread", "leave it out of flame graph and table"],
  ["click on a thread's name", "make its rows slim"],
  ["click on \"levels deeper\"", "show all levels of that thread"],
  ["Esc", "let go: measure, choice, search"],
];

export class Input {
  constructor(timeline, flame, details, parts) {
    Object.assign(this, {timeline, flame, details, ...parts, pointer: 0, held: new Set()});
    this.listenMouse(timeline.canvas);
    this.listenTouch(timeline.canvas);
    document.addEventListener("keydown", (event) => this.key(event));
    document.addEventListener("keyup", (event) => this.held.delete(event.key.toLowerCase()));
    window.addEventListener("blur", () => this.held.clear());
    flame.canvas.addEventListener("pointermove", (event) => this.hoverFlame(event));
    for (const canvas of [timeline.canvas, flame.canvas]) canvas.addEventListener("pointerleave", () => (this.tip.hidden = true));
    this.search.addEventListener("input", () => setSearch(this.search.value));
    this.search.addEventListener("keydown", (event) => this.searchKey(event));
    document.getElementById("fit").addEventListener("click", () => fit());
    document.getElementById("help-button").addEventListener("click", () => this.showHelp());
    this.listenDivider();
  }

  // ---- the timeline

  listenMouse(canvas) {
    canvas.addEventListener("pointerdown", (event) => this.down(event));
    canvas.addEventListener("pointermove", (event) => this.move(event));
    canvas.addEventListener("pointerup", (event) => this.up(event));
    canvas.addEventListener("dblclick", (event) => this.zoomTo(event));
    canvas.addEventListener("wheel", (event) => this.wheel(event), {passive: false});
  }
  down(event) {
    if (event.button !== 0) return;
    this.timeline.canvas.setPointerCapture(event.pointerId);
    this.timeline.canvas.focus();
    const measure = event.shiftKey || this.timeline.isRuler(event.offsetY), at = this.timeline.timeAt(event.offsetX);
    this.drag = {x: event.offsetX, y: event.offsetY, at, from: state.from, scroll: state.scroll, measure, moved: false};
  }
  move(event) {
    this.pointer = event.offsetX;
    if (!this.drag) {
      this.hover(event);
      return;
    }
    const drag = this.drag, dx = event.offsetX - drag.x;
    if (!drag.moved && Math.hypot(dx, event.offsetY - drag.y) < clickPixels) return;
    drag.moved = true;
    this.tip.hidden = true;
    if (drag.measure) {
      const at = this.timeline.timeAt(event.offsetX);
      state.range = [Math.max(0, Math.min(drag.at, at)), Math.min(state.meta.ns, Math.max(drag.at, at))];
    } else {
      const width = span(), from = drag.from - (dx / this.timeline.width) * width;
      state.scroll = drag.scroll - (event.offsetY - drag.y);
      show(from, from + width);
    }
    changed();
  }
  up(event) {
    const drag = this.drag;
    this.drag = null;
    if (!drag || drag.moved) return;
    if (drag.measure) {
      state.range = null;
      changed();
    } else this.click(event);
  }
  click(event) {
    const turned = this.timeline.switchAt(event.offsetX, event.offsetY);
    if (turned) {
      if (!turned.set.delete(turned.thread)) turned.set.add(turned.thread);
      changed();
      return;
    }
    const item = this.timeline.itemAt(event.offsetX, event.offsetY);
    if (!item || item.row === 0) {
      state.call = null;
      state.chosen = 0;
    } else {
      const at = Math.round(Math.min(Math.max(this.timeline.timeAt(event.offsetX), item.tile.starts[item.i]), Math.max(item.tile.starts[item.i], item.tile.ends[item.i] - 1)));
      state.call = {thread: item.thread, depth: item.row - 1, at};
      state.chosen = item.tile.functions[item.i];
    }
    changed();
  }
  async zoomTo(event) {
    if (this.timeline.switchAt(event.offsetX, event.offsetY)) return;
    for (let tries = 0; tries < 40 && state.call && state.call.start === undefined; tries++) await new Promise((done) => setTimeout(done, 25));
    zoomToCall();
  }
  wheel(event) {
    event.preventDefault();
    const scale = event.deltaMode === 1 ? 16 : 1, dy = event.deltaY * scale, dx = event.deltaX * scale;
    const scrolls = this.timeline.fullHeight > this.timeline.height;
    if (event.ctrlKey || event.metaKey || (!scrolls && !event.shiftKey && Math.abs(dy) > Math.abs(dx))) this.zoom(Math.exp(dy * (event.ctrlKey ? 0.01 : 0.0025)), event.offsetX);
    else this.pan(event.shiftKey && dx === 0 ? dy : dx, event.shiftKey ? 0 : dy);
  }
  zoom(times, x) {
    const at = this.timeline.timeAt(x);
    show(at + (state.from - at) * times, at + (state.to - at) * times);
  }
  pan(dx, dy) {
    const by = (dx / this.timeline.width) * span();
    state.scroll += dy;
    show(state.from + by, state.to + by);
  }
  // Two fingers zoom and move.
  listenTouch(canvas) {
    let before = null;
    const place = (touches) => ({x: (touches[0].clientX + touches[1].clientX) / 2, apart: Math.abs(touches[0].clientX - touches[1].clientX)});
    canvas.addEventListener("touchstart", (event) => {
      before = event.touches.length === 2 ? place(event.touches) : null;
      if (before) this.drag = null;
    });
    canvas.addEventListener("touchmove", (event) => {
      if (event.touches.length !== 2 || !before) return;
      const now = place(event.touches);
      this.zoom(before.apart / Math.max(now.apart, 1), now.x);
      this.pan(before.x - now.x, 0);
      before = now;
    });
  }

  // ---- what is under the pointer

  hover(event) {
    const item = this.timeline.itemAt(event.offsetX, event.offsetY);
    if (!item) {
      this.tip.hidden = true;
      return;
    }
    if (item.mark !== undefined) this.showTip(event, item.mark, item.lines ?? []);
    else this.showTip(event, functionOf(item.tile.functions[item.i]).name, [...this.itemLines(item), ...this.valuesOf(event, item)]);
  }
  // What was recorded of the call, once the pointer has rested on it.
  valuesOf(event, item) {
    const {thread, row, tile, i} = item, key = `${thread} ${row} ${tile.starts[i]}`;
    if (this.rested?.key === key) return this.rested.lines;
    this.rested = {key, lines: []};
    clearTimeout(this.resting);
    if (state.meta.values && tile.flags[i] >= 0 && !(tile.flags[i] & (flag.earlier | flag.later | flag.unseen)))
      this.resting = setTimeout(async () => {
        const lines = await this.details.valueLines({thread, depth: row - 1, called: tile.functions[i], start: tile.starts[i], end: tile.ends[i]});
        if (this.rested.key !== key || lines.length === 0) return;
        this.rested.lines = lines;
        if (!this.tip.hidden) this.hover(event);
      }, restMs);
    return [];
  }
  itemLines({tile, i}) {
    const flags = tile.flags[i];
    if (flags < 0) return [`${callsText(tile.calls[i])} within ${durationText(tile.ends[i] - tile.starts[i])}, mostly this; ${Math.round(tile.covered[i] / 2.55)} % covered`];
    const cut = flags & (flag.earlier | flag.later | flag.unseen), about = flags & (flag.untimedStart | flag.untimedEnd) ? "~" : "";
    const lines = [cut ? "goes on beyond what is drawn: choose it for its duration" : about + durationText(tile.ends[i] - tile.starts[i])];
    if (flags & flag.jumped) lines.push("left by a jump");
    if (flags & flag.open) lines.push("never ended");
    if (flags & flag.inherited) lines.push("entered before the fork");
    if (about) lines.push("~ interpolated: not every event carries a time");
    return lines;
  }
  hoverFlame(event) {
    const box = this.flame.boxAt(event.offsetX, event.offsetY);
    if (!box) {
      this.tip.hidden = true;
      return;
    }
    const whole = this.flame.paths?.total[0] || 1, about = box.isShare ? "~" : "";
    this.showTip(event, functionOf(box.called).name, [`${about}${durationText(box.total)}, ${about}${((100 * box.total) / whole).toFixed(1)} % of the range`,
      `self ${box.isCostly ? costLess : about + durationText(box.self)}, ${about}${callsText(Math.round(box.calls))}`, ...(box.isCostly ? [costWhy] : []), ...(about ? ["~ about: of slices of time that are cut, the part of their time counts"] : [])]);
  }
  showTip(event, title, lines) {
    const tip = this.tip;
    tip.replaceChildren(element("b", {textContent: title.length > 300 ? title.slice(0, 300) + "…" : title}), ...lines.map((text) => element("div", {textContent: text})));
    tip.hidden = false;
    const x = Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 6), y = event.clientY + 18;
    tip.style.left = `${Math.max(4, x)}px`;
    tip.style.top = `${y + tip.offsetHeight > innerHeight ? event.clientY - tip.offsetHeight - 10 : y}px`;
  }

  // ---- keys

  key(event) {
    if (event.target === this.search || event.ctrlKey || event.metaKey || event.altKey || this.help.open) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key, pixels = this.timeline.width * 0.15;
    const actions = {
      w: () => this.hold("w"), s: () => this.hold("s"), a: () => this.hold("a"), d: () => this.hold("d"),
      ArrowLeft: () => this.pan(-pixels, 0), ArrowRight: () => this.pan(pixels, 0),
      ArrowUp: () => this.pan(0, -60), ArrowDown: () => this.pan(0, 60),
      "+": () => this.zoom(0.7, this.pointer), "-": () => this.zoom(1 / 0.7, this.pointer),
      f: () => fit(), "/": () => this.search.focus(), "?": () => this.showHelp(),
      Enter: () => this.zoomToChoice(), z: () => this.zoomToChoice(),
      n: () => this.next(false), p: () => this.next(true), Escape: () => this.letGo(),
    };
    if (!Object.hasOwn(actions, key)) return;
    event.preventDefault();
    actions[key]();
  }
  // As long as a key is held, and at least once.
  hold(key) {
    const first = this.held.size === 0;
    this.held.add(key);
    if (first) this.moveHeld(performance.now() - 40);
  }
  moveHeld(before) {
    const now = performance.now(), ms = Math.min(now - before, 60), has = (key) => (this.held.has(key) ? 1 : 0);
    const times = Math.exp((has("s") - has("w")) * ms * 0.004), move = (has("d") - has("a")) * ms * 0.0011 * this.timeline.width;
    if (times !== 1) this.zoom(times, this.pointer || this.timeline.width / 2);
    if (move !== 0) this.pan(move, 0);
    if (this.held.size > 0) requestAnimationFrame(() => this.moveHeld(now));
  }
  zoomToChoice() {
    if (state.range) show(...state.range);
    else zoomToCall();
  }
  next(back) {
    if (state.call) this.details.goNext(state.call, state.chosen, back);
    else if (state.chosen) this.details.goNext({at: (state.from + state.to) / 2}, state.chosen, back); // in any thread
  }
  // To the first call of the function of that very name, else of the first one in the table.
  firstHit() {
    const wanted = state.search.toLowerCase(), named = [...state.matches].find((id) => functionOf(id).name.toLowerCase() === wanted);
    const called = named ?? this.table.rows.find((row) => state.matches.has(row.id))?.id ?? [...state.matches][0];
    state.chosen = called;
    state.call = null;
    this.timeline.canvas.focus();
    changed();
    return this.details.goNext({at: -1}, called, false);
  }
  letGo() {
    if (state.range) state.range = null;
    else if (state.call || state.chosen) {
      state.call = null;
      state.chosen = 0;
    } else {
      this.search.value = "";
      setSearch("");
    }
    changed();
  }
  searchKey(event) {
    if (event.key === "Escape") {
      this.search.value = "";
      setSearch("");
      this.timeline.canvas.focus();
    } else if (event.key === "Enter" && state.matches?.size) {
      this.firstHit();
    }
  }
  showHelp() {
    const table = element("table", {});
    for (const [keys, text] of helpRows) {
      const cell = element("td", {});
      keys.split("  ").forEach((part, i) => cell.append(i ? " " : "", part === "or" ? part : element("kbd", {textContent: part})));
      table.append(element("tr", {}, cell, element("td", {textContent: text})));
    }
    const close = element("button", {textContent: "close"});
    close.addEventListener("click", () => this.help.close());
    this.help.replaceChildren(element("h2", {textContent: "Keys and mouse"}), table, close);
    this.help.showModal();
  }
  listenDivider() {
    const divider = document.getElementById("divider"), panels = document.getElementById("panels");
    divider.addEventListener("pointerdown", (event) => divider.setPointerCapture(event.pointerId));
    divider.addEventListener("pointermove", (event) => {
      if (!divider.hasPointerCapture(event.pointerId)) return;
      const work = divider.parentElement.getBoundingClientRect();
      panels.style.flexBasis = `${Math.min(Math.max(60, work.bottom - event.clientY), work.height - 90)}px`;
      changed();
    });
  }
}
