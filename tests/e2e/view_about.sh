# Figures of the page that are not exact say so, and why; those that are don't.
. "$ROOT/tests/e2e/view.bash"
cp "$ROOT/tests/golden/plain.tape" .
browse view_about
