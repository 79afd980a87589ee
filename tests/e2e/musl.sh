# A program that is linked with musl and libcalltape.a is recorded as any other; the library is built against glibc.
. "$ROOT/tests/e2e/lib.sh"
command -v musl-gcc >/dev/null || skip "musl-gcc is not installed"
for how in "-O0" "-O2 -fno-pie -no-pie"; do
    for target in hello jumps "threads 200"; do
        program=${target%% *}
        for source in count $program; do
            hooks=-finstrument-functions
            [ $source = $program ] || hooks=
            musl-gcc -std=gnu11 $FLAGS $how $hooks -c "$TARGETS/$source.c" -o $source.o
        done
        musl-gcc $how -static -o $program $program.o count.o -L"$BUILD" -lcalltape
        record_and_compare ./$target
        expect_equal "files of the program" "$(basename "$PWD")/$program" \
            "$("$CALLTAPE" report --format json t.tape | jq -r '.[].module' | sort -u | sed 's,.*/\([^/]*/[^/]*\)$,\1,')"
    done
done
