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

// Items of all rows, one after the other. `flags` is -1 for density: then start and end are its bucket's, `covered`
// (0 to 255) and `calls` what it holds.
export function decodeTile(bytes, level, index) {
  const reader = new Reader(bytes), width = Math.pow(4, level), start = index * 256 * width;
  const rows = [], items = {flags: [], functions: [], starts: [], ends: [], covered: [], calls: []};
  for (let count = reader.number(); count > 0; count--) decodeRow(reader, start, width, rows, items);
  return {
    level, start, end: start + 256 * width, rows, bytes: 40 * items.flags.length + 100,
    flags: Int16Array.from(items.flags), functions: Uint32Array.from(items.functions),
    starts: Float64Array.from(items.starts), ends: Float64Array.from(items.ends),
    covered: Uint8Array.from(items.covered), calls: Float64Array.from(items.calls),
  };
}

function decodeRow(reader, tileStart, width, rows, items) {
  const row = reader.number(), from = items.flags.length;
  let bucket = tileStart, end = tileStart;
  for (let count = reader.number(); count > 0; count--) {
    const head = reader.number();
    if (head % 2 === 1) {
      end = decodeSpan(reader, (head - 1) / 2, tileStart, end, width, items);
    } else {
      bucket += (head / 2) * width;
      decodeDensity(reader, bucket, width, items);
    }
  }
  rows.push({row, from, to: items.flags.length});
}

function decodeSpan(reader, flags, tileStart, lastEnd, width, items) {
  const called = reader.number(), offset = reader.number();
  const start = flags & flag.earlier ? tileStart - offset : lastEnd + offset;
  const end = flags & flag.later ? tileStart + 256 * width : Math.max(start, tileStart) + reader.number();
  items.flags.push(flags);
  items.functions.push(called);
  items.starts.push(start);
  items.ends.push(end);
  items.covered.push(255);
  items.calls.push(1);
  return end;
}

function decodeDensity(reader, bucket, width, items) {
  items.flags.push(-1);
  items.functions.push(reader.number());
  items.starts.push(bucket);
  items.ends.push(bucket + width);
  items.covered.push(reader.byte());
  items.calls.push(reader.number());
}

// What `sums` answers: node numbers with their calls, ns and cost.
export function decodeSums(bytes) {
  const reader = new Reader(bytes), sums = {nodes: [], calls: [], ns: [], cost: []};
  for (let node = 0; reader.more;) {
    node += reader.number();
    sums.nodes.push(node);
    sums.calls.push(reader.number());
    sums.ns.push(reader.number());
    sums.cost.push(reader.number());
  }
  return sums;
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
