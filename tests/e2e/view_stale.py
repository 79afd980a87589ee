"""What is shown of a tape that is removed, replaced or emptied, or by a server that is gone, does not look as if it were live."""
import os
import shutil
import signal

from view import Browser, Server, expect, open_page

BANNER = "(document.getElementById('banner').hidden ? '' : document.getElementById('banner').innerText)"
DIMMED = "['overview', 'timeline', 'panels'].filter((id) => getComputedStyle(document.getElementById(id)).opacity < 0.9)"


def expect_banner(browser, words, dimmed):
    browser.wait(f"{BANNER}.includes({words!r})" if words else f"{BANNER} === ''")
    browser.wait(f"{DIMMED}.length === {3 if dimmed else 0}")


def check_tape(browser):
    shutil.copy("plain.tape", "t.tape")
    with Server("t.tape") as server:
        open_page(browser, server.address)
        expect_banner(browser, "", False)
        os.rename("t.tape", "away.tape")
        expect_banner(browser, "The tape was removed", False)
        os.rename("away.tape", "t.tape")
        expect_banner(browser, "", False)
        shutil.copy("told.tape", "new.tape")
        os.rename("t.tape", "away.tape")
        os.rename("new.tape", "t.tape")
        expect_banner(browser, "Another file has taken the tape's place", True)
        os.rename("away.tape", "t.tape")
        expect_banner(browser, "", False)
        os.truncate("t.tape", 0)
        expect_banner(browser, "changed or emptied", True)


def check_failing_sums(browser):
    """Sums that can't be had: those before them don't stand there as if they were of what is shown now."""
    with Server("plain.tape") as server:
        open_page(browser, server.address)
        browser.run("calltape.sums.source.sums = () => Promise.reject(new Error('no sums')), calltape.show(2e6, 3e6)")
        browser.wait(f"{DIMMED}.join() === 'panels'")
        browser.run("delete calltape.sums.source.sums")
        browser.wait(f"{DIMMED}.length === 0 && calltape.sums.failure === null")


def check_server(browser):
    with Server("plain.tape") as server:
        open_page(browser, server.address)
        browser.run("calltape.state.chosen = [...calltape.state.functions.keys()][0]")
        browser.run("(() => { const timeout = AbortSignal.timeout; AbortSignal.timeout = () => timeout.call(AbortSignal, 300); })()")
        server.process.send_signal(signal.SIGSTOP)
        expect_banner(browser, "does not answer", True)
        server.process.send_signal(signal.SIGCONT)
        expect_banner(browser, "", False)
        before = server.address.split("/")[2]
        browser.run("calltape.show(0, calltape.state.meta.ns)")
    expect_banner(browser, "does not answer", True)
    with Server("plain.tape", "--port", before.split(":")[1]) as server:
        expect("address", before, server.address.split("/")[2])
        expect_banner(browser, "open the address that it printed", True)


def main():
    with Browser(1300, 900) as browser:
        check_tape(browser)
        check_failing_sums(browser)
        check_server(browser)


main()
