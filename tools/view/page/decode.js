// The bytes that the C side writes: tools/view/levels.h, slices.h, nodes.h, habit.h say what is in them.

export class Reader {
  constructor(bytes, at = 0, end = bytes.length) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }
  get more() {
    return this.at < this.end;
  }
  byte() {
    return this.bytes[this.at++];
  }
  // LEB128; exact up to 2^53.
  number() {
    let byte = this.bytes[this.at++], value = byte & 127, times = 128;
    while (byte > 127) {
      byte = this.bytes[this.at++];
      value += (byte & 127) * times;
      times *= 128;
    }
    return value;
  }
}

export const flag = {
  jumped: 1, open: 2, inherited: 4, cut: 8, untimedStart: 16, untimedEnd: 32, earlier: 64, later: 128, resumed: 1024,
  left: 2048, unseen: 4096,
};

// Items of the tile that is being decoded: room that is used again for the next.
class Items {
  count = 0;
  constructor(room) {
    this.room = room;
    this.flags = new Int16Array(room);
    this.functions = new Uint32Array(room);
    this.starts = new Float64Array(room);
    this.ends = new Float64Array(room);
    this.covered = new Uint8Array(room);
    this.calls = new Float64Array(room);
  }
  reserve(room) {
    if (room <= this.room) return this;
    const more = new Items(2 * room);
    for (const [name, values] of Object.entries(this.columns())) more[name].set(values);
    more.count = this.count;
    return more;
  }
  add(flags, called, start, end, covered, calls) {
    const i = this.count++;
    this.flags[i] = flags;
    this.functions[i] = called;
    this.starts[i] = start;
    this.ends[i] = end;
    this.covered[i] = covered;
    this.calls[i] = calls;
  }
  columns() {
    const part = (values) => values.slice(0, this.count);
    return {flags: part(this.flags), functions: part(this.functions), starts: part(this.starts), ends: part(this.ends),
      covered: part(this.covered), calls: part(this.calls)};
  }
}
let items = new Items(1 << 14);

// Items of all rows, one after the other. `flags` is -1 for density: then start and end are its bucket's, `covered`
// (0 to 255) and `calls` what it holds.
export function decodeTile(bytes, level, index) {
  const reader = new Reader(bytes), width = Math.pow(4, level), start = index * 256 * width, rows = [];
  items.count = 0;
  for (let count = reader.number(); count > 0; count--) rows.push(decodeRow(reader, start, width));
  return {level, start, end: start + 256 * width, rows, bytes: 32 * items.count + 100, ...items.columns()};
}

function decodeRow(reader, tileStart, width) {
  const row = reader.number(), from = items.count, count = reader.number();
  let bucket = tileStart, end = tileStart;
  items = items.reserve(from + count);
  for (let left = count; left > 0; left--) {
    const head = reader.number();
    if (head % 2 === 1) {
      end = decodeSpan(reader, (head - 1) / 2, tileStart, end, width);
    } else {
      bucket += (head / 2) * width;
      items.add(-1, reader.number(), bucket, bucket + width, reader.byte(), reader.number());
    }
  }
  return {row, from, to: items.count};
}

function decodeSpan(reader, flags, tileStart, lastEnd, width) {
  const called = reader.number(), offset = reader.number();
  const start = flags & flag.earlier ? tileStart - offset : lastEnd + offset;
  const end = flags & flag.later ? tileStart + 256 * width : Math.max(start, tileStart) + reader.number();
  items.add(flags, called, start, end, 255, 1);
  return end;
}

// What `sums` answers: node numbers with their calls, ns and cost.
export function decodeSums(bytes) {
  const reader = new Reader(bytes), sums = {nodes: [], calls: [], ns: [], cost: [], shares: new Set()};
  for (let node = 0; reader.more;) {
    node += reader.number();
    sums.nodes.push(node);
    sums.calls.push(reader.number());
    sums.ns.push(reader.number());
    sums.cost.push(reader.number());
  }
  return sums;
}

// What `rows` answers: of each function its id, calls, self, total and average; null: it was too much to read.
export function decodeRows(bytes) {
  const reader = new Reader(bytes), rows = [];
  if (reader.number() === 0) return null;
  for (let id = 0; reader.more;) {
    id += reader.number();
    rows.push({id, calls: reader.number(), self: reader.number(), total: reader.number(), average: reader.number()});
  }
  return rows;
}

export function decodeHabit(bytes) {
  const reader = new Reader(bytes), habit = {counts: [], slowest: []};
  if (!reader.more) return null;
  for (let count = reader.number(); count > 0; count--) habit.counts.push(reader.number());
  for (let count = reader.number(); count > 0; count--)
    habit.slowest.push({thread: reader.number(), depth: reader.number(), start: reader.number(), ns: reader.number()});
  return habit;
}

// Where a histogram's class begins, in ns.
export function classStart(index) {
  if (index === 0) return 0;
  const octave = Math.pow(2, (index - 1) >> 1);
  return index % 2 === 1 ? octave : 1.5 * octave;
}
