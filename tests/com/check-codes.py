#!/usr/bin/env python3
"""Every code that a source of the library names has a name and advice for callers: check-codes.py ROOT.
Speaks TAP.

Reads the sources for COM's codes (E_..., STG_E_..., DISP_E_..., ...) and the port's (RM_E_..., RM_W_...), the
two tables (src/com/code.c, src/rm/status.c), and the numbers in the public headers.
"""
import re
import sys
from pathlib import Path

root = Path(sys.argv[1])
COM = re.compile(r'\b((?:E|STG_E|CO_E|DISP_E|TYPE_E|CLASS_E|REGDB_E|RPC_E|RPC_S)_[A-Z][A-Z_0-9]*|S_OK|S_FALSE)\b')
PORT = re.compile(r'\bRM_((?:E|W|F|P)_[A-Z][A-Z_0-9]*)\b')
ROW = re.compile(r'\{0x([0-9A-F]{8})u,\s*"([A-Z_0-9]+)",\s*"((?:[^"\\]|\\.)*)"\}')
# Answers of Windows' own RPC that winscard.dll hands on, which the backend turns into the port's codes, and
# that of a wait in an apartment whose time is over, which goes on.
INSIDE = {'RPC_S_OK', 'RPC_S_OUT_OF_MEMORY', 'RPC_S_OUT_OF_RESOURCES', 'RPC_S_COMM_FAILURE', 'RPC_S_CALLPENDING',
          'RPC_S_CALL_CANCELLED', 'RPC_S_INVALID_BINDING', 'RPC_S_NO_BINDINGS', 'RPC_S_NOT_LISTENING', 'RPC_S_PROTOCOL_ERROR'}

sources = [path for path in root.glob('src/**/*.[ch]')]
text = '\n'.join(path.read_text() for path in sources if path.name not in ('code.c', 'status.c', 'status.h'))
text = re.sub(r'/\*.*?\*/|"(?:[^"\\\n]|\\.)*"', ' ', text, flags=re.S)
table = re.sub(r'"\s+"', '', (root / 'src/com/code.c').read_text())
com = {name: (int(number, 16), advice) for number, name, advice in ROW.findall(table)}
port = set(re.findall(r'"(SCARD_[EWFP]_[A-Z_0-9]+)"', (root / 'src/rm/status.c').read_text()))
headers = '\n'.join(path.read_text() for path in root.glob('include/scardssp/*.h'))
numbers = {name: int(number, 16) for name, number in
           re.findall(r'#define ((?:E|STG_E|CO_E|DISP_E|TYPE_E|CLASS_E|REGDB_E|RPC_E)_[A-Z_0-9]+) \(\(HRESULT\)(0x[0-9A-Fa-f]+)\)', headers)}

checks = {
    'codes of COM in the sources have a name': sorted(set(COM.findall(text)) - INSIDE - set(com)),
    'codes of the port in the sources have a name': sorted('SCARD_' + name for name in set(PORT.findall(text))
                                                           if 'SCARD_' + name not in port),
    'codes of the headers have a name': sorted(set(numbers) - set(com)),
    'numbers are those of the headers': sorted(name for name, number in numbers.items() if name in com and com[name][0] != number),
    'each number and each name stands once': sorted(name for name in com
                                                    if [number for number, _ in com.values()].count(com[name][0]) > 1),
    'advice is a sentence': sorted(name for name, (_, advice) in com.items()
                                   if not re.match(r'[A-Z].*\.$', advice)),
    'there is something to check': [] if len(set(COM.findall(text))) > 30 and len(set(PORT.findall(text))) > 30 and len(com) > 100
                                   and len(numbers) > 30 else ['nothing found: have the tables moved?'],
}
print('1..%d' % len(checks))
for number, (name, wrong) in enumerate(checks.items(), 1):
    print('%s %d - %s' % ('not ok' if wrong else 'ok', number, name))
    for line in wrong:
        print('# ' + line)
sys.exit(any(checks.values()))
