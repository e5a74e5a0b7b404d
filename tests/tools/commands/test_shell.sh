#!/usr/bin/env bash
# scard shell with commands from its command line and from standard input: what each shows, on cards of every
# kind, and how it ends.
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/../database.sh"
manual=$(cd "$(dirname "$0")/../../../docs" && pwd)/scard.1

ls_top='0001                       transparent, 32768 bytes
0002                       transparent, 256 bytes
0003                       linear fixed, 10 x 16 bytes
0004                       linear variable, 8 x 64 bytes
0005                       cyclic, 5 x 8 bytes
0006                       transparent, 64 bytes
0007                       transparent, 64 bytes
0008                       transparent, 32 bytes
2F00  EF.DIR               linear variable, 4 x 64 bytes  applications of the card
2F02                       transparent, 12 bytes
DF01/                      directory
DF02/                      directory'

on 'ls' 0 "$ls_top" '' shell 0 -c ls
on 'names alone' 0 '0101
DF11/' '' shell 0 -c 'ls -1 DF01'
on 'cd, and paths' 0 '0111                       transparent, 9 bytes
0111
0101
DF11/' '' shell 0 -c 'cd DF01/DF11; ls; cd /; cd df01; ls -1 DF11; cd DF11/..; ls -1 .'
on 'tree' 0 "$(printf '%s\n' "$ls_top" | sed '/^DF01/a\  0101                       transparent, 128 bytes\n  DF11/                      directory\n    0111                       transparent, 9 bytes' |
    sed '/^DF02/a\  0201                       transparent, 64 bytes')" '' shell 0 -c tree
on 'cat, in words' 0 'Record 1, 17 bytes:
00000000  61 0F 4F 07 F0 53 43 41 52 44 01 50 04 46 69 6C  a.O..SCARD.P.Fil
00000010  65                                               e
Record 2, 18 bytes:
00000000  61 10 4F 07 F0 53 43 41 52 44 02 50 05 56 61 75  a.O..SCARD.P.Vau
00000010  6C 74                                            lt
  Record 1:
  61 application
    4F application identifier: F0 53 43 41 52 44 01
    50 label: "File"
  Record 2:
  61 application
    4F application identifier: F0 53 43 41 52 44 02
    50 label: "Vault"' '' shell 0 -c 'cd DF01; cat EF.DIR'
on 'cat, from anywhere' 0 '4465657020646F776E
5A0A89490000000000000001' '' shell 0 -c 'cat -f hex DF01/DF11/0111 /2f02'
on 'info of a file' 0 '/0003
  80 bytes of data: 160
  82 kind: linear fixed, 10 x 16 bytes
  83 identifier: 0003
  88 short identifier: 4
  8A life cycle: activated
  8C security, compact: 07 00 00 00' '' shell 0 -c 'info 0003'
filter='s/^ATR: .*/ATR/;s/^Card: .*/Card/'
on 'info of the card' 0 "Reader:     $reader
ATR
Card
/DF01
  82 kind: directory
  83 identifier: DF01
  84 name (AID): F0 53 43 41 52 44 01
  8A life cycle: activated
  8C security, compact: 07 00 00 FF" '' shell 0 -c 'cd DF01; info'
filter=
on 'select, for what apdu sends' 0 '/2F02
  80 bytes of data: 12
  82 kind: transparent
  83 identifier: 2F02
  88 short identifier: 2
  8A life cycle: activated
  8C security, compact: 07 FF FF 00
> 00 B0 00 00 04
< 5A 0A 89 49 [9000: success]' '' shell 0 -c 'select 2F02; apdu 00 B0 0000 04'
on 'what apdu has selected is not where the shell is' 0 '> 00 A4 08 04 02 2F 02 00
< 62 18 80 02 00 0C 82 02 01 41 83 02 2F 02 88 01 10 8A 01 05 8C 04 07 FF FF 00 [9000: success]
0101
DF11/' '' shell 0 -c 'cd DF01; apdu 00A40804022F0200; ls -1'
on 'find by a name' 0 '/2F00                            /EF.DIR: applications of the card' '' shell 0 -c 'find dir'
on 'find by a pattern' 0 '/DF01                            /DF01
/DF01/DF11                       /DF01/DF11
/DF02                            /DF02' '' shell 0 -c 'find DF??'
on 'find by asking' 0 '0001                       transparent, 32768 bytes
0002                       transparent, 256 bytes' '' shell 0 -c 'find 0001 0002'
on 'find nothing' 1 '' "scard: nothing is found by 'IMSI'; 'find 0000 FFFF' asks the card for every identifier" shell 0 -c 'find IMSI'

# Files to disk and back.
on 'get' 0 "2F02: 12 bytes, in '$scratch/copy'" '' shell 0 -c "get 2F02 $scratch/copy"
printf '\x5A\x0A\x89\x49\x00\x00\x00\x00\x00\x00\x00\x01' | cmp - "$scratch/copy" > "$scratch/why" 2>&1
verdict 'its bytes are on disk'
cd "$scratch" || exit 1
case $scard in /*) ;; *) scard=$OLDPWD/$scard ;; esac
on 'get, called as on the card' 0 "EF.DIR: 2 records, 35 bytes, in 'EF.DIR.records'
0004: 2 records, 29 bytes, in '0004.records'" '' shell 0 -c 'get EF.DIR; get 0004'
head -n 1 EF.DIR.records | grep -v -x 610F4F07F0534341524401500446696C65 > "$scratch/why"
verdict 'a line for each record'
printf 'Mind the gap' > 'a file'
filter='3,$d;s/\(00\)*$//'
on 'put' 0 '0002: 12 bytes, written
4D696E64207468652067617068652064656D6F2063617264' '' shell 0 -c 'put "a file" 0002; cat -f hex 0002'
printf 'Hello from the demo card' > 'a file'
on 'put, and text is no data object' 0 '0002: 24 bytes, written
00000000  48 65 6C 6C 6F 20 66 72 6F 6D 20 74 68 65 20 64  Hello from the d' '' shell 0 -c 'put a\ file 0002; cat 0002'
filter=
on 'put what has no room' 1 '' "scard: '2F02' has no room for 24 bytes; nothing was written" shell 0 -c "put 'a file' 2F02"

on 'a file that wants a PIN' 1 '' "scard: cannot read '0006': SCARD_W_SECURITY_VIOLATION (0x8010006A): The card wants a PIN first ('verify'), or a key, or never allows it." \
    shell 0 -c 'cat 0006'

# PINs come through a descriptor here; they are asked for where the shell is.
printf '1234\n0000\n' > pins
input=pins
filter='s/\(00\)*$//'
on 'verify' 0 'Code 01: verified
50494E203031206F70656E7320746869732066696C65
Code 81: verified
4C6F63616C2050494E203831206F70656E7320746869732066696C65' '' shell 0 --pin-fd 0 -c 'verify; cat -f hex 0006; cd DF02; verify 81; cat -f hex 0201'
filter=
printf '1234\n4321\n4321\n1234\n' > pins
input=pins
on 'change' 0 'Code 01: changed
Code 01: changed' '' shell 0 --pin-fd 0 -c 'change; change 01'
printf '9999\n' > pins
input=pins
on 'a wrong PIN' 3 '' 'scard: the code 01 was not accepted, tries left: 2; be sure before you try again' shell 0 --pin-fd 0 -c 'verify; ls'
printf '1234\n' > pins
input=pins
on 'and the right one' 0 'Code 01: verified' '' shell 0 --pin-fd 0 -c 'verify'
input=/dev/null

# How it ends: a script at the first command that fails.
on 'what is no command' 2 '' "scard shell: there is no command 'lss'; is 'ls' meant?
Try 'scard shell --help'." shell 0 -c 'lss; ls'
on 'an option that is none' 2 '' "ls: there is no option '-x'
Try 'ls --help'." shell 0 -c 'ls -x'
on 'an open quote' 2 '' 'scard: a quote is not closed; close it' shell 0 -c "cat '2F02"
on 'no such file' 1 '' "scard: cannot read '7777': SCARD_E_FILE_NOT_FOUND (0x80100024): The card has no such file." \
    shell 0 -c 'cat 7777; ls'
on 'no such name' 1 '' "scard: cannot go to 'EF.IMSI/..': E_INVALIDARG (0x80070057): 'ls' shows what there is; a path has identifiers of four digits or names: /7F20/6F07, EF.IMSI." \
    shell 0 -c 'cd EF.IMSI/..'
on 'a PIN in the place of its number' 2 '' "verify: wants the number of a code, two hexadecimal digits, and never a PIN
Try 'verify --help'." shell 0 -c 'verify 1234'
on 'what is no hexadecimal' 1 '' 'scard: that is no hexadecimal; write bytes as two digits each, and what is to come behind =>: apdu 00A40000023F00 => 9000' shell 0 -c 'apdu 00XX'
on 'an identifier too many' 2 '' "find: wants the first identifier and the last one: 6F00 6FFF
Try 'find --help'." shell 0 -c 'find 0002 0001'
on 'what is to come' 0 '> 00 A4 00 0C 02 DF 01
< [9000: success]' '' shell 0 -c 'apdu 00A4000C02DF01 => 9000'
on 'what is to come, and does not' 1 '> 00 A4 00 0C 02 DF 77
< [6A82: file or application not found]' 'scard: command 1: expected 9000, got 6A82' shell 0 -c 'apdu 00A4000C02DF77 => 9000; ls'
printf '# a script\nls -1 DF01\n\n  cd DF01; cat -f hex DF11/0111 # the last one\nquit\ncat 7777\n' > script
input=script
on 'a script' 0 '0101
DF11/
4465657020646F776E' '' shell 0
printf 'ls -1 DF01\ncat 7777\nls\n' > script
filter='s/: The card has.*//'
on 'a script that fails' 1 '0101
DF11/' "scard: cannot read '7777': SCARD_E_FILE_NOT_FOUND (0x80100024)" shell 0
filter=
input=/dev/null
on 'nothing to do' 0 '' '' shell 0

# What is in the manual.
"$scard" --rm "$manager" shell 0 -c help > listed 2> "$scratch/why"
sed -n 's/^\([a-z]*\)  *[a-z].*/\1/p' listed > words
[ "$(wc -l < words)" -eq 14 ] || cat listed >> "$scratch/why"
while read -r word; do
    grep -q "^\.IP \"*$word\b" "$manual" || echo "$word is not in the manual"
    "$scard" --rm "$manager" shell 0 -c "help $word; $word --help" > helped 2>&1
    [ "$(grep -c "^Usage: $word" helped)" -eq 2 ] && grep -q '^Examples:' helped || echo "$word does not explain itself"
done < words >> "$scratch/why"
verdict 'every command explains itself, and is in the manual'

if [ "$manager" = system ]; then
    # The card is pulled out of the real service's reader between two commands, and put back.
    serve() {
        "$scard" sim serve --image demo --port $((SCARDSSP_VPCD_PORT + 1)) > "$scratch/serve" 2>&1 7>&- &
        serving=$!
        await 'is in the virtual reader' "$scratch/serve"
    }
    serve
    mkfifo typed
    "$scard" --rm system shell 1 < typed > "$scratch/out" 2> "$scratch/err" &
    shell=$!
    exec 7> typed
    echo 'cd DF01; ls -1' >&7
    await DF11 "$scratch/out"
    kill -INT "$serving"
    wait "$serving"
    sleep 0.5
    echo 'ls -1 DF11' >&7
    await 'taken out' "$scratch/err"
    serve
    echo 'cat -f hex 0101' >&7
    exec 7>&-
    wait "$shell"
    code=$?
    kill -INT "$serving"
    wait "$serving"
    {
        [ $code -eq 0 ] || echo "exit code $code"
        head -n 3 "$scratch/out" | diff - <(printf '0101\nDF11/\n0111\n')
        [ "$(wc -l < "$scratch/out")" -eq 4 ] || cat "$scratch/out"
        grep -q 'what was verified counts no more' "$scratch/err" || cat "$scratch/err"
    } > "$scratch/why" 2>&1
    verdict 'a card that is pulled and put back: in its directory again'
    finish
fi

# Cards whose files have names.
of() {
    local name=$1 image=$2 out=$3
    shift 3
    check "$name" 0 "$out" '' --rm "sim:$image" shell -c "$*"
}
of 'a UICC' usim '2F00  EF.DIR               linear fixed, 2 x 40 bytes    applications of the card
2F05  EF.PL                transparent, 4 bytes          preferred languages
2F06  EF.ARR               linear fixed, 4 x 24 bytes    access rules
2FE2  EF.ICCID             transparent, 10 bytes         serial number of the card
7F10/ DF.TELECOM           directory                     phone book and messages
7F20/ DF.GSM               directory                     subscription of a GSM network
USIM/                      A0000000871002FF49FF0589      subscription of a mobile network (3GPP TS 31.102)' ls
of 'its numbers' usim '00000000  98 88 03 01 00 00 00 00 00 F1                    ..........
  ICCID: 8988301000000000001' 'cd usim; cat EF.ICCID'
of 'its phone book' usim '/"A0000000871002FF49FF0589"/5F3A/4F30 /USIM/DF.PHONEBOOK/EF.PBR: parts of the phone book' 'cd usim/phonebook; find PBR'
filter='1,/ Record 1:/d;/ Record 3:/,$d;/ Record 2:/,$!d'
of 'rules, in words' usim '  Record 2:
  80 access mode: 01
  90 always
  80 access mode: 1A
  A4 after authentication
    83 reference: 0A
    95 use: 08' 'cat 2F06'
filter=
printf '0000\n' > pins
input=pins
check "a subscriber of a UICC, after PIN 01" 0 'Code 01: verified
00000000  08 09 10 10 10 32 54 76 98                       .....2Tv.
  IMSI: 001010123456789' '' --rm sim:usim shell --pin-fd 0 -c 'cd USIM; verify; cat imsi'
check 'a SIM' 0 '2FE2  EF.ICCID             transparent, 10 bytes         serial number of the card
7F10/ DF.TELECOM           directory                     phone book and messages
7F20/ DF.GSM               directory                     subscription of a GSM network
Code 01: verified
00000000  08 29 26 10 00 00 00 00 10                       .)&......
  IMSI: 262010000000001' '' --rm sim:gsm shell --pin-fd 0 -c 'ls; verify; cat DF.GSM/EF.IMSI'
printf '123456\n123456\n' > pins
input=pins
check 'PIV: its PIN' 0 'Code 80: verified' '' --rm sim:piv shell --pin-fd 0 -c 'cd PIV; verify'
check 'OpenPGP: its PIN' 0 'Code 81: verified
Code 82: verified' '' --rm sim:openpgp shell --pin-fd 0 -c 'cd openpgp; verify; verify 82'
input=/dev/null
printf '{"format": "scardssp-readers", "version": 1, "readers": [{"name": "Pad", "card": "piv", "pinpad": {"pin": "123456", "new": "654321"}}]}' > pad.json
check "at the reader's PIN pad" 0 'Code 80: verified' 'Type PIN 80 at the reader.' --rm "sim:$PWD/pad.json" shell -c 'cd PIV; verify'
check "changed at the reader's PIN pad" 0 'Code 80: changed' 'Type PIN 80 at the reader, then the new one twice.' \
    --rm "sim:$PWD/pad.json" shell -c 'cd PIV; change'
of 'PIV: an application' piv 'PIV/                       A000000308000010000100        personal identity verification (NIST SP 800-73)
/PIV: personal identity verification (NIST SP 800-73)
  82 kind: directory
  83 identifier: 0308
  84 name (AID): A0 00 00 03 08 00 00 10 00 01 00 (PIV)
  8A life cycle: activated
  8C security, compact: 07 FF FF FF' 'ls; select A000000308000010000100'
of 'PIV: an object' piv '00000000  7E 12 4F 0B A0 00 00 03 08 00 00 10 00 01 00 5F  ~.O............_
00000010  2F 02 40 00                                      /.@.
  7E discovery
    4F application identifier: A0 00 00 03 08 00 00 10 00 01 00 (PIV)
    5F2F use of the PIN: 40 00' 'cat PIV/DISCOVERY'
filter='4,$d'
of 'PIV: by its identifier' piv 'PIV/
CCC
CHUID' 'ls -1; cd 0308; ls -1'
filter=
of 'OpenPGP: objects' openpgp '00000000  5B 11 4D 75 73 74 65 72 6D 61 6E 6E 3C 3C 45 72  [.Mustermann<<Er
00000010  69 6B 61 5F 2D 04 64 65 65 6E 5F 35 01 32        ika_-.deen_5.2
  5B name: "Mustermann<<Erika"
  5F2D languages: "deen"
  5F35 sex: 32
00000000  64 65 65 6E                                      deen
  "deen"' 'cat OpenPGP/CARDHOLDER; cd OpenPGP; cat language'
finish
