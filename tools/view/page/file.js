// The recording as `calltape view --html` wrote it into this very file: the pieces of tools/view/store.h as base64, and
// behind them their directory.
import {Reader, decodeHabit} from "./decode.js";
import {tileStatus} from "./server.js";

const kinds = {tile: 1, slices: 2, nodes: 3, habit: 4, lanes: 5, meta: 6, curves: 7, values: 8};
const entryBytes = 32, sliceGroup = 64;

async function inflate(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function decodeBase64(text) {
  const binary = atob(text), bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

export class FileSource {
  live = false;
  async open() {
    const element = document.getElementById("data");
    this.finest = Number(element.dataset.finest);
    this.bytes = decodeBase64(element.textContent);
    element.remove();
    const directory = await inflate(this.bytes.subarray(Number(document.getElementById("directory").textContent)));
    const view = new DataView(directory.buffer);
    this.pieces = new Map();
    for (let at = 0; at < directory.length; at += entryBytes) {
      const kind = view.getUint16(at, true), level = view.getUint16(at + 2, true), thread = view.getUint32(at + 4, true);
      this.pieces.set(this.key(kind, level, thread, Number(view.getBigUint64(at + 8, true))),
        [Number(view.getBigUint64(at + 16, true)), view.getUint32(at + 24, true)]);
    }
    return this;
  }
  key(kind, level, thread, index) {
    return `${kind} ${level} ${thread} ${index}`;
  }
  async piece(kind, level, thread, index) {
    const place = this.pieces.get(this.key(kind, level, thread, index));
    return place ? inflate(this.bytes.subarray(place[0], place[0] + place[1])) : null;
  }
  async json(kind, thread = 0) {
    return JSON.parse(new TextDecoder().decode(await this.piece(kind, 0, thread, 0)));
  }
  curves() {
    return this.json(kinds.curves);
  }
  async meta() {
    const meta = await this.json(kinds.meta);
    this.nanosecondsPerCost = meta.ns_a_tick / 16;
    this.sliceLevel = meta.slices;
    this.sliceWidth = Math.pow(4, meta.slices);
    this.end = meta.ns;
    this.threads = meta.threads.length;
    return meta;
  }
  async state() {
    const reader = new Reader(await this.piece(kinds.lanes, 0, 0, 0)), lanes = [];
    while (lanes.length < this.threads) {
      reader.number();
      lanes.push([reader.number(), null]);
    }
    return {done: true, failure: null, tape: null, read: 0, lanes};
  }
  async tiles(level, from, to, threads, got) {
    const waiting = [];
    for (const thread of threads)
      for (let tile = from; tile <= to; tile++)
        waiting.push(this.piece(kinds.tile, level, thread, tile).then(
          (bytes) => got(level, thread, tile, bytes ? tileStatus.here : tileStatus.coarser, bytes)));
    await Promise.all(waiting);
  }
  nodes(from) {
    return from === 1 ? this.piece(kinds.nodes, 0, 0, 0) : new Uint8Array();
  }
  // Slices that are cut by the range count by the part of them that lies in it; the last one ends with the recording.
  // `shares`: nodes that have such a part.
  async sums(from, to, threads) {
    const all = new Map(), shares = new Set(), width = this.sliceWidth;
    for (const thread of threads)
      for (let group = Math.floor(from / width / sliceGroup); group * sliceGroup * width < to; group++) {
        const bytes = await this.piece(kinds.slices, this.sliceLevel, thread, group);
        if (bytes) this.addGroup(new Reader(bytes), group * sliceGroup, width, from, to, all, shares);
      }
    const nodes = [...all.keys()].sort((a, b) => a - b), of = (i) => nodes.map((node) => Math.round(all.get(node)[i]));
    return {nodes, calls: of(0), ns: of(1), cost: of(2), shares};
  }
  async rows() {
    return null;
  }
  addGroup(reader, slice, width, from, to, all, shares) {
    while (reader.more) {
      slice += reader.number();
      const begin = slice * width, end = Math.max(Math.min(begin + width, this.end), begin + 1);
      const part = to >= this.end && from <= begin ? 1 : (Math.min(to, end) - Math.max(from, begin)) / (end - begin);
      for (let count = reader.number(), node = 0; count > 0; count--) {
        node += reader.number();
        const sums = [reader.number(), reader.number(), reader.number() * this.nanosecondsPerCost];
        if (part <= 0) continue;
        if (part < 1) shares.add(node);
        const sum = all.get(node) ?? [0, 0, 0];
        sums.forEach((value, i) => (sum[i] += value * part));
        all.set(node, sum);
      }
    }
  }
  async habit(called) {
    const bytes = await this.piece(kinds.habit, 0, 0, called);
    return bytes ? decodeHabit(bytes) : null;
  }
  // Of single calls there is but what was recorded of them; `more`: not of all.
  async call(thread, depth, start) {
    this.values ??= new Map();
    if (!this.values.has(thread)) this.values.set(thread, this.json(kinds.values, thread).catch(() => ({calls: {}, more: true})));
    const {calls, more} = await this.values.get(thread), values = calls[`${depth} ${Math.round(start)}`]?.values ?? [];
    return {found: false, values, more: more && values.length === 0};
  }
  async next() {
    return null;
  }
  async source() {
    return {first: 1, lines: []};
  }
}
