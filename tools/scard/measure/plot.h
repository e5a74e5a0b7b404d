/* Small pictures in lines of text, of block elements or of plain ASCII. For `scard bench`. */
#ifndef SCARD_PLOT_H
#define SCARD_PLOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Prints a bar of value/most of the columns: to an eighth of a column with blocks, else of '#'. */
void plot_bar(FILE *file, uint64_t value, uint64_t most, size_t columns, bool blocks);

/* Prints a column for each number, the higher the larger it is; 0 is a blank. */
void plot_heights(FILE *file, const size_t *numbers, size_t count, bool blocks);

#endif
