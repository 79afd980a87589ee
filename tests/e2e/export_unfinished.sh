# What could not be written whole is not left behind; what was there before, and pipes and devices, stay.
. "$ROOT/tests/e2e/lib.sh"
tape=$ROOT/tests/golden/plain.tape
mkdir empty
too_large() { # EXPECTED-LEFT COMMAND...: no file may have more than 4 kB
    local left=$1 status=0
    shift
    (ulimit -f 4 && exec "$CALLTAPE" "$@") 2>said || status=$?
    expect_equal "status of $*" 1 "$status"
    grep -q 'File too large' said || fail "$* says: $(cat said)"
    expect_equal "left by $*" "$left" "$(ls -d x* empty/* 2>/dev/null | paste -sd' ')"
}
for format in chrome perfetto speedscope ctf csv jsonl; do
    too_large "" export --to $format -o x "$tape"
done
too_large "" export --to ctf -o empty "$tape"
too_large "" export --to chrome --split 8k -o x "$tape"
ln -s target x
too_large x export --to csv -o x "$tape"
rm x
"$CALLTAPE" export --to chrome -o big.json "$tape"
too_large "" import big.json -o x
! grep -q 'stays readable' said || fail "said of a tape that is gone: $(cat said)"

status=0
"$CALLTAPE" export --to chrome --split 100 -o x "$tape" 2>said || status=$?
expect_equal "status of parts that cannot be" 1 "$status"
expect_equal "left of parts that cannot be" "" "$(ls -d x* 2>/dev/null)"

mkfifo pipe
"$CALLTAPE" import big.json -o pipe 2>said && fail "a tape in a pipe"
[ -p pipe ] || fail "import removed a pipe: $(cat said)"
