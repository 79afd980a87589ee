# Stretches that are not recorded: what is called in them is missing, all else is there and nests as ever.
. "$ROOT/tests/e2e/lib.sh"
FLAGS="$FLAGS -I$ROOT/include"
for compiler in "gcc -O0" "gcc -O2" "clang -O2"; do
    build pauses $compiler
    OPTIONS=
    record_and_compare ./pauses
    OPTIONS=--paused
    record_and_compare ./pauses late
done

# The functions of calltape.h do nothing where nothing records, however the program is linked.
build pauses gcc -O2 -no-pie
./pauses
EXTRA="-static -L$BUILD -lcalltape" build pauses gcc -O2
OPTIONS=--paused
record_and_compare ./pauses late
