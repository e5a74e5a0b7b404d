"""python3 -m scardssp SCRIPT [ARGUMENT...]: runs a script that was written for pywin32 on Windows."""
import runpy
import sys

from . import pywin32


def main() -> int:
    if len(sys.argv) < 2 or sys.argv[1] in ("-h", "--help"):
        asked = len(sys.argv) > 1
        print("usage: python3 -m scardssp SCRIPT [ARGUMENT...]\n\n"
              "Runs a Python script that uses the card objects through win32com.client.Dispatch, as on Windows.\n"
              "SCARDSSP_RM=sim gives it simulated readers.", file=sys.stdout if asked else sys.stderr)
        return 0 if asked else 2
    pywin32.install()
    del sys.argv[0]
    runpy.run_path(sys.argv[0], run_name="__main__")
    return 0


if __name__ == "__main__":
    sys.exit(main())
