. "$ROOT/tests/e2e/view.bash"
gcc -O1 -g -D_GNU_SOURCE -finstrument-functions -pthread -o indexer "$ROOT"/examples/indexer/*.c
"$CALLTAPE" record --clock exact --preempted in -o t.tape -- ./indexer "$ROOT"/tools/base/[a-j]*.c >/dev/null 2>&1
browse view_truth t.tape
cp "$ROOT/tests/golden/plain.tape" .
browse view_truth plain.tape
