/*
 * The examinations of `scard doctor`, each of one part of the way from a program to its card. They add what
 * they find out to the list.
 */
#ifndef SCARD_EXAMINE_H
#define SCARD_EXAMINE_H

#include "doctor/finding.h"
#include "doctor/usage.h"
#include "talk/reader.h"

/*
 * The smart card service: whether it is installed, runs, lets this program in and understands it. Where it
 * does, true, and its readers are in *readers, ended by reader_list_free(); otherwise that is empty.
 */
bool examine_service(struct findings *all, struct reader_list *readers);

/*
 * The readers on the USB: whether there is a driver for each, and whether something else has it. readers:
 * what the service knows; NULL: it does not work, and that is told elsewhere. Returns how many there are.
 */
size_t examine_bus(struct findings *all, const struct reader_list *readers);

/*
 * The readers and the cards in them: whether there is one, whether it answers and suits the reader, and who
 * keeps it from others. plugged: how many readers the bus has.
 */
void examine_readers(struct findings *all, const struct reader_list *readers, const struct usage *usage,
                     size_t plugged);

#endif
