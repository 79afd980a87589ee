# perfetto: what protoc decodes is what report says, compressed or not. (trace_processor is no Debian package.)
. "$ROOT/tests/e2e/export.bash"
needs protoc protobuf-compiler

decode() { # FILE
    protoc --decode=Trace --proto_path="$ROOT/tests/support" perfetto.proto <"$1" 2>protoc.err
    [ ! -s protoc.err ] || fail "protoc: $(head -n 3 protoc.err)"
}

# The text of packets to `track ns kind name`.
events_of() {
    awk '
        function quoted(s) {sub(/^[^"]*"/, "", s); sub(/"$/, "", s); return s}
        /^packet/ {ns = type = iid = uuid = began = 0; where = ""}
        /^  event_names|^    event_names/ {inside = "name"}
        /source_locations|debug_annotations/ {inside = ""}
        /^      iid:/ {number = $2}
        /^      name:/ && inside == "name" {names[number] = quoted($0)}
        /^  timestamp:/ {ns = $2}
        /^    type:/ {type = $2}
        /^    name_iid:/ {iid = $2}
        /^    track_uuid:/ {uuid = $2}
        /^      string_value: "inherited"/ {began = 1}
        /^}/ {
            if (type == 1) print uuid, ns, began ? "N" : "B", names[iid]
            if (type == 2) print uuid, ns, "E"
        }'
}

inflate() { # FILE: of compressed packets, what they hold
    perl -MCompress::Zlib -0777 -ne '
        sub varint {my $n = 0; for (my $shift = 0;; $shift += 7) {
            my $byte = ord substr $data, $at++, 1; $n |= ($byte & 127) << $shift; return $n if $byte < 128}}
        our ($data, $at) = ($_, 0);
        while ($at < length $data) {
            varint() == 10 or die "no packet"; my $end = varint(); $end += $at;
            varint() == (50 << 3 | 2) or die "not compressed"; my $length = varint();
            print uncompress(substr $data, $at, $length) // die "not zlib"; $at = $end;
        }' "$1"
}

for target in $EXPORT_TARGETS; do
    record_target $target
    reported --raw >expected
    "$CALLTAPE" export --to perfetto -o x.pftrace t.tape 2>/dev/null
    decode x.pftrace >text
    events_of <text | figures_of_events >figures
    leave_out_away $target expected figures
    expect_figures "protoc of $target" expected figures
done
grep -q 'file_name: ".*coroutines.c"' text || fail "no places"
grep -q 'thread_name: "coroutines, stack 1"' text || fail "no track for a coroutine"
[ "$(grep -c '^  *process_name:' text)" = "$(info .processes)" ] || fail "processes are not named"

for tape in nasty strange empty; do
    "$CALLTAPE" export --to perfetto -o odd.pftrace "$ROOT/tests/golden/$tape.tape" 2>/dev/null
    decode odd.pftrace >odd # which complains of what is not UTF-8
done
"$CALLTAPE" export --to perfetto -o told.pftrace "$ROOT/tests/golden/told.tape" 2>/dev/null
decode told.pftrace | tr -d '\n' | sed 's/packet {/\n&/g' >told
for value in 'int_value: -1 *name: "rows"' 'string_value: "GREEN" *name: "colour"' 'type: 4 .*double_counter_value: 2' \
    'string_value: "a \\"b\\"\\n\\033\[0m\\\\0" *name: "path"' 'string_value: "x" *name: "letter"' \
    'string_value: "\\303\\244 turn" *name: "message"' 'double_value: 0\.33333' 'bool_value: true'; do
    grep -qE "$value" told || fail "protoc decodes no $value"
done

"$CALLTAPE" --version | grep -q 'no zlib' && exit 0
perl -MCompress::Zlib -e1 2>/dev/null || skip "perl's Compress::Zlib is not there to read compressed packets"
"$CALLTAPE" export --to perfetto --compress -o c.pftrace t.tape 2>/dev/null
inflate c.pftrace | cmp - x.pftrace || fail "compressed packets hold other packets"
