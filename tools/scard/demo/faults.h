/* The tour through what goes wrong: `scard demo --faults`. Called by cmd_demo.c. */
#ifndef SCARD_DEMO_FAULTS_H
#define SCARD_DEMO_FAULTS_H

/*
 * Plays fault after fault (scardssp_faults.h, which has been begun before the resource manager) on the card
 * in `reader`, and shows what the call returns that meets it, what ReAttach returns, and how long that took.
 * The same object goes through all of them. An exit code, after a message.
 */
int demo_faults(const char *reader, int protocol);

#endif
