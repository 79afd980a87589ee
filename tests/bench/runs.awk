# Reads a subject's runs, and answers questions about them; used with a second file that asks.
#   run VARIANT, then elapsed user system KiB of the program, then the same until the tracer has ended
#   size VARIANT EVENTS BYTES LOST KiB-of-the-tracer

$1 == "run" {
    if (!($2 in rounds)) variants[++variant_count] = $2
    round = ++rounds[$2]
    value["elapsed", $2, round] = $3
    value["cpu", $2, round] = $4 + $5
    value["memory", $2, round] = $6 / 1024
    value["whole", $2, round] = $7
    value["tracer", $2, round] = $8 + $9 - $4 - $5
}
$1 == "size" { events[$2] = $3; bytes[$2] = $4; lost[$2] = $5; tracer_memory[$2] = $6 / 1024 }

function sort(list, n,    i, j, item) {
    for (i = 2; i <= n; i++) {
        item = list[i]
        for (j = i; j > 1 && list[j - 1] > item; j--) list[j] = list[j - 1]
        list[j] = item
    }
}

function median(list, n) {
    sort(list, n)
    return n % 2 ? list[(n + 1) / 2] : (list[n / 2] + list[n / 2 + 1]) / 2
}

function median_and_spread(list, n, format,    middle) {
    if (!n) return ""
    middle = median(list, n)
    if (n == 1) return sprintf(format, middle)
    return sprintf(format " (" format ".." format ")", middle, list[1], list[n])
}

function collect(list, column, variant,    i) {
    for (i = 1; i <= rounds[variant]; i++) list[i] = value[column, variant, i] + 0
    return rounds[variant] + 0
}

# Round by round: what slows the machine down for a while then slows both.
function collect_ratios(list, column, variant, base_column, base,    i, n) {
    if (!rounds[base]) return 0
    for (i = 1; i <= rounds[variant]; i++)
        if (value[base_column, base, i] > 0) list[++n] = value[column, variant, i] / value[base_column, base, i]
    return n + 0
}

function values(column, variant, format,    list, n) {
    n = collect(list, column, variant)
    return median_and_spread(list, n, format)
}

function ratios(column, variant, base_column, base,    list, n) {
    n = collect_ratios(list, column, variant, base_column, base)
    return median_and_spread(list, n, "%.2f")
}
