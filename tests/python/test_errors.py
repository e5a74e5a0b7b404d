"""scardssp.SCardError, and that codes and enumerations are those of the library, its headers and its
contract."""
import enum
import os
import re

import pytest

import scardssp
from conftest import ROOT, source
from scardssp import codes, kinds
from scardssp.errors import DISP_E_EXCEPTION, check, signed


def test_error__has_name_and_advice():
    error = scardssp.SCardError(0x80100068)
    assert (error.code, error.name) == (scardssp.SCARD_W_RESET_CARD, "SCARD_W_RESET_CARD")
    assert error.advice.endswith(".") and str(error) == "SCARD_W_RESET_CARD (0x80100068): " + error.advice
    assert str(scardssp.SCardError(0x80100068, "and more")) == str(error) + " [and more]"
    assert "unknown" in str(scardssp.SCardError(0x8BADF00D))


def test_error__is_like_pywin32s():
    error = scardssp.SCardError(0x80100068, "what it says", "SCardSSP.SCard", 2, DISP_E_EXCEPTION)
    hresult, strerror, excepinfo, argerror = error.args
    assert (error.hresult, error.strerror, error.excepinfo, error.argerror) == (hresult, strerror, excepinfo, argerror)
    assert hresult == -2147352567 and strerror == "DISP_E_EXCEPTION" and argerror == 2
    assert excepinfo == (0, "SCardSSP.SCard", "what it says", None, 0, scardssp.SCARD_W_RESET_CARD)
    assert scardssp.SCardError(0x80070057).excepinfo is None


def test_check__raises_failures_alone():
    assert check(0) == 0 and check(1) == 1
    with pytest.raises(scardssp.SCardError):
        check(-1)
    assert signed(0x80100068) == signed(-2146434968) == -2146434968 and signed(5) == 5


def test_codes__are_the_headers():
    declared = {}
    for header, pattern in (("scarderr.h", r"#define (SCARD_[EFPW]_\w+) SCARDSSP_(?:TWO_)?CODES?\((0x8\w+)\)"),
                            ("wtypes.h", r"#define (\w+) \(\(HRESULT\)(0x8\w+)\)")):
        declared.update((name, signed(int(number, 16)))
                        for name, number in re.findall(pattern, source("include", "scardssp", header)))
    assert len(declared) > 80
    ours = {name: value for name, value in vars(codes).items() if re.match(r"[A-Z]\w*$", name) and name != "S_OK"}
    assert ours == declared


def test_codes__are_the_librarys():
    for name, code in vars(codes).items():
        if name.startswith("SCARD_"):
            assert scardssp.SCardError(code).name == name


def test_kinds__are_the_contracts():
    declared = {name: {value: int(number, 0) for value, number in re.findall(r"(\w+) = (\w+)", body)}
                for body, name in re.findall(r"typedef \[v1_enum, public\] enum tag\w+\s*\{(.*?)\} (\w+);",
                                             source("idl", "scardssp.idl"), flags=re.S)}
    assert len(declared) > 8
    ours = {name: {value: int(member) for value, member in kind.__members__.items()}
            for name, kind in vars(kinds).items() if isinstance(kind, type) and issubclass(kind, enum.Enum)}
    assert ours == declared
    for name, values in declared.items():
        for value in values:
            assert getattr(scardssp, value) is getattr(kinds, name)[value]


def test_version__is_the_projects():
    project = re.search(r"version : '([^']+)'", source("meson.build")).group(1)
    package = re.search(r'^version = "([^"]+)"', source("python", "pyproject.toml"), flags=re.M).group(1)
    assert scardssp.__version__ == project == package
    assert os.path.exists(os.path.join(ROOT, "python", "scardssp", "py.typed"))
