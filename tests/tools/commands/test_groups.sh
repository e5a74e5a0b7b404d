#!/usr/bin/env bash
# scard groups: readers put into groups, listed, taken out and forgotten.
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/../database.sh"

on 'no groups' 0 'There are no groups of readers.' '' groups
run groups --json
json 'none in JSON' "it == {'groups': []}"
on 'a reader by its number' 0 "Added '$reader' to the group 'Counter'." '' groups add Counter 0
on 'listed' 0 "Counter
  $reader" '' groups list
if [ "$manager" = system ]; then
    finish
fi

on 'a reader by a part of its name' 0 "Added 'Simulated Reader 02' to the group 'counter'." '' groups add counter 'reader 02'
on 'one that is not there' 0 "Added 'ACME 00 00' to the group 'Back office'." '' groups add --exact 'Back office' 'ACME 00 00'
on 'must be exact' 1 '' "scard: no reader is called 'ACME 00 00': SCARD_E_UNKNOWN_READER (0x80100009): give the number, the name or a part of the name of one there is.
The readers are:
  0: Simulated Reader 00
  1: Simulated Reader 01
  2: Simulated Reader 02" groups add 'Back office' 'ACME 00 00'
on 'in there already' 1 '' "scard: 'Simulated Reader 00' is in the group 'COUNTER' already: SCARD_E_DUPLICATE_READER (0x8010001B): nothing is to be done." \
    groups add COUNTER 0
run groups list --json
json 'listed in JSON' "[(g['name'].lower(), g['readers']) for g in it['groups']] == [('back office', ['ACME 00 00']), ('counter', ['Simulated Reader 00', 'Simulated Reader 02'])]"
on 'taken out' 0 "Removed 'Simulated Reader 00' from the group 'Counter'." '' groups remove Counter 'Simulated Reader 00'
on 'not in there any more' 1 '' "scard: 'Simulated Reader 00' is not in the user's group 'Counter': SCARD_E_UNKNOWN_READER (0x80100009): 'scard groups list' shows which readers are in it; --system tells the system's part from the user's." \
    groups remove Counter 'Simulated Reader 00'
run groups remove -j Counter 'Simulated Reader 02'
json 'the last one' "it == {'group': 'Counter', 'removed': 'Simulated Reader 02'}"
on 'the group has gone with it' 0 'Back office
  ACME 00 00' '' groups
on 'forgotten' 0 "Forgot the group 'Back office'." '' groups forget 'Back office'
on 'forgotten twice' 1 '' "scard: there is no user's group 'Back office': SCARD_E_UNKNOWN_READER (0x80100009): 'scard groups list' shows which readers are in it; --system tells the system's part from the user's." \
    groups forget 'Back office'
run groups add --system --json Hall 1
json 'for all users' "it == {'group': 'Hall', 'added': 'Simulated Reader 01'}"
[ -s "$scratch/system/cards.db" ] || echo 'no file' > "$scratch/why"
verdict 'the system has a file of its own'
on "not the user's" 1 '' "scard: there is no user's group 'Hall': SCARD_E_UNKNOWN_READER (0x80100009): 'scard groups list' shows which readers are in it; --system tells the system's part from the user's." \
    groups forget Hall
run groups forget --system --json Hall
json 'forgotten by the system' "it == {'forgotten': 'Hall'}"
on 'a name of the system' 1 '' "scard: cannot change the group 'SCard\$AllReaders': E_INVALIDARG (0x80070057): a name has 1 to 255 bytes without control characters, a group's does not begin with SCard\$, an ATR has 1 to 36 bytes" \
    groups add 'SCard$AllReaders' 0
on 'operands that are missing' 2 '' "scard groups add: takes a GROUP and a READER
Try 'scard groups add --help'." groups add Counter
on 'too many' 2 '' "scard groups list: takes no arguments, but there is 'x'
Try 'scard groups list --help'." groups list x
finish
