# Rows fit $COLUMNS, or the terminal: the place goes first, names are cut, then columns are left out.
unset NO_COLOR
rows() { # up to the foot, whose sentences may be longer
    sed '/^$/,$d; /^\.\.\. /d'
}
for tape in plain nasty server deep; do
    for verb in report "report --sort max" tree "tree --recursion levels" "replay --all" "replay --thread #0"; do
        for columns in 48 60 80 120; do
            for locale in C C.UTF-8; do
                LC_ALL=$locale COLUMNS=$columns "$CALLTAPE" $verb "$ROOT/tests/golden/$tape.tape" | rows >out
                [ -s out ] || echo "$verb $tape: nothing at $columns columns"
                width=$(LC_ALL=C.UTF-8 wc -L <out)
                [ "$width" -le $columns ] || echo "$verb $tape: $width wide in $columns columns ($locale)"
            done
        done
    done
done
# What is told of calls, and how deep they are, leaves room for how long they took.
for tape in told deep; do
    for columns in 38 40 44; do
        for locale in C C.UTF-8; do
            LC_ALL=$locale COLUMNS=$columns "$CALLTAPE" replay "$ROOT/tests/golden/$tape.tape" | rows >out
            width=$(LC_ALL=C.UTF-8 wc -L <out)
            [ "$width" -le $columns ] || echo "replay $tape: $width wide in $columns columns ($locale)"
        done
    done
    LC_ALL=C.UTF-8 COLUMNS=38 "$CALLTAPE" replay "$ROOT/tests/golden/$tape.tape" | sed -n '2,8p'
done
for columns in 48 60 80; do
    COLUMNS=$columns "$CALLTAPE" report --sort max "$ROOT/tests/golden/server.tape" | rows
    COLUMNS=$columns "$CALLTAPE" replay --limit 9 "$ROOT/tests/golden/nasty.tape" | rows
done
