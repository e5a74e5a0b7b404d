#!/usr/bin/env bash
# scard shell --json: what each command tells, line for line and by its schema, on cards of several kinds.
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/../database.sh"

# lines NAME EXPECTED RM COMMANDS [ARGUMENT...]: what the shell tells of a card in the first reader.
lines() {
    local name=$1 expected=$2 rm=$3 commands=$4
    shift 4
    check "$name" 0 "$expected" '' --rm "$rm" shell --json -c "$commands" "$@" 0
    grep -v '"kind":"command"' "$scratch/out" > "$scratch/lines"
    like_schema "$name, by its schema" shell "$scratch/lines"
}

facts='"type":"transparent","size":128,"recordCount":null,"recordSize":null'
none='"type":null,"size":null,"recordCount":null,"recordSize":null'
directory='{"kind":"entry","place":"/DF01/0101","name":"/DF01/0101","meaning":null,"directory":false,'$facts'}
{"kind":"entry","place":"/DF01/DF11","name":"/DF01/DF11","meaning":null,"directory":true,'$none'}'
lines 'a directory' "$directory" sim 'ls DF01'
lines 'also where names alone are wanted' "$directory" sim 'ls -1 DF01'
lines 'a tree' "$directory"'
{"kind":"entry","place":"/DF01/DF11/0111","name":"/DF01/DF11/0111","meaning":null,"directory":false,"type":"transparent","size":9,"recordCount":null,"recordSize":null}' \
    sim 'tree DF01'
lines 'what is found by name' '{"kind":"entry","place":"/2F00","name":"/EF.DIR","meaning":"applications of the card","directory":false,"type":"linear variable","size":256,"recordCount":4,"recordSize":64}' \
    sim 'find EF.DIR'
lines 'what is found by identifier' '{"kind":"entry","place":"/0003","name":"/0003","meaning":null,"directory":false,"type":"linear fixed","size":160,"recordCount":10,"recordSize":16}' \
    sim 'find 0003 0003'
lines 'contents' '{"kind":"content","place":"/DF01/DF11/0111","name":"/DF01/DF11/0111","meaning":null,"type":"transparent","size":9,"content":"4465657020646F776E","records":null}
{"kind":"content","place":"/2F00","name":"/EF.DIR","meaning":"applications of the card","type":"linear variable","size":35,"content":"610F4F07F0534341524401500446696C6561104F07F053434152440250055661756C74","records":["610F4F07F0534341524401500446696C65","61104F07F053434152440250055661756C74"]}' \
    sim 'cat DF01/DF11/0111 EF.DIR'
described='{"kind":"description","place":"/DF01","name":"/DF01","meaning":null,"directory":true,'$none',"objects":"8201388302DF018407F05343415244018A01058C04070000FF"}'
lines 'what the card says of itself and of files' "$described"'
{"kind":"card","reader":"Simulated Reader 00","atr":"'"${sim_atr// /}"'","card":"Demo card"}
'"$described"'
{"kind":"directory","place":"/","name":"/","meaning":null}
{"kind":"description","place":"/DF01/0101","name":"/DF01/0101","meaning":null,"directory":false,'$facts',"objects":"8002008082020141830201018801088A01058C0407000000"}' \
    sim 'select DF01; info; cd; info DF01/0101'
lines 'files to disk and back' '{"kind":"copied","place":"/0002","name":"/0002","meaning":null,"file":"'"$scratch"'/two","type":"transparent","size":256}
{"kind":"copied","place":"/0002","name":"/0002","meaning":null,"file":"'"$scratch"'/two","type":"transparent","size":256}' \
    sim "get 0002 $scratch/two; put $scratch/two 0002"
check 'commands of the user, as scard apdu tells them' 0 '{"step":1,"kind":"command","command":"00B0820001","data":"5A","status":"9000","meaning":"success","atr":null,"expected":"9000","met":true,"failed":null}
{"step":2,"kind":"command","command":"00FF000000","data":"","status":"6D00","meaning":"instruction code not supported or invalid","atr":null,"expected":null,"met":null,"failed":null}' '' \
    --rm sim shell --json -c 'apdu 00B0820001 => 9000; apdu 00FF000000' 0
like_schema 'by the schema of scard apdu' apdu
printf '0000\n' > "$scratch/pins"
input=$scratch/pins
lines 'a code, and an application by its name' '{"kind":"directory","place":"/\"A0000000871002FF49FF0589\"","name":"/USIM","meaning":"subscription of a mobile network (3GPP TS 31.102)"}
{"kind":"code","number":"01","done":"verified"}
{"kind":"content","place":"/\"A0000000871002FF49FF0589\"/6F07","name":"/USIM/EF.IMSI","meaning":"the subscriber'"'"'s identity","type":"transparent","size":9,"content":"080910101032547698","records":null}' \
    sim:usim 'cd USIM; verify; cat imsi' --pin-fd 0
input=/dev/null
check 'what fails is told as ever' 1 '{"kind":"directory","place":"/DF01","name":"/DF01","meaning":null}' "scard: cannot read '9999': SCARD_E_FILE_NOT_FOUND (0x80100024): The card has no such file." \
    --rm sim shell --json -c 'cd DF01; cat 9999; ls' 0
finish
