# The runtime itself under ThreadSanitizer, linked into targets with many threads.
. "$ROOT/tests/e2e/lib.sh"
mkdir runtime
cp -r "$ROOT/include" "$ROOT"/runtime/* runtime/
# The sanitizer's own data goes in the last round of a thread's destructors: there the runtime ends one round earlier.
sed -i 's/endings < 4/endings < 3/' runtime/thread.c
grep -q 'endings < 3' runtime/thread.c || fail "thread_ending() has changed; so must this test"
for source in runtime/*.c; do
    gcc -std=c11 -O1 -g -fsanitize=thread -fno-omit-frame-pointer -Iruntime/include -D_GNU_SOURCE -fPIC -ffreestanding \
        -ftls-model=initial-exec -fvisibility=hidden -c "$source" -o "${source%.c}.o"
done
# The first of two definitions of sys_call() is taken.
gcc -O1 -g -c -D_GNU_SOURCE -o sys_call.o "$ROOT/tests/support/tsan_sys_call.c"

export CALLTAPE_OUT=t.tape TSAN_OPTIONS="exitcode=66 report_signal_unsafe=0"
untraced count gcc
check() { # TARGET ARGS...: the target's own races are its own business
    local status=0
    gcc $FLAGS -O1 -finstrument-functions -c -o target.o "$TARGETS/$1.c"
    gcc -fsanitize=thread -Wl,-z,muldefs -pthread -o target target.o count.o sys_call.o runtime/*.o
    rm -rf t.tape "$COUNTS"
    ./target "${@:2}" >out 2>err || status=$?
    [ "$status" = 0 ] || fail "$* ended with $status: $(grep SUMMARY err | sort | uniq -c)"
    expect_counts
    expect_equal "lost events" 0 "$(info .lost_events)"
}
check threads 1000
check storm 20000
