"""What the tests of `calltape view` share: the server, the page in a browser, what calltape's other verbs say."""
import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from browser import Browser, BrowserError  # noqa: E402,F401

CALLTAPE = os.environ["CALLTAPE"]


class Server:
    """calltape view TAPE, until the end of the `with`: ended as by ctrl-C, which must be no failure."""

    def __init__(self, tape, *options):
        self.process = subprocess.Popen([CALLTAPE, "view", "--no-browser", *options, tape], stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, text=True)
        self.address = self.process.stdout.readline().strip()
        assert self.address.startswith("http://127.0.0.1:"), self.address

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(2)
        status = self.process.wait(20)
        assert status == 0, f"calltape view ended with {status}"


def open_page(browser, address, state=""):
    browser.open("about:blank")
    browser.open(address + ("#" + state if state else ""))
    settle(browser)


def settle(browser):
    """Until the picture is finished and nothing more is to come."""
    browser.run("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    browser.wait("globalThis.calltape !== undefined && calltape.state.done && calltape.settled()")
    browser.run("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def file_of(tape, *options):
    """The address of the page that --html writes of it."""
    out = tape + ".html"
    subprocess.run([CALLTAPE, "view", "--html", out, *options, tape], check=True, stderr=subprocess.DEVNULL)
    return "file://" + os.path.abspath(out)


def expect(what, expected, actual):
    assert expected == actual, f"{what}: expected {expected!r}, got {actual!r}"


def report_rows(*options):
    """Of each row its function, calls, and of self and total the least and the most that the page may show. That is what
    `report` says, but where it makes them as long as the longest call: then they are what costs leave, which is less."""
    rows, raw = (told("report", "--format", "json", "--limit", "0", *how, *options) for how in ((), ("--raw",)))
    raw = {row["function"]: row for row in raw}

    def bounds(row, what):
        said = row[f"{what}_ns"]
        return min(said, raw[row["function"]][f"{what}_ns"] - row[f"{what}_probe_ns"]), said

    return {row["function"]: (row["calls"], bounds(row, "self"), bounds(row, "total")) for row in rows}


def expect_texts(browser, expression, texts):
    """What the page shows comes from several answers, in any order."""
    try:
        browser.wait(f"{json.dumps(texts)}.every((text) => ({expression}).includes(text))")
    except BrowserError:
        shown = browser.run(expression)
        raise AssertionError(f"no {[text for text in texts if text not in shown]} in {shown!r}") from None


def expect_silence(browser):
    """The page said nothing; but that the test itself reads pixels, and that its server has ended while it was open."""
    expected = "willReadFrequently", "ERR_CONNECTION_REFUSED", "ERR_SOCKET_NOT_CONNECTED"
    expect("what the page said", [], [text for text in browser.said if not any(each in text for each in expected)])


def told(*command):
    """What a verb prints as JSON: the document, or the list of its lines."""
    text = subprocess.run([CALLTAPE, *command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout
    text = text.decode()
    return [json.loads(line) for line in text.splitlines()] if command[0] == "replay" else json.loads(text)
