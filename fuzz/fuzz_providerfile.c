/*
 * Files that name a provider's class, or a profile of cards: taken whole, with values in their bounds, or
 * refused with a line and a reason.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "module/providers/file.h"

static void check_value(const char *value, size_t room) {
    const char *const end = memchr(value, '\0', room);
    FUZZ_CHECK(end);
    for (const char *c = value; c < end; ++c)
        FUZZ_CHECK((unsigned char)*c >= ' ' || *c == '\t');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct providerfile file, before;
    struct providerfile_fault fault = {.text = NULL};
    if (size > PROVIDERFILE_SIZE_MAX)
        return 0;
    char *const text = fuzz_copy(data, size, 0);
    memset(&before, 0xA5, sizeof before);
    memcpy(&file, &before, sizeof file);
    if (providerfile_parse(text, size, &file, &fault)) {
        FUZZ_CHECK(IsEqualGUID(&file.clsid, &GUID_NULL) == (*file.profile != '\0') && file.path[0] == '/');
        check_value(file.profile, sizeof file.profile);
        check_value(file.path, sizeof file.path);
        check_value(file.progid, sizeof file.progid);
        check_value(file.name, sizeof file.name);
    } else {
        FUZZ_CHECK(fault.text && *fault.text && fault.line <= size + 1);
        FUZZ_CHECK(memcmp(&file, &before, sizeof file) == 0);
    }
    free(text);
    return 0;
}
