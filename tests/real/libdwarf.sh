# calltape with libdwarf 0.11.1, whose functions have other arguments than those of 20210528, Debian 12's: what reads names
# and lines is built and tested with it. LIBDWARF=PREFIX takes the libdwarf that is installed there instead.
. "$(dirname "${BASH_SOURCE[0]}")/lib.bash"
need gcc make clang objcopy

# As little as its sources ask for: sections come to it uncompressed, so it needs neither zlib nor zstd.
compile_libdwarf() { # SOURCE
    printf '#define %s\n' 'PACKAGE_VERSION "0.11.1"' HAVE_FCNTL_H HAVE_UNISTD_H HAVE_STDINT_H HAVE_INTTYPES_H \
        HAVE_SYS_TYPES_H HAVE_SYS_STAT_H HAVE_UNUSED_ATTRIBUTE >config.h
    mkdir include lib && cp "$1"/src/lib/libdwarf/{dwarf,libdwarf}.h include &&
        gcc -w -O2 -g -fPIC -shared -Wl,-soname,libdwarf.so.1 -I. "$1"/src/lib/libdwarf/*.c -o lib/libdwarf.so.1 &&
        ln -s libdwarf.so.1 lib/libdwarf.so
}

if [ -z "${LIBDWARF-}" ]; then
    source=$(SUITE=trixie debian_source dwarfutils libdwarf-code-0.11.1) || skip "$source"
    library=$(built libdwarf lib/libdwarf.so compile_libdwarf "$source") || { fail "libdwarf was not built"; finish; }
    LIBDWARF=$(dirname "$(dirname "$library")")
fi
header=$(find "$LIBDWARF/include" -name libdwarf.h | head -n 1)
[ -n "$header" ] || skip "no libdwarf.h below $LIBDWARF/include"

build=$work/build
if ! ${MAKE:-make} -s -C "$ROOT" BUILD="$build" DWARF_CFLAGS="-isystem $(dirname "$header")" \
    DWARF_LIBS="-L$LIBDWARF/lib -Wl,-rpath,$LIBDWARF/lib -ldwarf" all "$build/unit/test_symbol_places" \
    "$build/unit/test_symbol_mutants" >"$work/log" 2>&1; then
    fail "build with $LIBDWARF" "$work/log"
    finish
fi
version=$("$build/calltape" --version | grep -o 'libdwarf.*')
ok "built with $version"
for test in test_symbol_places test_symbol_mutants; do
    if "$build/unit/$test" >"$work/log" 2>&1; then ok "$version: $test"; else fail "$version: $test" "$work/log"; fi
done
finish
