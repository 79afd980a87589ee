# With runs.awk: the median, over the rounds, of column of variant / base_column of base; nothing where one is missing.
END {
    n = collect_ratios(list, column, variant, base_column, base)
    if (n) printf "%.3f\n", median(list, n)
}
