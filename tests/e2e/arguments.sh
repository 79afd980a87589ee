# Every argument and result that `record --args --returns` tells of generated functions is the one that they print: none
# is wrong, and few are missing. tests/support/arguments.awk writes them.
. "$ROOT/tests/e2e/lib.sh"
[ "$(uname -m)" = x86_64 ] || skip "recipes are for x86-64"
support=$ROOT/tests/support
awk -v count=304 -v folder=. -v support="$support" -f "$support/arguments.awk" || exit 1

# Prints "arguments: N equal, N missing, N wrong", and of results.
compare() { # COMPILER OPTION...
    "$@" -w -g -finstrument-functions -I. one.c two.c "$support/arguments.c" -o program 2>log || { cat log; exit 1; }
    "$CALLTAPE" record -o program.tape --args 'f*' --returns 'f*' -- ./program >printed 2>log || { cat log; exit 1; }
    "$CALLTAPE" replay --format json program.tape >told 2>log || { cat log; exit 1; }
    awk -f "$support/arguments_compare.awk" printed told >compared || { cat compared; exit 1; }
    rm -f program.tape
}

# MOST: in a hundred, of arguments that may be missing.
expect() { # MOST COMPILER OPTION...
    local most=$1
    shift
    compare "$@"
    awk -v most="$most" -v what="$*" '
        { equal = $2; missing = $4; wrong = $6 }
        wrong > 0 || /^wrong/ { bad = 1 }
        $1 == "arguments:" && missing * 100 > most * (equal + missing) { bad = 1 }
        { text = text "\n" $0 }
        END { if (bad || NR < 2) { print what ":" text; exit 1 } }' compared || exit 1
}

# Of constants that clang hands to what it inlines, pointers and the like are not in the debug information at all.
for compiler in gcc clang; do
    expect 0 $compiler -O0
    expect 5 $compiler -O1
    expect 5 $compiler -O2
    expect 6 $compiler -O3
    expect $([ $compiler = gcc ] && echo 5 || echo 8) $compiler -O2 -flto
done
