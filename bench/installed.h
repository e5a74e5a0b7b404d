/*
 * Programs of the build, run as they are once installed. In the build tree they carry the folder of the
 * library in themselves, and the loader looks into some twelve others beside it first: a tenth of the time
 * of a process that only lists. Installed, it finds the library in its cache, as all libraries.
 */
#ifndef SCARDSSP_BENCH_INSTALLED_H
#define SCARDSSP_BENCH_INSTALLED_H

#include <stdbool.h>

struct installed {
    char folder[64]; /* with the copies; empty: the programs are those of the build */
};

/*
 * Lets the loader find the library of the file `library`, in this process's own mount namespace, which
 * pcscd_start() has made, and so in its children. false: the system does not let that be done, and
 * installed_path() says where the build has a program.
 */
bool installed_begin(struct installed *installed, const char *library);

/* Where to run a program of the build from: `room` bytes at `out`, which it returns. */
const char *installed_path(const struct installed *installed, const char *program, char *out, unsigned room);

/* Removes the copies. The mount ends with the namespace. */
void installed_end(struct installed *installed);

#endif
