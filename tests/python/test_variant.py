"""scardssp.variant: every value to the library and back."""
import ctypes

import pytest

from scardssp import kinds, variant
from scardssp.library import load
from scardssp.variant import VARIANT


def there_and_back(value):
    made = VARIANT()
    try:
        variant.put(made, value)
        return variant.get(made, lambda pointer: pointer)
    finally:
        assert load().scardssp_VariantClear(ctypes.byref(made)) == 0


@pytest.mark.parametrize("value", [
    None, True, False, 0, 1, -1, 0x7FFFFFFF, -0x80000000, 0x80000000, (1 << 63) - 1, -(1 << 63), (1 << 64) - 1, 0.5, "",
    "text", "\0 in it", "\u00e4 \u20ac \U0001f642", "\udcff", b"", b"\0\xff", bytes(70000), (), (1, "two", b"three", None, (4, 5))],
    ids=lambda value: "%.20a" % (value,))
def test_value__comes_back(value):
    back = there_and_back(value)
    assert back == value and type(back) is type(value)


@pytest.mark.parametrize("value, back", [
    ([1, 2], (1, 2)), (bytearray(b"ab"), b"ab"), (memoryview(b"ab"), b"ab"), (kinds.SHARED, 2), ([[1]], ((1,),))])
def test_value__comes_back_as_its_kind(value, back):
    assert there_and_back(value) == back


@pytest.mark.parametrize("value, error", [
    (1 << 64, OverflowError), (-(1 << 63) - 1, OverflowError), ({}, TypeError), (object(), TypeError),
    ([1, object()], TypeError), (1j, TypeError)])
def test_value__that_there_is_none_for(value, error):
    with pytest.raises(error):
        there_and_back(value)


@pytest.mark.parametrize("kind, value", [
    (variant.VT_I1, -5), (variant.VT_UI1, 250), (variant.VT_I2, -5), (variant.VT_UI2, 65000), (variant.VT_UI4, 4000000000),
    (variant.VT_UI8, 1 << 63), (variant.VT_R4, 0.5)])
def test_number__of_every_type(kind, value):
    made = VARIANT()
    variant.put_number(made, kind, value)
    assert variant.get(made, lambda pointer: pointer) == value


def test_array__of_bytes_each_in_a_variant_is_bytes():
    made = VARIANT()
    with variant._Elements(variant._new_array(made, variant.VT_VARIANT, 2)) as (address, count):
        for i in range(count):
            variant.put_number(VARIANT.from_address(address + i * ctypes.sizeof(VARIANT)), variant.VT_UI1, 254 + i)
    assert variant.get(made, lambda pointer: pointer) == b"\xfe\xff"
    load().scardssp_VariantClear(ctypes.byref(made))


def test_type__that_there_is_no_value_for():
    made = VARIANT(vt=variant.VT_BYREF | variant.VT_I4)
    with pytest.raises(TypeError):
        variant.get(made, lambda pointer: pointer)
