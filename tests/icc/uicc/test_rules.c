/*
 * Each file of the image "usim" refers to a rule in an EF.ARR (TS 102 221 §9.2.7, expanded format of ISO/IEC
 * 7816-4 §5.4.3.2): what the rule says is what the card does.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "apdu/tlv.h"
#include "icc/card_script.h"
#include "icc/os.h"

#define MODE_READ 0x01u
#define MODE_UPDATE 0x02u
enum { TAG_MODE = 0x80, TAG_ALWAYS = 0x90, TAG_NEVER = 0x97, TAG_KEY = 0xA4, TAG_REFERENCE = 0x83 };

/* The EF.ARR nearest to the file, from its own directory on. */
static const struct file *rules_of(const struct file *file) {
    const uint16_t id = (uint16_t)(file->rule[0] << 8 | file->rule[1]);
    for (const struct file *df = file->kind == FILE_DF ? file : file->parent; df; df = df->parent)
        if (sim_file_child(df, id))
            return sim_file_child(df, id);
    return NULL;
}

static void expect_condition(const struct sim_card *card, const struct file *file,
                             const struct condition *condition, const struct tlv_object *said) {
    struct tlv_object reference;
    switch (said->tag) {
    case TAG_ALWAYS:
        assert_true(!condition->never && !condition->pins && !condition->keys);
        break;
    case TAG_NEVER:
        assert_true(condition->never);
        break;
    default:
        assert_int_equal(said->tag, TAG_KEY);
        assert_true(tlv_find(said->value, said->length, TAG_REFERENCE, &reference));
        assert_int_equal(reference.length, 1);
        for (uint32_t i = 0; i < card->pin_count; i++)
            if (card->pins[i].reference == reference.value[0] && file->parent->reach_pins & 1u << i) {
                assert_int_equal(condition->pins, 1u << i);
                assert_true(!condition->never && !condition->keys);
                return;
            }
        fail_msg("%04X: there is no PIN %02X", file->id, reference.value[0]);
    }
}

static void expect_rule(const struct sim_card *card, const struct file *file) {
    const struct file *rules = rules_of(file);
    if (!rules || !sim_file_record(rules, file->rule[2]))
        fail_msg("%04X: there is no rule %02X%02X/%u", file->id, file->rule[0], file->rule[1], file->rule[2]);
    const struct record *record = sim_file_record(rules, file->rule[2]);
    struct tlv_reader reader = {record->bytes, record->size};
    struct tlv_object mode, said;
    unsigned seen = 0;
    while (tlv_next(&reader, &mode)) {
        assert_int_equal(mode.tag, TAG_MODE);
        assert_int_equal(mode.length, 1);
        assert_true(tlv_next(&reader, &said));
        if (file->kind == FILE_DF) { /* nothing can be made or deleted in it */
            assert_int_equal(said.tag, TAG_NEVER);
            continue;
        }
        if (mode.value[0] & MODE_READ)
            expect_condition(card, file, &file->access[FILE_READ], &said);
        if (mode.value[0] & MODE_UPDATE)
            expect_condition(card, file, &file->access[FILE_UPDATE], &said);
        seen |= mode.value[0];
    }
    assert_int_equal(reader.left, 0);
    if (file->kind != FILE_DF)
        assert_int_equal(seen & (MODE_READ | MODE_UPDATE), MODE_READ | MODE_UPDATE);
}

static void test_rules__say_what_the_card_does(void **state) {
    (void)state;
    struct sim_card *card = script_card("usim");
    unsigned count = 0;
    for (const struct file *file = card->mf; file; file = sim_file_after(file)) {
        assert_true(file->has_rule);
        expect_rule(card, file);
        count++;
    }
    assert_true(count > 50);
    sim_card_destroy(card);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rules__say_what_the_card_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
