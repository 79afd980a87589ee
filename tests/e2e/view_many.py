"""The sums of all of 5,000 threads are what report says."""
import json
import sys
import time
import urllib.request

from view import Server, expect, told

TAPE = sys.argv[1]


def numbers(data):
    """LEB128."""
    value = shift = 0
    for byte in data:
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            yield value
            value = shift = 0


def main():
    with Server(TAPE) as server:
        def ask(what):
            with urllib.request.urlopen(server.address + what, timeout=60) as answer:
                return answer.read()

        while not json.loads(ask("state"))["done"]:
            time.sleep(0.1)
        meta = json.loads(ask("meta"))
        last = len(meta["threads"]) - 1
        expect("threads", 5001, last + 1)
        sums = list(numbers(ask(f"sums?from=0&to={meta['ns'] + 1}&threads=0-{last}")))
        reported = told("report", "--format", "json", "--limit", "0", TAPE)
        expect("calls", sum(row["calls"] for row in reported), sum(sums[1::4]))
        function = next(row[0] for row in meta["functions"] if row[1] == "step")
        first = json.loads(ask(f"next?function={function}&at=0&back=0"))
        final = json.loads(ask(f"next?function={function}&at={meta['ns']}&back=1"))
        expect("the first and the last thread that made the call", [1, last], [first["thread"], final["thread"]])


main()
