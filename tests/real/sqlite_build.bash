# SQLite 3.40.1 as one file, and its benchmark. Sourced after lib.bash, by the test and by the benchmarks.

sqlite_amalgamation() {
    "$1/configure" --disable-readline && make sqlite3.c
}

sqlite_compile() { # FLAG...: builds ./speedtest1
    gcc -O2 -g -DSQLITE_THREADSAFE=0 "$@" -I"$sqlite_one_file" -o speedtest1 "$sqlite_one_file/sqlite3.c" \
        "$sqlite_source/test/speedtest1.c" -lm -ldl
}

# Sets sqlite_source and sqlite_one_file, the folder of sqlite3.c.
sqlite_files() {
    need tclsh make gcc
    sqlite_source=$(debian_source sqlite3 sqlite3-3.40.1) || { echo "$sqlite_source"; return 77; }
    sqlite_one_file=$(dirname "$(built sqlite sqlite3.c sqlite_amalgamation "$sqlite_source")")
}

# Prints the path of a speedtest1 built with the flags.
sqlite_speedtest() { # NAME FLAG...
    local name=$1 sqlite_source sqlite_one_file
    shift
    sqlite_files || return
    built "$name" speedtest1 sqlite_compile "$@"
}
