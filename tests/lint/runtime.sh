# libcalltape.so is loaded into other people's programs: it exports its list and nothing else, needs libc alone, and
# calls nothing that allocates or prints.
library=$BUILD/libcalltape.so
status=0

nm -D --defined-only "$library" | awk '{print $3}' | LC_ALL=C sort >exported
if ! diff -u "$ROOT/tests/lint/exports.txt" exported; then
    echo "^ exported symbols are not those of tests/lint/exports.txt"
    status=1
fi

if readelf -d "$library" | grep NEEDED | grep -vE '\[(libc\.so\.6|ld-linux.*)\]'; then
    echo "^ libcalltape.so needs more than libc"
    status=1
fi
if readelf -d "$library" | grep -E 'TEXTREL'; then
    echo "^ libcalltape.so has text relocations"
    status=1
fi

if nm -D --undefined-only "$library" | awk '{print $NF}' | sed 's/@.*//' |
    grep -E '^(malloc|calloc|realloc|free|posix_memalign|aligned_alloc|strdup|.*printf.*|f?put[cs]|fopen|fwrite|popen|system|setlocale|__errno_allocate)$'; then
    echo "^ libcalltape.so calls what may allocate, lock or print"
    status=1
fi
exit $status
