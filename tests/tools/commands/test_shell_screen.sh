#!/usr/bin/env bash
# scard shell as a person types it, on terminals of 80 by 24 and 200 by 50: completion, history, mistakes, a
# PIN that nobody sees, Ctrl-C, and the way out.
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/../database.sh"
. "$(dirname "$0")/../tmux.sh"
export XDG_STATE_HOME=$scratch/state HOME=$scratch

begin="'$scard' --rm '$manager' shell 0; echo ended with \$?; sleep 60"

keys() { terminal send-keys -t test "$@"; }

# awaited NAME PATTERN: a line like this has come.
awaited() {
    if terminal_await "$2"; then : > "$scratch/why"; else terminal_text > "$scratch/why"; fi
    verdict "$1"
}

# type_on COLUMNS LINES: what is the same on all terminals.
type_on() {
    local size="$1x$2"
    terminal_open "$1" "$2" "$begin"
    awaited "$size: a prompt" '^card:/>$'
    keys 'cd DF01' Tab 'DF1' Tab Enter
    awaited "$size: directories are completed" '^card:/DF01/DF11>$'
    keys 'cat /2F' Tab Tab
    awaited "$size: and what they may become is listed" '/2F00 *.*/2F02'
    keys '2' Enter
    awaited "$size: a file" '^00000000  5A 0A 89 49'
    keys 'lss' Enter
    awaited "$size: a mistake does not end it" "is 'ls' meant"
    keys Up Up Enter
    awaited "$size: the line before is there again" '^card:/DF01/DF11> cat /2F02$'
    keys 'cat 01' C-c
    keys 'cd' Enter
    awaited "$size: Ctrl-C drops a line" '^card:/DF01/DF11> cd$'
    keys 'verify' Enter
    awaited "$size: a PIN is asked for" '^PIN 01:'
    keys '1234' Enter
    awaited "$size: and taken" '^Code 01: verified'
    keys 'verify 1234' Enter
    awaited "$size: one on the line is refused" 'and never a PIN'
    keys 'ls -1 DF01' Enter
    awaited "$size: names alone" '^DF11/$'
    terminal_text > "$scratch/text"
    keys C-d
    awaited "$size: Ctrl-D ends it" '^ended with 0$'
    terminal_close
}

type_on 80 24
{
    grep -n 1234 "$scratch/text" | grep -v 'verify 1234'
    grep -rn 1234 "$scratch/state"
    grep -q 'cd' "$scratch/state/scardssp/shell.history" || echo 'there is no history'
} > "$scratch/why" 2>&1
verdict 'the PIN is nowhere, the history is kept'
type_on 200 50
# A card that takes its time, as cards do: behind 2F02 it says for minutes that there is no such file.
terminal_open 80 24 "SCARDSSP_FAULTS='ins A4 always: delay 5 ms' $begin"
awaited 'a slow card' '^card:/>$'
keys 'find 2F00 DE00; ls' Enter
terminal_await '^2F02 '
keys C-c
awaited 'Ctrl-C ends a command' 'scard: ended by Ctrl-C'
keys 'cd /' Enter C-d
awaited 'and not the shell' '^ended with 0$'
terminal_close
terminal_open 80 24 "$begin"
awaited 'another shell' '^card:/>$'
keys Up
awaited 'knows what the last one was told' '^card:/> cd /$'
keys C-u 'quit' Enter
awaited 'quit ends it' '^ended with 0$'
terminal_close
finish
