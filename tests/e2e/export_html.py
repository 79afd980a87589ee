"""The table of functions in the page of `export --to html`, with each kind of filter, is what report says."""
import os
import subprocess
import sys

from view import Browser, CALLTAPE, expect, expect_silence, open_page, report_rows

TAPE = sys.argv[1]
ROWS = "calltape.table.rows.map((row) => [row.name, [row.calls, row.self, row.total]])"
FILTERS = ([], ["--exclude", "same_word"], ["--function", "find_word"], ["--thread", "#1"], ["--depth", "4"],
           ["--min-time", "20us"], ["--under", "index_text"], ["--range", "20%..60%"])


def page_of(options):
    out = os.path.abspath("page.html")
    subprocess.run([CALLTAPE, "export", "--to", "html", "-o", out, *options, TAPE], check=True, stderr=subprocess.DEVNULL)
    return "file://" + out


def check(browser, options):
    open_page(browser, page_of(options))
    browser.wait("calltape.settled()")
    shown = dict(browser.run(ROWS))
    report = report_rows(*options, TAPE)
    expect(f"functions with {options}", sorted(name for name, figures in report.items() if figures[0]),
           sorted(name for name, figures in shown.items() if figures[0]))
    for name, (calls, *bounds) in report.items():
        if calls == 0:
            continue
        expect(f"calls of {name} with {options}", calls, shown[name][0])
        for what, (least, said), seen in zip(("self", "total"), bounds, shown[name][1:]):
            slack = 2000 + said / 50
            assert least - slack <= seen <= said + slack, f"{what} of {name} with {options}: {said} reported, {seen} shown"
    expect(f"calls that the page tells with {options}", sum(figures[0] for figures in report.values()),
           browser.run("calltape.state.meta.calls"))


def main():
    with Browser(1300, 900) as browser:
        for options in FILTERS:
            check(browser, options)
        expect_silence(browser)


main()
