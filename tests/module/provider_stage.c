/* What providers are tested with: see provider_stage.h. */
#include "provider_stage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rights.h"

#define TEXT_ROOM 2400

const CLSID double_clsid = {0x0D0B1E00, 0x1111, 0x4222, {0x83, 0x33, 0x44, 0x44, 0x55, 0x55, 0x66, 0x66}};

static char root[64];

const char *stage_root(void) {
    return root;
}

const char *stage_path(const char *name) {
    static char paths[8][200];
    static unsigned next;
    char *const path = paths[next++ % 8];
    (void)snprintf(path, sizeof paths[0], "%s/%s", root, name);
    return path;
}

void stage_shell(const char *line) {
    char command[1000];
    (void)snprintf(command, sizeof command, "set -e; cd %s; umask 022; %s", root, line);
    assert_int_equal(system(command), 0);
}

const char *stage_text(const char *text) {
    static char texts[4][TEXT_ROOM];
    static unsigned next;
    char *const out = texts[next++ % 4];
    size_t size = 0;
    for (; *text; ++text) {
        const char *const piece = *text == '@' ? root : text;
        const size_t length = *text == '@' ? strlen(root) : 1;
        expect(size + length < TEXT_ROOM);
        memcpy(out + size, piece, length);
        size += length;
    }
    out[size] = '\0';
    return out;
}

void stage_write(const char *name, const char *text) {
    const char *const replaced = stage_text(text);
    FILE *const file = fopen(stage_path(name), "w");
    expect(file != NULL);
    expect(fwrite(replaced, 1, strlen(replaced), file) == strlen(replaced));
    expect(fclose(file) == 0);
}

void stage_write_good(void) {
    stage_write("p/x.provider", "# the double\n\nclsid = " DOUBLE_CLSID "\npath=@/lib/good.so\n"
                                "  progid\t=  Test.Double \nname = Doppelgänger # 1\n");
}

int stage_build(void **state) {
    (void)state;
    (void)snprintf(root, sizeof root, "%s/scardssp-providers-XXXXXX", rights_place());
    if (!mkdtemp(root))
        return -1;
    stage_shell("chmod 755 . && mkdir p q lib && cp '" DOUBLES "'/*.so lib/ && chmod 755 lib/*.so");
    return 0;
}

int stage_tear_down(void **state) {
    (void)state;
    stage_shell("chown -R 0:0 . && rm -rf p q lib ./* ./.[a-z]*");
    return remove(root);
}

char *stage_child(void (*program)(void), const char *path) {
    char variable[TEXT_ROOM];
    (void)snprintf(variable, sizeof variable, "SCARDSSP_PROVIDER_PATH=%s", stage_text(path));
    return kit_child(program, (const char *const[]){variable, "SCARDSSP_TRACE=1", NULL});
}

struct search {
    const char *file;
    struct listed found;
};

static void copy(char *out, size_t room, const char *text) {
    (void)snprintf(out, room, "%s", text ? text : "");
}

static int compare(void *user, const struct scardssp_provider *provider) {
    struct search *const search = user;
    struct listed *const found = &search->found;
    if (search->file ? !provider->file || strcmp(search->file, provider->file) != 0 : provider->file != NULL)
        return 0;
    ++found->times;
    found->state = provider->state;
    copy(found->clsid, sizeof found->clsid, provider->clsid);
    copy(found->progid, sizeof found->progid, provider->progid);
    copy(found->name, sizeof found->name, provider->name);
    copy(found->library, sizeof found->library, provider->library);
    copy(found->reason, sizeof found->reason, provider->reason);
    copy(found->profile, sizeof found->profile, provider->profile);
    return search->file == NULL; /* the first of our own will do */
}

struct listed stage_listed(const char *file) {
    struct search search = {.file = file};
    expect_hr(scardssp_providers(compare, &search), S_OK);
    return search.found;
}

unsigned stage_count(const char *text, const char *part) {
    unsigned times = 0;
    while ((text = strstr(text, part)) != NULL) {
        ++times;
        text += strlen(part);
    }
    return times;
}

char stage_make(const CLSID *clsid, HRESULT *hr) {
    void *const stale = (void *)&root;
    void *out = stale;
    IUnknown *object = NULL, *part = NULL;
    char kind = '?';
    *hr = CoCreateInstance(clsid, NULL, CLSCTX_ALL, &IID_IUnknown, &out);
    expect(SUCCEEDED(*hr) == (out != NULL) && out != stale);
    if (!out)
        return '-';
    object = out;
    if (SUCCEEDED(IUnknown_QueryInterface(object, &IID_IByteBuffer, (void **)&part)))
        kind = 'b';
    else if (SUCCEEDED(IUnknown_QueryInterface(object, &IID_ISCardCmd, (void **)&part)))
        kind = 'c';
    if (part)
        IUnknown_Release(part);
    expect(IUnknown_Release(object) == 0);
    return kind;
}

void stage_works_program(void) {
    HRESULT hr = S_OK;
    expect(stage_make(&double_clsid, &hr) == 'b');
    expect_text(stage_listed(stage_path("p/x.provider")).reason, "");
}

void stage_quiet_program(void) {
    HRESULT hr = E_FAIL;
    CLSID clsid;
    expect(stage_make(&double_clsid, &hr) == '-');
    expect_hr(hr, REGDB_E_CLASSNOTREG);
    expect_hr(CLSIDFromProgID(DOUBLE_PROGID, &clsid), CO_E_CLASSSTRING);
    expect(stage_listed(NULL).times == 1);
}

void stage_expect_loaded(char *said, unsigned times) {
    const unsigned loaded = stage_count(said, "loaded ");
    if (loaded != times)
        print_error("%s", said);
    free(said);
    assert_int_equal(loaded, times);
}
