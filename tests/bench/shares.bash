# Shares of self time by function, as lines "function<TAB>weight", from a tape or from samples; how far they differ.

# gcc's copies and pieces of a function (f.constprop.0, f.part.1, f.cold) count for the function.
add_up_shares() {
    awk -F '\t' '{ sub(/\.(constprop|isra|part|cold|lto_priv)\..*$|\.cold$/, "", $1); weight[$1] += $2 }
        END { for (name in weight) printf "%s\t%.0f\n", name, weight[name] }'
}

shares_of_tape() { # TAPE OPTION...
    local tape=$1
    shift
    "$CALLTAPE" report --format json --limit 0 "$@" "$tape" 2>/dev/null |
        jq -r '.[] | [.function, .self_ns] | @tsv' | add_up_shares
}

# Each sample goes to the first of its two frames that lies in a function which the symbol table knows.
shares_of_samples() { # PROGRAM SAMPLES
    nm -S -t d --defined-only "$1" | awk '$3 ~ /^[tTwW]$/ { print $1 + 0, $2 + 0, $4 }' | sort -n | awk '
        function function_at(address, low, high, middle) {
            low = 1; high = symbols + 1
            while (low < high) {
                middle = int((low + high) / 2)
                if (start[middle] + size[middle] <= address) low = middle + 1; else high = middle
            }
            return low <= symbols && start[low] <= address ? name[low] : ""
        }
        FNR == NR { symbols++; start[symbols] = $1; size[symbols] = $2; name[symbols] = $3; next }
        {
            found = function_at($1)
            if (found == "" && $2) found = function_at($2)
            if (found != "") print found "\t" 1
        }' - "$2" | add_up_shares
}

# Total variation distance: half the sum of the shares' differences; 0 is equal, 1 has nothing in common.
distance() { # SHARES SHARES
    awk -F '\t' '
        FNR == 1 { file++ }
        { weight[file, $1] = $2; sum[file] += $2; names[$1] = 1 }
        END {
            if (!sum[1] || !sum[2]) exit 1
            for (name in names) {
                difference = weight[1, name] / sum[1] - weight[2, name] / sum[2]
                total += difference < 0 ? -difference : difference
            }
            printf "%.4f\n", total / 2
        }' "$1" "$2"
}

total_weight() { # SHARES
    awk -F '\t' '{ sum += $2 } END { printf "%.0f\n", sum }' "$1"
}

# Of each function, the median of its weights.
median_shares() { # SHARES...
    awk -F '\t' -f "$ROOT/tests/bench/runs.awk" -f "$ROOT/tests/bench/median_shares.awk" "$@"
}
