# What a person does with the page of calltape view.
. "$ROOT/tests/e2e/view.bash"
cp "$ROOT/tests/golden/"{plain,nasty,strange,told,deep,empty}.tape .
browse view_page
