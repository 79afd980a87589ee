# configure CC="calltape cc gcc": its probes succeed and are not traced, what it then builds is.
. "$ROOT/tests/e2e/lib.sh"
. "$ROOT/tests/e2e/cc_project.bash"
for tool in autoreconf automake; do command -v $tool >/dev/null || skip "needs $tool"; done
cc_compilers
cc_project
cat >configure.ac <<'AC'
AC_INIT([prog], [1])
AM_INIT_AUTOMAKE([foreign subdir-objects])
AC_PROG_CC
AC_PROG_CXX
AM_PROG_AS
AC_CHECK_HEADERS([stdint.h])
AC_CHECK_FUNC([strnlen])
AC_CHECK_SIZEOF([long])
AC_DEFINE([ADD], [SIZEOF_LONG - 5], [checked by running or compiling])
AC_CONFIG_HEADERS([config.h])
AC_CONFIG_FILES([Makefile])
AC_OUTPUT
AC
cat >Makefile.am <<'AM'
bin_PROGRAMS = prog
prog_SOURCES = main.c twice.c words.cpp thrice.S
AM
autoreconf --install 2>autoreconf.log || fail "$(cat autoreconf.log)"
# What a traced probe would leave in the tape of a recorded configure.
"$CALLTAPE" record -o configure.tape -- ./configure CFLAGS="-O2 -Wall" CC="$CC" CXX="$CXX" >configure.log 2>&1 ||
    fail "$(cat configure.log config.log)"
[ ! -e configure.tape ] || fail "probes are traced: $(recorded_counts configure.tape)"
grep -q 'checking for strnlen... yes' configure.log || fail "strnlen was not found"
"$MAKE" >make.log 2>&1 || fail "$(cat make.log)"
expect_project ./prog
