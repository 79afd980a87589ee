#!/bin/bash
# Makes the tapes of tests/golden anew, when the format changed: what tests/support/make_tape.c says.
# Then look at each difference that `make test T=cli/` shows.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
${CC:-gcc} -std=c11 -O1 -D_GNU_SOURCE -I"$root/tools" -I"$root/include" -I"$root/tests/unit" -o "$work/make_tape" \
    "$root"/tests/support/make_tape.c "$root"/tests/unit/{tape_maker,raw_tape,strip_times}.c "$root"/tools/tape/*.c \
    "$root"/tools/base/*.c -lzstd -lxxhash -lz
mkdir -p "$root/tests/golden/diff"
"$work/make_tape" "$root/tests/golden"
