#!/usr/bin/env bash
# scard bench on a terminal: nothing is wider than 80 columns, and blocks are drawn.
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/../tmux.sh"

for size in '80 24' '200 50'; do
    # shellcheck disable=SC2086 # two words
    terminal_open $size "LC_ALL=C.UTF-8 '$scard' --rm sim bench -n 50 0; exec sleep 60"
    terminal_await 'cold reset'
    terminal_text > "$scratch/seen"
    { [ "$(grep -c '█' "$scratch/seen")" -ge 3 ] && [ "$(sed -n '1{s/milli/micro/;p}' "$scratch/seen")" = "Simulated Reader 00: Demo card, T=0, EXCLUSIVE; times in microseconds" ] &&
        [ "$(grep -c '^cold reset (power off and on)  .*|$' "$scratch/seen")" -eq 1 ] || cat "$scratch/seen"; } > "$scratch/why"
    verdict "the table at $size"
    terminal_close
done

# What takes over a second says how far it is, on a line that goes again.
terminal_open 80 24 "LC_ALL=C.UTF-8 '$scard' --rm sim bench -n 1000000 -t 60 0; exec sleep 60"
terminal_await ': [0-9]* of 1000000 times'
{ terminal_text | grep -q '%$' || terminal_text; } > "$scratch/why"
verdict 'progress'
terminal send-keys -t test C-c
terminal_await 'Ended by Ctrl-C'
{ [ "$(terminal_text | sed -n '1{s/milli/micro/;p}')" = "Simulated Reader 00: Demo card, T=0, EXCLUSIVE; times in microseconds" ] || terminal_text; } > "$scratch/why"
verdict 'Ctrl-C shows what there is, and the line has gone'
terminal_close
finish
