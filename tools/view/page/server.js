// The recording as the server of `calltape view` answers: tools/view/answer.h. file.js has the same methods.
import {decodeHabit, decodeRows, decodeSums} from "./decode.js";
import {runsText} from "./text.js";

export const tileStatus = {pending: 0, here: 1, coarser: 2};

const answerMs = 10000; // the state's: it takes no time, unless nobody is there

async function ask(what, parameters, signal) {
  const response = await fetch(what + (parameters ? "?" + new URLSearchParams(parameters) : ""), {signal}).catch(() => {
    throw new Error("The server of this page does not answer: `calltape view` has ended, or can't be reached.");
  });
  if (response.status === 403) throw new Error("Another `calltape view` answers at this place: open the address that it printed.");
  if (!response.ok) throw new Error(await response.text());
  return response;
}
async function askBytes(what, parameters) {
  return new Uint8Array(await (await ask(what, parameters)).arrayBuffer());
}
async function askJson(what, parameters) {
  return (await ask(what, parameters)).json();
}

export class ServerSource {
  live = true;
  meta() {
    return askJson("meta");
  }
  async state() {
    return (await ask("state", null, AbortSignal.timeout(answerMs))).json();
  }
  // Calls got(level, thread, tile, status, bytes) for each, and for coarser ones that show as much.
  async tiles(level, from, to, threads, got) {
    const bytes = await askBytes("tiles", {level, from, to, threads: runsText(threads)});
    const view = new DataView(bytes.buffer);
    for (let at = 0; at < bytes.length;) {
      const word = (i) => view.getUint32(at + 4 * i, true), count = word(4);
      got(word(5), word(0), word(2) + word(3) * 4294967296, word(1), bytes.subarray(at + 24, at + 24 + count));
      at += 24 + count + (-count & 3);
    }
  }
  nodes(from) {
    return askBytes("nodes", {from});
  }
  async sums(from, to, threads) {
    return decodeSums(await askBytes("sums", {from, to, threads: runsText(threads)}));
  }
  async rows(from, to, threads) {
    return decodeRows(await askBytes("rows", {from, to, threads: runsText(threads)}));
  }
  async habit(called) {
    return decodeHabit(await askBytes("habit", {function: called}));
  }
  call(thread, depth, start, end) {
    const at = Math.floor((start + end) / 2), from = Math.max(0, Math.floor(start) - 1), to = Math.ceil(end) + 2;
    return askJson("call", {thread, depth, at, from, to});
  }
  // The first call at `at` or later, or the last at `at` or before; `thread` undefined: of any.
  next(thread, called, at, back) {
    return askJson("next", {...(thread === undefined ? {} : {thread}), function: called, at, back: back ? 1 : 0});
  }
  curves() {
    return askJson("curves");
  }
  source(called) {
    return askJson("source", {function: called});
  }
}
