/* What goes on when a program of test_winscard_ends.c ends, or unloads a DLL. */
#ifndef SCARDSSP_TESTS_WINDOWS_WINSCARD_SCENES_H
#define SCARDSSP_TESTS_WINDOWS_WINSCARD_SCENES_H

enum played_scene {
    PLAYED_NOTHING,
    /*
     * the connection's thread waits for another program that never ends its transaction; nobody waits for it
     */
    PLAYED_TURN,
    PLAYED_CALL,   /* another thread of the program does, in a call of the object */
    PLAYED_CHANGE, /* it waits for a change at the reader */
    PLAYED_NOTICE, /* a notice is on the screen */
    PLAYED_SCENES
};

#endif
