/*
 * The contract as tables: every interface of the IDL with its members, DISPIDs and vtable slots, made from the IDL
 * at build time. Late binding looks names and numbers up here; the contract test compares them with the
 * specification.
 */
#ifndef SCARDSSP_OBJECTS_CONTRACT_H
#define SCARDSSP_OBJECTS_CONTRACT_H

#include <stddef.h>

#include "objects/win.h"

enum contract_kind { CONTRACT_METHOD, CONTRACT_GET, CONTRACT_PUT };

/* One slot of a vtable. The two accessors of a property share name and DISPID. */
struct contract_member {
    const wchar_t *name;
    DISPID dispid;
    enum contract_kind kind;
    unsigned slot; /* counted from QueryInterface, which is 0 */
};

/* An interface and its own members (those of IDispatch are not listed), in vtable order. */
struct contract_interface {
    const char *name;
    IID iid;
    const struct contract_member *members;
    size_t count;
};

/* All interfaces; *count: how many. */
const struct contract_interface *contract_interfaces(size_t *count);

/* The interface with this IID, NULL when there is none. */
const struct contract_interface *contract_by_iid(REFIID iid);

/* The interface with this name, upper and lower case being the same; NULL when there is none. */
const struct contract_interface *contract_by_name(const char *name);

/* The first member of this name, upper and lower case being the same; NULL when there is none. */
const struct contract_member *contract_member_by_name(const struct contract_interface *itf,
                                                      const wchar_t *name);

/* The member of this number and kind, NULL when there is none. */
const struct contract_member *contract_member_by_dispid(const struct contract_interface *itf, DISPID dispid,
                                                        enum contract_kind kind);

#endif
