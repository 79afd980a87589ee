# html: the file is the one of view --html; what its page shows of filtered calls is what report says of them.
. "$ROOT/tests/e2e/export.bash"
for tape in plain nasty told strange empty adaptive; do
    tape=$ROOT/tests/golden/$tape.tape
    "$CALLTAPE" export --to html -o exported.html "$tape" 2>/dev/null
    "$CALLTAPE" export --to html "$tape" 2>/dev/null >standard.html
    "$CALLTAPE" view --html viewed.html "$tape"
    cmp exported.html viewed.html && cmp standard.html viewed.html || fail "the page of $tape is not that of view --html"
done

"$CALLTAPE" export --to html --max-bytes 200k -o small.html "$ROOT/tests/golden/deep.tape" 2>/dev/null
[ "$(stat -c %s small.html)" -le 200000 ] || fail "--max-bytes 200k: $(stat -c %s small.html) bytes"

. "$ROOT/tests/e2e/view.bash"
gcc -O1 -g -D_GNU_SOURCE -finstrument-functions -pthread -o indexer "$ROOT"/examples/indexer/*.c
"$CALLTAPE" record --clock exact -o t.tape -- ./indexer "$ROOT"/tools/base/[a-j]*.c >/dev/null 2>&1
browse export_html t.tape
