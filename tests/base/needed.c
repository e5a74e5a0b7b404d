/*
 * Two libraries for test_library_needs_win.c: with NEEDED the one that is needed, otherwise the one that
 * needs it.
 */
int needed_number(void);
int needing_number(void);

#ifdef NEEDED
__declspec(dllexport) int needed_number(void) {
    return 42;
}
#else
__declspec(dllexport) int needing_number(void) {
    return needed_number();
}
#endif
