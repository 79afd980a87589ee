"""What KCachegrind shows of a profile in its flat list: `calls total self name` a line, read from its window by AT-SPI.

kcachegrind.py FILE PICTURE, under a display and a session bus of its own; PICTURE is what import(1) sees of the window.
Exit 77: no window of it can be read here.
"""
import subprocess
import sys
import time

import pyatspi

TRIES, SECONDS = 12, 6
COLUMNS = ["Incl.", "Self", "Called", "Function", "Location"]


def walk(item):
    yield item
    for i in range(item.childCount):
        child = item.getChildAtIndex(i)
        if child is not None:
            yield from walk(child)


def flat_list(desktop):
    """The cells of the list of functions, row by row."""
    width = len(COLUMNS)
    for application in desktop:
        for item in walk(application):
            texts = [cell.name for cell in walk(item)][1:] if item.getRole() == pyatspi.ROLE_TREE else []
            if texts[:width] == COLUMNS:
                return [texts[i:i + width] for i in range(width, len(texts), width)]
    return []


def number(text):
    return int("".join(digit for digit in text if digit.isdigit()) or "0")


def read():
    desktop = pyatspi.Registry.getDesktop(0)
    for total, self, called, name, _ in flat_list(desktop):
        print(number(called), number(total), number(self), name)
    return 0 if desktop.childCount != 0 else 77


def read_again():
    """By a process of its own: one that looked at a window too early never sees more of it."""
    reader = subprocess.run([sys.executable, __file__], capture_output=True, text=True)
    return reader.returncode, [line for line in reader.stdout.splitlines(True) if line[0].isdigit()]


def show(profile, picture):
    """About every other time it registers its window nowhere: then it is started once more."""
    status = 77
    for _ in range(TRIES):
        window = subprocess.Popen(["kcachegrind", profile], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        rows = []
        for _ in range(SECONDS):
            time.sleep(1)
            before = rows
            status, rows = read_again()
            if rows and rows == before:
                break
        subprocess.run(["import", "-window", "root", picture], check=True)
        window.kill()
        window.wait()
        if rows:
            print("".join(rows), end="")
            return 0
        if status == 0:
            return "KCachegrind shows no functions"
    return status


sys.exit(show(*sys.argv[1:]) if len(sys.argv) > 1 else read())
