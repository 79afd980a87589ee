# With runs.awk: what a subject's runs show, each variant a row.
BEGIN {
    titles["plain"] = "not instrumented"; titles["empty"] = "empty hooks (glibc)"
    titles["order"] = "order, no times"; titles["frames"] = "order and places"
    titles["beside"] = "limit, 2nd core busy"; titles["limit"] = "limit hook"; titles["uftrace"] = "uftrace record"
}

function title(variant) {
    return variant in titles ? titles[variant] : "calltape " variant
}

function processor_times(    i, v) {
    printf "%-20s  %-22s  %-24s  %s\n", "", "program, user+system", "/ not instrumented", "/ limit hook"
    for (i = 1; i <= variant_count; i++) {
        v = variants[i]
        printf "%-20s  %-22s  %-24s  %s\n", title(v), values("cpu", v, "%.3f"), ratios("cpu", v, "cpu", "plain"),
            ratios("cpu", v, "cpu", "limit")
    }
}

function elapsed_times(    i, v) {
    printf "\n%-20s  %-22s  %-24s  %s\n", "", "program, elapsed", "until tracer ended", "/ limit hook"
    for (i = 1; i <= variant_count; i++) {
        v = variants[i]
        printf "%-20s  %-22s  %-24s  %s\n", title(v), values("elapsed", v, "%.3f"), values("whole", v, "%.3f"),
            ratios("whole", v, "whole", "limit")
    }
}

function bytes_an_event(variant) {
    return events[variant] ? sprintf("%.3f", bytes[variant] / events[variant]) : ""
}

function tape_and_memory(    i, v) {
    printf "\n%-20s  %11s  %10s  %14s  %11s  %-22s  %10s\n", "", "program MiB", "tape MB", "bytes an event",
        "events lost", "tracer, user+system", "tracer MiB"
    for (i = 1; i <= variant_count; i++) {
        v = variants[i]
        printf "%-20s  %11s", title(v), peak(v)
        if (v in bytes)
            printf "  %10.1f  %14s  %11s  %-22s  %10.0f", bytes[v] / 1e6, bytes_an_event(v), lost[v],
                values("tracer", v, "%.3f"), tracer_memory[v]
        printf "\n"
    }
}

function peak(variant,    list, n) {
    n = collect(list, "memory", variant)
    return sprintf("%.1f", median(list, n))
}

END {
    processor_times()
    elapsed_times()
    tape_and_memory()
}
