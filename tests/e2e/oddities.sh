# What few programs do, and some must: targets/oddities.c.
. "$ROOT/tests/e2e/lib.sh"
for compiler in "gcc -O2" "clang -O0"; do
    build oddities $compiler
    for what in 0 3 clones faults forbidden names; do
        record_and_compare ./oddities $what
        expect_equal "what $what came to" "$what: 0" "$(cat traced.out)"
    done
done
