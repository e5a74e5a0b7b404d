/*
 * The card images that come with the library; the build makes their table of builtin/ (JSON), in the order of
 * meson.build. Used by image.c and by whoever lists them.
 */
#ifndef SCARDSSP_SIM_IMAGES_H
#define SCARDSSP_SIM_IMAGES_H

#include <stddef.h>

struct builtin_image {
    const char *name;
    const char *summary; /* one line for people */
    const char *text;    /* JSON, NUL-terminated */
    size_t size;         /* without the NUL */
};

/* Ends with an entry whose name is NULL. */
extern const struct builtin_image sim_builtin_images[];

#endif
