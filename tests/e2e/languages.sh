# Programs in other languages whose compilers know the flag: Fortran, Ada and D, those that are installed. fib(15) makes
# 1,973 calls.
. "$ROOT/tests/e2e/lib.sh"
languages=

expect_fib() { # LANGUAGE FUNCTION-PATTERN FILE
    "$CALLTAPE" record -o t.tape -- ./program >out 2>err || fail "$1: $(cat err)"
    expect_equal "$1: output" 610 "$(tr -d ' \n' <out)"
    expect_equal "$1: calls of fib" "1973 $3" "$("$CALLTAPE" report --format json t.tape 2>/dev/null |
        jq -r --arg name "$2" '.[] | select(.function | test($name)) | "\(.calls) \(.file | sub(".*/"; ""))"')"
    expect_nothing_lost
    languages="$languages $1"
}

if command -v gfortran >/dev/null; then
    cat >fib.f90 <<'END'
recursive function fib(n) result(f)
    integer, intent(in) :: n
    integer :: f
    f = n
    if (n > 1) f = fib(n - 1) + fib(n - 2)
end function
program main
    integer, external :: fib
    print '(i0)', fib(15)
end program
END
    gfortran -g -O1 -finstrument-functions -o program fib.f90
    expect_fib Fortran '^fib' fib.f90
fi
if command -v gnatmake >/dev/null; then
    mkdir ada
    cat >ada/program.adb <<'END'
with Ada.Text_IO;
procedure Program is
   function Fib (N : Integer) return Integer is
   begin
      if N < 2 then
         return N;
      end if;
      return Fib (N - 1) + Fib (N - 2);
   end Fib;
begin
   Ada.Text_IO.Put_Line (Integer'Image (Fib (15)));
end Program;
END
    (cd ada && gnatmake -q -g -O0 -finstrument-functions program.adb)
    cp ada/program program
    expect_fib Ada 'fib' program.adb
fi
if command -v gdc >/dev/null; then
    cat >fib.d <<'END'
import core.stdc.stdio;
int fib(int n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }
void main() { printf("%d\n", fib(15)); }
END
    gdc -g -O0 -finstrument-functions -o program fib.d
    expect_fib D 'fib' fib.d
fi
[ -n "$languages" ] || skip "neither gfortran, gnatmake nor gdc is installed"
echo "traced:$languages"
