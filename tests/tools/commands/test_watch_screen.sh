#!/usr/bin/env bash
# scard watch on a terminal: what is drawn, at 80x24 and at 200x50.
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/../database.sh"
. "$(dirname "$0")/../tmux.sh"

if [ "$manager" = system ]; then
    second=$((SCARDSSP_VPCD_PORT + 1))
    head='READER             STATE                      CARD'
    terminal_open 80 24 "exec '$scard' --rm system watch"
    terminal_await 'Virtual PCD 00 01'
    terminal_shows 'readers of the service' "scard watch: 2 readers, 1 card; Ctrl-C ends it

$head
Virtual PCD 00 00  card present               Demo card
    $atr
Virtual PCD 00 01  empty                      -"
    # Another program takes the card; that is seen with the next event.
    "$scard" --rm system reattach 0 --watch > "$scratch/reattach" 2>&1 &
    holding=$!
    await Watching "$scratch/reattach"
    "$scard" sim serve --image gsm --port $second > "$scratch/serve" 2>&1 &
    serving=$!
    terminal_await 'card inserted'
    terminal_shows 'a card comes' "scard watch: 2 readers, 2 cards; Ctrl-C ends it

$head
Virtual PCD 00 00  card in use                Demo card
    $atr
Virtual PCD 00 01  card present               GSM SIM
    $gsm_atr

LATELY
TIME  state changed    Virtual PCD 00 00: card in use (Demo card)
TIME  card inserted    Virtual PCD 00 01: card present (GSM SIM)"
    kill -INT "$serving"
    wait "$serving"
    terminal_await 'card removed'
    terminal_shows 'and goes' "scard watch: 2 readers, 1 card; Ctrl-C ends it

$head
Virtual PCD 00 00  card in use                Demo card
    $atr
Virtual PCD 00 01  empty                      -

LATELY
TIME  state changed    Virtual PCD 00 00: card in use (Demo card)
TIME  card inserted    Virtual PCD 00 01: card present (GSM SIM)
TIME  card removed     Virtual PCD 00 01: empty"
    kill -INT "$holding"
    wait "$holding"
    terminal_await '00 00: card present'
    terminal_text | grep '^Virtual PCD 00 00' | diff -u - <(echo 'Virtual PCD 00 00  card present               Demo card') > "$scratch/why"
    verdict 'the end of a use is seen at once'
    terminal send-keys -t test C-c
    terminal_ends 'Ctrl-C ends it' 0
    finish
fi

small="scard watch: 3 readers, 3 cards; Ctrl-C ends it

READER               STATE                      CARD
Simulated Reader 00  card present               Demo card
    $atr
Simulated Reader 01  card present               GSM SIM
    $gsm_atr
Simulated Reader 02  card present               Application card
    $app_atr"
large="scard watch: 3 readers, 3 cards; Ctrl-C ends it

READER               STATE                      CARD              ATR
Simulated Reader 00  card present               Demo card         $atr
Simulated Reader 01  card present               GSM SIM           $gsm_atr
Simulated Reader 02  card present               Application card  $app_atr"
terminal_open 80 24 "exec '$scard' --rm sim watch"
terminal_await 'Simulated Reader 02'
terminal_shows '80 columns, 24 lines' "$small"
terminal resize-window -t test -x 200 -y 50
terminal_await 'CARD  *ATR'
terminal_shows 'the window grows to 200 columns, 50 lines' "$large"
terminal resize-window -t test -x 80 -y 24
terminal_await "^    3B 08"
terminal_shows 'and shrinks again' "$small"
terminal send-keys -t test C-c
terminal_ends 'Ctrl-C ends it' 0
terminal_text | grep -c 'READER' | diff -u - <(echo 0) > "$scratch/why"
verdict 'the window is as it was'
terminal_close

terminal_open 200 50 "exec '$scard' --rm sim watch"
terminal_await 'Simulated Reader 02'
terminal_shows '200 columns, 50 lines' "$large"
terminal_close

# Ctrl-Z gives the window back to the shell, and fg takes it again.
terminal_open 80 24 'PS1="shell> " exec bash --norc --noprofile -i'
terminal_await 'shell>'
terminal send-keys -t test "'$scard' --rm sim watch" Enter
terminal_await 'Simulated Reader 02'
terminal send-keys -t test C-z
terminal_await 'Stopped'
terminal_text | grep -c '^READER' | diff -u - <(echo 0) > "$scratch/why"
verdict 'Ctrl-Z gives the window back'
terminal send-keys -t test fg Enter
terminal_await '^READER'
terminal_shows 'and fg goes on' "$small"
terminal_close

terminal_open 80 24 "exec '$scard' --rm sim watch --lines 'reader 01'"
terminal_await 'Simulated Reader 01'
terminal_shows 'lines on a terminal' "TIME  reader           Simulated Reader 01: card present, ATR 3B 08 47 53 4D
 31 31 2E 31 31 (GSM SIM)"
terminal_close
finish
