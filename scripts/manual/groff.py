"""What groff's man macros say, read and written. Used by commands.py and by the test of the manual."""
import re
import shlex

# The tag of an option, as it is read: "-r, --reader READER".
OPTION = re.compile(r"^(?:-(\w), )?--([a-z-]+)(?: (.+))?$")


def plain(text):
    """Text as it is read: without what is groff's."""
    return re.sub(r"\\f[BIR]|\\:", "", text).replace("\\-", "-")


def tag(line):
    """What a line with a font macro prints: .B and .I put blanks between their arguments, the others do
    not.
    """
    macro, _, rest = line.partition(" ")
    return (" " if macro in (".B", ".I") else "").join(shlex.split(plain(rest)))


def escaped(text):
    """Any text, so that groff prints it as it is."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq").replace("`", "\\(ga").replace("^", "\\(ha").replace("~", "\\(ti")
    return "\\&" + text if text.startswith((".", "\\(aq")) else text
