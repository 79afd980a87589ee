"""Calls that were running where a window of the recording begins: their details are what `query` says of them."""
import json
import subprocess
import sys

from view import Browser, CALLTAPE, Server, expect, expect_silence, open_page

TAPE, DEEPEST = sys.argv[1], 6


def borders(whole):
    """Windows are powers of four long: the longest of which some begin within the recording."""
    width = 1
    while whole // (4 * width) >= 4:
        width *= 4
    return list(range(width, whole, width))


def running(moments):
    """By thread, depth and moment: from where to where."""
    wanted = " or ".join(f"(start < {at} and end > {at})" for at in moments)
    text = subprocess.run([CALLTAPE, "query", "--format", "json", TAPE,
                           f"select thread, depth, start, end from calls where depth < {DEEPEST} and ({wanted})"],
                          stdout=subprocess.PIPE, check=True).stdout
    calls = [tuple(each.values()) for each in json.loads(text)]
    return {(thread, depth, at): [start, end] for thread, depth, start, end in calls for at in moments if start < at < end}


def main():
    with Server(TAPE) as server, Browser(1300, 900) as browser:
        open_page(browser, server.address)
        whole = browser.run("calltape.state.meta.ns")
        calls = running(borders(whole))
        assert len(calls) > 10, calls
        # The outermost are the same at all borders.
        for (thread, depth, at), expected in sorted(each for each in calls.items() if each[0][1] > 0)[:8]:
            margin = max((expected[1] - expected[0]) // 2, 200)
            open_page(browser, server.address, f"t={expected[0] - margin},{expected[1] + margin}&call={thread},{depth},{at}")
            browser.wait("calltape.state.call?.start !== undefined && document.getElementById('details').innerText.includes('durations of all')")
            expect(f"call of thread {thread}, depth {depth} at {at}", expected,
                   browser.run("[calltape.state.call.start, calltape.state.call.end]"))
        expect_silence(browser)


main()
