#!/usr/bin/env python3
"""Types at a terminal what somebody would, and prints what is seen there: typist.py HAND < KEYS

KEYS are lines: one for the shell is typed when its prompt is there; "> TEXT" is typed to the program that
runs, once that has nothing more to say; "^C" and "^D" are keys; "(DIRECTION)" is what hands do at the reader
meanwhile: HAND is called with its words. tasks.sh calls it. Exit status 1: something did not happen in time.
"""
import os
import pty
import re
import select
import subprocess
import sys
import time

PROMPT = "@@ "
QUIET, SOON, LONG = 0.5, 4.0, 40.0 # seconds: no news; without news at all, or with no end of it; for a prompt
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b[()][0-9A-B]|\x1b[=>]|[\x00-\x08\x0b-\x1f\x7f]")


class Terminal:
    """A shell on a terminal of its own."""

    def __init__(self):
        self.seen = ""
        self.child, self.screen = pty.fork()
        if self.child == 0:
            os.environ.update(PS1=PROMPT, TERM="xterm", INPUTRC="/dev/null", HISTFILE="/dev/null", COLUMNS="100", LINES="40")
            os.execvp("bash", ["bash", "--norc", "--noprofile", "-i"])

    def look(self, seconds):
        """Takes in what comes in this time; False: nothing did."""
        if not select.select([self.screen], [], [], seconds)[0]:
            return False
        try:
            self.seen += os.read(self.screen, 65536).decode("utf-8", "replace")
        except OSError:
            return False
        return True

    def text(self):
        return ESCAPES.sub("", self.seen)

    def await_prompt(self):
        end = time.monotonic() + LONG
        while not self.text().endswith(PROMPT):
            if time.monotonic() > end:
                return False
            self.look(0.1)
        return True

    def await_quiet(self):
        """Until the program has said something and nothing more; some never stop."""
        end = time.monotonic() + SOON
        begun = len(self.seen)
        while time.monotonic() < end and (self.look(QUIET) or len(self.seen) == begun):
            pass

    def type(self, text):
        os.write(self.screen, text.encode())
        self.look(0.2)


def play(terminal, line, hand):
    """One line of the keys; False: it could not be typed."""
    if line.startswith("("):
        terminal.await_quiet()
        subprocess.run(hand.split() + line.strip("()").split(), check=True)
    elif line in ("^C", "^D"):
        terminal.await_quiet()
        terminal.type("\x03" if line == "^C" else "\x04")
    elif line.startswith("> "):
        terminal.await_quiet()
        terminal.type(line[2:] + "\n")
    else:
        if not terminal.await_prompt():
            return False
        terminal.type(line + "\n")
        if line.endswith("&"):
            time.sleep(1) # nobody types the next line before that
    return True


def main():
    terminal = Terminal()
    fine = all(play(terminal, line, sys.argv[1]) for line in sys.stdin.read().splitlines())
    fine = fine and terminal.await_prompt()
    print(terminal.text().replace(PROMPT, "\n" + PROMPT))
    os.close(terminal.screen)
    try:
        os.kill(terminal.child, 9)
    except ProcessLookupError:
        pass
    os.waitpid(terminal.child, 0)
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
