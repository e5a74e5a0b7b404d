/* Readers and the cards in them, by what their states say: see examine.h. */
#include <inttypes.h>
#include <stdio.h>

#include "doctor/examine.h"
#include "doctor/voltage.h"
#include "scardssp_rm.h"
#include "talk/cardname.h"

#define ALL_CLASSES (SCARDSSP_CLASS_A | SCARDSSP_CLASS_B | SCARDSSP_CLASS_C)

/* The clients of the service with their names. */
static void list_clients(const struct holder_list *list, char *out, size_t room) {
    size_t used = 0;
    out[0] = '\0';
    for (size_t i = 0; i < list->count && used + 128 < room; ++i)
        used += (size_t)snprintf(out + used, room - used, "%s%s (process %" PRIu32 ", user %s)",
                                 i > 0 ? ", " : "", list->items[i].program, list->items[i].pid,
                                 list->items[i].user);
}

static void find_held(struct findings *all, const struct reader *reader, const struct usage *usage) {
    char names[300];
    const bool certain = usage_is_certain(usage);
    struct finding *one = finding_add(all, FINDING_FAULT, "reader-held", reader->name);
    list_clients(&usage->clients, names, sizeof names);
    finding_what(one, "somebody keeps the card alone; all others are refused%s%s",
                 names[0] ? certain ? ": it is " : ": perhaps " : "", names);
    finding_seen(one, "the reader's state has SCARD_STATE_EXCLUSIVE; the service does not say who it is%s",
                 names[0] ? ", the kernel says who is connected to it" : "");
    finding_remedy(one, names[0]
                            ? "close that program, or end it"
                            : "find the program as root, which may see those of other users; then end it");
    if (certain)
        finding_command(one, "kill %" PRIu32, usage->clients.items[0].pid);
    else
        finding_command(one, "%s", names[0] ? "scard who" : "sudo scard who");
}

static void find_used(struct findings *all, const struct reader *reader, const struct usage *usage) {
    char names[300];
    struct finding *one = finding_add(all, FINDING_NOTE, "reader-used", reader->name);
    list_clients(&usage->clients, names, sizeof names);
    finding_what(one, "other programs use the card as well, and may hold it for a while%s%s",
                 names[0] ? usage_is_certain(usage) ? ": " : ": perhaps " : "", names);
    finding_command(one, "scard who");
}

static void find_mute(struct findings *all, const struct reader *reader) {
    char given[VOLTAGE_TEXT_MAX], lacking[VOLTAGE_TEXT_MAX];
    const unsigned classes = voltage_of_reader(reader->name);
    struct finding *one = finding_add(all, FINDING_FAULT, "card-mute", reader->name);
    finding_what(one, "there is a card, and it does not answer to power and reset");
    finding_seen(one, "the reader's state has SCARD_STATE_MUTE");
    finding_remedy(
        one, "put it in the other way round, clean its contacts; try another card here, and this card in "
             "another reader");
    finding_command(one, "scard status --wait");
    if (classes == 0 || classes == ALL_CLASSES)
        return;
    one = finding_add(all, FINDING_FAULT, "wrong-voltage", reader->name);
    finding_what(one, "the card may need a voltage that the reader does not give");
    finding_seen(one, "by its USB descriptor the reader gives %s, and not %s", voltage_text(classes, given),
                 voltage_text(ALL_CLASSES & ~classes, lacking));
    finding_remedy(one, "try a reader that gives all three");
}

/* A card that has answered says which voltages it stands; another one works now and then, or harms it. */
static void judge_voltage(struct findings *all, const struct reader *reader) {
    char wanted[VOLTAGE_TEXT_MAX], given[VOLTAGE_TEXT_MAX];
    const unsigned card = voltage_of_atr(reader->state.atr, reader->state.atr_size);
    const unsigned classes = card ? voltage_of_reader(reader->name) : 0;
    if (classes == 0 || (card & classes) != 0)
        return;
    struct finding *one = finding_add(all, FINDING_FAULT, "wrong-voltage", reader->name);
    finding_what(one, "the card is made for %s, the reader gives %s", voltage_text(card, wanted),
                 voltage_text(classes, given));
    finding_seen(one, "the first TA behind T=15 of the card's ATR, and the reader's USB descriptor");
    finding_remedy(one, "use a reader that gives what the card is made for");
    finding_command(one, "scard atr '%s'", reader->name);
}

static void find_card(struct findings *all, const struct reader *reader) {
    char name[CARDNAME_MAX];
    struct finding *one = finding_add(all, FINDING_FINE, "card", reader->name);
    const bool known = cardname_find(reader->state.atr, reader->state.atr_size, name);
    finding_what(one, "a card answers%s%s", known ? ": " : "", known ? name : "");
}

static void judge_card(struct findings *all, const struct reader *reader, const struct usage *usage) {
    const uint32_t state = reader->state.state;
    if (state & READER_MUTE) {
        find_mute(all, reader);
        return;
    }
    if (state & READER_EXCLUSIVE)
        find_held(all, reader, usage);
    else if (state & READER_INUSE)
        find_used(all, reader, usage);
    else
        find_card(all, reader);
    judge_voltage(all, reader);
}

static void judge(struct findings *all, const struct reader *reader, const struct usage *usage) {
    const uint32_t state = reader->state.state;
    if (state & (READER_UNKNOWN | READER_UNAVAILABLE)) {
        struct finding *one = finding_add(all, FINDING_FAULT, "reader-unavailable", reader->name);
        finding_what(one, "the reader does not work");
        finding_seen(one, "its state has SCARD_STATE_UNAVAILABLE or SCARD_STATE_UNKNOWN");
        finding_remedy(one, "plug it in anew, at another place of the machine or without a hub");
        finding_command(one, "scard watch");
    } else if (state & READER_PRESENT) {
        judge_card(all, reader, usage);
    } else {
        finding_what(finding_add(all, FINDING_NOTE, "reader-empty", reader->name), "there is no card in it");
    }
}

static void find_no_reader(struct findings *all, size_t plugged) {
    struct finding *one = finding_add(all, FINDING_FAULT, "no-reader", NULL);
    finding_what(one, "there is no reader");
    if (plugged > 0) {
        finding_seen(one, "the USB has one: see above why it is none to programs");
        return;
    }
    finding_seen(one, "the list of readers is empty, and the USB has none that can be seen from here");
    finding_remedy(one, "plug one in, and watch it come; without one, simulated readers do");
    finding_command(one, "scard watch    # or: scard --rm sim list");
}

static void find_no_card(struct findings *all) {
    struct finding *one = finding_add(all, FINDING_FAULT, "no-card", NULL);
    finding_what(one, "no reader has a card in it");
    finding_seen(one, "all of them say that they are empty");
    finding_remedy(
        one, "put one in, chip first and up, to the stop; if that is not seen, the reader's contacts or the "
             "card are worn");
    finding_command(one, "scard list --wait");
}

void examine_readers(struct findings *all, const struct reader_list *readers, const struct usage *usage,
                     size_t plugged) {
    size_t cards = 0, silent = 0;
    for (size_t i = 0; i < readers->count; ++i) {
        const uint32_t state = readers->readers[i].state.state;
        judge(all, &readers->readers[i], usage);
        cards += (state & READER_PRESENT) != 0;
        silent += (state & (READER_UNKNOWN | READER_UNAVAILABLE)) != 0;
    }
    if (readers->count == 0)
        find_no_reader(all, plugged);
    else if (cards == 0 && silent < readers->count)
        find_no_card(all);
}
