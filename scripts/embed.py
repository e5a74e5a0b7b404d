#!/usr/bin/env python3
"""Turns card images into a C table of strings: embed.py OUT.c HEADER STRUCT ARRAY FILE...

Called by the build. Each entry is {name without folder and suffix, the image's field "summary", text, size};
the table ends with NULLs.
"""
import json
import pathlib
import sys


def main(out, header, struct, array, *files):
    lines = ['/* Made by scripts/embed.py; do not edit. */', f'#include "{header}"', '']
    entries = []
    for file in map(pathlib.Path, files):
        data = file.read_bytes()
        name = file.stem
        lines.append(f'static const char text_{name}[] = {{')
        signed = [byte if byte < 128 else byte - 256 for byte in data + b'\0']
        for start in range(0, len(signed), 24):
            lines.append('    ' + ', '.join(map(str, signed[start:start + 24])) + ',')
        lines.append('};')
        summary = json.dumps(json.loads(data)["summary"])
        entries.append(f'    {{"{name}", {summary}, text_{name}, {len(data)}}},')
    lines += [f'const struct {struct} {array}[] = {{', *entries, '    {0, 0, 0, 0}};', '']
    pathlib.Path(out).write_text('\n'.join(lines))


if __name__ == '__main__':
    main(*sys.argv[1:])
