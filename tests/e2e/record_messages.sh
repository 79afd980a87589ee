# What record says where there is nothing to record: what is wrong and what to do.
. "$ROOT/tests/e2e/lib.sh"

says() { # REGEX COMMAND...
    local regex=$1
    shift
    rm -f t.tape
    "$CALLTAPE" record -o t.tape -- "$@" >out 2>err </dev/null || true
    grep -qE -- "$regex" err || fail "record $*: no '$regex' in: $(cat err)"
    grep -qiE 'assert|sanitizer|segmentation' err && fail "record $*: $(cat err)"
    return 0
}
untraced count gcc
untraced hello gcc
gcc -o bare hello.o count.o
says '-finstrument-functions' ./bare
says '-finstrument-functions' /bin/true
gcc -static -o static hello.o count.o
says 'static.*libcalltape\.a|libcalltape\.a.*static' ./static
build hello gcc -O2
if [ "$(id -u)" = 0 ]; then # a program that becomes another user: the loader preloads nothing into it
    cp hello setuid
    chown 65534 setuid
    chmod u+s setuid
    says 'set-?user-?id|setuid' ./setuid
fi
echo "no program" >text
chmod +x text
says 'text' ./text
says 'absent' ./absent
mkdir folder
says 'folder is a directory; name the program' ./folder
says 'name is empty' ''

# The head of a 32-bit ELF file for another machine is enough to be told.
cp hello elf32
printf '\x01' | dd of=elf32 bs=1 seek=4 conv=notrunc 2>/dev/null
says '32-bit' ./elf32

# An output that can't be written is told before the program starts.
build steady gcc -O2
status=0
"$CALLTAPE" record -o /nonexistent/t.tape -- ./steady >out 2>err || status=$?
grep -q '/nonexistent/t.tape' err || fail "output not named: $(cat err)"
[ "$status" != 0 ] && [ "$status" != 3 ] || fail "status $status for an output that can't be written"
expect_equal "output of a program that should not have started" "" "$(cat out)"

# An earlier tape stays where nothing is recorded, and that is said.
"$CALLTAPE" record -o t.tape -- ./steady >out 2>err || true
sum=$(cksum <t.tape)
"$CALLTAPE" record -o t.tape -- ./bare >out 2>err
grep -q 't.tape is left as it was' err || fail "an earlier tape is not spoken of: $(cat err)"
expect_equal "the earlier tape" "$sum" "$(cksum <t.tape)"
