# redis 7.0.15 under its own benchmark, with a log that a thread syncs, memory that another gives back, and children that
# save: answers as those of the untraced server, calls of each command as the server counts them itself, memory and open
# files of the recorder as in the beginning. Then it is killed in the middle of the load. LOAD: seconds of it (20); PAUSE:
# seconds of rest after each turn of it (0); IO_THREADS: threads that serve many clients (1); they spin in traced calls.
. "$(dirname "${BASH_SOURCE[0]}")/lib.bash"
need jq make gcc

# -O1: half the time. Several goals at once would get into each other's way.
redis_build() { # SOURCE
    cp -r "$1/." . || return
    local goal
    for goal in redis-server redis-cli redis-benchmark; do
        make -s -j2 MALLOC=libc OPTIMIZATION=-O1 USE_SYSTEMD=no BUILD_TLS=no CC="calltape cc gcc" $goal || return
    done
}

ask() { # COMMAND...
    "$client" -s "$work/socket" "$@"
}

# Starts the server, behind the words given (`calltape record ...`); sets `started`.
start() { # WORD...
    rm -rf "$work/data" && mkdir "$work/data"
    "$@" --port 0 --unixsocket "$work/socket" --dir "$work/data" --save '' --appendonly yes \
        --auto-aof-rewrite-percentage 0 --io-threads "${IO_THREADS:-1}" >"$work/log" 2>&1 &
    started=$!
    local tries=0
    until [ "$(ask ping 2>/dev/null)" = PONG ] || [ $((tries += 1)) -gt 300 ]; do sleep 0.1; done
}

server_pid() {
    ask info server | sed -n 's/^process_id:\([0-9]*\).*/\1/p'
}

load() { # REQUESTS CLIENTS: so many requests of each kind
    "$benchmark" -s "$work/socket" -q -n "$1" -c "$2" -P 4 -r 10000 \
        -t set,get,incr,lpush,rpush,lpop,rpop,sadd,hset,spop,zadd,zpopmin,lrange_100,mset >"$work/benchmark" 2>&1
}

# Of every kind of value, errors, transactions and scripts; nothing that depends on time, memory or the hashes' seed.
questions() {
    local i
    for i in $(seq 1 200); do
        cat <<END
SET text:$i value-$i
APPEND text:$i -more
GET text:$i
INCRBY number $i
LPUSH list $i
RPOPLPUSH list other
LRANGE list 0 3
HSET hash field:$i $((i * i))
HINCRBY hash field:$i 1
ZADD scores $((i * 7 % 100)) member:$i
ZRANGE scores 0 2 WITHSCORES
SADD set $((i % 17))
SORT set LIMIT 0 5
PFADD loglog $i
SETBIT bits $((i * 3)) 1
BITCOUNT bits
XADD stream $i-1 key $i
LPUSH text:$i wrong
MULTI
INCR number
GET text:$i
EXEC
EVAL "local s = 0; for k = 1, $i do s = s + redis.call('INCR', 'counted') end; return s" 0
END
    done
    echo "XRANGE stream - + COUNT 3"
    echo "PFCOUNT loglog"
    echo "NOSUCH command"
}

anonymous() { # PID: KiB
    sed -n 's/^RssAnon:[^0-9]*\([0-9]*\) kB/\1/p' "/proc/$1/status"
}

# Loads the server for $LOAD seconds, by few clients and by so many that all of its threads serve them; of each turn the
# recorder's memory, its open files and the server's.
load_and_watch() { # RECORDER SERVER
    local end=$((SECONDS + ${LOAD:-20}))
    : >"$work/watched"
    while [ $SECONDS -lt $end ]; do
        { load 1000 3 && load 50 20; } || fail "the benchmark" "$work/benchmark"
        ask bgsave >"$work/answer"
        while ask info persistence | grep -q '^rdb_bgsave_in_progress:1'; do sleep 0.1; done
        ask flushall async >"$work/answer"
        echo "$(anonymous "$1") $(ls "/proc/$1/fd" | wc -l) $(ls "/proc/$2/fd" | wc -l)" >>"$work/watched"
        sleep "${PAUSE:-0}"
    done
    awk 'NR == 1 { memory = $1; files = $2; served = $3 }
        $1 > memory + 8192 || $2 > files || $3 > served + 2 { grown = 1 }
        END { print "from", memory, files, served, "to", $0, "in", NR, "turns"; exit grown }' "$work/watched" >"$work/growth" &&
        ok "redis: recorder's memory (KiB) and open files, server's open files: $(cat "$work/growth")" ||
        fail "redis: growth" "$work/watched"
}

# "COMMAND calls" of each, as the server says.
told() {
    ask info commandstats | sed -n 's/^cmdstat_\([^:]*\):calls=\([0-9]*\),.*/\1 \2/p' | sort
}

# Functions are named after their commands, in letters of any size. `info` was asked once more, `shutdown` not told.
compare_commands() { # TOLD CALLS
    awk -F '[ \t]' 'FNR == NR { calls[tolower($2)] = $1; next }
        { sum += $2 }
        $1 == "info" { $2++ }
        $1 !~ /\|/ && calls[$1 "command"] != $2 { print $1, $2, "but", calls[$1 "command"]; wrong = 1 }
        END { if (calls["call"] != sum + 2) { print "call", sum + 2, "but", calls["call"]; wrong = 1 } exit wrong }' \
        "$2" "$1" >"$work/wrong"
}

source=$(debian_source redis redis-7.0.15) || skip "$source"
export PATH="$(dirname "$CALLTAPE"):$PATH"
server=$(built redis src/redis-server redis_build "$source") || skip "redis was not built"
client=$(dirname "$server")/redis-cli benchmark=$(dirname "$server")/redis-benchmark

start "$server"
questions | ask >"$work/plain" 2>&1
ask shutdown nosave
wait "$started"

start "$CALLTAPE" record -o "$work/redis.tape" -- "$server"
questions | ask >"$work/traced" 2>&1
same "redis: $(wc -l <"$work/plain") lines of answers" "$work/plain" "$work/traced"
load_and_watch "$started" "$(server_pid)"
told >"$work/told"
ask shutdown nosave
if wait "$started"; then ok "redis: ends as untraced"; else fail "redis: exit status $?" "$work/log"; fi
calls_of_tape "$work/redis.tape" "$work/calls"
if compare_commands "$work/told" "$work/calls"; then
    ok "redis: $(awk '{ s += $2 } END { print s + 2 }' "$work/told") commands of $(wc -l <"$work/told") kinds"
else
    fail "redis: commands" "$work/wrong"
fi
expect_sound redis "$work/redis.tape"

start "$CALLTAPE" record -o "$work/killed.tape" -- "$server"
load 100000 20 &
loading=$!
for i in 1 2 3; do
    sleep 1
    told >"$work/told"
done
kill -9 "$(server_pid)"
wait "$started"
status=$?
wait "$loading"
if [ $status = 137 ]; then ok "killed: status 137"; else fail "killed: status $status" "$work/log"; fi
expect_sound killed "$work/killed.tape"
calls_of_tape "$work/killed.tape" "$work/calls"
least=$(awk '{ s += $2 } END { print s + 1 }' "$work/told")
calls=$(awk -F '\t' '$2 == "call" { print $1 }' "$work/calls")
if [ "$calls" -ge "$least" ]; then ok "killed: $calls commands, $least were answered"; else fail "killed: $calls of $least commands"; fi
finish
