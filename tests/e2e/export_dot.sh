# dot: graphviz draws it, and the figures it read are report's.
. "$ROOT/tests/e2e/export.bash"
needs gvpr graphviz
for target in $EXPORT_TARGETS; do
    record_target $target
    reported >expected
    "$CALLTAPE" export --to dot --nodes 10k t.tape 2>/dev/null >x.dot
    dot -Tsvg x.dot >x.svg 2>dot.err || fail "dot: $(cat dot.err)"
    gvpr 'N {printf("%s %s %s %s\n", $.calls, $.total_ns, $.self_ns, $.label)}' x.dot | sed 's/\\n.*//' |
        sum_figures >figures
    expect_figures "graphviz of $target" expected figures
    # Each call that was made from somewhere is on an edge.
    edges=$(gvpr 'BEGIN {int n = 0} E {n += (int)$.calls} END {printf("%d\n", n)}' x.dot)
    outermost=$("$CALLTAPE" tree --format json --min-percent 0 t.tape 2>/dev/null | jq '[.processes[].children[].calls] | add')
    expect_equal "calls on edges" "$(($(info .calls) - outermost))" "$edges"
done
