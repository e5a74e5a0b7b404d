/*
 * The contract as tables: every interface of the IDL with its members, DISPIDs, vtable slots and parameters,
 * made from the IDL at build time. Late binding looks names and numbers up here; the contract test compares
 * them with the specification.
 */
#ifndef SCARDSSP_COM_CONTRACT_H
#define SCARDSSP_COM_CONTRACT_H

#include <stddef.h>

#include "com/win.h"

enum contract_kind { CONTRACT_METHOD, CONTRACT_GET, CONTRACT_PUT };

/* What a parameter is in C. */
enum contract_type {
    CONTRACT_BYTE,
    CONTRACT_WORD,
    CONTRACT_LONG,
    CONTRACT_DWORD,
    CONTRACT_UINT,
    CONTRACT_ENUM,
    CONTRACT_BOOL,       /* VARIANT_BOOL */
    CONTRACT_HANDLE,     /* a number as wide as a pointer: HSCARD and its like */
    CONTRACT_LARGE,      /* ULARGE_INTEGER */
    CONTRACT_ADDRESS,    /* BYTE * that is only compared, never followed */
    CONTRACT_BSTR,       /* BSTR */
    CONTRACT_OBJECT,     /* an interface pointer */
    CONTRACT_SAFEARRAY,  /* SAFEARRAY * */
    CONTRACT_BYTES,      /* BYTE * to as many bytes as another parameter says */
    CONTRACT_BYTEARRAY,  /* BYTEARRAY * */
    CONTRACT_GUID,       /* GUID * */
    CONTRACT_SCARDINFO,  /* SCARDINFO * */
    CONTRACT_STATSTRUCT, /* STATSTRUCT */
    CONTRACT_VARIANT,    /* VARIANT */
    CONTRACT_TABLE       /* TLV_TABLE * to as many entries as another parameter says */
};

/* Flags of a parameter. */
#define CONTRACT_IN 0x1u
#define CONTRACT_OUT 0x2u
#define CONTRACT_RETVAL 0x4u    /* the result of the call for those who call by name */
#define CONTRACT_OPTIONAL 0x8u  /* has a default value */
#define CONTRACT_POINTER 0x10u  /* passed as a pointer to what `type` says; a default value is then NULL */
#define CONTRACT_VARIANTS 0x20u /* CONTRACT_SAFEARRAY: of VARIANTs for those who call by name */

/* No method has more parameters; no parameter has this number. */
#define CONTRACT_PARAMETERS_MAX 8
#define CONTRACT_NO_PARAMETER CONTRACT_PARAMETERS_MAX

struct contract_parameter {
    const wchar_t *name;
    enum contract_type type;
    unsigned flags;
    int default_value;   /* with CONTRACT_OPTIONAL */
    const IID *iid;      /* of a CONTRACT_OBJECT, else NULL */
    unsigned char size;  /* CONTRACT_BYTES, CONTRACT_TABLE: the parameter that tells how many there are */
    unsigned char valid; /* ... the one that tells afterwards how many are valid, or CONTRACT_NO_PARAMETER */
};

/* One slot of a vtable. The two accessors of a property share name and DISPID. */
struct contract_member {
    const wchar_t *name;
    DISPID dispid;
    enum contract_kind kind;
    unsigned slot;                               /* counted from QueryInterface, which is 0 */
    const struct contract_parameter *parameters; /* those after the object itself; NULL when there are none */
    size_t parameter_count;
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

/* The first member of this name, upper and lower case being the same; NULL when there is none. */
const struct contract_member *contract_member_by_name(const struct contract_interface *itf,
                                                      const wchar_t *name);

/* The member of this number and kind, NULL when there is none. */
const struct contract_member *contract_member_by_dispid(const struct contract_interface *itf, DISPID dispid,
                                                        enum contract_kind kind);

/*
 * The number of a method's parameter of this name, upper and lower case being the same, for an argument by
 * name. DISPID_UNKNOWN: it has none; properties have no such parameters.
 */
DISPID contract_parameter_by_name(const struct contract_member *member, const wchar_t *name);

#endif
