"""Which figures are marked: in the file of --html, and where a stretch is too long to be read."""
from view import Browser, Server, expect, expect_silence, file_of, open_page, settle, told

TEXTS = "[...document.querySelectorAll('.row')].map((row) => [...row.children].map((cell) => cell.textContent))"
TITLES = "[...document.querySelectorAll('.row span[title^=about]')].length"
WHY = "document.querySelector('#status .about')?.innerText ?? ''"
START, END = 6_000_000, 33_333_333  # the end cuts a slice


def marked(cells):
    return [cell.startswith("~") for cell in cells[1:]]


def settle_rows(browser):
    settle(browser)
    browser.wait("calltape.sums.told")
    settle(browser)


def check_file(browser):
    open_page(browser, file_of("plain.tape"))
    settle_rows(browser)
    assert not any(any(marked(cells)) for cells in browser.run(TEXTS)), browser.run(TEXTS)
    expect("why, of the whole", "", browser.run(WHY))
    open_page(browser, file_of("plain.tape"), f"t={START},{END}")
    settle_rows(browser)
    said = {row["function"]: row["calls"] for row in told("report", "--format", "json", "--range", f"{START}ns..{END}ns", "plain.tape")}
    rows = {cells[0]: cells for cells in browser.run(TEXTS)}
    exact = [name for name, cells in rows.items() if not marked(cells)[3]]
    expect("calls that are not marked", {name: said[name] for name in exact}, {name: int(rows[name][4].replace(",", "")) for name in exact})
    assert exact and len(exact) < len(rows), rows
    assert any(all(marked(cells)) for cells in rows.values()), rows
    assert "slices" in browser.run(WHY) and browser.run(TITLES) > 0
    assert browser.run("document.getElementById('flame-facts').innerText").startswith("~")
    x, y = browser.run("""(() => { const box = calltape.flame.boxes.find((box) => box.isShare), at = calltape.flame.canvas.getBoundingClientRect();
        return [at.left + (box.x + box.width / 2) * at.width, at.top + 18 * box.depth + 9 - calltape.flame.scroll]; })()""")
    browser.mouse("mouseMoved", x, y)
    browser.wait("document.getElementById('tip').innerText.includes('~ about')")


def check_long(browser):
    """As where the server would have to read too much."""
    with Server("plain.tape") as server:
        open_page(browser, server.address)
        browser.run("calltape.sums.source.rows = () => Promise.resolve(null)")
        for state, about in ((f"{START}, {END}", True), ("0, calltape.state.meta.ns", False)):
            browser.run(f"calltape.show({state})")
            settle_rows(browser)
            cells = [cells for cells in browser.run(TEXTS) if cells[5] != "–"]
            expect("averages that are marked", {about}, {marked(each)[4] for each in cells})
            expect("others that are", [], [each for each in cells if any(marked(each)[:4])])
            expect("said why", about, "began before" in browser.run(WHY))


def main():
    with Browser(1300, 900) as browser:
        check_file(browser)
        check_long(browser)
        expect_silence(browser)


main()
