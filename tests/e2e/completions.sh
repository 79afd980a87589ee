# What the shells offer behind `calltape`: verbs, options, their values, tapes.
. "$ROOT/tests/e2e/lib.sh"
"$MAKE" -C "$ROOT" --no-print-directory -s "BUILD=$BUILD" "STAGE=$PWD/stage" "DOCUMENTS=$PWD/documents" \
    "DESTDIR=$PWD" PREFIX=/x install
mkdir here
cd here
touch one.tape two.tape other
share=../x/share

. $share/bash-completion/completions/calltape
in_bash() { # WORD...: what is offered for the last one
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
    _calltape 2>/dev/null || true # compopt works within a completion only
    echo "${COMPREPLY[*]}"
}
expect_equal "bash: verbs" "record report replay" "$(in_bash calltape re)"
expect_equal "bash: options" "--min-percent --min-time" "$(in_bash calltape tree --min)"
expect_equal "bash: values" "json" "$(in_bash calltape report --format j)"
expect_equal "bash: formats of a table" "perfetto pprof" "$(in_bash calltape export --to p)"
expect_equal "bash: tapes" "one.tape two.tape" "$(in_bash calltape report "")"
expect_equal "bash: any file" "one.tape other" "$(in_bash calltape record -o o)"

if command -v fish >/dev/null; then
    in_fish() { # LINE
        HOME=$PWD fish --no-config -c "source $share/fish/vendor_completions.d/calltape.fish; complete -C '$1'" |
            cut -f 1 | tr '\n' ' '
    }
    expect_equal "fish: verbs" "record replay report " "$(in_fish 'calltape re')"
    expect_equal "fish: options" "--min-percent --min-time " "$(in_fish 'calltape tree --min')"
    expect_equal "fish: values" "json " "$(in_fish 'calltape report --format j')"
    expect_equal "fish: formats of a table" "perfetto " "$(in_fish 'calltape export --to pe')"
    expect_equal "fish: tapes" "one.tape " "$(in_fish 'calltape report on')"
fi

if command -v zsh >/dev/null; then
    # Within a terminal of its own, as compadd works nowhere else; what it would offer is written to a file.
    cat >zsh.in <<'END'
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "PS1=; fpath=($share/zsh/site-functions \$fpath); autoload -Uz compinit; compinit -u -D"
zpty -w shell 'compadd() { print -rl -- "$@" >>offered; builtin compadd "$@"; }; : >ready'
repeat 100 { [[ -e ready ]] && break; sleep 0.1 }
zpty -w -n shell $'calltape report --so\t'
repeat 100 { grep -q -- sort offered 2>/dev/null && break; sleep 0.1 }
zpty -d shell
END
    share=$share zsh -f zsh.in >/dev/null 2>&1
    grep -q -e --sort offered 2>/dev/null || fail "zsh: --sort is not offered"
fi
