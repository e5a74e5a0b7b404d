#!/usr/bin/env python3
"""Turns a file into a C array of its bytes: embed-file.py FILE OUT.c HEADER ARRAY.

Called by the build. The array's size is another constant, ARRAY_size; HEADER declares both.
"""
import pathlib
import sys


def main(file, out, header, array):
    data = pathlib.Path(file).read_bytes()
    lines = ['/* Made by scripts/embed-file.py; do not edit. */', f'#include "{header}"', '',
             f'const unsigned char {array}[] = {{']
    lines += ['    ' + ', '.join(map(str, data[start:start + 24])) + ',' for start in range(0, len(data), 24)]
    lines += ['};', f'const size_t {array}_size = sizeof {array};', '']
    pathlib.Path(out).write_text('\n'.join(lines))


if __name__ == '__main__':
    main(*sys.argv[1:])
