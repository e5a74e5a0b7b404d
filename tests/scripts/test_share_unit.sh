#!/usr/bin/env bash
# The unit of systemd that lends readers: test_share_unit.sh SCARD UNIT SYSUSERS. systemd takes it without a
# complaint and finds little that it could do to the machine; what it starts is started here as systemd would.
unit=$2 sysusers=$3
set -- "$1" sim
. "$(dirname "$0")/../tools/tap.sh"
command -v systemd-analyze > /dev/null || { echo '1..0 # SKIP there is no systemd-analyze (Debian: systemd)'; exit 0; }
. "$(dirname "$0")/../tools/nats.sh"
start_nats

sed "s|^ExecStart=[^ ]*|ExecStart=$(readlink -f "$scard")|" "$unit" > "$scratch/scard-share.service"
systemd-analyze --man=no verify "$scratch/scard-share.service" 2>&1 | grep scard-share > "$scratch/why"
verdict 'systemd understands every line'
# 10 is a service without any bound, 1.5 what has the network and sockets, and nothing more.
systemd-analyze security --offline=yes --threshold=15 --no-pager "$scratch/scard-share.service" > "$scratch/out" 2> "$scratch/err" &&
    : > "$scratch/why" || tail -n 2 "$scratch/out" > "$scratch/why"
verdict 'and finds it well bounded'
user=$(sed -n 's/^User=//p' "$unit")
grep -q "^u $user " "$sysusers" && : > "$scratch/why" || echo "no user $user in $sysusers" > "$scratch/why"
verdict 'its user is one that is made'

# Its command line, with variables as in share.conf, split as systemd splits them: at white space.
SCARD_SHARE_SERVER=$url SCARD_SHARE_OPTIONS='--name rack7 --readers *01'
command=$(sed -n 's/^ExecStart=[^ ]* //p' "$unit")
set -f
words=()
for word in $command; do
    case $word in
        '$SCARD_SHARE_OPTIONS') words+=($SCARD_SHARE_OPTIONS) ;;
        '${SCARD_SHARE_SERVER}') words+=("$SCARD_SHARE_SERVER") ;;
        *) words+=("$word") ;;
    esac
done
SCARDSSP_RM=sim "$scard" "${words[@]}" > "$scratch/events" 2> "$scratch/complaints" &
lenders+=($!)
await 'reader-lent' "$scratch/events"
check 'what it lends' 0 "0: Simulated Reader 01 @rack7  card present  ATR $gsm_atr" '' --rm "$url" list
kill "${lenders[1]}"
wait "${lenders[1]}" && : > "$scratch/why" || cat "$scratch/complaints" > "$scratch/why"
verdict 'it ends well when systemd stops it'
finish
