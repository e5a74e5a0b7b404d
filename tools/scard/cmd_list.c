/* scard list: the readers and what they hold. Called by main.c. */
#include <stdio.h>

#include "command.h"
#include "failure.h"
#include "options.h"
#include "reader.h"
#include "scardssp.h"
#include "text.h"

static size_t count_columns(const char *text) {
    size_t columns = 0;
    for (; *text != '\0'; ++text)
        columns += ((unsigned char)*text & 0xC0) != 0x80;
    return columns;
}

static int print_reader(size_t number, const char *name, size_t width) {
    struct scardssp_reader_state state = {0};
    const int32_t status = scardssp_get_reader_state(name, &state, 0);
    printf("%zu: ", number);
    const size_t columns = text_print(stdout, name);
    printf("%*s  ", (int)(width > columns ? width - columns : 0), "");
    if (status != S_OK) {
        printf("not available\n");
        return failure(status, NULL, "cannot look into reader %zu", number);
    }
    const char *words = reader_state_text(state.state);
    if (state.atr_size > 0) {
        printf("%s  ATR ", words);
        text_print_hex(stdout, state.atr, state.atr_size, " ");
        putchar('\n');
    } else {
        printf("%s\n", words);
    }
    return EXIT_GOOD;
}

int cmd_list(const struct invocation *invocation, int argc, char **argv) {
    (void)invocation;
    const struct option_row rows[] = {{0}};
    const struct options options = {
        .command = "scard list",
        .summary =
            "Lists the readers: number, name, state, and the answer to reset (ATR) of the card inside. The "
            "number, the name or a part of the name is what other commands take for READER.",
        .rows = rows,
        .notes =
            "States: empty; card present; card in use (shared); card in exclusive use; card mute (it does\n"
            "not answer); card present, not powered; not available.\n",
        .examples = "  scard list              readers of the system's smart card service\n"
                    "  scard --rm sim list     simulated readers, no hardware needed\n",
    };
    const int first = options_parse(&options, argc, argv);
    if (first < 0)
        return options_exit(first);
    if (first < argc)
        return options_complain(&options, "takes no arguments, but there is '%s'", argv[first]);
    struct reader_list list;
    int code = reader_list_need(&list);
    if (code != EXIT_GOOD)
        return code;
    size_t width = 0;
    for (size_t i = 0; i < list.count; ++i) {
        const size_t columns = count_columns(list.names[i]);
        width = columns > width ? columns : width;
    }
    for (size_t i = 0; i < list.count; ++i) {
        const int result = print_reader(i, list.names[i], width);
        code = result != EXIT_GOOD ? result : code;
    }
    reader_list_free(&list);
    return code;
}
