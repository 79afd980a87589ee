"$CALLTAPE" report --format json "$ROOT/tests/golden/plain.tape" | tee report.json
jq -e 'all(keys == ["address","avg_bound_ns","avg_ns","calls","file","function","line","max_bound_ns","max_ns",
    "min_bound_ns","min_ns","module","self_bound_ns","self_ns","self_probe_ns","total_bound_ns","total_ns",
    "total_probe_ns"])' report.json
