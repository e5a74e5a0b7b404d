/*
 * Libraries of vendors for test_profiles.c, one kind for each way they behave. The good ones know the demo
 * card by its ATR and have a name for its file 0002. Loading one is told on stderr.
 */
#include <stdio.h>
#include <string.h>

#include <scardssp.h>
#include <scardssp_profile.h>

/* Kinds */
#define GOOD 1   /* stage-one: "Serial"; stage-two: "Second" */
#define OTHER 2  /* stage-one: "Other" */
#define BAD 3    /* a table that makes no sense */
#define NONE 4   /* knows no profile */
#define SILENT 5 /* does not export the function */
#define NESTED 6 /* makes a manager while it is loaded */

__attribute__((constructor)) static void loaded(void) {
#if KIND == NESTED
    void *manage = NULL;
    const HRESULT hr = CoCreateInstance(&CLSID_CSCardManage, NULL, CLSCTX_ALL, &IID_IUnknown, &manage);
    if (manage)
        ((IUnknown *)manage)->lpVtbl->Release(manage);
    fprintf(stderr, "inner %08X\n", (unsigned)hr);
#endif
    fprintf(stderr, "loaded %d\n", KIND);
}

#if KIND == OTHER
#define NAME "Other"
#elif KIND == BAD
#define NAME "0002"
#else
#define NAME "Serial"
#endif

#if KIND != SILENT
static const struct scardssp_profile_atr atrs[] = {{19,
                                                    {0x3B, 0x8C, 0x80, 0x31, 0xFE, 0x45, 0x80, 0x31, 0xE0,
                                                     0x73, 0xF7, 0x41, 0xDB, 0x54, 0x44, 0x45, 0x4D, 0x4F},
                                                    {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
                                                     0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}}};
static const struct scardssp_profile_file files[] = {{NAME, 1, {0x0002}}};
static const struct scardssp_profile_file second[] = {{"Second", 1, {0x0002}}};

static const struct scardssp_profile one = {
    .size = sizeof one, .name = "stage-one", .atrs = atrs, .atr_count = 1, .files = files, .file_count = 1};
static const struct scardssp_profile two = {
    .size = sizeof two, .name = "stage-two", .atrs = atrs, .atr_count = 1, .files = second, .file_count = 1};

const struct scardssp_profile *ScardsspGetProfile(const char *name) {
    if (KIND == NONE)
        return NULL;
    return strcmp(name, one.name) == 0 ? &one : strcmp(name, two.name) == 0 ? &two : NULL;
}
#endif
