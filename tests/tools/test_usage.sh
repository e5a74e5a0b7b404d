#!/usr/bin/env bash
# The command line of the tool itself: help, version, commands and options that do not exist, exit codes.
. "$(dirname "$0")/tap.sh"
version=$3 manual=$4

check 'version' 0 "scard $version" '' --version
check 'no command' 2 '' "scard: which command?
Try 'scard --help'."
check 'help and --help are the same' 0 "$("$scard" --help)" '' help
check 'help of a command' 0 "$("$scard" status --help)" '' help status
check 'help of help' 0 "$("$scard" --help)" '' help help
check 'help of a command of a command' 0 "$("$scard" sim serve --help)" '' help sim serve
check 'help of a command that a command has not' 2 '' "scard cards: there is no command 'lits'; is 'list' meant?
Try 'scard cards --help'." help cards lits
check 'help of a command of one that has none' 2 '' "scard: help of what? 'list' has no command 'atr'
Try 'scard --help'." help list atr
check 'help of too much' 2 '' "scard: help of what? 'serve' has no command 'demo'
Try 'scard --help'." help sim serve demo
check 'help of a command that is not there' 2 '' "scard: there is no command 'lits'; is 'list' meant?
Try 'scard --help'." help lits
check 'the nearest command' 2 '' "scard: there is no command 'reatach'; is 'reattach' meant?
Try 'scard --help'." reatach
check 'a command like no other' 2 '' "scard: there is no command 'xylophone'
Try 'scard --help'." xylophone
check 'an unknown long option' 2 '' "scard: there is no option '--colour'
Try 'scard --help'." --colour list
check 'an unknown letter' 2 '' "scard list: there is no option '-z'
Try 'scard list --help'." list -z
check 'an option without its argument' 2 '' "scard: --rm wants an argument
Try 'scard --help'." --rm
check 'an argument for a flag' 2 '' "scard apdu: --lock takes no argument
Try 'scard apdu --help'." apdu --lock=yes
check 'a word that is no choice' 2 '' "scard status: --protocol wants t0|t1|any|raw, not 't2'
Try 'scard status --help'." status --protocol t2
check 'a number that is none' 2 '' "scard status: --timeout wants a number, not '1s'
Try 'scard status --help'." status --wait --timeout 1s
check 'a negative number' 2 '' "scard status: --timeout wants a number, not '-1'
Try 'scard status --help'." status --wait --timeout -1
check 'a number too large' 2 '' "scard reattach: --count wants a number, not '4294967296'
Try 'scard reattach --help'." reattach --watch --count 4294967296
check 'too many operands' 2 '' "scard status: takes one READER, but there is 'b', too
Try 'scard status --help'." status a b
check 'list takes none' 2 '' "scard list: takes no arguments, but there is 'x'
Try 'scard list --help'." list x
check 'demo takes one' 2 '' "scard demo: takes one READER, but there is 'b', too
Try 'scard demo --help'." demo a b
check '--timeout without --wait' 2 '' "scard status: --timeout means nothing without --wait
Try 'scard status --help'." status --timeout 1
check '--count without --watch' 2 '' "scard reattach: --count means nothing without --watch
Try 'scard reattach --help'." reattach --count 1
check '--watch with --init' 2 '' "scard reattach: --watch leaves the card as it is: --init does not go with it
Try 'scard reattach --help'." reattach --watch --init reset
# Behind what every system has comes what this one has.
everything=$filter
filter="$everything;s/\\(sim: none)\\).*/\\1/"
check 'a resource manager that is not there' 1 '' \
    "scard: cannot use the resource manager 'foo': E_INVALIDARG (0x80070057): no resource manager \"foo\"; there are system (the PC/SC service), sim (simulated readers; sim:FILE: those of a file, sim: none)" \
    --rm foo list
filter=$everything

# The commands that a help lists.
listed() {
    sed -n '/^Commands:$/,/^$/s/^  \([a-z][a-z]*\) .*/\1/p' "$1"
}

# Every help there is, found by what each lists: no line is wider than a terminal, and it is the same text in
# both ways. Those of commands that do something are left in $commands, one a line.
commands=
"$scard" help > "$scratch/all"
{
    awk 'length > 80' "$scratch/all"
    [ "$(listed "$scratch/all" | wc -l)" -ge 12 ] || echo 'hardly any commands'
} > "$scratch/why"
verdict 'help fits a terminal'
for command in $(listed "$scratch/all" | sed '/^help$/d'); do
    "$scard" help "$command" > "$scratch/of"
    {
        awk 'length > 80' "$scratch/of"
        "$scard" "$command" --help | diff -u "$scratch/of" -
    } > "$scratch/why"
    verdict "help $command fits a terminal"
    leaves=$(listed "$scratch/of")
    [ -n "$leaves" ] || commands="$commands$command
"
    for leaf in $leaves; do
        commands="$commands$command $leaf
"
        "$scard" help "$command" "$leaf" > "$scratch/leaf"
        {
            awk 'length > 80' "$scratch/leaf"
            head -n 1 "$scratch/leaf" | grep -q "^Usage: scard $command $leaf" || echo 'no usage'
            "$scard" "$command" "$leaf" --help | diff -u "$scratch/leaf" -
        } > "$scratch/why"
        verdict "help $command $leaf fits a terminal"
    done
done
printf '%s' "$commands" > "$scratch/leaves"
{
    [ "$(wc -l < "$scratch/leaves")" -ge 19 ] || cat "$scratch/leaves"
    grep -q '^sim serve$' "$scratch/leaves" || echo 'sim serve is not among them'
} > "$scratch/why"
verdict 'all commands are found'

# Every command explains itself: usage first, each option of the usage in the list, at least one example.
[ -z "$on_windows" ] || sed -i '/^providers$/d' "$scratch/leaves" # which has its registry
while read -r command; do
    # shellcheck disable=SC2086
    "$scard" $command --help > "$scratch/help" 2> "$scratch/err" < /dev/null
    result=$?
    {
        [ "$result" -eq 0 ] || echo "exit code $result"
        head -n 1 "$scratch/help" | grep -q "^Usage: scard $command" || echo 'no usage'
        grep -q '^Examples:$' "$scratch/help" || echo 'no examples'
        grep -q -- '-h, --help  *shows this text' "$scratch/help" || echo 'no --help'
        [ ! -s "$scratch/err" ] || cat "$scratch/err"
        for option in $(sed -n 's/^  .*--\([a-z-]*\).*/\1/p' "$scratch/help" | sed '/^help$/d'); do
            sed 's/\\-/-/g' "$manual" | grep -q -e "--$option\b" || echo "--$option is not in the manual"
        done
        sed 's/\\-/-/g' "$manual" | grep -q "^.SS \"scard \[*$command\|^.SS \"scard ${command% *} \[${command#* }\]" || echo 'no such command in the manual'
        for option in $(sed '/^$/q' "$scratch/help" | grep -o '\[-[a-zA-Z]' | tr -d '['); do
            grep -q "^  $option, --" "$scratch/help" || echo "$option is not explained"
        done
    } > "$scratch/why"
    verdict "$command --help"
done < "$scratch/leaves"
[ -z "$on_windows" ] || finish # no /dev/full
{ "$scard" --help > /dev/full; } 2> "$scratch/err"
code=$?
{
    [ "$code" -eq 1 ] || echo "exit code $code"
    grep -x 'scard: cannot write to standard output: No space left on device; make room there, or write to another place' "$scratch/err" > /dev/null || cat "$scratch/err"
} > "$scratch/why"
verdict 'output that cannot be written'
finish
