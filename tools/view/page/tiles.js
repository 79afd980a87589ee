// Tiles at hand, and fetching those that are not. What is drawn takes the best that is there: the tile itself, or the
// next coarser one that is. Where the server says that a coarser one shows as much, that one is as good.
import {decodeTile} from "./decode.js";
import {tileStatus} from "./server.js";
import {runsOf} from "./text.js";

const bytesMost = 96 << 20, retryMs = 400, requestTiles = 1024, tilesSoFar = 32;
const parallel = Math.min(Math.max(navigator.hardwareConcurrency || 1, 1), 4); // requests
const togetherMs = 50; // what arrives within is drawn at once

export class Tiles {
  // finestOf(thread): the finest level that lies ready. `arrived` is told whether `failure` is another than before.
  constructor(source, coarsest, finestOf, arrived) {
    this.source = source;
    this.coarsest = coarsest;
    this.finestOf = finestOf;
    this.arrived = arrived;
    this.known = new Map(); // "thread level index": a decoded tile, or "coarser"
    this.asked = new Set();
    this.late = new Map(); // not made yet: when to ask again
    this.wanted = new Map();
    this.bytes = 0;
    this.failure = null;
  }
  levelFor(nsPerPixel) {
    const level = Math.ceil(Math.log(Math.max(nsPerPixel * 0.7, 1)) / Math.log(4) - 1e-9);
    return Math.min(Math.max(level, 0), this.coarsest);
  }
  // The level for what is there of a lane while the recording is still being read: coarse tiles come last.
  levelSoFar(level, lane) {
    if (lane.done === null) return level;
    const soFar = Math.floor(Math.log(Math.max(lane.done, 1) / tilesSoFar) / Math.log(4)) - 4;
    return Math.max(Math.min(level, soFar), Math.min(level, lane.finest));
  }
  // The best tile for that place; `exact`: nothing better will come.
  get(thread, level, index) {
    for (let exact = true; level <= this.coarsest; level++, index = Math.floor(index / 4)) {
      const key = `${thread} ${level} ${index}`, tile = this.known.get(key);
      if (tile === undefined) {
        if (exact) this.want(key, thread, level, index);
        exact = false;
      } else if (tile !== "coarser") {
        this.known.delete(key);
        this.known.set(key, tile);
        return {tile, exact};
      }
      if (level === this.coarsest) return {tile: null, exact: exact && tile === "coarser"};
    }
    return {tile: null, exact: true};
  }
  want(key, thread, level, index) {
    if (this.asked.has(key) || (this.late.get(key) ?? 0) > performance.now()) return;
    this.asked.add(key);
    if (this.wanted.size === 0) queueMicrotask(() => this.fetchWanted());
    this.wanted.set(key, {thread, level, index});
  }
  // One request for all threads that want the same stretch of one level.
  fetchWanted() {
    const stretches = new Map(), threads = new Map();
    for (const {thread, level, index} of this.wanted.values()) {
      const key = `${thread} ${level}`, of = threads.get(key) ?? {thread, level, indices: []};
      of.indices.push(index);
      threads.set(key, of);
    }
    this.wanted.clear();
    for (const {thread, level, indices} of threads.values())
      for (const [from, to] of runsOf(indices)) {
        const key = `${level} ${from} ${to}`, of = stretches.get(key) ?? {level, from, to, threads: []};
        of.threads.push(thread);
        stretches.set(key, of);
      }
    for (const each of stretches.values()) this.fetchParts(each);
  }
  // What does not lie ready takes the server time, most of all at the level next to what does: several requests share it.
  fetchParts({level, from, to, threads}) {
    const ready = Math.min(...threads.map((thread) => this.finestOf(thread))), share = level < ready ? Math.ceil(threads.length / parallel) : Infinity;
    const most = Math.max(1, Math.min(Math.floor(requestTiles / (to - from + 1)), share));
    const middle = threads.length < parallel && level === ready - 1 && to - from > 2 ? Math.floor((from + to) / 2) : to;
    for (let i = 0; i < threads.length; i += most) {
      this.fetch(level, from, middle, threads.slice(i, i + most));
      if (middle < to) this.fetch(level, middle + 1, to, threads.slice(i, i + most));
    }
  }
  async fetch(level, from, to, threads) {
    const failed = this.failure;
    try {
      await this.source.tiles(level, from, to, threads, (...tile) => this.take(...tile));
      this.failure = null;
    } catch (error) {
      this.failure = error.message;
      for (const thread of threads) for (let index = from; index <= to; index++) this.postpone(`${thread} ${level} ${index}`, 5);
    }
    if (this.failure !== failed) this.arrived(true);
    else if (this.waiting) this.telling ??= setTimeout(() => this.tell(), togetherMs);
    else this.tell();
  }
  tell() {
    clearTimeout(this.telling);
    this.telling = null;
    this.arrived(false);
  }
  take(level, thread, index, status, bytes) {
    const key = `${thread} ${level} ${index}`;
    if (status === tileStatus.pending) {
      this.postpone(key, 1);
      return;
    }
    this.asked.delete(key);
    this.late.delete(key);
    if (this.known.has(key)) return;
    const tile = status === tileStatus.here ? decodeTile(bytes, level, index) : "coarser";
    this.known.set(key, tile);
    this.bytes += tile.bytes ?? 100;
    this.forget();
  }
  postpone(key, times) {
    this.asked.delete(key);
    this.late.set(key, performance.now() + times * retryMs);
    setTimeout(() => this.arrived(false), times * retryMs + 10);
  }
  // What was not looked at for longest goes first.
  forget() {
    for (const [key, tile] of this.known) {
      if (this.bytes <= bytesMost) return;
      this.known.delete(key);
      this.bytes -= tile.bytes ?? 100;
    }
  }
  // The tile that holds `at`, or the next coarser one that there is; waits for it.
  async load(thread, level, at) {
    for (; level <= this.coarsest; level++) {
      const index = Math.floor(at / Math.pow(4, level + 4)), key = `${thread} ${level} ${index}`;
      if (!this.known.has(key)) await this.fetch(level, index, index, [thread]);
      const tile = this.known.get(key);
      if (tile && tile !== "coarser") return tile;
    }
    return null;
  }
  // Something was asked for and is to come soon.
  get waiting() {
    return this.asked.size > 0;
  }
  // Forgets that what was late was late: it may be there now.
  retry() {
    this.late.clear();
  }
  // The first item of a row that ends after `at`, or the row's end; row is one of tile.rows.
  static first(tile, row, at) {
    let low = row.from, high = row.to;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (tile.ends[middle] <= at) low = middle + 1;
      else high = middle;
    }
    return low;
  }
  // Asks at once for what is missing of stretches.
  prepare(stretches) {
    for (const {thread, level, from, to} of stretches)
      for (const index of this.indices(level, from, to)) this.get(thread, level, index);
    this.fetchWanted();
  }
  *indices(level, from, to) {
    const width = Math.pow(4, level + 4), end = Math.min(to, Math.pow(4, this.coarsest + 4));
    for (let index = Math.max(0, Math.floor(from / width)); index * width < end; index++) yield index;
  }
  // Calls see(tile, i, from, to, exact) for the items of a thread's stretch, row by row within each tile.
  each({thread, level, from, to}, see, rows = null) {
    const width = Math.pow(4, level + 4);
    let finished = true;
    for (const index of this.indices(level, from, to)) {
      const {tile, exact} = this.get(thread, level, index);
      finished &&= exact;
      if (tile) eachItem(tile, Math.max(from, index * width), Math.min(to, (index + 1) * width), see, rows);
    }
    return finished;
  }
}

function eachItem(tile, from, to, see, rows) {
  for (const row of tile.rows) {
    if (rows && !rows(row.row)) continue;
    for (let i = Tiles.first(tile, row, from); i < row.to && tile.starts[i] < to; i++) see(tile, i, row.row, from, to);
    // A call that took no time ends where it starts.
    const last = row.to - 1;
    if (last >= row.from && tile.starts[last] === tile.ends[last] && tile.ends[last] === from) see(tile, last, row.row, from, to);
  }
}
