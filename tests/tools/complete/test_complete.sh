#!/usr/bin/env bash
# What completes command lines: the hidden command that the completions of shells ask, and the one for bash,
# its functions called as bash does; then each shell as a person uses it, on a terminal.
#   test_complete.sh SCARD MANAGER COMPLETIONS
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/../database.sh"
. "$(dirname "$0")/../tmux.sh"
scard=$(realpath "$scard") completions=$3
export SCARDSSP_RM=sim

# offers NAME WORDS [ARGUMENT...]: the words that may stand at the end, one a line; their meanings left out.
offers() {
    local name=$1 wanted=$2
    shift 2
    "$scard" __complete -- "$@" 2>&1 | cut -f 1 > "$scratch/out"
    expected "$wanted" | diff -u --label expected --label offered - "$scratch/out" > "$scratch/why"
    verdict "$name"
}
"$scard" help --json > "$scratch/tables"
python3 - "$scratch/tables" > "$scratch/commands" <<'PY'
import json, sys
print("\n".join(own["name"].split()[1] for own in json.load(open(sys.argv[1]))["commands"]))
PY
offers 'all commands' "$(cat "$scratch/commands")" ''
offers 'commands that begin so' 'status' sta
offers 'none that begins so' '' xyz
offers 'global options' '--rm
--trace
--version
--help' --
offers 'options of a command' '--no-connect
--protocol
--wait
--timeout
--json
--help' status -
offers 'one option' --timeout status --t
offers 'the words of a choice' 't0
t1' status --protocol t
offers 'the same in one word' '--protocol=t0
--protocol=t1' status --protocol=t
offers 'the same by its letter' 't0
t1
any
raw' status -p ''
offers 'readers' 'Simulated Reader 00
Simulated Reader 01
Simulated Reader 02' status ''
offers 'readers behind options' 'Simulated Reader 01' status -p t0 --wait 'Simulated Reader 01'
offers 'readers for an option' 'Simulated Reader 02' apdu -r 'Simulated Reader 02'
offers 'readers in a list' 'Simulated Reader 00
Simulated Reader 01
Simulated Reader 02' watch 'Simulated Reader 00' ''
offers 'no more operands than there are' '' status 'Simulated Reader 00' ''
offers 'files' :files apdu --file ''
offers 'folders' :folders dump ''
offers 'programs' :programs run ''
offers 'programs behind --' :programs run -- op
offers 'what another program takes is its own' :files run -- opensc-tool -
offers 'an argument that is anybody'\''s own' '' apdu --expect ''
offers 'commands of a command' 'list
find
introduce
forget' cards ''
offers 'options of a command of a command' --protocol sim serve --pro
offers 'options of the command that runs without a word' '--atr
--json
--help' cards -
offers 'its operands behind --' :programs trace -- op
offers 'a word that stands for itself' update atr upd
offers 'files that are called otherwise' :files trace diff a ''
offers 'a command that is none' '' nothing ''
offers 'help' 'cards' help car
offers 'help of a command of a command' 'forget' help cards fo
offers 'resource managers' 'sim' --rm si
offers 'cards that come with the library' 'piv
:files' sim serve --image pi
offers 'after -- there are no options' '' status -- -
offers 'no words' ''
{
    [ "$("$scard" __complete -- status 'Simulated Reader 00')" = "Simulated Reader 00$(printf '\t')Demo card" ] || "$scard" __complete -- status 'Simulated Reader 00'
    "$scard" --help | grep '__complete'
    grep -n '__complete' "$scratch/tables"
    SCARDSSP_RM='' "$scard" __complete -- --rm sim:gsm status '' | grep -c 'GSM SIM' | diff -u - <(echo 1)
} > "$scratch/why"
verdict 'what they mean; not for people; by the readers of the line itself'

# bash, as it calls the function.
printf '%s\n' 'reader file' > "$scratch/a file"
cat > "$scratch/call.sh" <<'SH'
# call.sh COMPLETION LINE WORD...: what the function offers at the end of this line.
. "$1"
COMP_LINE=$2 COMP_POINT=${#2} COMP_WORDS=("${@:3}") COMP_CWORD=$(($# - 3))
compopt() { :; }
_scard "$3"
printf '%s\n' "${COMPREPLY[@]}"
SH
bash_offers() { # NAME WORDS LINE WORD...
    local name=$1 wanted=$2
    shift 2
    (cd "$scratch" && bash call.sh "$completions/scard.bash" "$@" 2>&1) | expected "$(cat)" > "$scratch/out"
    expected "$wanted" | diff -u --label expected --label offered - "$scratch/out" > "$scratch/why"
    verdict "bash: $name"
}
bash_offers 'a command' status "$scard sta" "$scard" sta
bash_offers 'readers, with their blanks' 'Simulated\ Reader\ 00
Simulated\ Reader\ 01
Simulated\ Reader\ 02' "$scard status Sim" "$scard" status Sim
bash_offers 'a reader begun with a blank' 'Simulated\ Reader\ 01' "$scard status Simulated\\ Reader\\ 01" "$scard" status 'Simulated\ Reader\ 01'
bash_offers 'a reader in quotes' 'Simulated Reader 01' "$scard status \"Simulated Reader 01" "$scard" status '"Simulated Reader 01'
bash_offers 'what is behind =' 't0
t1' "$scard status --protocol=t" "$scard" status --protocol = t
bash_offers 'a file' 'a file' "$scard apdu -f a" "$scard" apdu -f a
bash_offers 'readers that --rm names' 'Simulated\ Reader\ 00' "$scard --rm sim:gsm status " "$scard" --rm sim : gsm status ''

# Each shell on a terminal: a Tab writes the rest of a command, and of a reader.
mkdir "$scratch/bin"
ln -s "$scard" "$scratch/bin/scard"
on_terminal() { # SHELL COMMAND
    terminal_open 80 24 "cd '$scratch'; export PATH='$scratch/bin':\$PATH HOME='$scratch' PS1='ready> ' SCARDSSP_RM=sim; exec $2"
    terminal_await '^ready> *$'
    terminal send-keys -t test 'scard sta'
    sleep 0.1
    terminal send-keys -t test Tab
    terminal_await 'scard status'
    terminal send-keys -t test -- '--no-c'
    terminal send-keys -t test Tab
    terminal_await 'scard status --no-connect'
    terminal send-keys -t test '"Simulated Reader 01'
    terminal send-keys -t test Tab Enter
    terminal_await 'State:'
    terminal_text | grep -x 'Reader:    Simulated Reader 01' > "$scratch/seen" || terminal_text > "$scratch/why"
    [ ! -s "$scratch/seen" ] || : > "$scratch/why"
    verdict "$1 on a terminal"
    terminal_close
}
printf '. %s/scard.bash\n' "$completions" > "$scratch/bashrc"
on_terminal bash "bash --noprofile --rcfile '$scratch/bashrc' -i"
if command -v zsh > /dev/null; then
    mkdir "$scratch/zsh"
    printf "fpath=('%s' \$fpath)\nautoload -U compinit; compinit -D -u\nPS1='ready> '\n" "$completions" > "$scratch/zsh/.zshrc"
    on_terminal zsh "env ZDOTDIR='$scratch/zsh' zsh -d -i"
else
    tap_skip zsh 'it is not installed: scripts/install-deps.sh check'
fi
if command -v fish > /dev/null; then
    printf 'function fish_prompt; echo -n "ready> "; end\nfunction fish_greeting; end\nsource %s/scard.fish\n' "$completions" > "$scratch/setup.fish"
    on_terminal fish "env XDG_CONFIG_HOME='$scratch' XDG_DATA_HOME='$scratch' fish --private -C 'source $scratch/setup.fish'"
else
    tap_skip fish 'it is not installed: scripts/install-deps.sh check'
fi
finish
