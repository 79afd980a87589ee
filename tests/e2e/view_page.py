"""Clicks, keys, search, links, resizing, the dark, strange names: in the page of the server and in the file of --html."""

from view import Browser, Server, expect, expect_silence, expect_texts, file_of, open_page, settle

ITEM = """(() => { const item = calltape.timeline.items.find((item) => item.tile && item.right - item.x > 8 &&
    calltape.state.functions.get(item.tile.functions[item.i]).name.startsWith(%r));
    const at = calltape.timeline.canvas.getBoundingClientRect();
    return [at.left + (Math.max(item.x, 0) + item.right) / 2, at.top + item.y + item.height / 2]; })()"""
CHOSEN = "calltape.state.chosen === 0 ? null : calltape.state.functions.get(calltape.state.chosen).name"
DETAILS = "document.getElementById('details').innerText"


def place(browser, name):
    return browser.run(ITEM % name)


def choose(browser, name):
    settle(browser)
    browser.click(*place(browser, name))
    settle(browser)
    browser.wait(f"{DETAILS}.includes('durations of all its calls')")


def shown(browser):
    return browser.run("[calltape.state.from, calltape.state.to]")


def check_clicks(browser):
    choose(browser, "load")
    expect("chosen", "load", browser.run(CHOSEN))
    expect_texts(browser, DETAILS, ["demo.c:31", "3.00 ms", "2.000000 ms", "called by", "main", "its only call"])
    expect("rows that are marked", "load", browser.run("document.querySelector('.row.chosen').innerText.split('\\n')[0]"))
    browser.key("Escape")
    settle(browser)
    expect("chosen after Escape", None, browser.run(CHOSEN))
    row = browser.run("""(() => { const row = [...document.querySelectorAll('.row')].find((row) => row.innerText.startsWith('work'));
        const at = row.getBoundingClientRect(); return [at.left + 60, at.top + 8]; })()""")
    browser.click(*row)
    settle(browser)
    expect("chosen in the table", "work", browser.run(CHOSEN))
    browser.key("Escape")


# How many colours there are where a wide box has its label: without one there is but the box's own.
COLOURS = """(() => { const item = calltape.timeline.items.find((item) => item.tile &&
    calltape.state.functions.get(item.tile.functions[item.i]).name === %r && item.right - item.x > 60);
    const {data} = calltape.timeline.canvas.getContext('2d').getImageData(Math.max(item.x, 0) + 4, item.y + 2, 24, item.height - 4);
    return new Set(new Uint32Array(data.buffer)).size; })()"""


def check_labels(browser):
    for name in ("main", "load"):
        assert browser.run(COLOURS % name) > 3, f"no label on {name}"


def check_steps(browser, live):
    choose(browser, "parse")
    browser.run("calltape.state.call = {thread: 0, depth: 2, at: 6000000}, document.getElementById('fit').click()")
    browser.wait("calltape.state.call?.start === 6000000")
    if live:
        browser.key("n")
        browser.wait("calltape.state.call.start === 6010000")
        browser.key("p")
        browser.wait("calltape.state.call.start === 6000000")
    browser.key("z")
    settle(browser)
    start, end = shown(browser)
    assert 5.9e6 < start <= 6e6 and 6.004e6 <= end < 6.01e6, (start, end)
    browser.key("f")
    browser.key("Escape")
    settle(browser)
    start, end = shown(browser)
    expect("what fit shows: from the first call to the last", (1000000, 50000000), (start, end))


def check_keys(browser):
    before = shown(browser)
    for key, better in (("w", lambda a, b: b[1] - b[0] < a[1] - a[0]), ("d", lambda a, b: b[0] > a[0]),
                        ("a", lambda a, b: b[0] < a[0]), ("ArrowRight", lambda a, b: b[0] > a[0]),
                        ("ArrowLeft", lambda a, b: b[0] < a[0]), ("s", lambda a, b: b[1] - b[0] > a[1] - a[0])):
        browser.key(key)
        settle(browser)
        after = shown(browser)
        assert better(before, after), f"{key}: {before} became {after}"
        before = after
    browser.key("?")
    browser.wait("document.getElementById('help').open")
    assert "double click" in browser.run("document.getElementById('help').innerText")
    browser.key("Escape")
    browser.wait("!document.getElementById('help').open")
    browser.key("f")
    settle(browser)


def check_search(browser):
    browser.key("/")
    browser.type("FIB")
    settle(browser)
    expect("found", "1 found", browser.run("document.getElementById('matches').innerText"))
    expect("rows", ["fib"], browser.run("calltape.table.rows.map((row) => row.name)"))
    browser.key("Escape")
    settle(browser)
    assert browser.run("calltape.table.rows.length") > 4


def check_shortened(browser):
    """Names lose their middle; all of it is in the title."""
    short = "import('./text.js').then(({shortened}) => [shortened('short', 9), shortened('std::vector<int>::push_back', 16)])"
    expect("shortened", ["short", "std::v…push_back"], browser.run(short))
    browser.resize(700, 600)
    settle(browser)
    cells = browser.run("""[...document.querySelectorAll('.row > span:first-child')].map((cell) => [cell.title, cell.innerText,
        cell.scrollWidth <= cell.clientWidth])""")
    assert cells and all(fits and (text == title or "…" in text) for title, text, fits in cells), cells
    browser.resize(1300, 900)
    settle(browser)


def check_measure(browser):
    left, top, width = browser.run("(({left, top, width}) => [left, top, width])(calltape.timeline.canvas.getBoundingClientRect())")
    browser.drag(left + width * 0.2, top + 10, left + width * 0.5, top + 10)
    settle(browser)
    start, end = browser.run("calltape.state.range")
    expect("measured, of what is shown", 0.3, round((end - start) / (shown(browser)[1] - shown(browser)[0]), 2))
    assert "measured" in browser.run("document.getElementById('flame-facts').innerText")
    browser.key("Enter")
    settle(browser)
    assert abs(shown(browser)[0] - start) < 2 and abs(shown(browser)[1] - end) < 2
    browser.key("Escape")
    expect("range after Escape", None, browser.run("calltape.state.range"))
    before = shown(browser)
    browser.drag(left + width * 0.5, top + 120, left + width * 0.4, top + 120)
    assert shown(browser)[0] > before[0], "a drag moves to later times"
    browser.key("f")


def check_link(browser):
    choose(browser, "load")
    browser.run("document.getElementById('flame-up').click(), document.querySelector('[data-sort=calls]').click()")
    browser.run("calltape.state.range = [1000000, 9000000]")
    browser.key("w")
    settle(browser)
    browser.wait("location.hash.startsWith(`#t=${Math.round(calltape.state.from)},${Math.round(calltape.state.to)}&`)")
    address, before = browser.run("location.href"), shown(browser)
    browser.open("about:blank")
    browser.open(address)
    settle(browser)
    after = shown(browser)
    assert all(abs(a - b) <= 1 for a, b in zip(before, after)), (before, after)
    expect("chosen by the link", "load", browser.run(CHOSEN))
    expect("state of the link", [[1000000, 9000000], True, "calls"],
           browser.run("[calltape.state.range, calltape.state.inverse, calltape.state.sort]"))
    expect("first by calls", "next_token", browser.run("calltape.table.rows[0].name"))


def check_sizes(browser):
    for width, height in ((1500, 900), (700, 600), (380, 640)):
        browser.resize(width, height)
        settle(browser)
        expect(f"overflow at {width}", [width, height], browser.run("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"))
        assert browser.run("calltape.timeline.canvas.clientHeight") >= 60
        expect("width of the picture", browser.run("calltape.timeline.canvas.clientWidth"), browser.run("calltape.timeline.width"))
    browser.resize(1300, 900)
    browser.run("calltape.state.range = null, document.getElementById('fit').click()")
    pixel = "calltape.timeline.canvas.getContext('2d').getImageData(2, calltape.timeline.canvas.height - 2, 1, 1).data"
    brightness = f"{pixel}.slice(0, 3).reduce((sum, part) => sum + part, 0)"
    for dark, expected in ((False, "> 600"), (True, "< 150")):
        browser.prefer(dark)
        settle(browser)
        browser.wait(f"{brightness} {expected}")
    browser.prefer(dark=False)


def check_strange(browser, address):
    open_page(browser, address)
    title = browser.run("document.title")
    assert title.startswith("strange.tape"), title
    names = browser.run("[...calltape.state.functions.values()].map((each) => each.name)")
    for name in ("<script>document.title='run'</script>", "</script><img src=x onerror=alert(1)>", "x" * 10000, "漢字"):
        assert name in names, name
    assert not any(ord(character) < 32 or character == "\u202e" for name in names for character in name)
    elements = browser.run("document.querySelectorAll('img, script, u, s').length")
    for name in ("<script>", "</script><img", "xxx", "bytes", '"quoted"'):
        choose(browser, name)
    expect("elements made of names", elements, browser.run("document.querySelectorAll('img, script, u, s').length"))
    browser.key("/")
    browser.type("<script>")
    settle(browser)
    expect("found", "1 found", browser.run("document.getElementById('matches').innerText"))
    expect("overflow", [1300, 900], browser.run("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"))


def check_signs(browser, address):
    """Jumps, coroutines, waits, losses, a fork: all there and nothing breaks."""
    open_page(browser, address)
    marks = browser.run("calltape.timeline.items.filter((item) => item.mark !== undefined).map((item) => item.mark)")
    assert any("waited" in mark for mark in marks) and any("lost" in mark for mark in marks), marks
    flags = browser.run("calltape.timeline.items.filter((item) => item.tile).map((item) => item.tile.flags[item.i])")
    for bit, what in ((1, "jumped"), (2, "never ended"), (4, "inherited"), (1024, "resumed"), (2048, "left")):
        assert any(flag > 0 and flag & bit for flag in flags), f"nothing is shown as {what}"
    choose(browser, "throws")
    expect_texts(browser, DETAILS, ["left by a jump"])


def check_tip(browser):
    """What was recorded of a call stands in the tip of the pointer that rests on it."""
    browser.key("Escape")
    browser.key("Escape")
    settle(browser)
    browser.mouse("mouseMoved", *browser.run("""(() => {
        const item = calltape.timeline.items.find((item) => item.tile && item.row === 2 && item.start <= 111500 && item.end > 111500);
        const at = calltape.timeline.canvas.getBoundingClientRect();
        return [at.left + (item.x + item.right) / 2, at.top + item.y + item.height / 2]; })()"""))
    tip = "document.getElementById('tip').innerText"
    browser.wait(f"{tip}.includes('length 1000') && {tip}.includes('result 0x55d1')")


def check_values(browser, address):
    """Arguments, result and notes stand in the details of their call."""
    open_page(browser, address)
    browser.run("calltape.state.call = {thread: 0, depth: 1, at: 111500}, document.getElementById('fit').click()")
    browser.wait(f"{DETAILS}.includes('recorded of it')")
    told = browser.run(f"{DETAILS}.split('recorded of it')[1].split('previous call')[0]").split()
    for name, value in (("length", "1000"), ("result", "0x55d1"), ("rows", "0"), ("ratio", "0.3333333333333333")):
        expect(f"{name} in the details", value, told[told.index(name) + 1])
    check_tip(browser)


def check_page(browser, address, live):
    open_page(browser, address)
    check_labels(browser)
    check_clicks(browser)
    check_steps(browser, live)
    check_keys(browser)
    check_search(browser)
    if live:
        check_shortened(browser)
    check_measure(browser)
    check_link(browser)
    check_sizes(browser)


def main():
    with Browser(1300, 900) as browser:
        with Server("plain.tape") as server:
            check_page(browser, server.address, True)
        check_page(browser, file_of("plain.tape"), False)
        for tape, check in (("strange.tape", check_strange), ("nasty.tape", check_signs)):
            with Server(tape) as server:
                check(browser, server.address)
            check(browser, file_of(tape))
        with Server("told.tape") as server:
            check_values(browser, server.address)
        check_values(browser, file_of("told.tape"))
        for tape in ("deep.tape", "empty.tape"):
            with Server(tape) as server:
                open_page(browser, server.address)
            open_page(browser, file_of(tape))
        expect_silence(browser)


main()
