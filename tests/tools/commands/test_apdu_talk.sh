#!/usr/bin/env bash
# scard apdu - on a terminal: a conversation, with what was typed before, that a typo does not end.
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/../database.sh"
. "$(dirname "$0")/../tmux.sh"
export XDG_STATE_HOME=$scratch/state
history=$scratch/state/scardssp/apdu.history

terminal_open 80 24 "exec '$scard' --rm sim apdu -r 0 -"
terminal_await '^apdu>'
terminal send-keys -t test '00a4000c020002 => 9000' Enter
terminal_await '9000: success'
terminal send-keys -t test '00b000001g' Enter
terminal_await 'neither hexadecimal'
terminal send-keys -t test '00b0' Enter
terminal_await 'well-formed'
terminal send-keys -t test '00b0000018 => 6a82' Enter
terminal_await 'expected 6A82'
terminal send-keys -t test Up
terminal_await 'apdu> 00b0000018 => 6a82$'
terminal send-keys -t test C-c
terminal_await '\^C'
terminal send-keys -t test 're' Tab Enter
terminal_await 'ATR 3B'
terminal_shows 'a conversation on 80 columns' "Attached to Simulated Reader 00 (Demo card), T=0. 'help' tells what may be typed
, Ctrl-D ends.
apdu> 00a4000c020002 => 9000
> 00 A4 00 0C 02 00 02
< [9000: success]
apdu> 00b000001g
scard: not sent: neither hexadecimal bytes nor 'reset' or 'exit'; 'scard help ap
du' says what a line may be
apdu> 00b0
scard: not sent: the command is not well-formed: CLA INS P1 P2, then [Lc data] [
Le], in hexadecimal (--raw sends any bytes)
apdu> 00b0000018 => 6a82
> 00 B0 00 00 18
< 48 65 6C 6C 6F 20 66 72 6F 6D 20 74 68 65 20 64  Hello from the d
  65 6D 6F 20 63 61 72 64                          emo card
< [9000: success]
scard: command 2: expected 6A82, got 24 bytes and 9000
apdu> 00b0000018 => 6a82^C
apdu> reset
> reset
< ATR $atr
apdu>"
terminal send-keys -t test 'help' Enter
terminal_await 'not kept'
terminal send-keys -t test '0020000104 31323334' Enter
terminal_await '^> 00 20 00 01 04 \*\* \*\* \*\* \*\*$'
terminal send-keys -t test '0020000104 3132333g' Enter # a PIN with a slip in it
terminal_await 'scard: not sent: neither'
terminal send-keys -t test C-d
terminal_ends 'Ctrl-D ends it' 0
terminal_close
{
    grep -q '00a4000c020002' "$history" || echo 'the history has not what was typed'
    ! grep -n '3132' "$history"
    [ "$(stat -c %a "$history" "$(dirname "$history")" | tr '\n' ' ')" = '600 700 ' ] || stat -c '%a %n' "$history"
} > "$scratch/why"
verdict 'the history is its user'\''s, without PINs'

terminal_open 200 50 "exec '$scard' --rm sim apdu -r 1 -"
terminal_await '^apdu>'
terminal send-keys -t test Up
terminal_await 'apdu> help$'
terminal send-keys -t test C-u exit
terminal_await 'apdu> exit$'
terminal_shows '200 columns, and what was typed in an earlier one' "Attached to Simulated Reader 01 (GSM SIM), T=0. 'help' tells what may be typed, Ctrl-D ends.
apdu> exit"
terminal send-keys -t test Enter
terminal_ends 'exit ends it' 0
terminal_close

# Colours, and those who refuse them.
terminal_open 80 24 "'$scard' --rm sim apdu -r 0 00A4000C020002 00A4000C027777; NO_COLOR=1 '$scard' --rm sim apdu -r 0 00A4000C020002; TERM=dumb '$scard' --rm sim apdu -r 0 00A4000C020002; read -r"
for _ in $(seq 200); do # all four answers
    [ "$(terminal_text | grep -c '^<')" -lt 4 ] || break
    sleep 0.05
done
terminal capture-pane -e -p -t test | sed -n 's/\x1b\[\([0-9;]*\)m/{\1}/g; s/ *$//; /^</p' > "$scratch/seen"
printf '%s\n' '< [{32}9000: success{39}]' '< [{31}6A82: file or application not found{39}]' '< [9000: success]' '< [9000: success]' | diff -u - "$scratch/seen" > "$scratch/why"
verdict 'colours say what the words say'
finish
