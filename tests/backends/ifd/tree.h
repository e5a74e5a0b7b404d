/*
 * A folder for a test, in which files and folders are made by their paths. Taken away with all that is in it.
 */
#ifndef SCARDSSP_TESTS_BACKENDS_IFD_TREE_H
#define SCARDSSP_TESTS_BACKENDS_IFD_TREE_H

#include <stddef.h>
#include <unistd.h>

#define TREE_PATH 400

struct tree {
    char root[64];
};

void tree_make(struct tree *tree);
void tree_remove(struct tree *tree);

/* The path of what is called so in it; static text until the fourth call from then on. */
const char *tree_path(const struct tree *tree, const char *name);

/* Makes a file, with the folders above it. */
void tree_file(const struct tree *tree, const char *name, const void *text, size_t size);
void tree_text(const struct tree *tree, const char *name, const char *text);

/* Makes a symbolic link. */
void tree_link(const struct tree *tree, const char *name, const char *target);

/* Takes away what is called so, with all that is in it. */
void tree_cut(const struct tree *tree, const char *name);

/* Where USB devices are: each process has a place of its own, since devices are claimed. */
#define TREE_BUS ((unsigned)getpid() / 1000 + 1)
#define TREE_DEVICE ((unsigned)getpid() % 1000)

/* A USB device "NAME" with one interface "NAME:1.0", as sysfs shows it. kind: its class, two digits. */
void tree_usb(const struct tree *tree, const char *name, const char *vendor, const char *product,
              const char *kind);

#endif
