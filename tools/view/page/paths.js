// Sums by path: the flame graph's tree, its inverse, and the table of functions, all from the same numbers.
import {Reader} from "./decode.js";
import {isTogether} from "./state.js";

const depthMost = 410; // more than paths have

// The tree of paths, which grows while the recording is read. Node 0 is the root; parents stand before children.
export class PathTree {
  parents = [0];
  functions = [0];
  constructor(source) {
    this.source = source;
  }
  // Up to this node at least.
  async reach(node) {
    const before = this.parents.length;
    if (node < before) return;
    const bytes = await this.source.nodes(before);
    if (this.parents.length !== before) return;
    const reader = new Reader(bytes);
    while (reader.more) {
      this.parents.push(this.parents.length - reader.number());
      this.functions.push(reader.number());
    }
  }
}

// Of one range: by node its calls, self and total time, what the probe cost taken out. A node's few calls may seem to
// cost more than they took: `self` and `total`, which are widths, have 0 there; `net` is below 0, so that the sums of
// functions, over many nodes, do not err to one side.
export class Paths {
  constructor(tree, sums) {
    const count = Math.max(tree.parents.length, (sums.nodes[sums.nodes.length - 1] ?? 0) + 1);
    this.tree = tree;
    this.calls = new Float64Array(count);
    this.self = new Float64Array(count);
    this.total = new Float64Array(count);
    this.net = new Float64Array(count);
    this.used = new Uint8Array(count);
    this.isShare = new Uint8Array(count); // its total is not exact
    this.costly = new Set(); // all of its self time is said to have gone into recording
    sums.nodes.forEach((node, i) => {
      if (sums.ns[i] > 0 && sums.ns[i] <= sums.cost[i]) this.costly.add(node);
      this.calls[node] = sums.calls[i];
      this.net[node] = sums.ns[i] - sums.cost[i];
      this.self[node] = this.total[node] = Math.max(0, this.net[node]);
      this.used[node] = 1;
      this.isShare[node] = sums.shares.has(node) ? 1 : 0;
    });
    for (let node = count - 1; node > 0; node--) {
      const parent = tree.parents[node];
      this.total[parent] += this.total[node];
      this.net[parent] += this.net[node];
      this.used[parent] |= this.used[node];
      this.isShare[parent] |= this.isShare[node];
    }
    this.sums = sums;
    this.link(count);
  }
  link(count) {
    this.firstChild = new Int32Array(count).fill(-1);
    this.next = new Int32Array(count).fill(-1);
    for (let node = count - 1; node > 0; node--) {
      if (!this.used[node]) continue;
      const parent = this.tree.parents[node];
      this.next[node] = this.firstChild[parent];
      this.firstChild[parent] = node;
    }
  }
  children(node) {
    const list = [];
    for (let child = this.firstChild[node]; child >= 0; child = this.next[child]) list.push(child);
    return list;
  }

  // By function: calls, self, total; of recursive calls only the outermost counts in the total. Of calls without paths
  // of their own it is not known what they called: `leastTotal`, `leastOwn` say that a sum is at least that.
  table() {
    const rows = new Map(), row = (called) => {
      if (!rows.has(called)) rows.set(called, {id: called, calls: 0, ns: 0, cost: 0, self: 0, total: 0, own: 0, open: 0, isShare: false, isShareTotal: false});
      return rows.get(called);
    };
    this.sums.nodes.forEach((node, i) => {
      const of = row(this.tree.functions[node]);
      of.calls += this.sums.calls[i];
      of.ns += this.sums.ns[i];
      of.cost += this.sums.cost[i];
      of.isShare ||= this.sums.shares.has(node);
    });
    this.walk((node) => {
      const called = this.tree.functions[node], alone = isTogether(this.tree.functions[this.tree.parents[node]]);
      if (isTogether(called)) return;
      const of = row(called);
      of.leastOwn ||= alone;
      of.isShareTotal ||= this.isShare[node] === 1;
      of.leastTotal ||= alone && of.open === 0;
      if (of.open++ === 0) of.total += this.net[node];
      of.own += this.net[node];
    }, (node) => rows.has(this.tree.functions[node]) && rows.get(this.tree.functions[node]).open--);
    for (const each of rows.values()) {
      each.self = Math.max(0, each.ns - each.cost);
      each.total = Math.max(each.total, each.self);
      each.isCostly = each.cost > each.ns / 2 && each.total < each.cost; // it may be less than the longest call
      each.own = Math.max(each.own, each.total);
    }
    return [...rows.values()];
  }
  walk(enter, leave) {
    let node = this.firstChild[0];
    while (node > 0) {
      enter(node);
      if (this.firstChild[node] >= 0) {
        node = this.firstChild[node];
        continue;
      }
      leave(node);
      while (this.next[node] < 0 && this.tree.parents[node] !== 0) {
        node = this.tree.parents[node];
        leave(node);
      }
      node = this.next[node];
    }
  }

  // Boxes {depth, x, width, called, total, self, calls, node}, x and width as parts of 1, none narrower than `least`.
  // `root` is the node that fills the width.
  flame(root, least) {
    const boxes = [], whole = this.total[root] || 1;
    const place = (nodes, x, depth) => {
      for (const node of nodes.sort((a, b) => this.total[b] - this.total[a])) {
        const width = this.total[node] / whole;
        if (width < least) break;
        boxes.push(this.box(node, depth, x, width));
        place(this.children(node), x, depth + 1);
        x += width;
      }
    };
    const above = [];
    for (let node = root; node !== 0; node = this.tree.parents[node]) above.unshift(node);
    above.forEach((node, depth) => boxes.push(this.box(node, depth, 0, 1)));
    place(this.children(root), 0, above.length);
    return boxes;
  }
  box(node, depth, x, width) {
    const called = this.tree.functions[node], own = this.calls[node];
    const calls = isTogether(called) ? this.children(node).reduce((sum, child) => sum + this.calls[child], 0) : own;
    return {depth, x, width, called, total: this.total[node], self: this.self[node], calls, node, isShare: this.isShare[node] === 1, isCostly: this.costly.has(node)};
  }

  // The same upside down: functions by their self time, below each who called it.
  inverse(least) {
    const boxes = [], whole = this.total[0] || 1;
    const place = (entries, x, depth) => {
      const groups = new Map();
      for (const [node, of] of entries) {
        if (node === 0) continue;
        const called = this.tree.functions[node], group = groups.get(called) ?? {called, self: 0, calls: 0, isShare: false, entries: []};
        group.self += this.self[of];
        group.calls += this.calls[of];
        group.isShare ||= this.sums.shares.has(of);
        group.entries.push([this.tree.parents[node], of]);
        groups.set(called, group);
      }
      for (const group of [...groups.values()].sort((a, b) => b.self - a.self)) {
        const width = group.self / whole;
        if (width < least || depth > depthMost) break;
        boxes.push({depth, x, width, called: group.called, total: group.self, self: depth === 0 ? group.self : 0,
          calls: group.calls, node: -1, isShare: group.isShare});
        place(group.entries, x, depth + 1);
        x += width;
      }
    };
    place(this.sums.nodes.filter((node) => this.self[node] > 0).map((node) => [node, node]), 0, 0);
    return boxes;
  }
}
