/* Bars and heights: see plot.h. */
#include "measure/plot.h"

#define STEPS 8u

void plot_bar(FILE *file, uint64_t value, uint64_t most, size_t columns, bool blocks) {
    static const char *const parts[STEPS] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    const uint64_t eighths = most ? value * columns * STEPS / most : 0;
    for (uint64_t i = 0; i < eighths / STEPS; ++i)
        fputs(blocks ? "█" : "#", file);
    if (blocks)
        fputs(parts[eighths % STEPS], file);
    else if (eighths % STEPS >= STEPS / 2)
        fputc('#', file);
}

void plot_heights(FILE *file, const size_t *numbers, size_t count, bool blocks) {
    static const char *const high[STEPS + 1] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    static const char *const plain[STEPS + 1] = {" ", ".", ".", ":", ":", "+", "+", "#", "#"};
    size_t most = 0;
    for (size_t i = 0; i < count; ++i)
        most = numbers[i] > most ? numbers[i] : most;
    for (size_t i = 0; i < count; ++i) {
        const size_t step = most ? (numbers[i] * STEPS + most - 1) / most : 0; /* what is there is seen */
        fputs((blocks ? high : plain)[step], file);
    }
}
