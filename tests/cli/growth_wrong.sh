# Each says what is wrong.
tape=$ROOT/tests/golden/growth.tape
cp "$tape" x.tape
"$CALLTAPE" growth x.tape nobody 2>&1
echo $?
"$CALLTAPE" growth x.tape missing.tape 2>&1
echo $?
"$CALLTAPE" growth missing.tape 2>&1
echo $?
"$CALLTAPE" growth --size-argument 1 x.tape 2>&1
echo $?
"$CALLTAPE" growth --size-argument 7 x.tape 2>&1
echo $?
"$CALLTAPE" growth x.tape 're:(' 2>&1
echo $?
