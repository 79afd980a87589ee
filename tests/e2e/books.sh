# The targets' own books, by which the recordings are judged, agree with hooks that do nothing but count. Left out are
# targets of several processes and around_main, which goes on calling after any such witness had its say.
. "$ROOT/tests/e2e/lib.sh"
cc -g -O2 -Wall -Wextra -Werror -D_GNU_SOURCE -shared -fPIC -o hooks.so "$ROOT/tests/support/counting_hooks.c"
export WITNESS=$PWD/witness

witnessed() { # prints `function calls` as the hooks saw them
    nm -C --defined-only "$program" | sed -n 's/^\([0-9a-f]*\) [tTwW] /\1 /p' >symbols
    while read -r module offset calls exits; do
        [ "$module" = program ] || continue
        name=$(sed -n "/^$(printf '%016x' "$offset") /{s/^[^ ]* //;s/([^()]*)$//;p;q}" symbols)
        echo "${name:-$offset} $calls"
    done <"$WITNESS"
}

check() {
    rm -f "$COUNTS" "$WITNESS"
    program=$1
    LD_PRELOAD=$PWD/hooks.so "$@" >/dev/null || true
    sum_counts <"$COUNTS" >own
    witnessed | sum_counts >seen
    diff -u own seen || fail "$* (built by $compiler) keeps wrong books"
}

for compiler in "gcc -O0" "gcc -O2" "clang -O2"; do
    for target in threads small_stacks thread_locals jumps thread_ends exit_deep deep steady hello; do
        build $target $compiler
    done
    check ./threads
    check ./small_stacks
    check ./thread_locals
    check ./jumps
    check ./thread_ends
    check ./exit_deep
    check ./deep
    check ./steady
    check ./hello
    build storm $compiler
    check ./storm 20000
    check ./storm 20000 alternate
    untraced switch_ucontext $compiler
    EXTRA=switch_ucontext.o build coroutines $compiler
    check ./coroutines
    untraced exceptions_untraced $compiler
    EXTRA=exceptions_untraced.o build exceptions $compiler
    check ./exceptions
done
