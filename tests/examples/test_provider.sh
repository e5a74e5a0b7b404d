#!/usr/bin/env bash
# From a card to its vendor's provider, end to end: the sample provider is registered and listed, the card is
# introduced, and the sample clients come from the ATR to the balance and to the card's manager:
# test_provider.sh SCARD MANAGER FOLDER BALANCE SERVICES
. "$(dirname "$0")/../tools/tap.sh"
tool=$scard
folder=$3
balance=$4
services=$5
export SCARDSSP_RM=sim SCARDSSP_ATR_LIST=$scratch/no-list
export SCARDSSP_DATABASE_USER=$scratch/user.db SCARDSSP_DATABASE_SYSTEM=$scratch/system.db
export SCARDSSP_PROVIDER_PATH=$scratch/providers.d
clsid='{5C2D9A10-3F4E-4B6A-9C1D-7E52108AB301}'

# As a package would install them: the build folder itself may be one that others write to.
(umask 022; mkdir "$scratch/providers.d"; cp "$folder/purse.so" "$scratch/purse.so"; chmod 755 "$scratch/purse.so")
register() {
    (umask 022; sed "s|^path .*|path = $1|" "$folder/purse.provider" > "$scratch/providers.d/purse.provider")
}

# on_balance NAME CODE STDOUT STDERR ARGUMENT...
on_balance() {
    scard=$balance
    check "$@"
    scard=$tool
}

on_services() {
    scard=$services
    check "$@"
    scard=$tool
}

on_balance 'nobody has introduced the card: its manager is no purse' 1 '' 'balance: error 0x80004002'
check 'introduced' 0 "Introduced 'Application card'." '' cards introduce 'Application card' --atr "$app_atr" --provider "$clsid"
on_balance 'no provider is registered' 1 '' 'balance: error 0x80040154'

register "$scratch/purse.so"
filter="/^used .* SCardSSP\./d
s|$scratch|@|g"
check 'listed' 0 "used     $clsid  ScardsspDemo.Purse
         Purse of the application card (example)
         @/providers.d/purse.provider
         @/purse.so" '' providers
check 'tried' 0 "used     $clsid  ScardsspDemo.Purse
         Purse of the application card (example)
         @/providers.d/purse.provider
         @/purse.so" '' providers --try
# What the provider asks of the library it is given by the tool, which has the library in itself: with another
# one it would have other readers.
LD_DEBUG=bindings LD_DEBUG_OUTPUT=$scratch/bindings "$tool" providers --try > "$scratch/out"
{ grep -h 'binding file .*/purse\.so .*scardssp_' "$scratch"/bindings.* | grep -v "purse\.so \[0\] to [^ ]*/scard \[0\]:" | head -n 3
    grep -q -h 'binding file .*/purse\.so .*/scard .*scardssp_' "$scratch"/bindings.* || echo 'it asks for nothing'; } > "$scratch/why"
[ ! -s "$scratch/why" ]
verdict 'the tool gives it its own library'
on_balance 'from the card to its balance' 0 'Application card
balance: 4096' ''
on_balance 'another card' 1 '' 'balance: error 0x80004002' 'Simulated Reader 00'
on_services 'from the card to its manager, the same way' 0 'Application card
state 6, protocol T=1
files: no
codes: no
authentication: no
purse: 4096' ''
on_services 'another card, the manager of the library' 0 'Demo card
state 6, protocol T=0
files: yes
codes: yes
authentication: yes
purse: no' '' 'Simulated Reader 00'
filter=
check 'the same class for a card without a purse' 0 "Introduced 'Demo card'." '' cards introduce 'Demo card' --from 0 --provider "$clsid"
on_balance 'a card that the provider does not know' 1 'Demo card' 'balance: error 0x8010001C' 'Simulated Reader 00'
"$tool" providers --json | python3 -c '
import json, sys
mine = [row for row in json.load(sys.stdin)["classes"] if row["file"]]
print(len(mine), mine[0]["state"], mine[0]["clsid"], mine[0]["progid"], mine[0]["reason"], mine[0]["name"])' > "$scratch/out"
diff <(echo "1 used $clsid ScardsspDemo.Purse None Purse of the application card (example)") "$scratch/out" > "$scratch/why"
verdict 'as JSON'

chmod 666 "$scratch/providers.d/purse.provider"
filter="/^used .* SCardSSP\./d
s|$scratch|@|g"
check 'a file that everybody may change' 1 'refused  no class
         @/providers.d/purse.provider
         @/providers.d/purse.provider: everybody may write to it' \
    'scard: files that bring nothing: 1; the reason stands with each' providers
on_balance 'is not used' 1 '' 'balance: error 0x80040154'
rm "$scratch/providers.d/purse.provider"
register purse.so
check 'a path that is relative' 1 'refused  no class
         @/providers.d/purse.provider
         @/providers.d/purse.provider:3: path is relative; it has to begin with '"'/'" \
    'scard: files that bring nothing: 1; the reason stands with each' providers
rm "$scratch/providers.d/purse.provider"
(umask 022; echo text > "$scratch/text.so")
register "$scratch/text.so"
check 'a library that is none, tried' 1 "failed   $clsid  ScardsspDemo.Purse
         Purse of the application card (example)
         @/providers.d/purse.provider
         @/text.so
         @/text.so: file too short" 'scard: files that bring nothing: 1; the reason stands with each' providers --try
check 'not tried, nobody knows' 0 "used     $clsid  ScardsspDemo.Purse
         Purse of the application card (example)
         @/providers.d/purse.provider
         @/text.so" '' providers
rm "$scratch/providers.d/purse.provider"
register "$scratch/purse.so"
sed -i 's/^clsid .*/clsid = {5C2D9A10-3F4E-4B6A-9C1D-7E52108AB3FF}/' "$scratch/providers.d/purse.provider"
check 'a class that the library does not have, tried' 1 'failed   {5C2D9A10-3F4E-4B6A-9C1D-7E52108AB3FF}  ScardsspDemo.Purse
         Purse of the application card (example)
         @/providers.d/purse.provider
         @/purse.so
         CLASS_E_CLASSNOTAVAILABLE' 'scard: files that bring nothing: 1; the reason stands with each' providers --try
check 'too many words' 2 '' "scard providers: takes no arguments, but there is 'x'
Try 'scard providers --help'." providers x
finish
