"""The server makes all of its pictures, wherever there is room for them."""
import json
import sys
import time
import urllib.request

from view import Server, expect

with Server(sys.argv[1]) as server:
    ask = lambda what: urllib.request.urlopen(server.address + what, timeout=20).read()
    state, end = {"done": False}, time.monotonic() + 60
    while not state["done"] and not state.get("failure"):
        assert time.monotonic() < end, state
        time.sleep(0.02)
        state = json.loads(ask("state"))
    expect("failure", None, state["failure"])
    meta = json.loads(ask("meta"))
    assert len(ask(f"sums?from=0&to={meta['ns'] + 1}&threads=0")) > 0
    for level in range(meta["coarsest"] + 1):
        ask(f"tiles?level={level}&from=0&to=3&threads=0")
