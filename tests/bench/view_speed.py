"""How fast `calltape view` is, and how large: prints figures, judges nothing."""
import os
import random
import statistics
import sys
import time

from view import Browser, Server, settle

TAPE, SEED, STEPS = sys.argv[1], 9, 60
# Shows another stretch, and how long it takes until a picture of it was drawn in which nothing is missing.
STEP = """new Promise((done) => {
    const {state, timeline} = calltape, started = performance.now(), [from, to] = [%d, %d];
    timeline.draw = () => {
        Object.getPrototypeOf(timeline).draw.call(timeline);
        if (!timeline.finished || Math.abs(state.from - from) >= 1 || Math.abs(state.to - to) >= 1) return;
        delete timeline.draw;
        done(performance.now() - started);
    };
    calltape.show(from, to);
})"""


def memory(pid):
    with open(f"/proc/{pid}/status") as file:
        fields = dict(line.split(":", 1) for line in file)
    return int(fields["VmRSS"].split()[0]) / 1024, int(fields["VmHWM"].split()[0]) / 1024


def ways(whole, chance):
    """Ten walks: from all of it down by steps of about 3, and at each depth a pan."""
    while True:
        start, width = 0, whole
        while width > 2000:
            width = int(width / chance.uniform(2, 4))
            start = min(max(0, start + int(chance.uniform(0, 2) * width)), whole - width)
            yield "zoom", start, start + width
            start = min(max(0, start + int(width * chance.uniform(-0.6, 0.6))), whole - width)
            yield "pan", start, start + width


def percentile(values, part):
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]


def walk(browser, name):
    chance, took = random.Random(SEED), []
    whole = browser.run("calltape.state.meta.ns")
    for _, (kind, start, end) in zip(range(STEPS), ways(whole, chance)):
        took.append(browser.run(STEP % (start, end)))
    print(f"{name}: pan and zoom to a finished picture: median {statistics.median(took):.0f} ms, "
          f"p95 {percentile(took, 0.95):.0f} ms, most {max(took):.0f} ms, of {len(took)}")


def first_picture(browser, address, started):
    browser.ask("Page.navigate", url=address)
    browser.wait("globalThis.calltape !== undefined && calltape.timeline.width > 0", 600)
    painted = time.monotonic() - started
    browser.wait("calltape.timeline.items.length > 0", 600)
    return painted, time.monotonic() - started


def main():
    pyramid = TAPE + ".view"
    with Browser(1400, 900) as browser:
        for again in (False, True):
            if not again and os.path.exists(pyramid):
                os.remove(pyramid)
            started = time.monotonic()
            with Server(TAPE) as server:
                painted, first = first_picture(browser, server.address, started)
                print(f"first paint {painted:.2f} s, first calls {first:.2f} s after the verb started, "
                      f"pyramid {'at hand' if again else 'not there yet'}", flush=True)
                browser.wait("calltape.state.done", 3000)
                if not again:
                    print(f"pyramid made after {time.monotonic() - started:.1f} s, {os.path.getsize(pyramid) / 1e6:.1f} MB")
                settle(browser)
                walk(browser, "pyramid at hand" if again else "just made")
                heap = browser.run("performance.memory.usedJSHeapSize") / 2**20
                now, most = memory(server.process.pid)
                print(f"page heap {heap:.0f} MiB, server {now:.0f} MiB (most {most:.0f})")


main()
