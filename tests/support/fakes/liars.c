/* Arrays that lie: see liars.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "support/fakes/liars.h"

#define ELEMENTS 3

static void no_memory(SAFEARRAY *array) {
    array->pvData = NULL;
}

static void no_size(SAFEARRAY *array) {
    array->cbElements = 0;
}

static void larger(SAFEARRAY *array) {
    array->cbElements *= 2;
}

static void one_more(SAFEARRAY *array) {
    ++array->cbElements;
}

static void huge(SAFEARRAY *array) {
    array->cbElements = UINT32_MAX;
}

static void no_dimension(SAFEARRAY *array) {
    array->cDims = 0;
}

static void indices(SAFEARRAY *array) {
    array->rgsabound[0].lLbound = INT32_MAX;
}

static void beyond(SAFEARRAY *array) {
    array->rgsabound[0].cElements = UINT32_MAX;
}

/* The features of another type than the elements have. */
static void features(SAFEARRAY *array) {
    array->fFeatures = (uint16_t)((array->fFeatures & ~(FADF_BSTR | FADF_VARIANT)) |
                                  (array->fFeatures & FADF_VARIANT ? FADF_BSTR : FADF_VARIANT));
}

static const struct {
    const char *name;
    void (*lie)(SAFEARRAY *array);
} lies[] = {
    {"elements without memory", no_memory}, {"elements without size", no_size},
    {"elements twice as large", larger},    {"elements larger by one", one_more},
    {"elements beyond memory", huge},       {"no dimension", no_dimension},
    {"indices beyond 31 bits", indices},    {"more elements than indices", beyond},
    {"another type's features", features},
};

/* Strings, numbers as VARIANTs, or bytes. */
static SAFEARRAY *array_new(VARTYPE type) {
    SAFEARRAY *const array = SafeArrayCreateVector(type, 0, ELEMENTS);
    assert_non_null(array);
    for (LONG i = 0; i < ELEMENTS && type != VT_UI1; ++i) {
        VARIANT text;
        VariantInit(&text);
        V_VT(&text) = VT_BSTR;
        V_BSTR(&text) = SysAllocString(L"Demo card");
        assert_int_equal(
            SafeArrayPutElement(array, &i, type == VT_BSTR ? (void *)V_BSTR(&text) : (void *)&text), S_OK);
        VariantClear(&text);
    }
    return array;
}

void liars_try(VARTYPE type, liars_door door, void *context) {
    for (size_t i = 0; i < sizeof lies / sizeof lies[0]; ++i) {
        SAFEARRAY *const array = array_new(type);
        const SAFEARRAY honest = *array;
        lies[i].lie(array);
        const SAFEARRAY lying = *array;
        door(array, lies[i].name, context);
        assert_memory_equal(array, &lying, sizeof lying);
        *array = honest;
        assert_int_equal(SafeArrayDestroy(array), S_OK);
    }
}
