/*
 * The identifiers as mingw-w64 brings them for programs that have its header. Linked into every client
 * program.
 */
#include <scardssp_i.c>
