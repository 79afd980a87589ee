# For examples_*.sh: calltape as make install leaves it, in ./tape, and the counts that the examples' READMEs state.
. "$ROOT/tests/e2e/lib.sh"
"$MAKE" -C "$ROOT" --no-print-directory -s "BUILD=$BUILD" "STAGE=$PWD/stage" "DOCUMENTS=$PWD/documents" DESTDIR= \
    "PREFIX=$PWD/tape" install >install.log || fail "$(cat install.log)"
export PATH=$PWD/tape/bin:$PATH
CALLTAPE=$PWD/tape/bin/calltape

# Without an example's build system its test is skipped.
needs() {
    local tool
    for tool; do command -v "$tool" >/dev/null || skip "needs $tool"; done
}

record_example() { # COMMAND...: t.tape, and the same output as without calltape
    "$@" >plain.out
    calltape record -o t.tape -- "$@" >traced.out 2>said || fail "$(cat said)"
    diff -u plain.out traced.out || fail "$1 prints something else when it is recorded"
    expect_nothing_lost
}

calls_of() { # FUNCTION [OPTION OF REPORT...]
    local function=$1
    shift
    calltape report --format json --limit 0 "$@" t.tape 2>/dev/null |
        jq --arg function "$function" '[.[] | select(.function == $function).calls] | add // 0'
}

# README says `FUNCTION` has COUNT calls, with a comma at the thousands, and the tape says the same.
expect_calls() { # EXAMPLE FUNCTION COUNT
    expect_equal "calls of $2" "$3" "$(calls_of "$2")"
    printf "%'d\n" "$3" | LC_ALL=C sed -E ':a; s/([0-9])([0-9]{3})($|,)/\1,\2\3/; ta' >count
    grep -qF "$(cat count)" "$ROOT/examples/$1/README.md" || fail "README of $1 does not say $(cat count)"
}
