"$CALLTAPE" report --format json "$ROOT/tests/golden/plain.tape" | tee report.json
jq -e 'all(keys == ["address","avg_ns","calls","file","function","line","max_ns","min_ns","module","self_ns","total_ns"])' report.json
