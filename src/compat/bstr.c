/*
 * BSTR: counted wide strings (Linux only). Called by programs and objects. The characters follow a header
 * that ends in their length in bytes, four bytes wide as on Windows; the header's size keeps the characters
 * aligned.
 */
#include <stdlib.h>

#include "base/container.h"
#include "base/wipe.h"
#include "scardssp.h"

struct bstr {
    uint32_t unused;
    uint32_t size; /* bytes, without the terminator */
    OLECHAR text[];
};

_Static_assert(offsetof(struct bstr, text) == offsetof(struct bstr, size) + 4,
               "the length stands before the text");

/* Lengths have to fit the header together with the terminator. */
#define SIZE_LIMIT ((size_t)INT32_MAX - sizeof(struct bstr) - 2 * sizeof(OLECHAR))

static struct bstr *bstr_from(BSTR string) {
    return CONTAINER_OF(string, struct bstr, text[0]);
}

/* A string of `size` bytes with `copied` of them from `bytes`, the others zero. */
static BSTR bstr_create(const void *bytes, size_t copied, size_t size) {
    if (size > SIZE_LIMIT)
        return NULL;
    /* A size that is no multiple of a character is rounded up, so that a whole NUL follows in any case. */
    size_t whole = (size + sizeof(OLECHAR) - 1) / sizeof(OLECHAR) * sizeof(OLECHAR);
    struct bstr *string = malloc(sizeof *string + whole + sizeof(OLECHAR));
    if (!string)
        return NULL;
    string->unused = 0;
    string->size = (uint32_t)size;
    if (copied)
        memcpy(string->text, bytes, copied);
    memset((char *)string->text + copied, 0, whole + sizeof(OLECHAR) - copied);
    return string->text;
}

BSTR SysAllocString(const OLECHAR *text) {
    if (!text)
        return NULL;
    size_t count = wcslen(text);
    return count > SIZE_LIMIT / sizeof(OLECHAR)
               ? NULL
               : bstr_create(text, count * sizeof(OLECHAR), count * sizeof(OLECHAR));
}

BSTR SysAllocStringLen(const OLECHAR *text, UINT count) {
    if (count > SIZE_LIMIT / sizeof(OLECHAR))
        return NULL;
    size_t size = count * sizeof(OLECHAR);
    return bstr_create(text, text ? size : 0, size);
}

BSTR SysAllocStringByteLen(const char *bytes, UINT size) {
    return bstr_create(bytes, bytes ? size : 0, size);
}

/* The new string is made before the old one goes: `text` may lie in it, and failure must leave it alone. */
INT SysReAllocString(BSTR *string, const OLECHAR *text) {
    if (!string)
        return FALSE;
    BSTR fresh = SysAllocString(text);
    if (text && !fresh)
        return FALSE;
    SysFreeString(*string);
    *string = fresh;
    return TRUE;
}

INT SysReAllocStringLen(BSTR *string, const OLECHAR *text, UINT count) {
    if (!string || count > SIZE_LIMIT / sizeof(OLECHAR))
        return FALSE;
    size_t size = count * sizeof(OLECHAR);
    size_t kept = SysStringByteLen(*string);
    BSTR fresh = text ? bstr_create(text, size, size) : bstr_create(*string, kept < size ? kept : size, size);
    if (!fresh)
        return FALSE;
    SysFreeString(*string);
    *string = fresh;
    return TRUE;
}

/* Strings may carry codes that cardholders type: they are erased. */
void SysFreeString(BSTR string) {
    if (string)
        wipe_free(bstr_from(string), sizeof(struct bstr) + SysStringByteLen(string));
}

UINT SysStringLen(BSTR string) {
    return SysStringByteLen(string) / (UINT)sizeof(OLECHAR);
}

UINT SysStringByteLen(BSTR string) {
    return string ? bstr_from(string)->size : 0;
}
