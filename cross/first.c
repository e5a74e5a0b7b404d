/*
 * For Meson, which compiles a header beforehand for the sake of a program's files only: this is one. See
 * first/first.h.
 */
extern const int first_of_windows;
const int first_of_windows = 0;
