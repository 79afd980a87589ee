# With runs.awk: median and spread of the first number of each line, times `scale`.
{ list[++n] = $1 * scale }
END { print median_and_spread(list, n, format) }
