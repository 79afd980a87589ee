# The flags, by what a compiler says of itself.
export XDG_CACHE_HOME=$PWD/cache
unset CC
mkdir bin
fake() { # NAME WHAT-IT-SAYS
    printf '#!/bin/sh\n[ "$LC_ALL" = C ] && echo "%s" >&2\n' "$2" >"bin/$1"
    chmod +x "bin/$1"
}
fake gcc-9 "gcc version 9.1.0 (Debian)"
fake clangd-like "Debian clang version 14.0.6"
fake cc "gcc version 12.2.0"
fake icc "icc version 2021.1 (gcc version 12 compatibility)"
printf '#!/bin/sh\nexec "$@"\n' >bin/distcc
chmod +x bin/distcc
export PATH=$PWD/bin:$PATH LC_ALL=C.UTF-8

try() {
    echo "\$ calltape cflags $*"
    "$CALLTAPE" cflags "$@" 2>&1 || echo "status $?"
}
try gcc-9
try clangd-like
try bin/gcc-9
try "distcc clangd-like"
try distcc clangd-like
try --system-headers gcc-9
try --system-headers clangd-like
try
CC="distcc 'clangd-like'" try
try icc
try absent
try $'\e[31m'
