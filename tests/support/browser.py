"""Chromium without a window, spoken to over two pipes: the DevTools protocol, JSON messages that end in a NUL.

    with Browser(width=1200, height=800) as browser:
        browser.open("http://127.0.0.1:1234/")
        title = browser.run("document.title")     # a JavaScript expression; promises are waited for
        browser.screenshot("page.png")

The first page that opens is the only one. Errors and warnings of the page's console are kept in `said`."""
import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time


class BrowserError(Exception):
    pass


class Browser:
    def __init__(self, width=1280, height=800, program="chromium", dark=False):
        self.profile = tempfile.mkdtemp(prefix="browser.")
        to_read, self.to = os.pipe()
        self.source, from_write = os.pipe()

        # Not before both are above 4: the program is to have them as 3 and 4.
        def place():
            reading, writing = os.dup2(to_read, 200), os.dup2(from_write, 201)
            os.dup2(reading, 3)
            os.dup2(writing, 4)

        self.process = subprocess.Popen(
            [program, "--headless=new", "--remote-debugging-pipe", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
             "--disable-dev-shm-usage", "--no-first-run", "--disable-extensions", "--disable-background-networking",
             "--disable-component-update", "--disable-sync", "--enable-precise-memory-info",
             f"--user-data-dir={self.profile}", f"--window-size={width},{height}", "about:blank"],
            close_fds=False, preexec_fn=place, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        os.close(to_read)
        os.close(from_write)
        self.number, self.waiting, self.said, self.session = 0, b"", [], None
        pages = self.ask("Target.getTargets")["targetInfos"]
        page = next(each for each in pages if each["type"] == "page")
        self.session = self.ask("Target.attachToTarget", targetId=page["targetId"], flatten=True)["sessionId"]
        for part in ("Page", "Runtime", "Log"):
            self.ask(part + ".enable")
        self.resize(width, height)
        self.prefer(dark)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        try:
            self.session = None
            self.ask("Browser.close")
        except (BrowserError, OSError):
            pass
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self.to)
        os.close(self.source)
        shutil.rmtree(self.profile, ignore_errors=True)

    # ---- the protocol

    def ask(self, method, timeout=60, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.to, data):]
        end = time.monotonic() + timeout
        while True:
            answer = self.receive(end)
            if answer.get("id") != self.number:
                self.note(answer)
            elif "error" in answer:
                raise BrowserError(f"{method}: {answer['error']['message']}")
            else:
                return answer["result"]

    def receive(self, end):
        while b"\0" not in self.waiting:
            if not select.select([self.source], [], [], max(0, end - time.monotonic()))[0]:
                raise BrowserError("the browser does not answer")
            more = os.read(self.source, 1 << 20)
            if not more:
                raise BrowserError("the browser ended")
            self.waiting += more
        message, self.waiting = self.waiting.split(b"\0", 1)
        return json.loads(message)

    def note(self, message):
        parameters = message.get("params", {})
        if message.get("method") == "Runtime.exceptionThrown":
            details = parameters["exceptionDetails"]
            self.said.append(details.get("exception", {}).get("description", details["text"]))
        elif message.get("method") == "Log.entryAdded" and parameters["entry"]["level"] in ("error", "warning"):
            self.said.append(parameters["entry"]["text"])
        elif message.get("method") == "Runtime.consoleAPICalled" and parameters["type"] in ("error", "warning"):
            self.said.append(" ".join(str(each.get("value")) for each in parameters["args"]))

    # ---- what a test does

    def open(self, address):
        self.ask("Page.navigate", url=address)
        self.wait("document.readyState === 'complete'")

    def run(self, expression, timeout=60):
        answer = self.ask("Runtime.evaluate", timeout=timeout, expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            raise BrowserError(details.get("exception", {}).get("description", details["text"]))
        return answer["result"].get("value")

    def wait(self, expression, seconds=60):
        """Until the expression is true; its value."""
        end = time.monotonic() + seconds
        while True:
            value = self.run(expression)
            if value:
                return value
            if time.monotonic() > end:
                raise BrowserError(f"never true: {expression}; the page said: {self.said}")
            time.sleep(0.02)

    def resize(self, width, height, scale=1):
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale, mobile=False)

    def prefer(self, dark):
        self.ask("Emulation.setEmulatedMedia",
                 features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])

    def mouse(self, kind, x, y, **more):
        self.ask("Input.dispatchMouseEvent", type=kind, x=x, y=y, **more)

    def click(self, x, y, count=1, modifiers=0):
        self.mouse("mouseMoved", x, y, modifiers=modifiers)
        for each in range(1, count + 1):
            for kind in ("mousePressed", "mouseReleased"):
                self.mouse(kind, x, y, button="left", clickCount=each, modifiers=modifiers)

    def drag(self, from_x, from_y, to_x, to_y, modifiers=0):
        self.mouse("mouseMoved", from_x, from_y, modifiers=modifiers)
        self.mouse("mousePressed", from_x, from_y, button="left", clickCount=1, modifiers=modifiers)
        for part in (0.3, 0.7, 1):
            self.mouse("mouseMoved", from_x + (to_x - from_x) * part, from_y + (to_y - from_y) * part, button="left",
                       buttons=1, modifiers=modifiers)
        self.mouse("mouseReleased", to_x, to_y, button="left", clickCount=1, modifiers=modifiers)

    def key(self, key, text=None):
        """`text` is what it types, for keys of one character themselves."""
        text = key if text is None and len(key) == 1 else text
        codes = {"Escape": 27, "Enter": 13, "Backspace": 8, "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40}
        more = {"text": text} if text else {"windowsVirtualKeyCode": codes[key], "code": key}
        self.ask("Input.dispatchKeyEvent", type="keyDown", key=key, **more)
        self.ask("Input.dispatchKeyEvent", type="keyUp", key=key)

    def type(self, text):
        self.ask("Input.insertText", text=text)

    def screenshot(self, path):
        data = self.ask("Page.captureScreenshot", format="png")["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(data))
