"""What the page draws of counters, messages and frames is what replay and info say of them."""
import sys

from view import Browser, Server, expect, expect_silence, file_of, open_page, settle, told

TOLD, MANY = sys.argv[1:]
COLUMNS = """calltape.timeline.items.filter((item) => item.counter === %r)
    .map(({column: {first, last, count, least, most, value}}) => ({first, last, count, least, most, value}))"""
MOMENTS = "calltape.timeline.items.filter((item) => item.moment !== undefined).map(({mark, lines}) => [mark, lines[0]])"
POINTS = "calltape.state.series.map(({name, points}) => [name, points.length])"
TIP = "document.getElementById('tip').innerText"


def replayed(tape, kind, name):
    return [(each["start_ns"], each.get("value")) for each in told("replay", "--format", "json", tape)
            if each["kind"] == kind and each["name"] == name]


def check_drawn(what, columns, values):
    """Each column tells of the values from its first to its last moment, and all values are in one."""
    expect(f"{what}: values drawn", len(values), sum(column["count"] for column in columns))
    times = sorted(values, key=lambda each: each[0])
    at = 0
    for column in columns:
        here = times[at:at + column["count"]]
        at += column["count"]
        numbers = [number for _, number in here]
        expect(f"{what}: a column", [here[0][0], here[-1][0], min(numbers), max(numbers)],
               [column["first"], column["last"], column["least"], column["most"]])
        # Threads may tell something at the same moment.
        last = [number for ns, number in here if ns == column["last"]]
        assert column["value"] in last, f"{what}: {column['value']} drawn, last was {last}"


def check_few(browser):
    values = replayed(TOLD, "counter", "queue")
    assert len(values) == 3, values
    columns = browser.run(COLUMNS % "queue")
    expect("points of the curve", [(ns, ns, 1, n, n, n) for ns, n in values], [tuple(each.values()) for each in columns])
    moments = browser.run(MOMENTS)
    expect("messages", [f'"{text}"' for _, text in replayed(TOLD, "message", "message")],
           [mark for mark, line in moments if line.startswith("message")])
    expect("frames", len(replayed(TOLD, "frame", "turn")), len([mark for mark, _ in moments if mark == "turn"]))
    at = browser.run("""(() => { const item = calltape.timeline.items.filter((item) => item.counter === 'queue')[1];
        const at = calltape.timeline.canvas.getBoundingClientRect();
        return [at.left + item.x + 20, at.top + item.y + item.height / 2]; })()""")
    browser.mouse("mouseMoved", *at)
    browser.wait(f"{TIP}.startsWith('queue 1')")


def check_many(browser):
    points = dict(browser.run(POINTS))
    assert all(count <= 4096 for count in points.values()), points
    assert points["level"] > 1000, points
    for value in told("info", "--format", "json", MANY)["values"]:
        if value["kind"] != "counter":
            continue
        columns = browser.run(COLUMNS % value["name"])
        check_drawn(value["name"], columns, replayed(MANY, "counter", value["name"]))
        expect(f"{value['name']}: of info", [value["values"], value["least"], value["most"]],
               [sum(column["count"] for column in columns), min(column["least"] for column in columns),
                max(column["most"] for column in columns)])
    series = browser.run("calltape.state.series.filter(({kind}) => kind === 'message').map(({points}) => points.reduce((sum, point) => sum + point[2], 0))")
    expect("messages by thread", [3000, 3000], series)


def check_ground(browser):
    """The curve stands out from the ground, in the light and in the dark."""
    pixel = """(() => { const item = calltape.timeline.items.findLast((item) => item.counter === 'queue');
        const ratio = devicePixelRatio, at = (y) => [...calltape.timeline.canvas.getContext('2d')
            .getImageData((item.x + 5) * ratio, y * ratio, 1, 1).data];
        const ground = at(item.y + 1), column = Array.from({length: item.height}, (_, i) => at(item.y + i));
        return Math.max(...column.map((each) => Math.abs(each[0] - ground[0]) + Math.abs(each[2] - ground[2]))); })()"""
    for dark in (False, True):
        browser.prefer(dark)
        settle(browser)
        browser.wait(f"{pixel} > 60")
    browser.prefer(dark=False)


def main():
    with Browser(1300, 900) as browser:
        for tape, check in ((TOLD, check_few), (MANY, check_many)):
            with Server(tape) as server:
                open_page(browser, server.address)
                check(browser)
            open_page(browser, file_of(tape))
            check(browser)
        open_page(browser, file_of(TOLD))
        check_ground(browser)
        expect_silence(browser)


main()
