# There is a manual page for every verb, with a line for each of its options, and for the tape.
. "$ROOT/tests/e2e/lib.sh"
command -v scdoc >/dev/null || skip "scdoc is not installed"
"$MAKE" -C "$ROOT" --no-print-directory -s "BUILD=$BUILD" "STAGE=$PWD/stage" "DOCUMENTS=$PWD/documents" \
    "DESTDIR=$PWD" PREFIX=/x install
pages=x/share/man
for page in man1/calltape.1 man5/calltape-tape.5; do
    [ -s "$pages/$page" ] || fail "there is no $page"
done
# The library: each function of the header.
grep -oE '^CALLTAPE_INLINE void calltape_[a-z0-9_]+' "$ROOT/include/calltape.h" | sed 's/.* //' |
    grep -vxE 'calltape_(value|text|span_close)' >functions
[ -s functions ] || fail "no function was found in calltape.h"
while read -r function; do
    tr -d '\\' <"$pages/man3/libcalltape.3" | grep -q "^void $function(" || fail "libcalltape.3 has not $function"
done <functions
for verb in $("$CALLTAPE" help | sed -n '/^Verbs:/,/^$/s/^  \([a-z]*\) .*/\1/p'); do
    [ "$verb" = help ] && continue
    [ -s "$pages/man1/calltape-$verb.1" ] || fail "$verb has no page"
    tr -d '\\' <"$pages/man1/calltape-$verb.1" >page
    "$CALLTAPE" "$verb" --help | grep -oE '^ +(-[A-Za-z], )?--[a-z-]+' | grep -oE -e '--[a-z-]+' >options
    [ -s options ] || fail "no option of $verb was found"
    while read -r option; do
        grep -qE "^(fB-[A-Za-z]fR, )?fB${option}fR" page || fail "calltape-$verb.1 has no line for $option"
    done <options
    ! command -v mandoc >/dev/null || mandoc -T lint -W error "$pages/man1/calltape-$verb.1" || fail "calltape-$verb.1"
done
