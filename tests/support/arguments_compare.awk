# Sets what the functions of arguments.awk printed beside `replay --format json` of the same run; prints how many values
# are equal, missing and wrong, and the wrong ones.
#   awk -f arguments_compare.awk PRINTED REPLAY

# Takes the next value from `rest`: sets name, kind, value.
function next_value(at) {
    if (!match(rest, /\{"name":"[^"]*","kind":"[a-z]*","value":("[^"]*"|[^,"}]*)(,"state":"[a-z ]*")?\}/)) return 0
    at = substr(rest, RSTART, RLENGTH)
    rest = substr(rest, RSTART + RLENGTH)
    name = at; sub(/^\{"name":"/, "", name); sub(/".*/, "", name)
    kind = at; sub(/.*"kind":"/, "", kind); sub(/".*/, "", kind)
    value = at; sub(/.*"value":/, "", value)
    if (value ~ /"state":"(unreadable|optimised out)"/) value = "-"
    sub(/(,"state":"[a-z ]*")?\}$/, "", value)
    gsub(/"/, "", value)
    return 1
}

function compare(what, told, printed) {
    if (told == "-") { missing[what]++; lost[what, function_name]++ }
    else if (told == printed || (told ~ /^-?[0-9.]+e/ && told + 0 == printed + 0)) equal[what]++
    else { wrong[what]++; if (wrong[what] < 10) print "wrong: " function_name " " what " told " told ", printed " printed }
}

FNR == NR {
    printed = substr($0, 3)
    if ($1 == "C") { called[++calls] = printed; calls_of[printed]++; next }
    at = index(printed, "=")
    if ($1 == "A") argument[calls, ++arguments[calls]] = printed
    else if ($1 == "R") { result[++results] = substr(printed, at + 1); by[results] = substr(printed, 1, at - 1); results_of[by[results]]++ }
    next
}

{
    rest = $0
    function_name = $0; sub(/.*"function":"/, "", function_name); sub(/".*/, "", function_name)
    if (function_name !~ /^f[0-9]+$/) next
    split("", given)
    returned = 0
    while (next_value())
        if (kind == "argument") given[name] = value
        else if (kind == "return") given_result[++returned] = value
    if ($0 ~ /"kind":"(begin|call)"/) {
        entered++
        if (called[entered] != function_name) { print "call " entered ": " called[entered] " printed, " function_name " told"; exit 1 }
        for (i = 1; i <= arguments[entered]; i++) {
            at = index(argument[entered, i], "=")
            printed_name = substr(argument[entered, i], 1, at - 1)
            compare("argument", printed_name in given ? given[printed_name] : "-", substr(argument[entered, i], at + 1))
        }
    }
    # Each call prints all parts of its result, told or not.
    if ($0 ~ /"kind":"(call|end)"/)
        for (i = 1; i * calls_of[function_name] <= results_of[function_name]; i++) {
            left++
            if (by[left] != function_name) { print "result " left ": " by[left] " printed, " function_name " told"; exit 1 }
            compare("result", i <= returned ? given_result[i] : "-", result[left])
        }
}

END {
    if (left != results) { print left + 0 " results told, " results " printed"; exit 1 }
    if (entered != calls) { print entered + 0 " calls told, " calls " printed"; exit 1 }
    for (i = 1; i <= 2; i++) {
        what = i == 1 ? "argument" : "result"
        print what "s: " equal[what] + 0 " equal, " missing[what] + 0 " missing, " wrong[what] + 0 " wrong"
    }
    if (list) for (key in lost) { split(key, part, SUBSEP); print "missing: " part[1] " of " part[2] " " lost[key] }
}
