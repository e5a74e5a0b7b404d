/* Files for a test. */
#include "tree.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

void tree_make(struct tree *tree) {
    (void)strcpy(tree->root, "/tmp/scardssp-ifd-XXXXXX");
    assert_non_null(mkdtemp(tree->root));
}

static int take_away(const char *path, const struct stat *info, int kind, struct FTW *place) {
    (void)info, (void)kind, (void)place;
    return remove(path);
}

void tree_remove(struct tree *tree) {
    assert_int_equal(nftw(tree->root, take_away, 8, FTW_DEPTH | FTW_PHYS), 0);
}

void tree_cut(const struct tree *tree, const char *name) {
    assert_int_equal(nftw(tree_path(tree, name), take_away, 8, FTW_DEPTH | FTW_PHYS), 0);
}

const char *tree_path(const struct tree *tree, const char *name) {
    static char paths[4][TREE_PATH];
    static unsigned next;
    char *path = paths[next++ % 4];
    (void)snprintf(path, TREE_PATH, "%s/%s", tree->root, name);
    return path;
}

/* Makes the folders above it; the path. */
static const char *prepare(const struct tree *tree, const char *name) {
    char folder[TREE_PATH];
    const char *path = tree_path(tree, name);
    for (const char *slash = strchr(name, '/'); slash; slash = strchr(slash + 1, '/')) {
        (void)snprintf(folder, sizeof folder, "%s/%.*s", tree->root, (int)(slash - name), name);
        (void)mkdir(folder, 0700);
    }
    return path;
}

void tree_file(const struct tree *tree, const char *name, const void *text, size_t size) {
    FILE *file = fopen(prepare(tree, name), "we");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

void tree_text(const struct tree *tree, const char *name, const char *text) {
    tree_file(tree, name, text, strlen(text));
}

void tree_link(const struct tree *tree, const char *name, const char *target) {
    assert_int_equal(symlink(target, prepare(tree, name)), 0);
}

void tree_usb(const struct tree *tree, const char *name, const char *vendor, const char *product,
              const char *kind) {
    static const char *const device[] = {"idVendor", "idProduct", "busnum", "devnum"};
    char bus[24], number[24], path[TREE_PATH];
    const char *const values[] = {vendor, product, bus, number};
    (void)snprintf(bus, sizeof bus, "%u\n", TREE_BUS);
    (void)snprintf(number, sizeof number, "%u\n", TREE_DEVICE);
    for (size_t i = 0; i < 4; ++i) {
        (void)snprintf(path, sizeof path, "usb/%s/%s", name, device[i]);
        tree_text(tree, path, values[i]);
    }
    (void)snprintf(path, sizeof path, "usb/%s:1.0/bInterfaceClass", name);
    tree_text(tree, path, kind);
    (void)snprintf(path, sizeof path, "usb/%s:1.0/bInterfaceNumber", name);
    tree_text(tree, path, "00\n");
}
