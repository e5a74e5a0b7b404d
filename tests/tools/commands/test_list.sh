#!/usr/bin/env bash
# scard list, and the readers that other commands take by name, part and number.
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/../database.sh"

if [ "$manager" = system ]; then
    on 'readers of the service' 0 "0: $reader  card present  ATR $atr
1: Virtual PCD 00 01  empty" '' list
    SCARDSSP_RM=system check 'the same by the environment' 0 "0: $reader  card present  ATR $atr
1: Virtual PCD 00 01  empty" '' list
    check 'the service is the default' 0 "0: $reader  card present  ATR $atr
1: Virtual PCD 00 01  empty" '' list
    run list --json
    json 'in JSON' "it == {'readers': [{'number': 0, 'name': '$reader', 'state': 'card present', 'atr': '${atr// /}'}, {'number': 1, 'name': 'Virtual PCD 00 01', 'state': 'empty', 'atr': None}], 'failed': []}"
    like_schema 'JSON is as its schema says' list
    run list --long --json
    like_schema 'with serial numbers, too' list
    json 'with the name of the card' "[r['card'] for r in it['readers']] == ['Demo card', None]"
    run status -n --json 'Demo card'
    json 'the reader by its card' "it['reader'] == '$reader'"
    run status -n --json '* 01'
    json 'by a pattern' "it['reader'] == 'Virtual PCD 00 01'"
    run list --backends --json
    json 'the service can be used' "[(b['name'], b['usable'], b['status'], b['cause']) for b in it['backends']][0] == ('system', True, 'S_OK', None)"
    finish
fi

readers="0: Simulated Reader 00  card present  ATR $atr
1: Simulated Reader 01  card present  ATR $gsm_atr
2: Simulated Reader 02  card present  ATR $app_atr"
on 'readers of the simulator' 0 "$readers" '' list
SCARDSSP_RM=sim check 'the same by the environment' 0 "$readers" '' list
SCARDSSP_RM=nonsense on '--rm goes before the environment' 0 "$readers" '' list
check 'no reader' 1 '' \
    "scard: there is no reader: SCARD_E_NO_READERS_AVAILABLE (0x8010002E): plug a reader in; without one, 'scard --rm sim list' shows simulated readers, and 'scard sim serve' puts a simulated card into the service's virtual reader." \
    --rm sim: list
PCSCLITE_CSOCK_NAME=$scratch/nobody check 'no service' 1 '' \
    'scard: cannot list the readers: SCARD_E_NO_SERVICE (0x8010001D): The smart card service is not running; start it, or install it first (on Linux: systemctl start pcscd.socket, package pcscd; on Windows: net start SCardSvr).' \
    --rm system list
if [ -z "$on_windows" ]; then
    check 'a virtual reader of our own' 0 '0: Virtual Reader cards  empty' '' --rm "vpcd:$scratch/cards" list
    touch "$scratch/taken"
    taken="SCARD_E_SHARING_VIOLATION (0x8010000B)"
    check 'its place is taken' 1 '' \
        "scard: cannot use the resource manager 'vpcd:$scratch/taken': $taken: $scratch/taken: a file of this name is there; take another path" \
        --rm "vpcd:$scratch/taken" list
    SCARDSSP_RM=vpcd:$scratch/taken check 'the same by the environment, of which the program knows nothing' 1 '' \
        "scardssp: SCARDSSP_RM: $scratch/taken: a file of this name is there; take another path
scard: cannot list the readers: $taken: Another program holds the card exclusively, or is connected while this one wants it exclusively; close that program, or wait until it lets the card go." \
        list
fi

# Names of any width and script stay in columns; what could drive a terminal does not come through.
cat > "$scratch/readers.json" <<'JSON'
{"format": "scardssp-readers", "version": 1,
 "readers": [{"name": "Lesegerät Müller"}, {"name": "読取機", "card": "gsm"}, {"name": "bad \u001b[31m name"}]}
JSON
check 'names that are not ASCII' 0 "0: Lesegerät Müller  empty
1: 読取機               card present  ATR $gsm_atr
2: bad ?[31m name    empty" '' --rm "sim:$scratch/readers.json" list
"$scard" --rm "sim:$scratch/readers.json" list -j > "$scratch/out"
json 'those in JSON' "[(r['number'], r['name'], r['state'], r['atr']) for r in it['readers']] == [(0, 'Lesegerät Müller', 'empty', None), (1, '読取機', 'card present', '${gsm_atr// /}'), (2, 'bad \\x1b[31m name', 'empty', None)]"
LC_ALL=C.UTF-8 check 'in a UTF-8 locale, too' 0 "0: Lesegerät Müller  empty
1: 読取機               card present  ATR $gsm_atr
2: bad ?[31m name    empty" '' --rm "sim:$scratch/readers.json" list
# Names are bytes: ISO 8859-1, as a driver's settings may have it. The wide forms of JSON stand for the bytes.
printf '{"format": "scardssp-readers", "version": 1, "readers": [{"name": "Leseger\344t", "card": "demo"}, {"name": "Alt"}]}' \
    > "$scratch/latin1.json"
check 'a name that is not UTF-8' 0 "0: Leseger?t  card present  ATR $atr
1: Alt        empty" '' --rm "sim:$scratch/latin1.json" list
if [ -z "$on_windows" ]; then
    "$scard" --rm "sim:$scratch/latin1.json" list -j > "$scratch/out"
    json 'its bytes in JSON' "[r['name'] for r in it['readers']] == ['Leseger\udce4t', 'Alt']"
    for wanted in '' 0 "$(printf 'Leseger\344t')" "$(printf 'GER\344')"; do
        check "attached to as '$wanted'" 0 '> 00 A4 00 0C 02 00 02
< [9000: success]' '' --rm "sim:$scratch/latin1.json" apdu ${wanted:+-r "$wanted"} 00A4000C020002
    done
    check 'a name of other bytes' 1 '' "scard: no reader is called 'Leseger?s': SCARD_E_UNKNOWN_READER (0x80100009): give the number, the name or a part of the name of one there is.
Is 'Leseger?t' meant?
The readers are:
  0: Leseger?t
  1: Alt (no card)" --rm "sim:$scratch/latin1.json" status "$(printf 'Leseger\374s')"
fi
check 'a list of readers that is bad' 1 '' \
    "scard: cannot use the resource manager 'sim:$scratch/nothing.json': E_INVALIDARG (0x80070057): $scratch/nothing.json:1: image: no such card image (neither a readable file nor one of demo, gsm, app, usim, piv, openpgp)" \
    --rm "sim:$scratch/nothing.json" list

# Several backends at once: names stay unique, and one that fails takes no other with it.
small="$scratch/small,one.json"
printf '{"format": "scardssp-readers", "version": 1, "readers": [{"name": "Simulated Reader 01"}, {"name": "Alone", "card": "gsm"}]}' > "$small"
check 'readers of two simulators' 0 "0: Simulated Reader 00      card present  ATR $atr
1: Simulated Reader 01      card present  ATR $gsm_atr
2: Simulated Reader 02      card present  ATR $app_atr
3: Simulated Reader 01 (2)  empty
4: Alone                    card present  ATR $gsm_atr" '' --rm "sim,sim:$small" list
check 'a card behind both' 0 "Reader:    Alone
State:     card present
ATR:       $gsm_atr
           T=0, direct convention, historical bytes 47 53 4D 31 31 2E 31 31" '' --rm "sim:,sim:$small" status -n
if [ -z "$on_windows" ]; then
    no_service="scard: system cannot be used: no PC/SC service is running: SCARD_E_NO_SERVICE (0x8010001D): install and start it (Debian: apt-get install pcscd; systemctl enable --now pcscd.socket); in a container let it have the socket of the host's, /run/pcscd"
    export PCSCLITE_CSOCK_NAME=$scratch/nobody
    check 'one of two that fails' 1 "$readers" "$no_service" --rm system,sim list
    "$scard" --rm system,sim list -j > "$scratch/out" 2> "$scratch/why"
    like_schema 'as its schema says' list
    json 'that in JSON' "(len(it['readers']), [(f['name'], f['status'], f['cause']) for f in it['failed']]) == (3, [('system', 'SCARD_E_NO_SERVICE', 'no PC/SC service is running')])"
    check 'nothing is left' 1 '' "scard: there is no reader: SCARD_E_NO_READERS_AVAILABLE (0x8010002E): plug a reader in; without one, 'scard --rm sim list' shows simulated readers, and 'scard sim serve' puts a simulated card into the service's virtual reader.
$no_service" --rm system,sim: list
    unset PCSCLITE_CSOCK_NAME
fi
check 'a file of one that is bad' 1 "$readers" \
    "scard: sim:$scratch/nothing.json cannot be used: $scratch/nothing.json:1: image: no such card image (neither a readable file nor one of demo, gsm, app, usim, piv, openpgp): E_INVALIDARG (0x80070057): correct what stands behind the colon, or the file that it names" \
    --rm "sim:$scratch/nothing.json,sim" list
run list --backends --json
json 'what backends there are' "[b['name'] for b in it['backends']][:2] == ['system', 'sim']"
json 'the simulator can be used always' "[b for b in it['backends'] if b['name'] == 'sim'] == [{'name': 'sim', 'summary': 'simulated readers', 'argument': 'sim:FILE: those of a file, sim: none', 'usable': True, 'status': 'S_OK', 'cause': None, 'remedy': None}]"
json 'what cannot be used says why, and what to do' "all(b['usable'] == (b['status'] == 'S_OK') == (b['remedy'] is None) for b in it['backends'])"

# Their serial numbers are made from their names.
run list --long --json
read -r serial_0 serial_1 serial_2 <<< "$(python3 -c 'import json, sys
print(*[reader["serial"] for reader in json.load(open(sys.argv[1]))["readers"]])' "$scratch/out")"
like_schema 'JSON is as its schema says' list
json 'with serial numbers and names of cards' "[(len(r['serial']), r['card']) for r in it['readers']] == [(8, 'Demo card'), (8, 'GSM SIM'), (8, 'Application card')]"
on 'the same in lines' 0 "$(for i in 0 1 2; do sed -n "$((i + 1))p" <<< "$readers"
    serial=serial_$i; echo "   serial:  ${!serial}"; echo "   card:    $(cut -d, -f$((i + 1)) <<< 'Demo card,GSM SIM,Application card')"; done)" '' list -l
which="The readers are:
  0: Simulated Reader 00
  1: Simulated Reader 01
  2: Simulated Reader 02"
seen="Reader:    Simulated Reader 01
State:     card present
ATR:       $gsm_atr
           T=0, direct convention, historical bytes 47 53 4D 31 31 2E 31 31"
on 'a reader by its name' 0 "$seen" '' status -n 'Simulated Reader 01'
on 'by a part of it, in any case' 0 "$seen" '' status -n 'reader 01'
on 'by its number' 0 "$seen" '' status -n 1
on 'by none of them' 1 '' "scard: no reader is called 'Acme': SCARD_E_UNKNOWN_READER (0x80100009): give the number, the name or a part of the name of one there is.
$which" status -n Acme
on 'by nearly its name' 1 '' "scard: no reader is called 'Simulated Raeder 02': SCARD_E_UNKNOWN_READER (0x80100009): give the number, the name or a part of the name of one there is.
Is 'Simulated Reader 02' meant?
$which" status -n 'Simulated Raeder 02'
on 'by a number too high' 1 '' "scard: no reader is called '3': SCARD_E_UNKNOWN_READER (0x80100009): give the number, the name or a part of the name of one there is.
$which" status -n 3
choice="Choose one with READER: its number, more of its name, serial:NUMBER, card:NAME or atr:PATTERN; 'scard list --help' tells more."
candidates="  0: Simulated Reader 00 (Demo card, serial $serial_0)
  1: Simulated Reader 01 (GSM SIM, serial $serial_1)
  2: Simulated Reader 02 (Application card, serial $serial_2)
$choice"
on 'by a part of several' 2 '' "scard: 'Reader' means several readers, which have names like it:
$candidates" status -n Reader
on 'by an empty name' 1 '' "scard: no reader is called '': SCARD_E_UNKNOWN_READER (0x80100009): give the number, the name or a part of the name of one there is.
$which" status -n ''
on 'not at all, among several' 2 '' "scard: several readers hold a card:
$candidates" status -n

# By all the other ways.
for wanted in 'Sim*01' '*READER ?1' 'Sim?lated Reader 01' 'name:01' "$gsm_atr" '3B0847*' '3B 08 47 53 4D 31 31 2E 31 3.' \
        'atr:3?08*' 'GSM' 'card:gsm s*' "$serial_1" "serial:$serial_1" 'serial:'"${serial_1:0:7}?"; do
    on "as '$wanted'" 0 "$seen" '' status -n "$wanted"
done
on 'an ATR of several' 2 '' "scard: '3B8*' means several readers, which have such an ATR:
$(sed -n '1p;3,4p' <<< "$candidates")" status -n '3B8*'
on 'names of cards of several' 2 '' "scard: 'card:card' means several readers, which have cards of such a name:
$(sed -n '1p;3,4p' <<< "$candidates")" status -n card:card
for wanted in 'name:GSM' 'card:01' 'atr:xyz' 'atr:' 'serial:' 'card:' 'Sim*03' 'serial:01'; do
    on "nothing is '$wanted'" 1 '' "scard: no reader is called '$wanted': SCARD_E_UNKNOWN_READER (0x80100009): give the number, the name or a part of the name of one there is.
$which" status -n "$wanted"
done

# By names of the user's own.
mkdir -p "$scratch/config/scardssp" "$scratch/xdg/scardssp" "$scratch/home/.config/scardssp"
cat > "$scratch/config/scardssp/scard.conf" <<'CONF'
# What I call them.
[others]
this is none of ours
[Readers]
  Desk = card:GSM SIM
first=0
bench=  Simulated Reader 02
1 = 2
CONF
printf '[readers]\r\ndesk = 0\r\nshared = 01\r\n' > "$scratch/xdg/scardssp/scard.conf"
printf '[readers]\nhome = 01\n' > "$scratch/home/.config/scardssp/scard.conf"
printf '[readers]\nfine = 1\nno sign\n' > "$scratch/bad.conf"
if [ -z "$on_windows" ]; then
    export XDG_CONFIG_HOME=$scratch/config XDG_CONFIG_DIRS=/nowhere:$scratch/xdg
    on 'a name of my own' 0 "$seen" '' status -n desk
    on 'one for all users' 0 "$seen" '' status -n Shared
    on 'a number is a number' 0 "$seen" '' status -n 1
    run status -n --json bench
    json 'a name that stands for a name' "it['reader'] == 'Simulated Reader 02'"
    run status -n --json first
    json 'a name that stands for a number' "it['reader'] == 'Simulated Reader 00'"
    XDG_CONFIG_HOME='' HOME=$scratch/home on 'in the home' 0 "$seen" '' status -n home
    SCARDSSP_CONFIG=$scratch/home/.config/scardssp/scard.conf on 'in a file that is named' 0 "$seen" '' status -n home
    SCARDSSP_CONFIG=$scratch/bad.conf on 'a line that is bad' 1 '' \
        "scard: $scratch/bad.conf:3: there is no '='; write NAME = WHAT: what READER may be, as 'scard list --help' tells" status -n desk
    SCARDSSP_CONFIG=$scratch on 'a file that is none' 1 '' \
        "scard: cannot read '$scratch'; see what it is: it is to have lines of text, at most 1 MiB of them" status -n desk
    unset XDG_CONFIG_HOME XDG_CONFIG_DIRS
fi
check 'a name that is not ASCII, attached' 0 "Reader:    読取機
State:     card present
ATR:       $gsm_atr
           T=0, direct convention, historical bytes 47 53 4D 31 31 2E 31 31
Attached:  SHARED, T=0, SPECIFICMODE" '' --rm "sim:$scratch/readers.json" status 読取
check 'not at all, one card' 0 "Reader:    読取機
State:     card present
ATR:       $gsm_atr
           T=0, direct convention, historical bytes 47 53 4D 31 31 2E 31 31" '' --rm "sim:$scratch/readers.json" status -n
finish
