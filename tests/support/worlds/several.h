/*
 * Another simulator beside what a world has, and both behind one service. Used by world.c for the worlds
 * "two" and "several".
 */
#ifndef SCARDSSP_TESTS_SUPPORT_WORLDS_SEVERAL_H
#define SCARDSSP_TESTS_SUPPORT_WORLDS_SEVERAL_H

#include "rm/rm.h"

/*
 * A service with the readers of `service`, which belongs to it from then on, and behind them one of another
 * simulator, with a PIV card. NULL: out of memory.
 */
struct rm_service *several_around(struct rm_service *service);

#endif
