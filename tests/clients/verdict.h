/*
 * What the kit of clients (kit.h) leaves to the program it is part of: what a code is called, and how an
 * expectation fails.
 */
#ifndef SCARDSSP_TESTS_CLIENTS_VERDICT_H
#define SCARDSSP_TESTS_CLIENTS_VERDICT_H

#include "clients/kit.h"

/* The code's name, static text; "" where the program has no names. */
const char *verdict_name(HRESULT code);

/* Fails the test at this place. Does not return. */
void verdict_fail(const char *file, int line);

#endif
