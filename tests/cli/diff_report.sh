# The columns old and new are what `report` says of each side's recordings: their mean, function by function. In
# server.tape two functions are told apart by nothing but their address, which diff does not know.
cp "$ROOT"/tests/golden/diff/*.tape "$ROOT"/tests/golden/*.tape .
rm server.tape

# TAPE...: the mean of what reports say, of functions that were called in any of these; a line of JSON each.
reported() {
    local tape
    for tape; do
        "$CALLTAPE" report --format json "${options[@]}" "$tape"
    done 2>/dev/null | jq -cn --argjson n $# '[inputs[]] | group_by([.function, .module, .file, .line])[]
        | select(any(.calls != 0)) | [.[0].function, .[0].module, .[0].file, (map(.self_ns) | add / $n * 10 | round)]' | sort
}

# SIDE TAPE... -- TAPE...: the same as diff says it, of the old or the new side.
told() {
    local side=$1
    shift
    "$CALLTAPE" diff --all --limit 0 --format json "${options[@]}" "$@" 2>/dev/null | jq -c --arg side "$side" '.functions[]
        | select(.[$side + "_calls"] != 0) | [.function, .module, .file, (.[$side + "_self_ns"] * 10 | round)]' | sort
}

# TAPE... -- TAPE: the former, on either side.
try() {
    reported "${@:1:$#-2}" >reported
    told old "$@" | diff reported - || echo "diff ${options[*]} $*"
    told new "${@: -1}" -- "${@:1:$#-2}" | diff reported - || echo "diff ${options[*]} ${*: -1} -- ${*:1:$#-2}"
}

for options in "" --raw "--depth 2"; do
    options=($options)
    for tape in *.tape; do
        try "$tape" -- old1.tape
    done
    try old1.tape old2.tape old3.tape -- plain.tape
    try new1.tape new2.tape new3.tape -- old1.tape
done
echo "no change is of more than there was: $("$CALLTAPE" diff --all --limit 0 --format json new*.tape -- old*.tape |
    jq -c '[(.functions + .paths)[] | .percent, .judged_percent | select(. != null and . < -100)]')"
