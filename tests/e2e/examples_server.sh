# examples/server, built with Meson by the pkg-config file that is installed: what its README counts is so, and what it
# says of itself is on the tape.
. "$ROOT/tests/e2e/examples.bash"
needs meson ninja pkg-config
install_calltape
export PKG_CONFIG_PATH=$PWD/tape/share/pkgconfig
meson setup build "$ROOT/examples/server" >setup.log 2>&1 || fail "$(cat setup.log)"
ninja -C build >build.log 2>&1 || fail "$(cat build.log)"

record_example build/server
expect_equal "processes" 2 "$(info '.processes | length')"
expect_calls server handle_request 8000
expect_calls server 'answer the visitor' 8000
expect_calls server forget_old_sessions 31
expect_calls server is_expired 3202164
expect_equal "noted paths, noted and counted sessions" "8000 31 31" "$(info '[.values[] | {(.kind + " " + .name): .values}] |
    add | "\(.["note path"]) \(.["note sessions"]) \(.["counter sessions"])"')"
calltape query --format csv t.tape "
    select id in (select parent from calls where name = 'forget_old_sessions') as sweeps, count(*)
    from calls where name = 'handle_request' group by sweeps" 2>/dev/null | tr -d '\r' | tail -n 2 >asked
expect_equal "requests without and with a sweep" "0,7969 1,31" "$(paste -sd ' ' asked)"
