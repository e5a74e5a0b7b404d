/* The card images that come with the library; their table is generated from images/ (JSON) by the build. */
#ifndef SCARDSSP_SIM_IMAGES_H
#define SCARDSSP_SIM_IMAGES_H

#include <stddef.h>

struct builtin_image {
    const char *name;
    const char *text; /* JSON, NUL-terminated */
    size_t size;      /* without the NUL */
};

/* Ends with an entry whose name is NULL. */
extern const struct builtin_image sim_builtin_images[];

#endif
