. "$ROOT/tests/e2e/view.bash"
build threads gcc -O1
"$CALLTAPE" record --clock exact -o t.tape -- ./threads 12 >/dev/null 2>&1
browse view_truth t.tape
cp "$ROOT/tests/golden/plain.tape" .
browse view_truth plain.tape
