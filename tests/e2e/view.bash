# For tests that look at `calltape view` in a browser: browse NAME ARGS... runs e2e/NAME.py.
. "$ROOT/tests/e2e/lib.sh"
command -v chromium >/dev/null || skip "no chromium: the page of calltape view was not looked at"
command -v python3 >/dev/null || skip "no python3: the page of calltape view was not looked at"

browse() {
    local name=$1
    shift
    PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$ROOT/tests/support python3 "$ROOT/tests/e2e/$name.py" "$@"
}
