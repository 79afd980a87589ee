# With runs.awk: of each name, the median of its weights in all files.
{ weight[$1, ++times[$1]] = $2 + 0 }
END {
    for (name in times) {
        for (i = 1; i <= times[name]; i++) list[i] = weight[name, i]
        printf "%s\t%.0f\n", name, median(list, times[name])
    }
}
