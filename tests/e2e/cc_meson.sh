# Meson with calltape in CC and CXX.
. "$ROOT/tests/e2e/lib.sh"
. "$ROOT/tests/e2e/cc_project.bash"
for tool in meson ninja; do command -v $tool >/dev/null || skip "needs $tool"; done
cc_compilers
cc_project
cat >meson.build <<'MESON'
project('prog', 'c', 'cpp', default_options: ['buildtype=release', 'werror=true'])
c = meson.get_compiler('c')
configuration = configuration_data()
configuration.set10('HAVE_STDINT_H', c.has_header('stdint.h'))
configuration.set('ADD', c.sizeof('long') - 5)
assert(c.has_function('strnlen'))
configure_file(output: 'config.h', configuration: configuration)
executable('prog', 'main.c', 'twice.c', 'words.cpp', 'thrice.S')
MESON
"$CALLTAPE" record -o setup.tape -- meson setup build >setup.log 2>&1 || fail "$(cat setup.log)"
[ ! -e setup.tape ] || fail "probes are traced: $(recorded_counts setup.tape)"
ninja -C build >build.log || fail "$(cat build.log)"
expect_project build/prog
