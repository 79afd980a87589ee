# What is loaded into other people's programs exports its list and nothing else, needs libc alone, and calls nothing that
# allocates or prints.
status=0

check() { # LIBRARY EXPORTS
    local library=$BUILD/$1
    nm -D --defined-only "$library" | awk '{print $3}' | LC_ALL=C sort >exported
    if ! diff -u "$ROOT/tests/lint/$2" exported; then
        echo "^ exported symbols of $1 are not those of tests/lint/$2"
        status=1
    fi
    if readelf -d "$library" | grep NEEDED | grep -vE '\[(libc\.so\.6|ld-linux.*)\]'; then
        echo "^ $1 needs more than libc"
        status=1
    fi
    if readelf -d "$library" | grep -E 'TEXTREL'; then
        echo "^ $1 has text relocations"
        status=1
    fi
    if nm -D --undefined-only "$library" | awk '{print $NF}' | sed 's/@.*//' |
        grep -E '^(malloc|calloc|realloc|free|posix_memalign|aligned_alloc|strdup|.*printf.*|f?put[cs]|fopen|fwrite|popen|system|setlocale|__errno_allocate)$'; then
        echo "^ $1 calls what may allocate, lock or print"
        status=1
    fi
}

check libcalltape.so exports.txt
check libcalltape-waits.so exports_waits.txt
exit $status
