# A tape that is long enough to be drawn in several windows: calls that go from one to the next are shown whole.
. "$ROOT/tests/e2e/view.bash"
gcc -O1 -g -pthread -finstrument-functions -o soak "$ROOT/tests/bench/soak.c"
"$CALLTAPE" record --clock exact -o t.tape -- ./soak 6000000 >/dev/null 2>&1
browse view_windows t.tape
