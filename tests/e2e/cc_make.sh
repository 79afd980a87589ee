# CC="calltape cc gcc" under make: implicit rules, dependency files, and flags of the project's own.
. "$ROOT/tests/e2e/lib.sh"
. "$ROOT/tests/e2e/cc_project.bash"
cc_compilers
cc_project
echo '#define HAVE_STDINT_H 1' >config.h
cat >Makefile <<'MAKE'
CFLAGS = -O2 -Wall -Werror
CXXFLAGS = -O2 -Wall -Werror
CPPFLAGS = -DADD=3 -MMD -MP
prog: main.o twice.o words.o thrice.o
	$(CXX) -o $@ $^
depend:
	$(CC) -MM main.c
-include main.d
MAKE
"$MAKE" -s CC="$CC" CXX="$CXX"
expect_project ./prog
"$MAKE" -s depend | grep -q '^main.o: main.c config.h' || fail "no dependencies printed"
echo '#define HAVE_STDINT_H 1 /* another */' >config.h
"$MAKE" -n | grep -q 'main\.c' || fail "the dependency file is not used"
