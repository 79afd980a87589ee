# CMake with calltape in CC and CXX, and as its compiler launcher; with a precompiled header.
. "$ROOT/tests/e2e/lib.sh"
. "$ROOT/tests/e2e/cc_project.bash"
command -v cmake >/dev/null || skip "needs cmake"
cc_compilers
cc_project
cat >CMakeLists.txt <<'CMAKE'
cmake_minimum_required(VERSION 3.16)
project(prog C CXX ASM)
include(CheckIncludeFile)
include(CheckTypeSize)
check_include_file(stdint.h HAVE_STDINT_H)
check_type_size(long LONG)
math(EXPR ADD "${LONG} - 5")
configure_file(config.h.in config.h)
add_library(words STATIC words.cpp)
target_precompile_headers(words PRIVATE <map> <string>)
add_executable(prog main.c twice.c thrice.S)
target_include_directories(prog PRIVATE ${CMAKE_CURRENT_BINARY_DIR})
target_link_libraries(prog words)
CMAKE
printf '#cmakedefine01 HAVE_STDINT_H\n#define ADD @ADD@\n' >config.h.in

build_in() { # FOLDER ARGUMENT...
    "$CALLTAPE" record -o "$1.tape" -- cmake -S . -B "$@" -G "Unix Makefiles" -DCMAKE_BUILD_TYPE=Release \
        >cmake.log 2>&1 || fail "$(cat cmake.log)"
    [ ! -e "$1.tape" ] || fail "probes are traced: $(recorded_counts "$1.tape")"
    cmake --build "$1" >build.log 2>&1 || fail "$(cat build.log)"
    expect_project "$1/prog"
}
# CMake takes the first word of CC for the assembler too, and that one alone.
ASM=gcc build_in by_variable
CC=gcc CXX=g++ build_in by_launcher -DCMAKE_C_COMPILER_LAUNCHER="calltape;cc" -DCMAKE_CXX_COMPILER_LAUNCHER="calltape;cc"
