# The programs that are traced: of each a title, the words of its arguments, and two builds.
declare -A title plain traced arguments

built_here() { # SUBJECT COMPILER SOURCE FLAG...
    local subject=$1 compiler=$2 source=$ROOT/tests/bench/$3
    shift 3
    plain[$subject]=$bench/$subject-plain traced[$subject]=$bench/$subject-instrumented
    $compiler -O2 "$@" -o "${plain[$subject]}" "$source" &&
        $compiler -O2 -finstrument-functions "$@" -o "${traced[$subject]}" "$source"
}

# Two builds by the recipe of tests/real; says why where that cannot be done.
built_sqlite() { # SUBJECT FLAG...
    local subject=$1 name=sqlite
    shift
    [ $# = 0 ] || name=sqlite-noinline
    plain[$subject]=$(sqlite_speedtest "$name-plain" "$@") || { echo "${plain[$subject]}"; return 1; }
    traced[$subject]=$(sqlite_speedtest "$name-instrumented" "$@" -finstrument-functions) ||
        { echo "${traced[$subject]}"; return 1; }
    arguments[$subject]="--size 5 --testset main :memory:"
}

prepare() { # SUBJECT
    case $1 in
    fib)
        title[fib]="fib($FIB), C, nothing but calls" arguments[fib]=$FIB
        built_here fib gcc fib.c
        ;;
    sqlite)
        title[sqlite]="SQLite 3.40.1, speedtest1 --size 5 --testset main, in memory"
        built_sqlite sqlite
        ;;
    sqlite-noinline)
        title[sqlite-noinline]="the same built with -fno-inline"
        built_sqlite sqlite-noinline -fno-inline
        ;;
    words)
        title[words]="words 60000, C++, most calls in templates of the standard library" arguments[words]=60000
        built_here words g++ words.cpp -std=c++17
        ;;
    thread)
        title[thread]="one thread, fib($((FIB - 1)))" arguments[thread]="1 $((FIB - 1))"
        built_here thread gcc threads.c -pthread
        ;;
    threads)
        title[threads]="two threads, fib($((FIB - 1))) each" arguments[threads]="2 $((FIB - 1))"
        built_here threads gcc threads.c -pthread
        ;;
    nothing | arguments) built_here "$1" gcc "$1.c" -g ;;
    esac
}
