/*
 * An argument of a call by name: its value in C and its place with the caller (see argument.h). Called by
 * dispatch.c.
 */
#include "com/argument.h"

#include <limits.h>

#include "base/wipe.h"
#include "com/tlvtable.h"

bool argument_has_place(const struct argument *argument) {
    return argument->given && V_ISBYREF(argument->given);
}

/* What each type can hold; {0, 0}: no number. */
static const struct range {
    int64_t min;
    uint64_t max;
} ranges[] = {
    [CONTRACT_BYTE] = {0, UINT8_MAX},
    [CONTRACT_WORD] = {0, UINT16_MAX},
    [CONTRACT_LONG] = {LONG_MIN, LONG_MAX},
    [CONTRACT_DWORD] = {0, (DWORD)-1},
    [CONTRACT_UINT] = {0, UINT_MAX},
    [CONTRACT_ENUM] = {INT_MIN, INT_MAX},
    [CONTRACT_BOOL] = {INT64_MIN, UINT64_MAX},
    [CONTRACT_HANDLE] = {0, UINTPTR_MAX},
    [CONTRACT_LARGE] = {0, UINT64_MAX},
    [CONTRACT_ADDRESS] = {0, UINTPTR_MAX},
    [CONTRACT_TABLE] = {0, 0},
};

HRESULT argument_put_number(struct argument *argument, struct argument_number number) {
    const struct range *range = &ranges[argument->parameter->type];
    union argument_value *value = &argument->value;
    if (number.negative ? (int64_t)number.bits < range->min : number.bits > range->max)
        return range->max ? DISP_E_OVERFLOW : E_UNEXPECTED;
    switch (argument->parameter->type) {
    case CONTRACT_BYTE:
        value->byte = (BYTE)number.bits;
        return S_OK;
    case CONTRACT_WORD:
        value->word = (WORD)number.bits;
        return S_OK;
    case CONTRACT_LONG:
        value->number = (LONG)number.bits;
        return S_OK;
    case CONTRACT_DWORD:
        value->count = (DWORD)number.bits;
        return S_OK;
    case CONTRACT_UINT:
        value->natural = (UINT)number.bits;
        return S_OK;
    case CONTRACT_ENUM:
        value->enumerator = (int)number.bits;
        return S_OK;
    case CONTRACT_BOOL:
        value->boolean = number.bits ? VARIANT_TRUE : VARIANT_FALSE;
        return S_OK;
    case CONTRACT_HANDLE:
    case CONTRACT_ADDRESS:
        value->handle = (ULONG_PTR)number.bits;
        return S_OK;
    case CONTRACT_LARGE:
        value->large.QuadPart = number.bits;
        return S_OK;
    default:
        return E_UNEXPECTED;
    }
}

static struct argument_number number_from(int64_t value) {
    return (struct argument_number){value < 0, (uint64_t)value};
}

struct argument_number argument_get_number(const struct argument *argument) {
    const union argument_value *value = &argument->value;
    switch (argument->parameter->type) {
    case CONTRACT_BYTE:
        return number_from(value->byte);
    case CONTRACT_WORD:
        return number_from(value->word);
    case CONTRACT_LONG:
        return number_from(value->number);
    case CONTRACT_DWORD:
        return (struct argument_number){false, value->count};
    case CONTRACT_UINT:
        return number_from(value->natural);
    case CONTRACT_ENUM:
        return number_from(value->enumerator);
    case CONTRACT_BOOL:
        return number_from(value->boolean);
    case CONTRACT_HANDLE:
    case CONTRACT_ADDRESS:
        return (struct argument_number){false, value->handle};
    case CONTRACT_LARGE:
        return (struct argument_number){false, value->large.QuadPart};
    default:
        return (struct argument_number){false, 0};
    }
}

/* Bytes of the way in are ours and may be secrets, those of the way out are task memory. */
static void bytes_clear(struct argument *argument) {
    if (argument->parameter->flags & CONTRACT_POINTER)
        CoTaskMemFree(argument->value.bytes);
    else
        wipe_free(argument->value.bytes, argument->size);
}

void argument_clear(struct argument *argument) {
    union argument_value *value = &argument->value;
    switch (argument->parameter->type) {
    case CONTRACT_BSTR:
        SysFreeString(value->text);
        break;
    case CONTRACT_OBJECT:
        if (value->object)
            IUnknown_Release(value->object);
        break;
    case CONTRACT_SAFEARRAY:
        if (!argument->borrowed)
            SafeArrayDestroy(value->array);
        break;
    case CONTRACT_BYTES:
        bytes_clear(argument);
        break;
    case CONTRACT_BYTEARRAY:
    case CONTRACT_SCARDINFO:
        CoTaskMemFree(value->pointer);
        break;
    case CONTRACT_GUID:
        if (argument->parameter->flags & CONTRACT_POINTER)
            CoTaskMemFree(value->pointer);
        break;
    case CONTRACT_VARIANT:
        VariantClear(&value->variant);
        break;
    case CONTRACT_TABLE:
        tlvtable_free(value->table, argument->size);
        break;
    default:
        break;
    }
}
