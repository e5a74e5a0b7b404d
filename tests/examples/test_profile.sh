#!/usr/bin/env bash
# A vendor's profile, end to end: the sample's shared object is registered and listed, and a program that
# knows nothing of the card opens its files by name and shows its PIN; and what it says without the profile:
# test_profile.sh SCARD MANAGER FOLDER CARD ROOMS
. "$(dirname "$0")/../tools/tap.sh"
tool=$scard
folder=$3
rooms=$5
export SCARDSSP_RM=sim:$4 SCARDSSP_PROVIDER_PATH=$scratch/providers.d

# As a package would install them: the build folder itself may be one that others write to.
(umask 022; mkdir "$scratch/providers.d"; cp "$folder/badge.so" "$scratch/badge.so"; chmod 755 "$scratch/badge.so")
register() {
    (umask 022; sed "s|^path .*|path = $1|" "$folder/badge.provider" > "$scratch/providers.d/badge.provider")
}

# on_rooms NAME PIN CODE STDOUT STDERR
on_rooms() {
    local name=$1 pin=$2
    shift 2
    echo "$pin" > "$scratch/pin"
    scard=$rooms input=$scratch/pin
    check "$name" "$@"
    scard=$tool input=/dev/null
}

on_rooms 'nobody knows the names' 2468 1 '' \
    'rooms: holder: no profile knows that; is badge.provider where providers are found?'

register "$scratch/badge.so"
listed='         Acme badges (example)
         @/providers.d/badge.provider
         @/badge.so'
filter="/^used .* SCardSSP\./d
s|$scratch|@|g"
check 'listed' 0 "used     profile acme-badge
$listed" '' providers
check 'tried' 0 "used     profile acme-badge
$listed" '' providers --try
filter=
"$tool" providers --json | python3 -c '
import json, sys
mine = [row for row in json.load(sys.stdin)["classes"] if row["file"]]
print(len(mine), mine[0]["state"], mine[0]["clsid"], mine[0]["profile"], mine[0]["reason"])' > "$scratch/out"
diff <(echo '1 used None acme-badge None') "$scratch/out" > "$scratch/why"
verdict 'as JSON'

on_rooms 'files by name, the PIN as it is typed' 2468 0 'holder: Erika Mustermann
rooms: Laboratory, archive' ''
on_rooms 'a wrong PIN' 2469 1 'holder: Erika Mustermann' 'rooms: PIN: this is not the PIN'
on_rooms 'what is no PIN costs no try' 123 1 'holder: Erika Mustermann' \
    'rooms: PIN: a PIN has 4 to 8 digits; no try was lost'
echo 2468 | SCARDSSP_TRACE=2 "$rooms" 2>&1 | grep -c '> 00 20 00 81 08 \*\*$' > "$scratch/out"
diff <(echo 1) "$scratch/out" > "$scratch/why"
verdict 'reference 81, eight bytes, and none of them in the trace'

chmod 666 "$scratch/badge.so"
filter="/^used .* SCardSSP\./d
s|$scratch|@|g"
check 'a library that everybody may change' 1 'refused  profile acme-badge
         Acme badges (example)
         @/providers.d/badge.provider
         @/badge.so
         @/badge.so: everybody may write to it' 'scard: files that bring nothing: 1; the reason stands with each' providers
filter=
on_rooms 'is not used' 2468 1 '' 'rooms: holder: no profile knows that; is badge.provider where providers are found?'
chmod 755 "$scratch/badge.so"
sed -i 's/acme-badge/acme-gate/' "$scratch/providers.d/badge.provider"
filter="/^used .* SCardSSP\./d
s|$scratch|@|g"
check 'a profile that the library does not have, tried' 1 'failed   profile acme-gate
         Acme badges (example)
         @/providers.d/badge.provider
         @/badge.so
         ScardsspGetProfile knows no profile of this name' 'scard: files that bring nothing: 1; the reason stands with each' providers --try
finish
