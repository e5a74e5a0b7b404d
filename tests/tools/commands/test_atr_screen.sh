#!/usr/bin/env bash
# scard atr and the other commands that colour their lines, on a terminal: names that fit, links to follow.
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/../database.sh"
. "$(dirname "$0")/../tmux.sh"

atr=3B65000020 more='63CBA000'
{
    echo '3B 65 00 00 20 63 CB A0 00'
    for card in $(seq 30); do
        printf '\tCard %s\n' "$card"
    done
    printf '\thttps://example.org/card\n'
} > "$scratch/list.txt"
export SCARDSSP_ATR_LIST=$scratch/list.txt
explained='ATR = 3B 65 00 00 20 63 CB A0 00
TS = 3B: direct convention
T0 = 65: TB1 TC1 follow, 5 historical bytes
TB1 = 00: Vpp is not connected, deprecated
TC1 = 00: no extra guard time: 12 etu from character to character
historical bytes = 20 63 CB A0 00: proprietary
protocols: T=0
mode: negotiable, T=0 first'
# The names up to this number.
names() {
    seq -f 'known as: Card %.0f (public list)' "$1"
}

terminal_open 80 24 "'$scard' atr $atr$more; printf end; read -r"
terminal_await '^end'
terminal_shows 'as many names as fit on 24 lines' "$(names 14)
          ... and 17 more: --all
$explained
end"
terminal_close
terminal_open 80 12 "'$scard' atr $atr$more; printf end; read -r"
terminal_await '^end'
terminal_shows 'five at least' "$(names 5 | tail -n 2)
          ... and 26 more: --all
$explained
end"
terminal_close
terminal_open 200 50 "'$scard' atr $atr$more; printf end; read -r"
terminal_await '^end'
terminal_shows 'all of them on 50 lines' "$(names 30)
          https://example.org/card
$explained
end"
terminal_close
terminal_open 80 24 "'$scard' atr --all $atr$more | head -n 30; printf end; read -r"
terminal_await '^end'
terminal_text | tail -n 2 | diff -u - <(printf '%s\n' "$(names 30 | tail -n 1)" end) > "$scratch/why"
verdict 'all of them where a program reads'
terminal_close

# What a terminal is sent, seen by a program that plays one.
sent() { # ARGUMENT...
    env TERM=xterm script -qec "'$scard' $*" /dev/null < /dev/null | tr -d '\r' | sed 's/\x1b/^/g'
}
{
    sent atr --all "$atr$more" | sed -n '30,31p' | diff -u - <(printf '%s\n' 'known as: ^[1mCard 30^[0m (public list)' '          ^]8;;https://example.org/card^\https://example.org/card^]8;;^\')
    NO_COLOR=1 sent atr --all "$atr$more" | sed -n '30,31p' | diff -u - <(printf '%s\n' 'known as: Card 30 (public list)' '          ^]8;;https://example.org/card^\https://example.org/card^]8;;^\')
    sent --rm sim list | sed -n '1s/ATR.*//p' | diff -u - <(echo '0: Simulated Reader 00  ^[32mcard present^[0m  ')
    sent --rm "sim:$(dirname "$0")/one-reader.json" list | diff -u - <(echo '0: Alone  ^[2mempty^[0m')
    sent --rm sim status 0 | sed -n '2p' | diff -u - <(echo 'State:     ^[32mcard present^[0m')
    "$scard" --rm sim status 0 | grep "$(printf '\033')"
} > "$scratch/why"
verdict 'colours and links'
finish
