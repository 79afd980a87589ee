# examples/filters, built with the CMake package that is installed: what its README counts is so, in each library.
. "$ROOT/tests/e2e/examples.bash"
needs cmake
install_calltape
cmake -S "$ROOT/examples/filters" -B build -DCMAKE_PREFIX_PATH="$PWD/tape" >cmake.log 2>&1 || fail "$(cat cmake.log)"
cmake --build build >build.log 2>&1 || fail "$(cat build.log)"

record_example build/film build/soften.so build/tone.so
expect_calls filters make_curve 4
expect_calls filters curve_at 262144
for library in soften.so tone.so; do
    expect_equal "filter_picture in $library" 480 "$(calls_of filter_picture --module $library)"
done
expect_equal "soften_line in a picture" $((480 * 260)) "$(calls_of soften_line --module soften.so)"
calltape hist --format json 'filter_picture [tone.so]' t.tape >hist.json 2>/dev/null
expect_equal "calls of the one in tone.so" 480 "$(jq .calls hist.json)"
