#!/usr/bin/env bash
# scard cards: card types introduced, listed, found and forgotten, in the user's and in the system's part.
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/../database.sh"
provider='{E126F8FE-A7AF-11D0-B88A-00C04FD424B9}'
interface='{1461AACC-6810-11D0-918F-00AA00C18068}'

on 'nothing introduced' 0 'No card type has been introduced.' '' cards
on 'nothing for an ATR' 0 'No introduced card type has this ATR.' '' cards list --atr 3B00
run cards --json
json 'nothing in JSON' "it == {'cards': []}"
[ ! -e "$scratch/user" ] || echo 'reading has made a database' > "$scratch/why"
verdict 'reading makes no file'

# The simulated cards have a provider from the start; they are no introduced types, which a list of those is
# of.
run cards find --json "$atr"
json 'known from the start' "[(it['cards'][0][key]) for key in ('name', 'provider', 'interfaces')] == ['Demo card',
    '{14AA4189-833F-42AD-AB2A-1D4A8099A02A}', ['{5E586211-5A09-11D0-B84C-00C04FD424B9}',
    '{4029DD8A-5902-11D0-B84C-00C04FD424B9}', '{4029DD85-5902-11D0-B84C-00C04FD424B9}', '{7B063D61-6E40-11D0-B858-00C04FD424B9}']]"

on 'from a reader' 0 "Introduced 'Demo card'." '' cards introduce 'Demo card' --from 0
on 'listed' 0 "Demo card
  ATR:        $atr" '' cards list
on 'found by its ATR' 0 "Demo card
  ATR:        $atr" '' cards find "$atr"
if [ "$manager" = system ]; then
    finish
fi

on 'with everything' 0 "Introduced 'A JCOP'." '' cards introduce 'A JCOP' \
    --atr 3BF81300008131FE454A434F5076323431B7 --mask FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF0000 --provider "$provider" \
    -i "$interface" -i "$provider"
jcop="A JCOP
  ATR:        3B F8 13 00 00 81 31 FE 45 4A 43 4F 50 76 32 34 00 00
  Mask:       FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF 00 00
  Provider:   $provider
  Interfaces: $interface
              $provider"
run cards list
sed -i 's/32 34 31 B7$/32 34 00 00/' "$scratch/out"
{
    [ "$code" -eq 0 ] || echo "exit code $code"
    printf '%s\nDemo card\n  ATR:        %s\n' "$jcop" "$atr" | diff -u - "$scratch/out"
} > "$scratch/why"
verdict 'in the order of the names'
run cards find 3BF81300008131FE454A434F5076323432FF
{
    [ "$code" -eq 0 ] || echo "exit code $code"
    head -n 1 "$scratch/out" | grep -q -x 'A JCOP' || cat "$scratch/out"
} > "$scratch/why"
verdict 'found by the mask'
on 'not by another ATR' 1 '' "scard: nothing is known by this ATR; 'scard cards introduce NAME --atr HEX' gives it a name" cards find 3BF81300008131FE454A434F5076FF3431B7
run cards list --json --atr 3BF81300008131FE454A434F5076323431B7
json 'in JSON' "[(c['name'], c['provider'], c['interfaces'], c['mask']) for c in it['cards']] == [('A JCOP', '$provider', ['$interface', '$provider'], 'FF' * 16 + '0000')]"
on 'names of the public list' 0 'A storage card
  From:       the public list of ATRs
A MIFARE card
  From:       the public list of ATRs' '' cards find 3B8F8001804F0CA000000306030001000000006A
run cards find -j 3B8F8001804F0CA000000306030001000000006A
json 'those in JSON' "it == {'cards': [], 'publicNames': ['A storage card', 'A MIFARE card']}"
SCARDSSP_ATR_LIST=$scratch/none run cards find 3B00
{
    [ "$code" -eq 1 ] || echo "exit code $code"
    grep -q "^scard: cannot ask the public list: SCARD_E_NO_FILE (0x80100026): There is no public list of ATRs where SCARDSSP_ATR_LIST says, in '$scratch/none': it is missing, empty or cannot be read. The package pcsc-tools has one, " "$scratch/err" || cat "$scratch/err"
} > "$scratch/why"
verdict 'no public list where it was said to be'
: > "$scratch/none"
SCARDSSP_ATR_LIST=$scratch/none run cards find 3B00
{
    [ "$code" -eq 1 ] || echo "exit code $code"
    grep -q "There is no public list of ATRs where SCARDSSP_ATR_LIST says, in '$scratch/none'" "$scratch/err" || cat "$scratch/err"
} > "$scratch/why"
verdict 'an empty one there'
# The usual places: an empty list hides none behind it.
mkdir -p "$scratch/home/.cache"
: > "$scratch/home/.cache/smartcard_list.txt"
cp "$SCARDSSP_ATR_LIST" "$scratch/home/.smartcard_list.txt"
list=$SCARDSSP_ATR_LIST
unset SCARDSSP_ATR_LIST
HOME=$scratch/home XDG_CACHE_HOME='' on 'an empty list hides none' 0 'A storage card
  From:       the public list of ATRs
A MIFARE card
  From:       the public list of ATRs' '' cards find 3B8F8001804F0CA000000306030001000000006A
export SCARDSSP_ATR_LIST=$list

# The system's part; the user's type of the same name hides it.
on 'for all users' 0 "Introduced 'demo CARD' for all users." '' cards introduce --system 'demo CARD' --atr 3B02AABB
[ -s "$scratch/system/cards.db" ] || echo 'no file' > "$scratch/why"
verdict 'the system has a file of its own'
on "the user's wins" 0 'No introduced card type has this ATR.' '' cards list --atr 3B02AABB
on 'forgotten by the user' 0 "Forgot 'Demo Card'." '' cards forget 'Demo Card'
on "then the system's shows" 0 'demo CARD
  ATR:        3B 02 AA BB' '' cards list --atr 3B02AABB
on 'the user has none' 1 '' "scard: no card type 'Demo card' in the user's part of the database: SCARD_E_UNKNOWN_CARD (0x8010000D): 'scard cards list' shows those there are; --system tells the system's from the user's." \
    cards forget 'Demo card'
run cards forget --system --json 'demo card'
json 'forgotten by the system' "it == {'forgotten': 'demo card'}"
run cards introduce --json 'Kärtchen "1"' --atr 3B00
json 'names are UTF-8 and quoted' "it['introduced']['name'] == 'Kärtchen \"1\"' and it['introduced']['provider'] is None"

on 'no ATR' 2 '' "scard cards introduce: wants the ATR: either --atr HEX or --from READER
Try 'scard cards introduce --help'." cards introduce x
on 'two of them' 2 '' "scard cards introduce: wants the ATR: either --atr HEX or --from READER
Try 'scard cards introduce --help'." cards introduce x --atr 3B00 --from 0
on 'no name' 2 '' "scard cards introduce: takes one NAME
Try 'scard cards introduce --help'." cards introduce --atr 3B00
on 'another mask' 2 '' "scard cards introduce: ATR and mask differ in size: 2 and 1 bytes
Try 'scard cards introduce --help'." cards introduce x --atr 3B00 --mask FF
on 'no hexadecimal' 2 '' "scard cards introduce: --atr wants bytes in hexadecimal, not 'xyz'
Try 'scard cards introduce --help'." cards introduce x --atr xyz
on 'an ATR that is too long' 1 '' "scard: cannot introduce 'x': E_INVALIDARG (0x80070057): an ATR has 1 to 36 bytes" \
    cards introduce x --atr "$(printf '3B%.0s' $(seq 37))"
on 'an empty name' 1 '' "scard: cannot introduce '': E_INVALIDARG (0x80070057): a name has 1 to 255 bytes without control characters, a group's does not begin with SCard$, an ATR has 1 to 36 bytes" \
    cards introduce '' --atr 3B00
on 'with the provider of this library' 0 "Introduced 'Badge'." '' cards introduce Badge --atr 3B024242 --provider iso
on 'whose interfaces it gets' 0 "Badge
  ATR:        3B 02 42 42
  Provider:   {14AA4189-833F-42AD-AB2A-1D4A8099A02A}
  Interfaces: {5E586211-5A09-11D0-B84C-00C04FD424B9}
              {4029DD8A-5902-11D0-B84C-00C04FD424B9}
              {4029DD85-5902-11D0-B84C-00C04FD424B9}
              {7B063D61-6E40-11D0-B858-00C04FD424B9}" '' cards find 3B024242
on 'unless others are named' 0 "Introduced 'Badge'." '' cards introduce Badge --atr 3B024242 --provider iso -i "$interface"
on 'which are the only ones then' 0 "Badge
  ATR:        3B 02 42 42
  Provider:   {14AA4189-833F-42AD-AB2A-1D4A8099A02A}
  Interfaces: $interface" '' cards find 3B024242
run cards forget Badge
on 'no GUID' 1 '' "scard: cannot introduce 'x': E_INVALIDARG (0x80070057): the provider is neither 'iso' nor a GUID in registry form, {E126F8FE-A7AF-11D0-B88A-00C04FD424B9}" \
    cards introduce x --atr 3B00 --provider "${provider%?}"
on 'an interface that is no GUID' 1 '' "scard: cannot introduce 'x': E_INVALIDARG (0x80070057): an interface is no GUID in registry form, {E126F8FE-A7AF-11D0-B88A-00C04FD424B9}" \
    cards introduce x --atr 3B00 --interface "$interface" --interface nonsense
on 'help of the whole' 0 "$("$scard" help cards)" '' cards -h
run cards --help
for command in list find introduce forget; do
    grep -q "^  $command  *[a-z]" "$scratch/out" || echo "$command is not in the help"
done > "$scratch/why"
verdict 'it names every command'
on 'a command that is not there' 2 '' "scard cards: there is no command 'frget'; is 'forget' meant?
Try 'scard cards --help'." cards frget x
finish
