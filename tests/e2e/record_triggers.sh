# A thread records from the entry of the on-function to the exit of the off-function; all other calls are counted.
. "$ROOT/tests/e2e/lib.sh"
build triggers gcc -O0
OPTIONS="--trigger on:request --trigger off:request" record_and_compare ./triggers
cat >request.tree <<'END'
request 3
  leaf 30
  nested 3
    leaf 15
END
expect_tree request.tree
OPTIONS="--trigger off:before" record_and_compare ./triggers
printf 'main 1\n  before 1\n    leaf 5\nworker 1\n  before 1\n    leaf 5\n' >off.tree
expect_tree off.tree
# What began while the thread was on is recorded to its end, and what a filter leaves out stays left out.
OPTIONS="--trigger on:request --trigger off:nested --exclude leaf" record_and_compare ./triggers
printf 'request 3\n  nested 3\n' >nested.tree
expect_tree nested.tree
# An on-function that is left out itself switches all the same.
OPTIONS="--trigger on:request --exclude request" record_and_compare ./triggers
expect_equal "functions recorded" "after leaf leaves nested" \
    "$("$CALLTAPE" report --format json t.tape | jq -r '.[].function' | LC_ALL=C sort -u | paste -sd' ')"
build triggers clang -O2
OPTIONS="--trigger on:request --trigger off:request" record_and_compare ./triggers
expect_tree request.tree
expect_equal "exits without entry" 0 "$("$CALLTAPE" report t.tape | grep -c 'had no recorded entry' || true)"
