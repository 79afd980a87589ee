# What a thread does while triggers have it switched off is counted, call by call, and what is recorded ends where it
# ends, whatever ends beneath it.
. "$ROOT/tests/e2e/lib.sh"
cat >around.tree <<'END'
around 2
  around 2
    around 2
      around 2
        leaf 4
      leaf 4
    leaf 4
  leaf 4
END
for compiler in "gcc -O0" "gcc -O2" "clang -O0" "clang -O2"; do
    untraced switch_ucontext $compiler
    untraced exceptions_untraced $compiler
    EXTRA=switch_ucontext.o build triggers_off $compiler
    OPTIONS="--trigger on:on_here --trigger off:off_here" record_and_compare ./triggers_off
    expect_tree "$ROOT/tests/e2e/record_triggers_off.tree"
    expect_jumped "switched_off_then_jump 2"
    OPTIONS="--trigger on:around --trigger off:around" record_and_compare ./triggers_off
    expect_tree around.tree
    expect_jumped ""
    EXTRA=switch_ucontext.o build coroutines $compiler
    OPTIONS="--trigger off:nested" record_and_compare ./coroutines
    OPTIONS="--trigger on:pass_on --trigger off:leaf" record_and_compare ./coroutines
    OPTIONS="--trigger on:nested --trigger off:nested" record_and_compare ./coroutines
    build jumps $compiler
    OPTIONS="--trigger off:after" record_and_compare ./jumps
    OPTIONS="--trigger on:descend --trigger on:in_handler --trigger off:after" record_and_compare ./jumps
    EXTRA=exceptions_untraced.o build exceptions $compiler
    OPTIONS="--trigger off:plain" record_and_compare ./exceptions
    OPTIONS="--trigger on:thrower --trigger off:after" record_and_compare ./exceptions
done
# Nothing of what is never switched on is recorded.
OPTIONS="--trigger on:nosuchfunction" record_and_compare ./triggers_off
expect_info .calls 0

build threads gcc -O2
OPTIONS="--trigger on:branch --trigger off:branch" record_and_compare ./threads
build forks gcc -O2
OPTIONS="--trigger on:re:^in_ --trigger off:re:^in_" record_and_compare ./forks
expect_info '.processes' 31
build storm gcc -O2
OPTIONS="--trigger on:branch --trigger off:branch" record_and_compare ./storm 100000
OPTIONS="--trigger on:on_timer --trigger off:in_handler" record_and_compare ./storm 100000 alternate
