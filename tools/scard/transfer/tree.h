/*
 * The directories and files below a directory of a card, as far as it lets them be found (see
 * ISCardFileAccess::Directory). Used by the command that copies trees.
 */
#ifndef SCARD_TREE_H
#define SCARD_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include "transfer/recovery.h"

/* More than any card has: one that goes on for longer has no end. */
#define TREE_MAX 4096u

struct tree_entry {
    char *path;  /* on the card: "/DF01/0101"; of an application without identifier: "/"A000000003"/0101" */
    char *place; /* below the folder on disk: "DF01/0101", "A000000003/0101"; "" the tree itself */
    bool directory;
};

/* Starts zeroed; ended by tree_free(). Upper directories stand before what is in them. */
struct tree {
    struct tree_entry *entries;
    size_t count, room;
};

/*
 * Lists a tree, through resets and removals. root: as SC_TYPE_BY_ANY takes it; NULL: the master file. What
 * may not be listed has nothing in it. SCARD_E_CANCELLED: Ctrl-C; E_OUTOFMEMORY: no memory, or more than
 * TREE_MAX; the codes of ISCardFileAccess::ChangeDir for the root. On failure the tree is empty.
 */
HRESULT tree_list(struct recovery *recovery, ISCardFileAccess *files, const char *root, struct tree *out);
void tree_free(struct tree *tree);

#endif
