/*
 * Names of card types, groups and readers, as they come from callers, from files and from the public ATR
 * list.
 */
#include "carddb/names.h"

#include "base/ascii.h"

#define RESERVED "scard$"

bool carddb_name_valid(const char *name, size_t length) {
    if (length == 0 || length > CARDDB_NAME_MAX)
        return false;
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)name[i] < 0x20 || name[i] == 0x7F)
            return false;
    return true;
}

bool carddb_group_reserved(const char *group) {
    for (size_t i = 0; i < sizeof RESERVED - 1; i++) {
        if (ascii_lower(group[i]) != RESERVED[i])
            return false;
    }
    return true;
}
