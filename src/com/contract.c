/* The tables made from the IDL, and how they are searched. Used by late binding. */
#include "com/contract.h"

#include <stdbool.h>

#define CONTRACT_SLOT(itf, method) ((unsigned)(offsetof(itf##Vtbl, method) / sizeof(void (*)(void))))

#include "base/ascii.h"
#include "contract_tables.inc"

#define INTERFACE_COUNT (sizeof interfaces / sizeof interfaces[0])

const struct contract_interface *contract_interfaces(size_t *count) {
    *count = INTERFACE_COUNT;
    return interfaces;
}

const struct contract_interface *contract_by_iid(REFIID iid) {
    for (size_t i = 0; i < INTERFACE_COUNT; ++i) {
        if (IsEqualIID(iid, &interfaces[i].iid))
            return &interfaces[i];
    }
    return NULL;
}

static bool same_name(const wchar_t *a, const wchar_t *b) {
    while (*a && ascii_lower(*a) == ascii_lower(*b)) {
        ++a;
        ++b;
    }
    return *a == *b;
}

const struct contract_member *contract_member_by_name(const struct contract_interface *itf,
                                                      const wchar_t *name) {
    for (size_t i = 0; i < itf->count; ++i) {
        if (same_name(itf->members[i].name, name))
            return &itf->members[i];
    }
    return NULL;
}

const struct contract_member *contract_member_by_dispid(const struct contract_interface *itf, DISPID dispid,
                                                        enum contract_kind kind) {
    for (size_t i = 0; i < itf->count; ++i) {
        const struct contract_member *member = &itf->members[i];
        if (member->dispid == dispid && member->kind == kind)
            return member;
    }
    return NULL;
}

DISPID contract_parameter_by_name(const struct contract_member *member, const wchar_t *name) {
    if (member->kind != CONTRACT_METHOD)
        return DISPID_UNKNOWN;
    for (size_t i = 0; i < member->parameter_count; ++i) {
        if (same_name(member->parameters[i].name, name) && !(member->parameters[i].flags & CONTRACT_RETVAL))
            return (DISPID)i;
    }
    return DISPID_UNKNOWN;
}
