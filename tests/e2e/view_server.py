"""The server of calltape view answers its own page and nobody else, whatever it is asked."""
import http.client
import json
import random
import socket
import struct
import sys
import time
from urllib.parse import urlparse

from view import Server, expect

TAPE = sys.argv[1]


def ask(port, path, method="GET", **headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, headers=names)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, dict(answer.getheaders()), body


def check_refusals(port, token):
    here = f"127.0.0.1:{port}"
    refused = [
        ("no token", "/", {}), ("no token", "/meta", {}), ("a wrong token", f"/{'0' * 32}/meta", {}),
        ("a short token", f"/{token[:31]}/meta", {}), ("a long token", f"/{token}0/meta", {}),
        ("another host", f"/{token}/meta", {"Host": f"evil.example:{port}"}), ("no port", f"/{token}/meta", {"Host": "127.0.0.1"}),
        ("another origin", f"/{token}/meta", {"Origin": "http://evil.example"}),
        ("an opaque origin", f"/{token}/meta", {"Origin": "null"}),
        ("another port's origin", f"/{token}/meta", {"Origin": f"http://127.0.0.1:{port ^ 1}"}),
        ("another site", f"/{token}/meta", {"Sec_Fetch_Site": "cross-site"}),
        ("a neighbour", f"/{token}/meta", {"Sec_Fetch_Site": "same-site"}),
    ]
    for why, path, headers in refused:
        status, _, body = ask(port, path, **headers)
        expect(f"status for {why}", 403, status)
        assert b"demo" not in body, f"{why}: {body}"
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        expect(f"status of {method}", 405, ask(port, f"/{token}/meta", method)[0])
    allowed = [{}, {"Host": f"localhost:{port}"}, {"Origin": f"http://{here}"}, {"Sec_Fetch_Site": "same-origin"}, {"Sec_Fetch_Site": "none"}]
    for headers in allowed:
        expect(f"status with {headers}", 200, ask(port, f"/{token}/meta", **headers)[0])


def check_headers(port, token):
    for path in ("", "main.js", "style.css", "meta"):
        status, headers, _ = ask(port, f"/{token}/{path}")
        expect(f"status of '{path}'", 200, status)
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy, policy
        expect("nosniff", "nosniff", headers["X-Content-Type-Options"])
        expect("referrer", "no-referrer", headers["Referrer-Policy"])
        assert "Access-Control-Allow-Origin" not in headers


def own_addresses():
    """What this machine's name stands for; nothing where no name server or file of hosts knows it."""
    try:
        return socket.gethostbyname_ex(socket.gethostname())[2]
    except OSError:
        return []


def check_loopback(port):
    """On no other address of this machine."""
    for address in ["127.0.0.2", *own_addresses()]:
        if address == "127.0.0.1":
            continue
        try:
            socket.create_connection((address, port), 2).close()
        except OSError:
            continue
        raise AssertionError(f"listens on {address} too")


def check_nonsense(port, token):
    wrong = ["tiles", "tiles?level=99&from=0&to=0&threads=0", "tiles?level=3&from=0&to=99999999&threads=0",
             "tiles?level=3&from=5&to=0&threads=0", "tiles?level=3&from=0&to=0&threads=77", "tiles?level=-1&from=0&to=0&threads=0",
             "tiles?level=3&from=0&to=18446744073709551616&threads=0", "sums?from=0", "sums?from=9&to=1&threads=0",
             "sums?from=0&to=9&threads=0-77", "rows?from=0", "rows?from=9&to=1&threads=0", "rows?from=0&to=9&threads=77",
             "sums?from=0&to=9&threads=2-1", "sums?from=0&to=9&threads=0-", "sums?from=0&to=9&threads=0x", "sums?from=0&to=9&threads=-1",
             "sums?from=0&to=9&threads=0-2,0-2", "next?function=1&at=0&back=2", "next?function=99999999&at=0&back=0",
             "nodes?from=0", "nodes", "habit?function=99999999", "call?thread=0", "call?thread=9&depth=0&at=0&from=0&to=1",
             "next?thread=0&function=1&at=0&back=2", "source?function=x"]
    for path in wrong:
        expect(f"status of {path}", 400, ask(port, f"/{token}/{path}")[0])
    for path in ("nothing", "../../etc/passwd", "page.c", "%2e%2e/meta"):
        assert ask(port, f"/{token}/{path}")[0] in (403, 404), path
    chance = random.Random(6)
    for _ in range(60):
        numbers = [chance.choice([0, 1, 2, 3, 7, 255, 2**31, 2**40, 2**53, 2**62 - 1]) for _ in range(5)]
        path = chance.choice(["tiles?level={0}&from={1}&to={2}&threads=0,1,2", "sums?from={1}&to={2}&threads=0,2", "rows?from={1}&to={2}&threads=2,0",
                              "call?thread={3}&depth={4}&at={0}&from={1}&to={2}", "next?thread={3}&function={4}&at={0}&back=1",
                              "next?thread={3}&function={4}&at={0}&back=0"]).format(*numbers)
        assert ask(port, f"/{token}/{path}")[0] in (200, 400), path


def wait_until_made(port, token):
    """The pyramid, which is made while the page is there and then kept."""
    for _ in range(1200):
        if json.loads(ask(port, f"/{token}/state")[2])["done"]:
            return
        time.sleep(0.1)
    raise AssertionError("the pyramid is not made")


def check_coarser(port, token):
    """Where a tile is not kept, the same answer has the next coarser one that is."""
    here, coarser, absent = 1, 2, 0
    for level, tile in ((0, 0), (0, 77), (2, 40), (5, 3)):
        body = ask(port, f"/{token}/tiles?level={level}&from={tile}&to={tile + 1}&threads=0")[2]
        known = {}
        while body:
            _, status, low, high, count, at_level = struct.unpack_from("<6I", body)
            known[at_level, low + (high << 32)] = status
            body = body[24 + count + -count % 4:]
        for asked in (tile, tile + 1):
            at_level, at = level, asked
            while known[at_level, at] == coarser:
                at_level, at, absent = at_level + 1, at >> 2, absent + 1
            expect(f"status of the tile that shows {asked} of level {level}", here, known[at_level, at])
    assert absent > 4, "all tiles are kept"


def main():
    with Server(TAPE) as server:
        place = urlparse(server.address)
        token = place.path.strip("/")
        check_refusals(place.port, token)
        check_headers(place.port, token)
        check_loopback(place.port)
        check_nonsense(place.port, token)
        wait_until_made(place.port, token)
        check_coarser(place.port, token)
    with Server(TAPE) as server:
        assert urlparse(server.address).path.strip("/") != token, "the token is the same again"


main()
