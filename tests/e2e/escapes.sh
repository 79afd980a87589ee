# A tape full of escape sequences: in the names of functions, files, threads, values and programs, in values, arguments
# and in its own name. None reaches the terminal, or a file of text, from any verb or message.
. "$ROOT/tests/e2e/lib.sh"
escape=$'\e[31m'
FLAGS="$FLAGS -I$ROOT/include"
build escapes gcc -O1
objcopy --redefine-sym evil_function="evil$escape" --redefine-sym run=$'r\u202eun\a' escapes "./bad$escape.prog"
tape="evil$escape.tape"

# Neither control characters, but line breaks and tabs, nor such as turn the direction of text.
harmless() { # WHAT FILE...
    local what=$1
    shift
    ! LC_ALL=C grep -qaP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\x8e\x8f\xaa-\xae]' "$@" ||
        fail "$what: $(LC_ALL=C grep -haP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80\xae' "$@" | cat -v | head -n 3)"
}

says() { # WORDS...: of calltape
    "$CALLTAPE" "$@" >out 2>err || true
    harmless "$*" out err
}

for locale in C C.UTF-8; do
    export LC_ALL=$locale
    rm -rf *.tape* new.*
    says record -o "$tape" -- "./bad$escape.prog" "word$escape"
    [ -s "$tape" ] || fail "nothing recorded: $(cat -v err)"
    says record -o "$tape/x" -- "./bad$escape.prog"
    says record -o t.tape -- "./none$escape"
    says record --function "x$escape" -o t.tape -- "./bad$escape.prog"
    says record --args "evil*$escape" -o t.tape -- "./bad$escape.prog"
    says report --columns self,calls,p99 --full-names "$tape"
    grep -q 'evil\\x1b' out || fail "report: no such function: $(cat -v out)"
    for by in file module thread process; do says report --by $by "$tape"; done
    for format in json csv; do says report --format $format "$tape"; done
    says tree --min-percent 0 "$tape"
    says tree --invert "$tape"
    says tree --format json "$tape"
    says callers 'evil*' "$tape"
    says callers "none$escape" "$tape"
    for format in text json csv; do says hist --format $format 'evil*' "$tape"; done
    for format in text json; do
        says critical --format $format "$tape"
        says replay --format $format "$tape"
        says info --format $format "$tape"
        says advise --format $format "$tape"
        says growth --all --format $format "$tape"
        says diff --format $format "$tape" -- "$tape"
    done
    says replay --mangled "$tape"
    says report --where "x$escape" "$tape"
    says report --thread "x$escape" "$tape"
    for format in text json csv; do
        says query --format $format "$tape" "select *, args from calls; select * from functions, threads, processes"
    done
    says query "$tape" "select 'x$escape' from nothing$escape"
    for format in chrome speedscope csv jsonl folded callgrind dot mermaid; do says export --to $format "$tape"; done
    says view --svg new.svg "$tape"
    says view --html new.html "$tape"
    harmless "view's files" new.svg
    says check "$tape"
    says check --repair -o "new$escape" "$tape"
    says symbols "$tape"
    says import "$tape" -o "new2$escape"
    says report "none$escape"
    says report "--none$escape"
    says "none$escape"
    head -c 2000 "$tape" >"cut$escape.tape"
    says check "cut$escape.tape"
    says report "cut$escape.tape"
    says report
done
