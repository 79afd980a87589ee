# Programs built with sanitizers run and are recorded as others are; an error that they find is still found.
. "$ROOT/tests/e2e/lib.sh"
for sanitizer in address undefined thread; do
    build steady gcc -O1 -fsanitize=$sanitizer
    record_and_compare ./steady
done
cat >leak.c <<'C'
#include <stdlib.h>
static void touch(char *p) { *p = 1; }
int main(void) { char *p = malloc(4); free(p); touch(p); return 0; }
C
gcc -g -fsanitize=address -finstrument-functions -o leak leak.c
"$CALLTAPE" record -o leak.tape -- ./leak >out 2>err && fail "the error was not found"
grep -q heap-use-after-free err || fail "$(cat err)"
expect_equal "calls" 2 "$(info .calls leak.tape)"
