# Colour where it is asked for, and only there; what a tape holds never reaches the terminal raw.
unset NO_COLOR
escape=$'\e'
tape=$ROOT/tests/golden/nasty.tape
for verb in report tree replay info; do
    "$CALLTAPE" $verb "$tape" >auto
    "$CALLTAPE" $verb --color never "$tape" >never
    "$CALLTAPE" $verb --color always "$tape" >always
    cmp auto never
    grep -q "$escape" never && echo "$verb: an escape without colour"
    grep -q "$escape\[0" always || echo "$verb: no colour"
    # Taking the colours that are ours away leaves no other escape.
    sed "s/$escape\[0\(;[0-9]\)*m//g; s/$escape\[0;1;31m//g; s/$escape\[0;33m//g" always | grep -q "$escape" && echo "$verb: a foreign escape"
done
for format in json csv; do
    "$CALLTAPE" report --color always --format $format "$tape" 2>/dev/null | tr -d '\n' | grep -q '[[:cntrl:]]' &&
        echo "report --format $format: a control character"
done
"$CALLTAPE" report "$tape" | grep -c 'x1b.31mred'
