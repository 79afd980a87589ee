# A child that is forked while another thread joins the recording joins it by itself, and does not wait for that thread,
# which it does not have.
. "$ROOT/tests/e2e/lib.sh"
build first_fork gcc -O2
record_and_compare timeout 100 ./first_fork 200
expect_equal "exit status" 0 "$STATUS"
