#!/usr/bin/env bash
# scard who: the readers and who uses them. Beside a real pcscd also which programs are connected to it, and
# what another user may not know.
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/../database.sh"

if [ "$manager" = sim ]; then
    on 'readers of our own' 0 "READER               STATE                       EVENTS  USED BY
Simulated Reader 00  card present                     1  -
Simulated Reader 01  card present                     1  -
Simulated Reader 02  card present                     1  -

Readers of this program itself: no other program can use them." '' who
    run who --json
    like_schema 'as its schema says' who
    json 'in JSON' "[(r['inUse'], r['users'], r['certain']) for r in it['readers']] == [(False, [], True)] * 3 and it['clients'] == [] and not it['told']"
    [ -n "$on_windows" ] || PCSCLITE_CSOCK_NAME=$scratch/nobody check 'no service' 1 '' \
        'scard: cannot list the readers: SCARD_E_NO_SERVICE (0x8010001D): The smart card service is not running; start it, or install it first (on Linux: systemctl start pcscd.socket, package pcscd; on Windows: net start SCardSvr).' \
        --rm system who
    finish
fi

# The card's server keeps a connection to the service, and so does whoever holds the card.
user=$(id -un)
"$scard" --rm system reattach 0 --watch > "$scratch/shared" 2>&1 &
shared=$!
await Watching "$scratch/shared"
run who --json
if ! grep -q '"told":true' "$scratch/out"; then
    tap_skip 'who is connected' 'the kernel does not tell of sockets here (unix_diag)'
    kill -INT "$shared"
    wait "$shared"
    finish
fi
filter="s/(process [0-9]*, user $user)/(process N, user USER)/g"
on 'a card in use' 0 "READER             STATE                       EVENTS  USED BY
$reader  card in use                      1  perhaps scard (process N, user USER), scard (process N, user USER)
Virtual PCD 00 01  empty                            0  -

Connected to the PC/SC service: scard (process N, user USER), scard (process N, user USER)
The service does not tell which of them uses which reader." '' who
filter=
run who --json
like_schema 'as its schema says' who
json 'its process is among those named' "it['told'] and $shared in [u['pid'] for u in it['readers'][0]['users']] and not it['readers'][0]['certain']"
json 'nobody uses the other reader' "(it['readers'][1]['inUse'], it['readers'][1]['users'], it['readers'][1]['certain']) == (False, [], True)"
json 'this program is not among them' "all(c['program'] == 'scard' and c['connections'] >= 1 for c in it['clients']) and len(it['clients']) == 2 and it['unseen'] == 0"

# Another user sees that somebody uses the card, and no names. The tool and its library are wherever they were
# built: what cannot be reached by that user cannot be tried.
other=(setpriv --reuid 65534 --clear-groups)
if [ "$(id -u)" -eq 0 ] && "${other[@]}" test -r /run/pcscd/pcscd.comm && "${other[@]}" "$scard" --version > /dev/null 2>&1; then
    "${other[@]}" "$scard" --rm system who --json > "$scratch/out" 2> "$scratch/err"
    like_schema 'as its schema says, for another user' who
    json 'another user is told how many there are' "it['clients'] == [] and it['unseen'] == 2 and it['readers'][0]['inUse'] and not it['readers'][0]['certain']"
    "${other[@]}" "$scard" --rm system who > "$scratch/out" 2> "$scratch/err"
    { grep -q '  nobody knows$' "$scratch/out" && grep -q "^Connections of programs that cannot be seen from here: 2. .*sudo scard who" "$scratch/out" || cat "$scratch/out" "$scratch/err"; } > "$scratch/why"
    verdict 'and what to do'
else
    tap_skip 'another user' 'this is not root, or another user may not reach the tool or the service'
fi
kill -INT "$shared"
wait "$shared"
run who --json
json 'it is free again' "not it['readers'][0]['inUse'] and len(it['clients']) == 1"
mkfifo "$scratch/commands"
"$scard" --rm system apdu -r 0 --exclusive - < "$scratch/commands" > "$scratch/exclusive" 2>&1 &
exclusive=$!
exec 7> "$scratch/commands"
echo 00A4000C020002 >&7
await 9000 "$scratch/exclusive"
run who --json
json 'a card that one keeps for itself' "it['readers'][0]['exclusive'] and it['readers'][0]['state'] == 'card in exclusive use' and $exclusive in [u['pid'] for u in it['readers'][0]['users']]"
exec 7>&-
wait "$exclusive"
finish
