# Filters that act when the recording ends: what they show is on the tape, the rest is counted, and every count is right.
. "$ROOT/tests/e2e/lib.sh"
build triggers gcc -O0
OPTIONS="--depth 2" record_and_compare ./triggers
printf 'main 1\n  after 1\n  before 1\n  request 3\nworker 1\n  after 1\n  before 1\n' >depth.tree
expect_tree depth.tree
OPTIONS="--under request" record_and_compare ./triggers
printf 'request 3\n  leaf 30\n  nested 3\n    leaf 15\n' >under.tree
expect_tree under.tree
OPTIONS="--under request --exclude leaf" record_and_compare ./triggers
printf 'request 3\n  nested 3\n' >both.tree
expect_tree both.tree
OPTIONS="--until request --function before --function request" record_and_compare ./triggers
printf 'before 2\n' >until.tree
expect_tree until.tree
OPTIONS="--range 0%..100% --min-time 0ns --process triggers" record_and_compare ./triggers
expect_equal "calls left out by filters that leave none out" null "$(info '[.unrecorded[].calls] | add')"
OPTIONS="--thread #1" record_and_compare ./triggers
expect_info '.calls' 16

build forks gcc -O2
OPTIONS="--depth 1" record_and_compare ./forks

# What names nothing in the recording leaves it whole, and is said.
"$CALLTAPE" record --process nobody -o w.tape -- ./forks >/dev/null 2>said
grep -q "no process has the pid or the name 'nobody'" said || fail "said: $(cat said)"
expect_nothing_lost w.tape
