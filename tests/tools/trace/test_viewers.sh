#!/usr/bin/env bash
# What others make of a trace of `scard demo`: tshark prints instruction and status of every command, and
# Chromium opens the page, searches it and photographs it, with nothing set up.
#   test_viewers.sh SCARD MANAGER [PHOTOGRAPH]
# PHOTOGRAPH: where the picture stays, to be looked at.
. "$(dirname "$0")/../tap.sh"
photograph=${3-$scratch/page.png}
scard=$(realpath "$scard")
cd "$scratch" || exit 1
export HOME=$scratch XDG_CONFIG_HOME=$scratch XDG_CACHE_HOME=$scratch

"$scard" trace -o demo.jsonl -- "$scard" --rm sim demo > /dev/null 2> why
verdict 'the tour is traced'
python3 - > wanted 2> why <<'PY'
import json
for line in open("demo.jsonl"):
    call = json.loads(line)
    if call.get("answer"):
        print("0x%s" % call["command"][2:4].lower())
        print("0x%s 0x%s" % (call["answer"][-4:-2].lower(), call["answer"][-2:].lower()))
PY
[ "$(wc -l < wanted)" -ge 20 ] || echo 'few commands' >> why
verdict 'it has commands'

if command -v tshark > /dev/null; then
    "$scard" trace -o demo.pcapng -- "$scard" --rm sim demo > /dev/null 2> why
    tshark -r demo.pcapng -Y iso7816 -T fields -E separator=/s -e iso7816.apdu.ins -e iso7816.apdu.sw1 -e iso7816.apdu.sw2 \
        2> said | sed 's/^ *//; s/ *$//' | grep . > decoded
    diff wanted decoded >> why || cat said >> why
    verdict 'tshark has instruction and status of every command'
    tshark -r demo.pcapng 2> said > listed
    { grep -q 'ISO 7816.*Select file' listed && grep -q 'ISO 7816.*Response APDU (to Read binary)' listed || cat listed said
      grep -i 'malformed' listed
      said=$(grep -c -E ' (SELECT|READ BINARY|GET CHALLENGE).* -> [0-9A-F]{4}: ' listed)
      [ "$said" -eq "$(grep -c ' ' wanted)" ] || { echo "$said answers"; cat listed; }
      grep -q -- 'reconnect share 2, protocols 3, init 1, got [0-9A-F]* = SCARD_S_SUCCESS' listed || { echo 'no reset'; cat listed; }
    } > why
    verdict 'its list names them, and what was answered'
    tshark -r demo.pcapng -V 2> said > whole
    { for words in 'Status Word SW1: .*0x69' 'Instruction: Read binary (0xb0)' 'Interface name: Simulated Reader 00' \
        'ISO 7816 ATR' '6986: command not allowed, no current EF'; do grep -q "$words" whole || echo "not there: $words"; done; } > why
    verdict 'and in full'
else
    tap_skip 'tshark' 'it is not installed: scripts/install-deps.sh check'
fi

# What a driver or a card could say to a browser.
python3 - > hostile.jsonl <<'PY'
import json
evil = "</td><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">'\"&\u202e\u0007"
for number, ended in ((1, True), (2, False)):
    call = {"trace": 1, "time": 1700000000000000 + number, "process": 1, "thread": 1, "program": evil, "number": number,
            "ended": ended, "call": "transmit", "on": evil, "command": "00B0000001"}
    if ended:
        call.update(status=evil, took=5, detail=evil, answer="419000")
    print(json.dumps(call))
PY
"$scard" trace show demo.jsonl --html demo.html 2> why
"$scard" trace show hostile.jsonl --html hostile.html 2>> why
verdict 'pages are written'
grep -n -E 'https?:|src=x|<script>document' demo.html > why
grep -n -E '<img|<script>document|onerror="' hostile.html >> why
verdict 'they name nothing elsewhere, and what others said is text'

browse() { # ARGUMENT...
    timeout --kill-after 5 100 chromium --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run \
        --user-data-dir="$scratch/browser" "$@" 2> said
}
if command -v chromium > /dev/null; then
    browse --window-size=1200,900 --screenshot="$photograph" "file://$scratch/demo.html" > /dev/null
    { file=$(head -c 8 "$photograph" | od -An -tx1 | tr -d ' \n'); [ "$file" = 89504e470d0a1a0a ] || { echo "no picture: $file"; cat said; }
      [ "$(wc -c < "$photograph")" -gt 20000 ] || echo 'an empty page'; } > why
    verdict 'a photograph'
    browse --dump-dom "file://$scratch/demo.html" > dom
    rows=$(grep -c '<tr id=' dom)
    { grep -q ">$rows of $rows calls<" dom && [ "$rows" -gt 50 ] || { echo "not all of $rows"; grep '<output' dom; cat said; }; } > why
    verdict 'all calls are shown, and the script ran'
    browse --dump-dom "file://$scratch/demo.html#q=read%20binary" > dom
    { found=$(grep '<tr id=' dom | grep -v 'hidden=""'); [ -n "$found" ] || { echo 'nothing found'; cat said; }
      grep -v 'READ BINARY' <<< "$found"
      [ "$(wc -l <<< "$found")" -eq "$(grep -c '<b>READ BINARY' demo.html)" ] || echo "$found"; } > why
    verdict 'a search finds what it is for, and nothing else'
    browse --dump-dom "file://$scratch/demo.html#q=00b0000018" > dom
    { [ "$(grep '<tr id=' dom | grep -v -c 'hidden=""')" -ge 3 ] || cat said; } > why
    verdict 'bytes are found, too'
    browse --dump-dom "file://$scratch/hostile.html" > dom
    { grep -q '<title>hostile.jsonl</title>' dom && grep -q '>2 of 2 calls<' dom || { grep -E 'title|output' dom; cat said; }; } > why
    verdict 'nothing of theirs runs'
else
    tap_skip 'Chromium' 'it is not installed: scripts/install-deps.sh check'
fi

tap_plan
