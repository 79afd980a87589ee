# Columns of one's choice, percentiles among them, and sorting by each.
tape=$ROOT/tests/golden/plain.tape
try() {
    echo "\$ report $*"
    "$CALLTAPE" report "$@" "$tape" 2>&1 | sed '/^$/,$d'
}
try --columns all
try --columns self,p50,p99,stddev --limit 3
try --sort p99.9 --limit 3
try --sort stddev --columns calls --limit 3
try --sort name --columns average
try --columns p90,max --file demo.c
try --columns self,p5
try --columns self,xylophone
COLUMNS=80 try --columns all
COLUMNS=50 try --columns all
"$CALLTAPE" report --columns p50 --function next_token --format json "$tape" 2>/dev/null
"$CALLTAPE" report --sort p50 --function next_token --format csv "$tape" 2>/dev/null
