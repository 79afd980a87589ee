# For examples_*.sh: the counts that the examples' READMEs state are those of a recording.
. "$ROOT/tests/e2e/lib.sh"
export PATH=$(dirname "$CALLTAPE"):$PATH

# calltape as make install leaves it, in ./tape; what follows uses that.
install_calltape() {
    "$MAKE" -C "$ROOT" --no-print-directory -s "BUILD=$BUILD" "STAGE=$PWD/stage" "DOCUMENTS=$PWD/documents" DESTDIR= \
        "PREFIX=$PWD/tape" install >install.log 2>&1 || fail "$(cat install.log)"
    export PATH=$PWD/tape/bin:$PATH
    CALLTAPE=$PWD/tape/bin/calltape
}

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

# The tape has that many calls of FUNCTION, and the example's README says so, with commas at the thousands.
expect_calls() { # EXAMPLE FUNCTION COUNT
    expect_equal "calls of $2" "$3" "$(calls_of "$2")"
    local count
    count=$(echo "$3" | sed -E ':a; s/([0-9])([0-9]{3})($|,)/\1,\2\3/; ta')
    grep -qwF -e "$count" "$ROOT/examples/$1/README.md" || fail "README of $1 does not say $count"
}
