# jsoncpp 1.9.5's own tests: C++ with the standard library's templates and many exceptions, by both compilers
# (clang++ calls no exit hook when an exception leaves a function).
. "$(dirname "${BASH_SOURCE[0]}")/lib.bash"
need jq nm c++filt g++ clang++

compile() { # SOURCE COMPILER FLAG
    "$2" -std=c++11 -O2 -g "$3" -w -I"$1/include" -I"$1/src/lib_json" -o tests "$1"/src/lib_json/*.cpp \
        "$1"/src/test_lib_json/{main,jsontest,fuzz}.cpp
}

compare() { # COMPILER FLAG
    local program
    program=$(built "jsoncpp-$1" tests compile "$source" "$@") || { fail "$1: build"; return; }
    count_independently "$work/truth" "$program" >/dev/null || fail "$1: independent count"
    "$program" >"$work/plain" || fail "$1: untraced run"
    record "$work/$1.tape" "$work/traced" "$program"
    same "$1: output" "$work/plain" "$work/traced"
    expect_calls "$1" "$work/$1.tape" "$work/truth"
    expect_sound "$1" "$work/$1.tape"
}

source=$(debian_source libjsoncpp jsoncpp-1.9.5) || skip "$source"
compare g++ -finstrument-functions
# clang 14 cannot link libstdc++'s always_inline members with the plain flag: it refers to them and does not emit them.
compare clang++ -finstrument-functions-after-inlining
finish
