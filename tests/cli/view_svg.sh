# Pictures hold what the verbs say, are small, well-formed, without scripts, and show strange names as text.
fail() {
    echo "$*"
    exit 1
}
set -e
# Well-formed as far as one can tell without a parser: what opens is closed, no bare &, no control characters, UTF-8.
check() {
    tr -d '\n' <"$1" >one_line
    [ "$(wc -c <"$1")" -lt 200000 ] || fail "$1: too large"
    iconv -f UTF-8 -t UTF-8 "$1" >/dev/null || fail "$1: not UTF-8"
    for tag in svg g text tspan title style; do
        opened=$(grep -oE "<$tag[ >]" one_line | wc -l) closed=$(grep -o "</$tag>" one_line | wc -l)
        [ "$opened" = "$closed" ] || fail "$1: $opened <$tag>, $closed </$tag>"
    done
    ! LC_ALL=C grep -qE '&([^a-z]|$)|<script|href|[[:cntrl:]]' "$1" || fail "$1: unsafe"
}
for tape in plain nasty strange deep server empty; do
    for what in flame timeline; do
        "$CALLTAPE" view --svg $what.svg --draw $what "$ROOT/tests/golden/$tape.tape"
        check $what.svg
    done
done

echo "# what the tooltips say"
"$CALLTAPE" view --svg plain.svg "$ROOT/tests/golden/plain.tape"
tr '\n' '|' <plain.svg | grep -o '<title>[^<]*' | sed 's/<title>//'
echo "# a range is a timeline, of chosen threads"
part="--range 10%..60% --thread #0 $ROOT/tests/golden/plain.tape"
"$CALLTAPE" view --svg part.svg $part
tr '\n' '|' <part.svg | grep -o '<title>[^<]*' | sed 's/<title>//' | grep -v ^next_token
grep -o '<text class="p".*' part.svg
echo "# as many calls as report says"
tr '\n' '|' <part.svg | grep -o '<title>next_token[^<]*' | grep -o '[0-9]* calls' | awk '{calls += $1} END {print calls}'
"$CALLTAPE" report $part --format csv 2>/dev/null | grep '^next_token' | cut -d, -f 5
echo "# strange names"
"$CALLTAPE" view --svg strange.svg "$ROOT/tests/golden/strange.tape"
tr '\n' '|' <strange.svg | grep -o '<title>[^|]*' | cut -c 1-100
echo "# a wait is hatched"
"$CALLTAPE" view --svg waited.svg --draw timeline "$ROOT/tests/golden/nasty.tape"
tr '\n' '|' <waited.svg | grep -oE '<g><title>[^<]*|Hatched[^<]*'
echo "# wrong usage"
for options in "--draw timeline" "--depth 3" "--where ret>0" "--svg x.svg --html x.html" "--svg x.svg --draw circles" "--svg /nowhere/x.svg"; do
    status=0
    "$CALLTAPE" view $options "$ROOT/tests/golden/plain.tape" 2>&1 || status=$?
    echo "status $status"
done
echo "# what the deepest call that is drawn has below it is not told apart"
"$CALLTAPE" view --svg - "$ROOT/tests/golden/deep.tape" | grep -o '; [^;]* itself and .*'
