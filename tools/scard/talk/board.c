/* What `scard watch` shows on a terminal: see board.h. */
#include "talk/board.h"

#include <stdlib.h>
#include <string.h>

#include "talk/cardname.h"
#include "talk/reader.h"
#include "terminal/text.h"

#define GAP 2
#define STATE_COLUMNS 25    /* "card present, not powered" */
#define NAME_COLUMNS_MIN 12 /* of a reader */
#define CARD_COLUMNS_MIN 16
#define CARD_COLUMNS_MAX 60
#define ATR_COLUMNS_MIN 30 /* less of it says nothing: it gets a line of its own, or none */
#define OWN_LINES 5        /* of the window: head, titles, a gap and one event below another head */

/* How the columns lie; 0: that one is not shown. */
struct layout {
    size_t name, state, card, atr;
    bool atr_below; /* the ATR has a line below its reader */
};

static struct board_reader *find(const struct board *board, const char *name) {
    for (size_t i = 0; i < board->count; ++i)
        if (strcmp(board->readers[i].name, name) == 0)
            return &board->readers[i];
    return NULL;
}

static struct board_reader *add(struct board *board, const char *name) {
    struct board_reader *more = realloc(board->readers, (board->count + 1) * sizeof *more);
    char *own = more ? strdup(name) : NULL;
    if (more)
        board->readers = more;
    if (!own)
        return NULL;
    more[board->count] = (struct board_reader){.name = own};
    return &more[board->count++];
}

static void drop(struct board *board, struct board_reader *reader) {
    const size_t place = (size_t)(reader - board->readers);
    free(reader->name);
    free(reader->card);
    --board->count;
    memmove(reader, reader + 1, (board->count - place) * sizeof *reader);
}

void board_change(struct board *board, const struct scardssp_reader_change *change) {
    char card[CARDNAME_MAX];
    struct board_reader *reader = find(board, change->name);
    if (!change->now) {
        if (reader)
            drop(board, reader);
        return;
    }
    if (!reader)
        reader = add(board, change->name);
    if (!reader)
        return;
    free(reader->card);
    reader->state = *change->now;
    reader->card = cardname_find(reader->state.atr, reader->state.atr_size, card) ? strdup(card) : NULL;
}

void board_note(struct board *board, const char *line) {
    char **place = &board->events[board->event_count % BOARD_EVENTS];
    free(*place);
    *place = strdup(line);
    ++board->event_count;
}

void board_clear(struct board *board) {
    while (board->count > 0)
        drop(board, &board->readers[board->count - 1]);
    free(board->readers);
    for (size_t i = 0; i < BOARD_EVENTS; ++i)
        free(board->events[i]);
    *board = (struct board){.count = 0};
}

/* Fills a column; the last one of a line has no gap behind it. */
static void put(FILE *out, const char *text, size_t columns, bool last) {
    const size_t used = text_print_fitting(out, text, columns);
    fprintf(out, "%*s", last ? 0 : (int)(columns - used + GAP), "");
}

/* The same in a colour, the gap without. */
static void put_coloured(FILE *out, const char *text, size_t columns, enum colour colour) {
    fputs(colour_begin(colour), out);
    const size_t used = text_print_fitting(out, text, columns);
    fprintf(out, "%s%*s", colour_end(colour), (int)(columns - used + GAP), "");
}

/* An ATR as text, as much of it as there is room for. */
static void put_atr(FILE *out, const struct scardssp_reader_state *state, size_t columns) {
    char hex[sizeof state->atr * 3 + 1] = "";
    for (uint32_t i = 0; i < state->atr_size; ++i)
        (void)snprintf(hex + 3 * i - (i > 0), 4, "%s%02X", i ? " " : "", state->atr[i]);
    (void)text_print_fitting(out, hex, columns);
}

static size_t smaller(size_t a, size_t b) {
    return a < b ? a : b;
}

static size_t larger(size_t a, size_t b) {
    return a > b ? a : b;
}

/* The widest of the names: of readers, or of cards. */
static size_t widest(const struct board *board, bool cards) {
    size_t width = 0;
    for (size_t i = 0; i < board->count; ++i) {
        const char *text = cards ? board->readers[i].card : board->readers[i].name;
        width = larger(width, text ? text_columns(text) : 0);
    }
    return width;
}

/* The state is shown whole; the names of readers and cards share what is left, and the ATR the rest. */
static struct layout arrange(const struct board *board, size_t columns, size_t lines) {
    struct layout layout = {.state = STATE_COLUMNS};
    const size_t taken = STATE_COLUMNS + 2 * GAP;
    const size_t room = columns > taken ? columns - taken : 0;
    const size_t card = smaller(larger(widest(board, true), CARD_COLUMNS_MIN), CARD_COLUMNS_MAX);
    layout.name = larger(widest(board, false), NAME_COLUMNS_MIN);
    if (layout.name + card > room)
        layout.name = smaller(layout.name, larger(room / 2, room > card ? room - card : 0));
    layout.card = smaller(card, room - smaller(room, layout.name));
    const size_t rest = room - smaller(room, layout.name + layout.card);
    layout.atr = rest >= ATR_COLUMNS_MIN + GAP ? rest - GAP : 0;
    layout.atr_below = layout.atr == 0 && OWN_LINES + 2 * board->count <= lines;
    return layout;
}

static const char *card_text(const struct board_reader *reader) {
    if (!(reader->state.state & READER_PRESENT))
        return "-";
    return reader->card ? reader->card : "(unknown)";
}

static void draw_reader(const struct board_reader *reader, const struct layout *layout, size_t columns,
                        FILE *out) {
    put(out, reader->name, layout->name, false);
    put_coloured(out, reader_state_text(reader->state.state), layout->state,
                 reader_state_colour(reader->state.state));
    put(out, card_text(reader), layout->card, layout->atr == 0);
    if (layout->atr)
        put_atr(out, &reader->state, layout->atr);
    fputc('\n', out);
    if (layout->atr_below && reader->state.atr_size > 0) {
        fputs("    ", out);
        put_atr(out, &reader->state, columns > 4 ? columns - 4 : 0);
        fputc('\n', out);
    }
}

static void draw_head(const struct board *board, size_t columns, FILE *out) {
    char text[96];
    size_t cards = 0;
    for (size_t i = 0; i < board->count; ++i)
        cards += (board->readers[i].state.state & READER_PRESENT) != 0;
    (void)snprintf(text, sizeof text, "scard watch: %zu reader%s, %zu card%s; Ctrl-C ends it", board->count,
                   board->count == 1 ? "" : "s", cards, cards == 1 ? "" : "s");
    fputs(colour_begin(COLOUR_STRONG), out);
    (void)text_print_fitting(out, text, columns);
    fprintf(out, "%s\n\n", colour_end(COLOUR_STRONG));
}

static void draw_titles(const struct layout *layout, FILE *out) {
    put(out, "READER", layout->name, false);
    put(out, "STATE", layout->state, false);
    put(out, "CARD", layout->card, layout->atr == 0);
    if (layout->atr)
        put(out, "ATR", layout->atr, true);
    fputc('\n', out);
}

/* As many as fit into `lines` lines. Returns how many lines they took. */
static size_t draw_readers(const struct board *board, const struct layout *layout, size_t columns,
                           size_t lines, FILE *out) {
    size_t used = 0, shown = 0;
    for (; shown < board->count; ++shown) {
        const struct board_reader *reader = &board->readers[shown];
        const size_t need = layout->atr_below && reader->state.atr_size > 0 ? 2 : 1;
        const bool last = shown + 1 == board->count;
        if (used + need + (last ? 0 : 1) > lines) /* a line is kept for how many are missing */
            break;
        draw_reader(reader, layout, columns, out);
        used += need;
    }
    if (shown < board->count && used < lines) {
        fprintf(out, "... and %zu more\n", board->count - shown);
        ++used;
    }
    return used;
}

/* The last of them, the newest below. */
static void draw_events(const struct board *board, size_t columns, size_t lines, FILE *out) {
    const size_t kept = smaller(board->event_count, BOARD_EVENTS);
    const size_t shown = lines > 2 ? smaller(kept, lines - 2) : 0;
    if (shown == 0)
        return;
    fputs("\nLATELY\n", out);
    for (size_t i = board->event_count - shown; i < board->event_count; ++i) {
        const char *line = board->events[i % BOARD_EVENTS];
        (void)text_print_fitting(out, line ? line : "", columns);
        fputc('\n', out);
    }
}

void board_draw(const struct board *board, size_t columns, size_t lines, FILE *out) {
    const struct layout layout = arrange(board, columns, lines);
    const size_t head = 3;
    if (lines < head + 1)
        return;
    draw_head(board, columns, out);
    draw_titles(&layout, out);
    size_t left = lines - head;
    left -= draw_readers(board, &layout, columns, left, out);
    draw_events(board, columns, left, out);
}
