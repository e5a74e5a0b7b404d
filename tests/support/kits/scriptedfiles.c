/* Files of a card that is a script: see scriptedfiles.h. */
#include "support/kits/scriptedfiles.h"

struct path scriptedfiles_at(const struct filesystem *files, REFTYPE type, const char *text) {
    struct path path;
    assert_int_equal(path_parse(type, text, &files->directory, &path), S_OK);
    return path;
}

HRESULT scriptedfiles_open(struct filesystem *files, REFTYPE type, const char *text, struct openfile *file) {
    const struct path path = scriptedfiles_at(files, type, text);
    return openfile_open(files, &path, file);
}
