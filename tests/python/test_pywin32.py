"""A script for pywin32 runs unchanged: python3 -m scardssp SCRIPT. And the examples say what they say."""
import os
import subprocess
import sys

import pytest

from conftest import ROOT

EXAMPLES = os.path.join(ROOT, "examples", "python")


def run(*arguments, rm="sim"):
    environment = dict(os.environ, SCARDSSP_RM=rm)
    done = subprocess.run([sys.executable, *arguments], env=environment, capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout, done.stderr


def test_script__as_on_windows():
    script = os.path.join(EXAMPLES, "challenge.py")
    assert run("-m", "scardssp", script) == (0, "Reader: Simulated Reader 00\nReply:  10 bytes, status 9000\n", "")
    assert run("-m", "scardssp", script, "Simulated Reader 02") == (
        0, "Reader: Simulated Reader 02\nReply:  10 bytes, status 9000\n", "")
    code, out, err = run("-m", "scardssp", script, "Nobody")
    assert (code, err) == (1, "") and out.startswith("Reader: Nobody\nFailed: 0x80100009, SCARD_E_UNKNOWN_READER: ")
    assert run("-m", "scardssp", script, rm="sim:")[1].startswith("There is no reader.")


def test_script__is_run_as_the_main_program(tmp_path):
    script = tmp_path / "script.py"
    script.write_text("""
import sys, pythoncom, pywintypes, win32com.client
assert __name__ == "__main__" and sys.argv[1:] == ["a", "b"]
pythoncom.CoInitialize()
assert pythoncom.com_error is pywintypes.com_error
try:
    win32com.client.Dispatch("No.Class")
except pywintypes.com_error as error:
    assert error.hresult == -2147221005, error
pythoncom.CoUninitialize()
sys.exit(7)
""")
    assert run("-m", "scardssp", str(script), "a", "b") == (7, "", "")


@pytest.mark.parametrize("arguments, code", [([], 2), (["--help"], 0)])
def test_usage(arguments, code):
    done = run("-m", "scardssp", *arguments)
    assert done[0] == code and "usage: python3 -m scardssp SCRIPT" in done[1 if code == 0 else 2]


def test_pywin32__itself_comes_first(tmp_path):
    (tmp_path / "win32com").mkdir()
    (tmp_path / "win32com" / "__init__.py").write_text("real = True\n")
    check = "import sys; sys.path.insert(0, %r); from scardssp import pywin32; pywin32.install(); import win32com; win32com.real"
    assert run("-c", check % str(tmp_path)) == (0, "", "")


def test_greeting():
    script = os.path.join(EXAMPLES, "greeting.py")
    assert run(script) == (0, "Hello from the demo card\n", "")
    assert run(script, "Simulated Reader 01")[:2] == (0, "6E00: class not supported\n")
    assert run(script, "Nobody") == (1, "", "greeting: No reader has this name; list the readers and use the exact name.\n")
