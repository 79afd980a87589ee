# html: the file is the one of view --html; its foot is every format's; what its page shows of filtered calls is what report says of them.
. "$ROOT/tests/e2e/export.bash"
for tape in plain nasty told strange empty adaptive; do
    tape=$ROOT/tests/golden/$tape.tape
    "$CALLTAPE" export --to html -o exported.html "$tape" 2>/dev/null
    "$CALLTAPE" export --to html "$tape" 2>/dev/null >standard.html
    "$CALLTAPE" view --html viewed.html "$tape"
    cmp exported.html viewed.html && cmp standard.html viewed.html || fail "the page of $tape is not that of view --html"
done

# What it says of the calls that it read is what every format says of them.
foot() { # FORMAT OPTION...
    "$CALLTAPE" export --to "$1" -o foot.out "${@:2}" 2>&1 >/dev/null | grep -E ': (note|warning): ' |
        grep -vF 'summed up as [deeper]' # sums by path alone
}
for tape in nasty strange adaptive deep; do
    for options in "" "--min-time 1us" "--range 20%..60%" "--range 30%.. --depth 2"; do
        # shellcheck disable=SC2086 # several options
        cmp <(foot html $options "$ROOT/tests/golden/$tape.tape") <(foot folded $options "$ROOT/tests/golden/$tape.tape") ||
            fail "the foot of $tape with '$options' is not that of another format"
    done
done

"$CALLTAPE" export --to html --max-bytes 200k -o small.html "$ROOT/tests/golden/deep.tape" 2>/dev/null
[ "$(stat -c %s small.html)" -le 200000 ] || fail "--max-bytes 200k: $(stat -c %s small.html) bytes"

. "$ROOT/tests/e2e/view.bash"
gcc -O1 -g -D_GNU_SOURCE -finstrument-functions -pthread -o indexer "$ROOT"/examples/indexer/*.c
"$CALLTAPE" record --preempted in --clock exact -o t.tape -- ./indexer "$ROOT"/tools/base/[a-j]*.c >/dev/null 2>&1
browse export_html t.tape
