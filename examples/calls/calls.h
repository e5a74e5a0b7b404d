/*
 * What the programs of this folder have in common: each function shows one call of the library, and
 * main.c runs them all on simulated readers. An example that does not hold says where.
 */
#ifndef SCARDSSP_EXAMPLES_CALLS_H
#define SCARDSSP_EXAMPLES_CALLS_H

/* A call, by its name, and a function that shows it. The last of an array has no name. */
struct call {
    const char *name;
    void (*example)(void);
};

extern const struct call card_calls[], reader_calls[], word_calls[], cardex_calls[], com_calls[],
    simulator_calls[], database_calls[], service_calls[], fault_calls[];

/* Notes that something is not as the example says. */
void call_failed(const char *file, int line, const char *what);

/* What an example is sure of. */
#define EXPECT(condition) ((condition) ? (void)0 : call_failed(__FILE__, __LINE__, #condition))

#endif
