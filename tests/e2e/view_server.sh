# Who may ask the server of calltape view, and how it ends. Needs no browser.
. "$ROOT/tests/e2e/lib.sh"
command -v python3 >/dev/null || skip "no python3 to ask the server with"
cp "$ROOT/tests/golden/plain.tape" .
PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$ROOT/tests/support python3 "$ROOT/tests/e2e/view_server.py" plain.tape
[ -e plain.tape.view ] || fail "the pyramid was not kept beside the tape"
