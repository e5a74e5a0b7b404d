/*
 * oatypes.h (Linux): the types of automation: SAFEARRAY, VARIANT and what IDispatch::Invoke takes. Layouts
 * are those of the 64-bit (or 32-bit) Windows ABI, with fixed-width members. Included by wtypes.h.
 */
#include "wtypes.h" /* includes this file; outside the guard, so that either may come first */

#ifndef SCARDSSP_OATYPES_H
#define SCARDSSP_OATYPES_H

struct IUnknown;
struct IDispatch;

enum VARENUM {
    VT_EMPTY = 0,
    VT_NULL = 1,
    VT_I2 = 2,
    VT_I4 = 3,
    VT_R4 = 4,
    VT_R8 = 5,
    VT_CY = 6,
    VT_DATE = 7,
    VT_BSTR = 8,
    VT_DISPATCH = 9,
    VT_ERROR = 10,
    VT_BOOL = 11,
    VT_VARIANT = 12,
    VT_UNKNOWN = 13,
    VT_I1 = 16,
    VT_UI1 = 17,
    VT_UI2 = 18,
    VT_UI4 = 19,
    VT_I8 = 20,
    VT_UI8 = 21,
    VT_INT = 22,
    VT_UINT = 23,
    VT_VOID = 24,
    VT_HRESULT = 25,
    VT_ARRAY = 0x2000,
    VT_BYREF = 0x4000,
    VT_TYPEMASK = 0xFFF
};

typedef union tagCY {
    int64_t int64;
} CY;

typedef struct tagSAFEARRAYBOUND {
    uint32_t cElements;
    int32_t lLbound;
} SAFEARRAYBOUND;

/* fFeatures of a SAFEARRAY. */
#define FADF_AUTO 0x1            /* the structure lies on the stack */
#define FADF_STATIC 0x2          /* it is static */
#define FADF_EMBEDDED 0x4        /* it is part of another structure */
#define FADF_FIXEDSIZE 0x10      /* bounds may not change */
#define FADF_RECORD 0x20         /* not used here */
#define FADF_HAVEIID 0x40        /* an IID stands in the 16 bytes in front of the structure */
#define FADF_HAVEVARTYPE 0x80    /* the elements' type stands in the 4 bytes in front of the structure */
#define FADF_BSTR 0x100          /* elements are strings, */
#define FADF_UNKNOWN 0x200       /* IUnknown pointers, */
#define FADF_DISPATCH 0x400      /* IDispatch pointers, */
#define FADF_VARIANT 0x800       /* VARIANTs */
#define FADF_CREATEVECTOR 0x2000 /* one block of memory holds structure and elements; not used here */
#define FADF_RESERVED 0xF008

typedef struct tagSAFEARRAY {
    uint16_t cDims;
    uint16_t fFeatures;
    uint32_t cbElements;
    uint32_t cLocks;
    void *pvData;
    SAFEARRAYBOUND rgsabound[1];
} SAFEARRAY;
typedef SAFEARRAY *LPSAFEARRAY;

/*
 * Never used here; makes the size of a VARIANT that of the Windows ABI (24 bytes with 64-bit pointers, 16
 * with 32-bit).
 */
struct tagBRECORD {
    void *pvRecord;
    void *pRecInfo;
};

typedef struct tagVARIANT VARIANT;
typedef VARIANT VARIANTARG;
struct tagVARIANT {
    VARTYPE vt;
    uint16_t wReserved1;
    uint16_t wReserved2;
    uint16_t wReserved3;
    union {
        int64_t llVal;
        uint64_t ullVal;
        int32_t lVal;
        uint32_t ulVal;
        int16_t iVal;
        uint16_t uiVal;
        uint8_t bVal;
        int8_t cVal;
        int32_t intVal;
        uint32_t uintVal;
        float fltVal;
        double dblVal;
        VARIANT_BOOL boolVal;
        SCODE scode;
        CY cyVal;
        DATE date;
        BSTR bstrVal;
        struct IUnknown *punkVal;
        struct IDispatch *pdispVal;
        SAFEARRAY *parray;
        void *byref;
        uint8_t *pbVal;
        int16_t *piVal;
        int32_t *plVal;
        int64_t *pllVal;
        uint16_t *puiVal;
        uint32_t *pulVal;
        uint64_t *pullVal;
        VARIANT_BOOL *pboolVal;
        BSTR *pbstrVal;
        struct IUnknown **ppunkVal;
        struct IDispatch **ppdispVal;
        SAFEARRAY **pparray;
        VARIANT *pvarVal;
        struct tagBRECORD record;
    };
};

typedef struct tagDISPPARAMS {
    VARIANTARG *rgvarg;
    DISPID *rgdispidNamedArgs;
    uint32_t cArgs;
    uint32_t cNamedArgs;
} DISPPARAMS;

typedef struct tagEXCEPINFO EXCEPINFO;
struct tagEXCEPINFO {
    uint16_t wCode;
    uint16_t wReserved;
    BSTR bstrSource;
    BSTR bstrDescription;
    BSTR bstrHelpFile;
    uint32_t dwHelpContext;
    void *pvReserved;
    /* NULL, or fills in the rest of `info` when the caller wants it. */
    HRESULT (*pfnDeferredFillIn)(EXCEPINFO *info);
    SCODE scode;
};

#define DISPATCH_METHOD 0x1
#define DISPATCH_PROPERTYGET 0x2
#define DISPATCH_PROPERTYPUT 0x4
#define DISPATCH_PROPERTYPUTREF 0x8
#define DISPID_UNKNOWN ((DISPID)-1)
#define DISPID_VALUE ((DISPID)0)
#define DISPID_PROPERTYPUT ((DISPID)-3)
#define LOCALE_USER_DEFAULT 0x0400
#define LOCALE_SYSTEM_DEFAULT 0x0800

#endif
