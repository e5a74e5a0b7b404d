/* File content in a card image: hexadecimal, text, a fill pattern or a counter. Called by files.c. */
#include <stdlib.h>
#include <string.h>

#include "icc/image/jsonfile.h"

static const char *const content_fields[] = {"hex", "text", "fill", "counter", "size", NULL};
static const char *const record_fields[] = {"hex", "text", "fill", "counter", "size", "repeat", NULL};

/* What is known of a content before its bytes are made. */
struct plan {
    const struct json *hex, *fill;
    const char *text;
    size_t given, fill_size; /* bytes of hex or text; bytes of the fill pattern */
    uint32_t size, counter;
};

static bool read_plan(struct image_reader *reader, const struct json *node, const char *const *fields,
                      size_t max, struct plan *plan) {
    if (json_is(node, JSON_STRING)) {
        plan->hex = node;
        return image_hex_node(reader, node, NULL, &plan->given);
    }
    if (!image_fields(reader, node, fields) ||
        !image_text(reader, node, "text", OPTIONAL, 0, max, &plan->text) ||
        !image_number(reader, node, "size", OPTIONAL, 1, (uint32_t)max, &plan->size) ||
        !image_number(reader, node, "counter", OPTIONAL, 1, 4, &plan->counter))
        return false;
    plan->hex = image_field(node, "hex");
    plan->fill = image_field(node, "fill");
    if (plan->hex && plan->text)
        return image_error(reader, node, "has both \"hex\" and \"text\"");
    if (plan->fill && plan->counter)
        return image_error(reader, node, "has both \"fill\" and \"counter\"");
    if ((plan->fill || plan->counter) && !plan->size)
        return image_missing(reader, node, "size");
    if (plan->hex && !image_hex_node(reader, plan->hex, NULL, &plan->given))
        return false;
    if (plan->text)
        plan->given = strlen(plan->text);
    if (plan->fill && !image_hex_node(reader, plan->fill, NULL, &plan->fill_size))
        return false;
    if (plan->fill && !plan->fill_size)
        return image_error(reader, plan->fill, "is empty");
    if (!plan->size && !plan->hex && !plan->text)
        return image_error(reader, node, "needs \"hex\", \"text\" or \"size\"");
    return true;
}

/* The pattern, over and over; what is there already is copied, so that each step is twice as long. */
static void repeat(const uint8_t *pattern, size_t count, uint8_t *out, size_t size) {
    size_t done = size < count ? size : count;
    memcpy(out, pattern, done);
    while (done < size) {
        const size_t more = size - done < done ? size - done : done;
        memcpy(out + done, out, more);
        done += more;
    }
}

/* 0, 1, 2, ... in numbers of `width` bytes, 1 to 4, the last one as far as it has room. */
static void count_up(uint32_t width, uint8_t *out, size_t size) {
    uint32_t number = 0;
    size_t left = size;
    for (; left >= sizeof number; left -= width, out += width, number++) {
        const uint32_t first = number << (32 - 8 * width);
        const uint8_t bytes[] = {(uint8_t)(first >> 24), (uint8_t)(first >> 16), (uint8_t)(first >> 8),
                                 (uint8_t)first};
        memcpy(out, bytes, sizeof bytes); /* what it has too much the next one writes over */
    }
    for (; left; number++)
        for (uint32_t place = width; place-- && left; left--)
            *out++ = (uint8_t)(number >> 8 * place);
}

/* Fills what lies behind the given bytes: pattern or counter run from there, else zeros. */
static bool fill(struct image_reader *reader, const struct plan *plan, uint8_t *bytes, uint32_t size) {
    const uint32_t start = (uint32_t)plan->given;
    if (plan->fill) {
        size_t count = 0;
        uint8_t *pattern = malloc(plan->fill_size);
        if (!pattern)
            return image_no_memory(reader);
        image_hex_node(reader, plan->fill, pattern, &count);
        if (size > start)
            repeat(pattern, count, bytes + start, size - start);
        free(pattern);
    }
    if (plan->counter && size > start)
        count_up(plan->counter, bytes + start, size - start);
    return true;
}

bool image_content(struct image_reader *reader, const struct json *node, bool repeatable, size_t max,
                   uint8_t **bytes, uint32_t *size) {
    struct plan plan = {.size = 0};
    if (!read_plan(reader, node, repeatable ? record_fields : content_fields, max, &plan))
        return false;
    const size_t total = plan.size ? plan.size : plan.given;
    if (plan.given > total)
        return image_error(reader, node, "has %zu bytes, more than its size of %zu", plan.given, total);
    if (total < 1 || total > max)
        return image_error(reader, node, "must have 1 to %zu bytes, has %zu", max, total);
    if (total > reader->budget)
        return image_error(reader, node, "the card is larger than %u bytes", (unsigned)IMAGE_CONTENT_MAX);
    uint8_t *made = calloc(1, total);
    if (!made)
        return image_no_memory(reader);
    reader->budget -= (uint32_t)total;
    if (plan.text)
        memcpy(made, plan.text, plan.given);
    else if (plan.hex)
        image_hex_node(reader, plan.hex, made, &plan.given);
    if (!fill(reader, &plan, made, (uint32_t)total)) {
        free(made);
        return false;
    }
    *bytes = made;
    *size = (uint32_t)total;
    return true;
}
