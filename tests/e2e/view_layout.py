"""What a page shows at first of several threads, of deep calls and of names that differ by their place alone: in the
page of the server and in the file of --html."""
from view import Browser, Server, expect, expect_silence, file_of, open_page, settle, told

LANES = "calltape.timeline.boxes.filter((box) => box.kind === 'thread')"
LEVELS = 27  # of main's thread


def check_lanes(browser):
    """All lanes are in sight; what that leaves out of one is said, and a click shows it."""
    levels = browser.run(f"{LANES}.map((box) => box.all)")
    expect("levels of main's thread", LEVELS, max(levels))
    expect("lanes", 4, len(levels))
    bottom = browser.run(f"Math.max(...{LANES}.map((box) => box.top + box.height))")
    assert bottom <= browser.run("calltape.timeline.height"), "not all lanes are in sight"
    foot = f"{LANES}.map((box) => [box.top + box.first + box.rows * box.step + 5, box.rows, box.cut])[0]"
    y, rows, cut = browser.run(foot)
    assert cut and 3 <= rows < LEVELS, (rows, cut)
    left, top = browser.run("(({left, top}) => [left, top])(calltape.timeline.canvas.getBoundingClientRect())")
    browser.click(left + 60, top + y)
    settle(browser)
    expect("levels after a click", LEVELS, browser.run(foot)[1])
    browser.run("calltape.state.opened.clear(), document.getElementById('fit').click()")
    settle(browser)
    expect("levels after another", rows, browser.run(foot)[1])


def check_slim(browser):
    """Many threads are slim at first, and as a link says."""
    slim = f"{LANES}.map((box) => box.slim)"
    expect("slim lanes", [True] * 12, browser.run(slim))
    address = browser.run("location.href.split('#')[0]")
    for folded, expected in (("", [False] * 12), ("0-2,11", [True] * 3 + [False] * 8 + [True])):
        open_page(browser, address, f"folded={folded}")
        expect(f"slim lanes of a link with '{folded}'", expected, browser.run(slim))
        browser.wait(f"new URLSearchParams(location.hash.slice(1)).get('folded') === '{folded}'")


def check_enter(browser):
    """Enter in the search goes to the first call of what was found, however deep: here the first of either `tell`."""
    browser.run("document.activeElement.blur()")
    browser.key("/")
    browser.type("tell [lanes.cpp:4]")
    settle(browser)
    browser.key("Enter")
    browser.wait("calltape.state.call?.start !== undefined")
    settle(browser)
    first = min((call for call in told("query", "--format", "json", "lanes.tape",
                 "select start, depth from calls where name = 'tell'")), key=lambda call: call["start"])
    call = browser.run("calltape.state.call")
    expect("depth of the first hit", first["depth"], call["depth"])
    assert abs(first["start"] - call["start"]) <= 1, (first, call)
    assert browser.run("calltape.timeline.items.some((item) => item.row === calltape.state.call.depth + 1)"), "it is not in sight"
    for _ in range(3):
        browser.key("Escape")
    settle(browser)


def check_panel(browser):
    """The flame graph is drawn anew for the room that the panel of details takes and gives back."""
    drawn = "(({width, clientWidth}) => width === Math.round(clientWidth * devicePixelRatio))(calltape.flame.canvas)"
    width = "calltape.flame.canvas.clientWidth"
    wide = browser.run(width)
    left, top = browser.run("(({left, top}) => [left, top])(calltape.flame.canvas.getBoundingClientRect())")
    browser.click(left + 30, top + 9)
    browser.wait(f"{width} < {wide} && {drawn}")
    browser.run("document.activeElement.blur()")
    browser.key("Escape")
    browser.wait(f"{width} === {wide} && {drawn}")
    settle(browser)


def check_columns(browser):
    """A narrow table shows the column that its rows are sorted by."""
    shown = "calltape.table.heads.filter((head) => head.clientWidth > 0).map((head) => head.textContent)"
    cells = "[...document.querySelector('.row').children].filter((cell) => cell.clientWidth > 0).length"
    for width, sort, columns in ((620, "average", "function, self, self %, total, calls, average"), (500, "self", "function, self, self %, total, calls"),
                                 (500, "average", "function, self, total, calls, average"), (400, "average", "function, self, total, average"),
                                 (400, "calls", "function, self, total, calls"), (400, "total", "function, self, self %, total")):
        browser.run(f"document.getElementById('table-panel').style.flex = '0 0 {width}px'")
        browser.run(f"calltape.table.heads.find((head) => head.dataset.sort === '{sort}').click()")
        settle(browser)
        expect(f"columns by {sort} in {width} pixels", columns, ", ".join(browser.run(shown)))
        expect("cells of a row", len(browser.run(shown)), browser.run(cells))
    browser.run("document.getElementById('table-panel').style.flex = ''")
    browser.run("calltape.table.heads.find((head) => head.dataset.sort === 'self').click()")
    settle(browser)


def check_names(browser):
    """The place, which tells them apart, goes before the name does."""
    (brief, place), *_ = browser.run("""[...calltape.state.functions.values()].filter((it) => it.brief === 'tell').map((it) => [it.brief, it.place])""")
    assert "lanes.cpp:" in place, place
    texts = f"[40, 14, 8, 4].map((room) => labelled({{brief: '{brief}', place: '{place}'}}, room))"
    full, middle, *short = browser.run(f"import('./text.js').then(({{labelled}}) => {texts})")
    expect("with room", brief + place, full)
    assert middle.startswith(brief + " [") and "…" in middle and middle.endswith(place[-3:]), middle
    expect("with little room", [brief, brief], short)


def check_deep(browser):
    """Deeper calls are no self time of the last level: they are told by function, and so counted right."""
    shown = dict(browser.run("calltape.table.rows.map((row) => [row.name, [row.calls, row.self]])"))
    for row in told("report", "--format", "json", "--limit", "0", "deep.tape"):
        calls, self = shown[row["function"]]
        expect(f"calls of {row['function']}", row["calls"], calls)
        assert abs(row["self_ns"] - self) <= 2000 + row["self_ns"] / 50, (row, self)
    boxes = browser.run("""calltape.sums.paths.flame(0, 0).filter((box) => box.depth >= 399)
        .map((box) => [box.depth, box.called >= 0xfffffffe, box.calls, box.self])""")
    expect("levels at the bottom", [399, 400, 401, 401], [depth for depth, *_ in boxes])
    expect("what stands for deeper calls", [400, True, 2602, 0], boxes[1])
    expect("calls of the last level", 1, boxes[0][2])
    expect("calls below by function", [1301, 1301], [calls for *_, calls, _ in boxes[2:]])
    expect("what its box says", "[2,602 levels deeper]", browser.run(
        "calltape.flame.boxes.filter((box) => box.called >= 0xfffffffe).map((box) => calltape.nameOf(box.called))[0]"))


def check_values(browser):
    """A small file holds the values of the first calls, and says of the others that it doesn't."""
    calls = told("query", "--format", "json", "values.tape", "select start from calls where name = 'step' order by start")
    open_page(browser, file_of("values.tape", "--html-size", "200k"))
    for call, said in ((5, "recorded of it number 5 "), (2999, "more than what this file holds")):
        start = calls[call]["start"]
        browser.run(f"calltape.state.call = {{thread: 0, depth: 1, at: {start}}}, document.getElementById('fit').click()")
        browser.wait(f"document.getElementById('details').innerText.replace(/\\s+/g, ' ').includes('{said}')")


def main():
    with Browser(1300, 900) as browser:
        for tape, checks in (("lanes.tape", (check_lanes, check_enter)), ("many.tape", (check_slim,)), ("deep.tape", (check_deep,))):
            with Server(tape) as server:
                open_page(browser, server.address)
                for check in checks:
                    check(browser)
                if tape == "lanes.tape":
                    check_columns(browser)
                    check_names(browser)
                    check_panel(browser)
            open_page(browser, file_of(tape))
            for check in checks:
                check(browser)
        check_values(browser)
        expect_silence(browser)


main()
