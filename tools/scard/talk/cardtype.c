/* Types of cards as the tool shows them. Called by `scard cards` and `scard atr`. */
#include "talk/cardtype.h"

#include "terminal/failure.h"
#include "terminal/text.h"

static bool has_gaps(const struct scardssp_card_type *type) {
    for (size_t i = 0; i < type->atr_size; ++i)
        if (type->mask[i] != 0xFF)
            return true;
    return false;
}

static void print_bytes(const char *name, const uint8_t *bytes, size_t size) {
    printf("  %-12s", name);
    text_print_hex(stdout, bytes, size, " ");
    putchar('\n');
}

void cardtype_print(const struct scardssp_card_type *type) {
    text_print(stdout, type->name);
    putchar('\n');
    print_bytes("ATR:", type->atr, type->atr_size);
    if (has_gaps(type))
        print_bytes("Mask:", type->mask, type->atr_size);
    if (type->provider)
        printf("  %-12s%s\n", "Provider:", type->provider);
    for (size_t i = 0; i < type->interface_count; ++i)
        printf("  %-12s%s\n", i ? "" : "Interfaces:", type->interfaces[i]);
}

void cardtype_write(struct json *json, const char *key, const struct scardssp_card_type *type) {
    json_object(json, key);
    json_text(json, "name", type->name);
    json_hex(json, "atr", type->atr, type->atr_size);
    json_hex(json, "mask", type->mask, type->atr_size);
    json_text(json, "provider", type->provider);
    json_array(json, "interfaces");
    for (size_t i = 0; i < type->interface_count; ++i)
        json_text(json, NULL, type->interfaces[i]);
    json_end(json, ']');
    json_end(json, '}');
}

void cardtype_write_failed(struct json *json, int32_t status) {
    if (status != 0)
        json_text(json, "failed", failure_name(status));
}

int cardtype_fail(int32_t status, const char *message, const char *what, const char *name) {
    const char *advice = message[0] ? message : NULL;
    return name ? failure(status, advice, "%s '%s'", what, name) : failure(status, advice, "%s", what);
}
