/*
 * reader.conf: the readers that an administrator has told pcscd of. auto.c plugs them in, daemon.c finds out
 * which of them a pcscd has.
 */
#ifndef SCARDSSP_BACKENDS_IFD_READERCONF_H
#define SCARDSSP_BACKENDS_IFD_READERCONF_H

#include <stdbool.h>
#include <stddef.h>

#include "backends/ifd/spec.h"

struct ifd_conf_entry {
    char *name;            /* FRIENDLYNAME */
    char *driver;          /* LIBPATH */
    char *device;          /* DEVICENAME; NULL: none */
    unsigned long channel; /* CHANNELID; 0: none */
};

/* Starts zeroed; ended by ifd_conf_clear(). */
struct ifd_conf {
    struct ifd_conf_entry *entries;
    size_t count;
};

/*
 * Adds the entries of a file, or of all files of a folder in the order of their names; a file of another kind
 * has none, and an entry that lacks a name, a driver, or both device and channel, is none. false: neither
 * file nor folder can be read, or out of memory.
 */
bool ifd_conf_read(struct ifd_conf *conf, const char *path);

/* Frees the entries and makes the list empty. */
void ifd_conf_clear(struct ifd_conf *conf);

/* The entry as what ifd_channel_open() takes; lives as long as the entry. */
struct ifd_reader_spec ifd_conf_spec(const struct ifd_conf_entry *entry);

#endif
