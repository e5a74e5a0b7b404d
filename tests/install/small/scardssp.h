/* The small project that stands for the real one in tests/install/front_door.sh. */
#ifndef SMALL_SCARDSSP_H
#define SMALL_SCARDSSP_H

/* The version of the small project, a text that lives for ever. */
const char *small_version(void);

#endif
