# Which commands get flags. The compiler here prints what it is given: + stands for calltape's flags.
export XDG_CACHE_HOME=$PWD/cache
mkdir bin folder
cat >bin/my-gcc-12 <<'SH'
#!/bin/sh
if [ "$*" = -v ]; then echo "gcc version 12.2.0 (for tests)" >&2; exit; fi
printf '%s' "${0##*/}"
printf ' [%s]' "$@"
printf '\n'
SH
sed 's/gcc version/Some clang version/' bin/my-gcc-12 >bin/c++
cat >bin/ccache <<'SH'
#!/bin/sh
[ "$1" = -v ] || exec "$@"
SH
printf '#!/bin/sh\necho some compiler 1.0\n' >bin/other
chmod +x bin/*
export PATH=$PWD/bin:$PATH

gcc_flags=$(printf ' [%s]' $("$CALLTAPE" cflags my-gcc-12))
clang_flags=$(printf ' [%s]' $("$CALLTAPE" cflags c++))

try() {
    local output status=0
    echo "\$ ${*/"$PWD"/PWD}"
    output=$("$CALLTAPE" cc "$@" 2>&1) || status=$?
    output=${output/"$gcc_flags"/ +}
    echo "${output/"$clang_flags"/ +}"
    [ $status = 0 ] || echo "status $status"
}

echo "# compiled: flags come first"
try my-gcc-12 -O2 -c x.c
try my-gcc-12 -g0 'a b.cpp' -o 'c d' ''
try c++ -MD -MF x.d -MT x.o -S x.cc
try ccache my-gcc-12 -c x.f90
try "$PWD/bin/my-gcc-12" x.c y.o -lm
try my-gcc-12 -x c -
try my-gcc-12 -xc++-header all.h -o all.gch
try my-gcc-12 -c -x assembler a.s -x none x.c
echo '-c "x.c" -o x.o' >words
try my-gcc-12 @words
try my-gcc-12 -c x.c -Xlinker -E
try my-gcc-12 -finstrument-functions-exclude-function-list=f -c x.c

echo "# left alone"
try my-gcc-12 -E x.c
try my-gcc-12 -MM x.c
try c++ -M x.c
try my-gcc-12 -fsyntax-only x.c
try my-gcc-12 -c a.s
try my-gcc-12 -c a.S
try my-gcc-12 -x assembler-with-cpp -c x.c
try my-gcc-12 -o prog x.o libx.a libx.so
try my-gcc-12 -o x.c x.o
echo 'x.o y.o' >objects
try my-gcc-12 @objects @absent @folder -o prog
try my-gcc-12 --version
try my-gcc-12 -v
try my-gcc-12 -dumpmachine
try my-gcc-12 -print-search-dirs
try my-gcc-12
try my-gcc-12 -fno-instrument-functions -c x.c
try my-gcc-12 -ffreestanding -c x.c

echo "# probes"
try my-gcc-12 -c conftest.c
try my-gcc-12 -c -o x.o /b/CMakeFiles/CMakeScratch/TryCompile-1/src.c
try my-gcc-12 /b/meson-private/tmp1/testfile.c
try my-gcc-12 -E -dM -x c /dev/null
mkdir -p CMakeFiles/3.25.1/CompilerIdC && cd CMakeFiles/3.25.1/CompilerIdC && try my-gcc-12 CMakeCCompilerId.c
cd ../../..
echo "# system headers too"
try --system-headers c++ -c x.cc
try --system-headers my-gcc-12 -c x.cc

echo "# not to be run"
try other -c x.c
try other x.o
try absent-compiler -c x.c
try absent-compiler x.o
try ccache absent-compiler -c x.c
try ./folder x.o
try
try --system-heders my-gcc-12 -c x.c
