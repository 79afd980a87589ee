"""Calls that took less than what recording them cost, in the picture and in the page."""
import re
import subprocess
import sys

from view import CALLTAPE, Browser, Server, expect_texts, open_page, settle, told

TAPE = sys.argv[1]
DETAILS = "document.getElementById('details').innerText"


def main():
    calls = [each for each in told("replay", "--format", "json", TAPE) if each.get("function") == "shortest"]
    whole = [each for each in calls if {"start_ns", "end_ns", "duration_ns"} <= each.keys()]  # nothing came within
    costly = [each for each in whole if each["duration_ns"] == 0 and each["end_ns"] > each["start_ns"]]
    if not costly:
        print("no call of this machine's took as little as recording it is said to cost")
        sys.exit(77)
    call = costly[len(costly) // 2]
    start, end = call["start_ns"], call["end_ns"]
    took = f"<{end - start} ns"
    picture = subprocess.run([CALLTAPE, "view", "--svg", "-", "--range", f"{start - 5}ns..{end + 5}ns", TAPE], stdout=subprocess.PIPE, check=True).stdout.decode()
    shown = picture.replace("&lt;", "<")
    assert re.search(rf"{took}, from .*; recording cost as much", shown), shown
    assert shown.count(took) >= 2 and "<: of such a call" in shown and not re.search("[\\s>]0 ns[,<]", shown), shown
    with Server(TAPE) as server, Browser(1300, 900) as browser:
        open_page(browser, server.address, f"t={start - 5},{end + 5}")
        browser.run(f"calltape.state.call = {{thread: 0, depth: 1, at: {start}}}, calltape.show({start - 5}, {end + 5})")
        settle(browser)
        browser.wait(f"{DETAILS}.includes('durations of all its calls')")
        expect_texts(browser, f"{DETAILS}.replace(/\\s+/g, ' ')", [f"net {took}", f"self {took}", "it took less than that"])
        browser.run(f"calltape.state.call = {{thread: 0, depth: 0, at: {start}}}, document.getElementById('fit').click()")
        browser.wait(f"/duration\\s+\\S+ \\S+\\s+taken out of it\\s+\\S+ \\S+\\s+net\\s+\\S+ \\S+/.test({DETAILS})")


main()
