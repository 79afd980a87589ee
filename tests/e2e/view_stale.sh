# The page says so where its tape or its server is gone, and goes on when the server is back.
. "$ROOT/tests/e2e/view.bash"
cp "$ROOT/tests/golden/plain.tape" "$ROOT/tests/golden/told.tape" .
browse view_stale
