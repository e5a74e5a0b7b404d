#!/usr/bin/env bash
# What others wrote for the PC/SC library runs unchanged over ours: on the simulator, at virtual readers of
# the program's own process, to which `scard sim serve` brings the cards (vpcd; ifd: those of vsmartcard's
# driver), at readers of another machine (nats), or through it on a real PC/SC service with the demo card
# (run-system.sh):
#   test_programs.sh SCARD [sim|nats|vpcd|ifd|system] [READERS]
# READERS is the list of simulated readers: a demo card, a SIM, a PIV card, an OpenPGP card. A program that is
# not installed is skipped, aloud.
case ${2-} in
    vpcd | ifd)
        . "$(dirname "$0")/../tools/tap.sh" "$1" # which knows nothing of these
        . "$(dirname "$0")/virtual.sh"
        manager=$2
        virtual "$manager"
        ;;
    system) . "$(dirname "$0")/../tools/tap.sh"; over=system first='Virtual PCD 00 00' second='Virtual PCD 00 01' ;;
    nats)
        . "$(dirname "$0")/../tools/tap.sh" "$1"
        . "$(dirname "$0")/../tools/nats.sh"
        start_nats
        lend "sim:$3" --name rack
        await 'Simulated 03' "$scratch/events"
        manager=nats over=$url first='Simulated 00 @rack' second='Simulated 01 @rack'
        ;;
    *) . "$(dirname "$0")/../tools/tap.sh"; over=sim:$3 first='Simulated 00' second='Simulated 01' ;;
esac
limit=(timeout --kill-after 5 60)
export HOME=$scratch GNUPGHOME=$scratch/gnupg OPENSC_CONF=/dev/null
mkdir -m 700 "$GNUPGHOME"

# card IMAGE: the next programs find such a card in the reader that they call number $slot or $reader; false:
# they do not here. Virtual readers have one card after the other, whose coming a program waits for.
card() {
    slot=0 reader=$first
    case $manager-$1 in
        vpcd-* | ifd-*) take; put "$1" ;;
        sim-gsm | nats-gsm) slot=1 reader=${first/00/01} ;;
        sim-piv | nats-piv) slot=2 reader=${first/00/02} ;;
        sim-openpgp | nats-openpgp) slot=3 reader=${first/00/03} ;;
        *-demo) ;;
        *) return 1 ;;
    esac
}

# says NAME PROGRAM PATTERNS ARGUMENT...: a case: the program ends well and prints lines with these patterns
# (extended regular expressions, a line each), in this order.
says() {
    local name=$1 program=$2 patterns=$3
    shift 3
    if ! command -v "$program" > /dev/null; then
        tap_skip "$name" "$program is not installed: scripts/install-deps.sh check"
        return
    fi
    tap_check "$name" said "$patterns" "$program" "$@"
}
said() {
    local patterns=$1 code=0 line pattern
    shift
    "${limit[@]}" "$scard" run --rm "$over" --wait 20 -- "$@" < "$input" > "$scratch/said" 2>&1 || code=$?
    exec 3< "$scratch/said"
    while IFS= read -r pattern; do
        while :; do
            IFS= read -r line <&3 || { echo "not there: $pattern; exit status $code"; cat "$scratch/said"; return 1; }
            ! [[ $line =~ $pattern ]] || break
        done
    done <<< "$patterns"
    [ "$code" -eq 0 ] || { echo "exit status $code"; cat "$scratch/said"; return 1; }
}
lines() { # LINE...: what the next program reads
    printf '%s\n' "$@" > "$scratch/input"
    input=$scratch/input
}

# OpenSC: by itself it loads libpcsclite.so.1 by name.
card demo
says 'opensc-tool: readers' opensc-tool "^0 +Yes +$first
^1 .* $second" --list-readers
says 'opensc-tool: an ATR' opensc-tool '^3b:8c:8[01]:.*:44:45:4d:4f:9[ef]' --reader 0 --atr
says 'opensc-tool: a command' opensc-tool 'SW1=0x90, SW2=0x00' --reader 0 --card-driver default --send-apdu 00A4000C023F00
lines 'cat 0002' 'info 2F02'
says 'opensc-explorer: a file' opensc-explorer '^00000000: 48 65 6C 6C 6F .* Hello from the d
File size: +12 bytes' --reader 0 --card-driver default
input=/dev/null

# pcsc-tools, in C and in Perl.
says 'pcsc_scan: readers' pcsc_scan "^0: $first
^1: $second" -r
lines '00 A4 00 0C 02 3F 00'
says 'scriptor: commands and answers' scriptor '^> 00 A4 00 0C 02 3F 00
^< 90 00' -r "$first"
input=/dev/null
says 'libpcsc-perl: a card' perl "^$first
^90 00
^done" -e '
use Chipcard::PCSC; use Chipcard::PCSC::Card;
my $context = Chipcard::PCSC->new() or die "context";
my @readers = $context->ListReaders(); print "$readers[0]\n";
my $card = Chipcard::PCSC::Card->new($context, $readers[0]) or die "card: $Chipcard::PCSC::errno";
my $answer = $card->Transmit(Chipcard::PCSC::ascii_to_array("00 A4 00 0C 02 3F 00"));
print Chipcard::PCSC::array_to_ascii($answer), "\n";
$card->Disconnect(); print "done\n";'

# pyscard, whose library is linked with libpcsclite.so.1 or loads it. Debian has it for its own Python.
says 'pyscard: a card, and what happens to it' /usr/bin/python3 "^$first
^90 0
^present
^done" -c '
from smartcard.System import readers
from smartcard.scard import *
reader = readers()[0]; print(reader)
connection = reader.createConnection(); connection.connect()
data, sw1, sw2 = connection.transmit([0x00, 0xA4, 0x00, 0x0C, 0x02, 0x3F, 0x00]); print("%X %X" % (sw1, sw2))
result, context = SCardEstablishContext(SCARD_SCOPE_USER)
result, states = SCardGetStatusChange(context, 0, [(str(reader), SCARD_STATE_UNAWARE)])
print("present" if result == 0 and states[0][1] & SCARD_STATE_PRESENT else states)
connection.disconnect(); SCardReleaseContext(context); print("done")'

# GnuPG: its daemon for cards, which loads the library by its name. Version 2.2 tells its readers when it is
# asked, later ones in their log, as they find them.
scdaemon=/usr/lib/gnupg/scdaemon
[ -x "$scdaemon" ] || scdaemon=/usr/libexec/scdaemon
lines 'SERIALNO undefined' 'GETINFO reader_list' 'APDU 00A4000C023F00' 'BYE'
logged="detected reader '$first'
detected reader '$second'
" asked=
case $("$scdaemon" --version 2> /dev/null) in
    *' 2.2.'*) logged='' asked="^D $first
^D $second
" ;;
esac
says 'scdaemon: a card' "$scdaemon" "^OK GNU Privacy Guard's Smartcard server ready
$logged^S SERIALNO FF7F00
$asked^D .
^OK closing connection" --server --disable-ccid --reader-port "$first"
input=/dev/null

if card piv; then
    says 'pkcs15-tool: what is on a PIV card' pkcs15-tool 'PKCS#15 Card \[PIV Authentication\]
Private RSA Key \[PIV AUTH key\]
X.509 Certificate \[Certificate for PIV Authentication\]' --reader $slot --dump
    says 'pkcs11-tool: readers and tokens' pkcs11-tool "$reader
token label +: PIV Authentication" --list-slots
    says 'pkcs11-tool: what is on it' pkcs11-tool '^ *label: +PIV AUTH pubkey' --slot-index $slot --list-objects
    head -c 51 /dev/urandom > "$scratch/data"
    says 'pkcs11-tool: signing, with the PIN' pkcs11-tool 'Using signature algorithm RSA-PKCS' --slot-index $slot --login --pin 123456 \
        --sign --mechanism RSA-PKCS --id 01 --input-file "$scratch/data" --output-file "$scratch/signature"
    says 'pkcs11-tool: the public key' pkcs11-tool '' --slot-index $slot --read-object --type pubkey --id 01 --output-file "$scratch/key"
    tap_check 'the signature is right' openssl pkeyutl -verify -pubin -inkey "$scratch/key" -keyform DER -in "$scratch/data" -sigfile "$scratch/signature"
    says 'opensc-tool: whose card it is' opensc-tool '^Personal Identity Verification Card' --reader $slot --name
fi

# What is in a directory: of the cards that can list it, one that OpenSC asks.
if card openpgp; then
    lines 'ls' 'cd 006E' 'ls'
    says 'opensc-explorer: ls' opensc-explorer '^FileID[[:space:]]+Type[[:space:]]+Size
^ 004F[[:space:]]+wEF[[:space:]]+16$
^\[006E\][[:space:]]+DF[[:space:]]+[1-9]
^ 5F50[[:space:]]+wEF[[:space:]]+29$
^FileID
^ 004F[[:space:]]+wEF[[:space:]]+16$
^\[0073\][[:space:]]+DF[[:space:]]+[1-9]' --reader $slot
    says 'opensc-tool: a whole tree' opensc-tool '^ *3f00006e type: DF
^ *3f00006e0073 type: DF' --reader $slot --list-files
    input=/dev/null
fi

if card gsm; then
    lines '00 A4 00 00 02 3F 00' 'A0 A4 00 00 02 3F 00'
    says 'scriptor: a SIM, by T=0' scriptor 'Using T=0 protocol
^> 00 A4 00 00 02 3F 00
^< 6E 00
^> A0 A4 00 00 02 3F 00
^< 9F 17' -r "$reader"
    input=/dev/null
fi
tap_plan
