/* Failures in words: see failure.h. */
#include "com/failure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf.h"
#include "com/hresult.h"

static BSTR text_of(const char *text) {
    wchar_t *wide = utf8_to_wide(text, NULL);
    BSTR string = wide ? SysAllocString(wide) : NULL;
    free(wide);
    return string;
}

/*
 * The class has the interface's name without I; an interface of the same with Ex behind it is more of that
 * class.
 */
BSTR failure_source(const struct contract_interface *contract) {
    char text[64];
    (void)snprintf(text, sizeof text, "SCardSSP.%s", contract->name + 1);
    const size_t length = strlen(text);
    if (strcmp(text + length - 2, "Ex") == 0)
        text[length - 2] = '\0';
    return text_of(text);
}

BSTR failure_description(HRESULT hr) {
    char text[512];
    (void)snprintf(text, sizeof text, "%s: %s", hresult_name(hr), hresult_advice(hr));
    return text_of(text);
}
