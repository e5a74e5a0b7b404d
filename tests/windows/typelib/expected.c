/* What the type libraries should say of a method: see expected.h. */
#include "expected.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define PARAMETER_MAX 128

/* Handles are as wide as a pointer. */
#ifdef _WIN64
#define HANDLE_TYPE "UI8"
#else
#define HANDLE_TYPE "UI4"
#endif

#define ENUM(name) #name "=enum tag" #name
#define STRUCT(name) #name "=struct tag" #name

static const struct spelling {
    const char *c;
    const char *library;
} spellings[] = {
    {"BYTE", "UI1"},
    {"BYTE *", "*UI1"},
    {"LPBYTE", "*UI1"},
    {"LPBYTE *", "**UI1"},
    {"WORD", "UI2"},
    {"LPWORD", "*UI2"},
    {"LONG", "I4"},
    {"LONG *", "*I4"},
    {"DWORD", "UI4"},
    {"UINT", "UINT"},
    {"BSTR", "BSTR"},
    {"BSTR *", "*BSTR"},
    {"HSCARD", HANDLE_TYPE},
    {"HSCARD *", "*" HANDLE_TYPE},
    {"HSCARDCONTEXT *", "*" HANDLE_TYPE},
    {"HSCARD_FILE", HANDLE_TYPE},
    {"HSCARD_FILE *", "*" HANDLE_TYPE},
    {"ULARGE_INTEGER *", "*struct _ULARGE_INTEGER"},
    {"LPSTREAM", "*IStream"},
    {"LPSTREAM *", "**IStream"},
    {"LPUNKNOWN *", "*UNKNOWN"},
    {"LPBYTEBUFFER", "*IByteBuffer"},
    {"LPBYTEBUFFER *", "**IByteBuffer"},
    {"LPSCARDCMD *", "**ISCardCmd"},
    {"ISCardFileAccess **", "**ISCardFileAccess"},
    {"ISCardAuth **", "**ISCardAuth"},
    {"ISCardVerify **", "**ISCardVerify"},
    {"LPBYTEARRAY *", "**" STRUCT(BYTEARRAY)},
    {"LPSTATSTRUCT", "*" STRUCT(STATSTRUCT)},
    {"LPSCARDINFO *", "**" STRUCT(SCARDINFO)},
    {"TLV_TABLE *", "*" STRUCT(TLV_TABLE)},
    {"LPGUID", "*struct GUID"},
    {"LPGUID *", "**struct GUID"},
    {"ISO_APDU_TYPE", ENUM(ISO_APDU_TYPE)},
    {"ISO_APDU_TYPE *", "*" ENUM(ISO_APDU_TYPE)},
    {"SCARD_SHARE_MODES", ENUM(SCARD_SHARE_MODES)},
    {"SCARD_DISPOSITIONS", ENUM(SCARD_DISPOSITIONS)},
    {"SCARD_PROTOCOLS", ENUM(SCARD_PROTOCOLS)},
    {"SCARD_PROTOCOLS *", "*" ENUM(SCARD_PROTOCOLS)},
    {"SCARD_STATES *", "*" ENUM(SCARD_STATES)},
    {"SCARD_FLAGS", ENUM(SCARD_FLAGS)},
    {"REFTYPE", ENUM(REFTYPE)},
    {"FILETYPE", ENUM(FILETYPE)},
    {"SEEKTYPE", ENUM(SEEKTYPE)},
};

/*
 * Pointers bring something out, but for these. LP... without another pointer is always for the way in, but
 * for one.
 */
static const struct way {
    const char *member, *parameter; /* member NULL: in all of them */
    const char *flags;
} ways[] = {
    {NULL, "ppCmd", "in,out"},
    {"CopyTo", "ppByteBuffer", "in,out"},
    {"CopyTo", "pcbRead", "in,out"},
    {"CopyTo", "pcbWritten", "in,out"},
    {"Initialize", "pData", "in"},
    {"Initialize", "lp", "in"},
    {"Read", "pByte", "in,out"},
    {"Read", "pcbRead", "in,out"},
    {"Read", "lBytesToRead", "in,out"},
    {"Read", "ppBuffer", "in,out"},
    {"Seek", "pLibnewPosition", "in,out"},
    {"Stat", "pstatstg", "in,out"},
    {"Write", "pByte", "in"},
    {"Write", "pcbWritten", "in,out"},
    {"BuildCmd", "plLe", "in"},
    {"GetChallenge", "lpLengthOfChallenge", "in,out"},
    {"ICC_Auth", "lpLength", "in,out"},
    {"ICC_Auth", "ppBuffer", "in,out"},
    {"User_Auth", "lpLength", "in,out"},
    {"User_Auth", "ppBuffer", "in,out"},
    {"Create", "pTLVs", "in"},
    {"Create", "lpcTLVs", "in"},
    {"GetFileCapabilities", "pProperties", "in,out"},
    {"GetFileCapabilities", "plProperties", "in,out"},
    {"GetProperties", "pTLV", "in,out"},
    {"GetProperties", "plcTLV", "in,out"},
    {"SetProperties", "pTLV", "in"},
    {"CreateInterface", "pUserData", "in"},
    {"Verify", "lpRef", "in,out"},
};

/*
 * A type library has one spelling for a name. Members of interfaces come first, then types: parameters of the
 * same name follow.
 */
static const struct spelling names[] = {
    {"refType", "REFTYPE"},
    {"fileType", "FILETYPE"},
    {"seek", "Seek"},
};

static const struct spelling defaults[] = {
    {"0", "0"},  {"1", "1"},        {"LEAVE", "0"},  {"EXCLUSIVE", "1"},
    {"T0", "1"}, {"L\"\"", "\"\""}, {"SHARED", "2"}, {"SC_FL_NO_FLAGS", "0"},
};

static const char *look_up(const struct spelling *table, size_t count, const char *c, const char *otherwise) {
    for (size_t i = 0; i < count; ++i)
        if (strcmp(table[i].c, c) == 0)
            return table[i].library;
    return otherwise;
}
#define LOOK_UP(table, c, otherwise) look_up(table, sizeof table / sizeof table[0], c, otherwise)

static void put(char out[DESCRIBED_MAX], const char *format, ...) {
    const size_t used = strlen(out);
    va_list list;
    va_start(list, format);
    (void)vsnprintf(out + used, DESCRIBED_MAX - used, format, list);
    va_end(list);
}

/* Arrays say what they hold: the converter's bytes, all others names. */
static const char *type_of(const struct spec_row *row, const char *c) {
    const bool bytes = strcmp(row->interface_name, "ISCardTypeConv") == 0;
    if (strcmp(c, "LPSAFEARRAY") == 0)
        return bytes ? "SAFEARRAY(UI1)" : "SAFEARRAY(BSTR)";
    if (strcmp(c, "LPSAFEARRAY *") == 0)
        return bytes ? "*SAFEARRAY(UI1)" : "*SAFEARRAY(BSTR)";
    return LOOK_UP(spellings, c, "(a type that the test does not know)");
}

static const char *way_of(const struct spec_row *row, const char *c, const char *name) {
    if (row->kind != CONTRACT_METHOD)
        return row->kind == CONTRACT_GET ? "out,retval" : "in";
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; ++i) {
        const bool same_member = !ways[i].member || strcmp(ways[i].member, row->name) == 0;
        if (same_member && strcmp(ways[i].parameter, name) == 0)
            return ways[i].flags;
    }
    return c[strlen(c) - 1] == '*' ? "out" : "in";
}

static void trim(char *text) {
    size_t size = strlen(text);
    while (size && text[size - 1] == ' ')
        text[--size] = '\0';
}

/* One parameter as the row has it: "LONG *pcbRead = 0". */
static void put_parameter(const struct spec_row *row, char *text, char out[DESCRIBED_MAX]) {
    char name[PARAMETER_MAX];
    char *const equals = strstr(text, " = ");
    /* what this library adds is the default of a last parameter, and both are called `flags` */
    const char *const added = strstr(text, " flags") ? spec_added_default(row) : "";
    const char *const value = equals ? equals + strlen(" = ") : *added ? added + strlen(" = ") : NULL;
    if (equals)
        *equals = '\0';
    size_t start = strlen(text);
    while (start && text[start - 1] != ' ' && text[start - 1] != '*')
        --start;
    (void)snprintf(name, sizeof name, "%s", text + start);
    text[start] = '\0';
    trim(text);
    put(out, "[%s", way_of(row, text, name));
    if (value)
        put(out, strcmp(text, "LPSAFEARRAY") == 0 ? ",optional" : ",optional,default");
    put(out, "] %s", type_of(row, text));
    if (row->kind != CONTRACT_PUT)
        put(out, " %s", LOOK_UP(names, name, name));
    if (value && strcmp(text, "LPSAFEARRAY") != 0)
        put(out, " = %s", LOOK_UP(defaults, value, "(a value that the test does not know)"));
}

void expected_function(const struct spec_row *row, char out[DESCRIBED_MAX]) {
    const char *const kind = row->kind == CONTRACT_METHOD ? "method"
                             : row->kind == CONTRACT_GET  ? "get"
                                                          : "put";
    *out = '\0';
    put(out, "slot %u, id %d, %s %s(", row->slot, (int)row->dispid, kind, row->name);
    for (const char *at = row->parameters; *at;) {
        char text[PARAMETER_MAX];
        const size_t size = strcspn(at, ",");
        (void)snprintf(text, sizeof text, "%.*s", (int)size, at);
        put_parameter(row, text, out);
        at += size;
        if (*at) {
            put(out, ", ");
            at += strspn(at, ", ");
        }
    }
    put(out, ")");
}
