#!/bin/bash
# What `make bench-view` prints: view_speed.py says of what. Environment: CALLTAPE, ROOT, TAPE (made where it is empty).
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tape=${TAPE:-}
if [ -z "$tape" ]; then
    tape=$work/fib.tape
    gcc -O1 -g -finstrument-functions -o "$work/fib" "$ROOT/tests/bench/fib.c"
    "$CALLTAPE" record -o "$tape" -- "$work/fib" "${FIB:-41}"
fi
PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$ROOT/tests/support python3 "$ROOT/tests/bench/view_speed.py" "$tape"
