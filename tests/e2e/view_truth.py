"""What the page draws of ten random ranges, each around some call, is what replay and report say of them."""
import random
import sys

from view import Browser, Server, expect, expect_silence, open_page, report_rows, told

TAPE, SEED = sys.argv[1], 23
# Every box of the timeline as [thread, row, start, end, function's name, is a call, part that is covered, and from where
# to where it is drawn].
DRAWN = """calltape.timeline.items.filter((item) => item.tile).map(({thread, row, tile, i, start, end}) => [thread, row,
    tile.starts[i], tile.ends[i], calltape.state.functions.get(tile.functions[i]).name, tile.flags[i] >= 0,
    tile.flags[i] < 0 ? tile.covered[i] / 255 : 1, start, end])"""
NAMED = ".map((row) => [calltape.table.sorted([row])[0].name, row.calls, row.self, row.total, row.average ?? 0])"
ROWS, PATHS = "calltape.table.rows" + NAMED, "calltape.sums.paths.table()" + NAMED


# Boxes of three pixels or more of which the picture shows another colour in the middle than it should, and how many were
# looked at; not those that a later one lies upon: a bucket of density, beside a call in it.
PAINTED = """(async () => { const {pixelOf} = await import('./colour.js'), {canvas, items} = calltape.timeline, {width, height} = canvas;
    const image = new Uint32Array(canvas.getContext('2d').getImageData(0, 0, width, height).data.buffer);
    const middle = ({x, right}) => (Math.max(x, 0) + Math.min(right, width)) / 2;
    const upon = (item, n) => items.some((other, m) => m > n && other.y === item.y && other.x < middle(item) + 1 && other.right > middle(item) - 1);
    const seen = items.filter((item, n) => item.tile && item.right - item.x >= 3 && item.x > -5 && item.right < width + 5 && item.y > 42 &&
        item.y + 2 < height && !upon(item, n));
    const wrong = seen.filter((item) => image[Math.floor(item.y + 1) * width + Math.floor(middle(item))] !==
        pixelOf(calltape.state.functions.get(item.tile.functions[item.i]).colour, item.tile.covered[item.i]));
    return [wrong.map(({x, right, row}) => [x, right, row]), seen.length]; })()"""


def near(a, b, slack):
    return abs(a - b) <= slack


def by_name(rows):
    return {name: figures for name, *figures in rows}


def check_table(browser, start, end):
    browser.wait("calltape.sums.told && calltape.table.exact === calltape.sums.rows")  # they are drawn a frame later
    report = told("report", "--format", "json", "--range", f"{start}ns..{end}ns", TAPE)
    expected = by_name([row["function"], row["calls"], row["self_ns"], row["total_ns"], row["avg_ns"]] for row in report)
    expect(f"the table of {start}..{end}", expected, by_name(browser.run(ROWS)))
    check_paths(by_name(browser.run(PATHS)), expected, report, start, end)
    return len(expected)


def check_paths(shown, expected, report, start, end):
    """The functions of the flame graph, which is made of sums by path."""
    costs = {row["function"]: row["total_probe_ns"] for row in report}
    for name, (calls, *bounds) in report_rows("--range", f"{start}ns..{end}ns", TAPE).items():
        (_, total) = bounds[1]
        if calls == 0 and total < 1000 and name not in shown:
            continue
        assert name in shown, f"{name} is not in the table of {start}..{end}"
        expect(f"calls of {name} in {start}..{end}", calls, shown[name][0])
        # Costs are taken out at each end of a range: an event's worth may go to either side. The page takes them out
        # call by call, and no call becomes less than nothing; report out of sums.
        for what, (least, said), seen in zip(("self", "total"), bounds, shown[name][1:]):
            slack = 2000 + said / 50 + max(0, min(costs[name], seen - said))
            assert least - slack <= seen <= said + slack, f"{what} of {name} in {start}..{end}: {said} reported, {seen} shown"
    assert not [name for name in shown if name not in expected and shown[name][0] > 0]


def covered(start, end, low, high):
    return max(0, min(end, high) - max(start, low))


def check_timeline(browser, start, end):
    wrong, painted = browser.run(PAINTED)
    assert painted > 0 and not wrong, f"of {painted} boxes in {start}..{end} these are not painted: {wrong}"
    drawn = browser.run(DRAWN)
    calls = [each for each in told("replay", "--format", "json", "--range", f"{start}ns..{end}ns", TAPE) if "end_ns" in each]
    width = browser.run("Math.pow(4, calltape.tiles.levelFor((calltape.state.to - calltape.state.from) / calltape.timeline.width))")
    # Calls that are longer than a bucket, and lie whole in the range, have boxes of their own.
    whole = lambda each: "flags" not in each or not set(each["flags"]) & {"earlier", "later"}
    expected = {(each["thread"], each["depth"] + 1, each["start_ns"], each["end_ns"], each["function"])
                for each in calls if whole(each) and each["end_ns"] - each["start_ns"] >= width}
    boxes = {(thread, row, low, high, name) for thread, row, low, high, name, single, _, _, _ in drawn
             if single and high - low >= width and low >= start and high < end}
    missing = {each for each in expected if each not in boxes and not cut_by_tile(each, width, drawn)}
    assert not missing, f"not drawn in {start}..{end}: {sorted(missing)[:3]}"
    extra = {each for each in boxes - expected if each[3] % (256 * width) and each[2] % (256 * width)}
    assert not extra, f"drawn, but no call, in {start}..{end}: {sorted(extra)[:3]}"
    check_density(drawn, calls, start, end, width)
    return len(expected)


def cut_by_tile(call, width, drawn):
    """A call that goes over the border of a tile is drawn in parts."""
    thread, row, start, end, name = call
    parts = [each for each in drawn if each[0] == thread and each[1] == row and each[4] == name and each[5]
             and each[2] <= end and each[3] >= start and each[2] >= start and each[3] <= end]
    return start // (256 * width) != end // (256 * width) and parts


def check_density(drawn, calls, start, end, width):
    """Row by row, boxes and densities together cover as much time as the calls do."""
    rows = {}
    for thread, row, _, _, _, single, part, low, high in drawn:
        rows.setdefault((thread, row), [0, 0, 0])[0] += (high - low) * part
        rows[thread, row][2] += not single
    for each in calls:
        rows.setdefault((each["thread"], each["depth"] + 1), [0, 0, 0])[1] += covered(each["start_ns"], each["end_ns"], start, end)
    for (thread, row), (seen, said, boxes) in rows.items():
        slack = 2 * width + boxes * width / 255 + 1
        assert near(seen, said, slack), f"thread {thread} row {row} in {start}..{end}: {said} covered, {seen} drawn (±{slack})"


def main():
    chance = random.Random(SEED)
    moments = sorted(each["start_ns"] for each in told("replay", "--format", "json", TAPE))
    tables = timelines = 0
    with Server(TAPE) as server, Browser(1300, 2600) as browser:
        open_page(browser, server.address)
        whole = browser.run("calltape.state.meta.ns")
        browser.run("calltape.state.folded.clear(), document.getElementById('panels').style.flexBasis = '120px'")
        for i in range(10):
            length = int(whole * 10 ** chance.uniform(-3.5, -0.2))
            start = min(max(0, chance.choice(moments) - chance.randrange(length)), whole - length)
            open_page(browser, server.address, f"t={start},{start + length}")
            browser.run("document.getElementById('panels').style.flexBasis = '120px'")
            browser.run("new Promise((done) => setTimeout(done, 100))")
            browser.wait("calltape.settled()")
            tables += check_table(browser, start, start + length)
            timelines += check_timeline(browser, start, start + length)
        expect_silence(browser)
    assert tables > 20 and timelines > 20, (tables, timelines)


main()
