/* VERIFY, CHANGE REFERENCE DATA, RESET RETRY COUNTER, DISABLE and ENABLE VERIFICATION. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "icc/card_script.h"

static const struct step verify[] = {
    {"00200001", "63C3"},
    {"00200001 04 31323334", "9000"},
    {"00200001", "9000"},
    {"00200001 04 31323335", "63C2"},
    {"00200001", "63C2"}, /* a failure takes the right away */
    {"00200001 04 31323334", "9000"},
    {"00200000", "9000"}, /* no reference: the first PIN */
    {"00200001 01 31", "63C2"},
    {"00200001 08 3132333400000000", "63C1"},
    {"00200001 04 31323334", "9000"},
    {"00200101", "6A86"},
    {"00200041", "6A86"},
    {"00200004", "6A88"},
    {"00200081", "6A88"},
    {"00200001 11 3132333431323334313233343132333431", "6700"},
    {"00200001", "9000"},
};
SCRIPT(test_pin__verify, "small", SIM_T1, verify)

/* P1 FF takes back what VERIFY gave, in this channel, and tells nothing of the value. */
static const struct step forget[] = {
    {"0020FF01", "9000"},
    {"00200001 04 31323334", "9000"},
    {"0020FF01 04 31323334", "6A87"},
    {"00200001", "9000"},
    {"00700000 01", "01 9000"},
    {"01200001 04 31323334", "9000"},
    {"0020FF01", "9000"},
    {"00200001", "63C3"},
    {"00B08500 00", "6982"},
    {"01200001", "9000"}, /* that of the other channel stays */
    {"00200002 08 34333231FFFFFFFF", "9000"},
    {"0020FF04", "6A88"},
    {"0020FF41", "6A86"},
    {"0020FE01", "6A86"},
    {"00200002", "9000"}, /* that of the other PIN too */
    {"00200001 04 30303030", "63C2"},
    {"0020FF01", "9000"},
    {"00200001", "63C2"}, /* no try is given or taken */
    {"0020FF00", "9000"}, /* no reference: the first PIN */
};
SCRIPT(test_pin__forget, "small", SIM_T1, forget)

/* Without data it is a command of case 1, which T=0 may send with P3 or without. */
static const struct step forget_t0[] = {
    {"00200001 04 31323334", "9000"},
    {"00200001 00", "9000"},
    {"0020FF01 00", "9000"},
    {"00200001 00", "63C3"},
    {"00200001 04 31323334", "9000"},
    {"0020FF01", "9000"},
    {"00200001", "63C3"},
};
SCRIPT(test_pin__forget_t0, "small", SIM_T0, forget_t0)

static const struct step counter_survives_power[] = {
    {"00200001 04 30303030", "63C2"},
    {"reset", "3B828031FE45534D96"},
    {"00200001", "63C2"},
    {"00200001 04 30303030", "63C1"},
    {"power", "3B828031FE45534D96"},
    {"00200001 04 30303030", "63C0"},
    {"00200001", "6983"},
    {"00200001 04 31323334", "6983"},
    {"power", "3B828031FE45534D96"},
    {"00200001 04 31323334", "6983"},
};
SCRIPT(test_pin__counter_survives_power, "small", SIM_T1, counter_survives_power)

static const struct step reset_retry_counter[] = {
    {"00200001 04 30303030", "63C2"},
    {"002C0101 06 393939393939", "9000"},
    {"00200001", "63C3"}, /* the value was not shown */
    {"00200001 04 30303030", "63C2"},
    {"00200001 04 30303030", "63C1"},
    {"00200001 04 30303030", "63C0"},
    {"002C0001 0A 303030303030 35353535", "63C1"},
    {"00200001 04 31323334", "6983"},
    {"002C0001 0A 393939393939 35363738", "9000"},
    {"00200001", "9000"}, /* the new value counts as shown */
    {"00200001 04 31323334", "63C2"},
    {"00200001 04 35363738", "9000"},
    {"002C0001 09 393939393939 353535", "6700"},
    {"002C0001 0D 393939393939 35353535353535", "6700"},
    {"002C0101 07 39393939393900", "6700"},
    {"002C0001 03 393939", "6700"},
    {"002C0401 04 35353535", "6A86"},
    {"002C0002 10 34333231FFFFFFFF34333231FFFFFFFF", "6A88"}, /* has no PUK */
    {"002C0101 06 303030303030", "63C1"},
    {"002C0101 06 303030303030", "63C0"},
    {"002C0101 06 393939393939", "6983"},
    {"power", "3B828031FE45534D96"},
    {"002C0101 06 393939393939", "6983"},
};
SCRIPT(test_pin__reset_retry_counter, "small", SIM_T1, reset_retry_counter)

/* P1 02 and 03 need no PUK but that somebody else was verified. */
static const struct step reset_by_another[] = {
    {"00200001 04 30303030", "63C2"},
    {"002C0301", "6982"},
    {"002C0201 04 35353535", "6982"},
    {"00200001 04 31323334", "9000"},
    {"002C0201 04 35353535", "6982"}, /* having shown the PIN itself is not enough */
    {"00200002 08 34333231FFFFFFFF", "9000"},
    {"00200001 04 30303030", "63C2"},
    {"00200001 04 30303030", "63C1"},
    {"00200001 04 30303030", "63C0"},
    {"002C0301 04 35353535", "6700"},
    {"00200001", "6983"},
    {"002C0301", "9000"},
    {"00200001", "63C3"},
    {"002C0201 03 353535", "6700"},
    {"002C0201 07 35353535353535", "6700"},
    {"002C0201", "6700"},
    {"00200001 04 31323334", "9000"},
    {"002C0201 05 3535353535", "9000"},
    {"00200001", "63C3"}, /* nobody has shown the new value */
    {"00200001 04 31323334", "63C2"},
    {"00200001 05 3535353535", "9000"},
    {"002C0202 08 34333231FFFFFFFF", "6982"}, /* by default nobody may */
    {"002C0302", "6982"},
    {"002C0204 04 35353535", "6A88"},
    {"002C0301", "9000"},
    {"00200001", "9000"}, /* the value is the old one: still shown */
    {"power", "3B828031FE45534D96"},
    {"002C0301", "6982"},
};
SCRIPT(test_pin__reset_by_another, "small", SIM_T1, reset_by_another)

static const struct step reset_t0[] = {
    {"00200002 08 34333231FFFFFFFF", "9000"},
    {"00200001 04 30303030", "63C2"},
    {"002C0301 00", "9000"},
    {"00200001 00", "63C3"},
    {"002C0201 04 35353535", "9000"},
    {"002C0101 06 393939393939", "9000"},
    {"002C0001 0A 393939393939 36363636", "9000"},
    {"00200001 00", "9000"},
};
SCRIPT(test_pin__reset_t0, "small", SIM_T0, reset_t0)

/* The condition speaks of a PIN of the card or a key beside it. */
static const struct step reset_in_directory[] = {
    {"00A4040C 04 A0000001", "9000"}, {"002C0381", "9000"}, /* PIN 03 is disabled */
    {"00280003 04 35353535", "9000"}, {"0020FF03", "9000"}, {"002C0381", "6982"},
};
SCRIPT(test_pin__reset_in_directory, "small", SIM_T1, reset_in_directory)

static const struct step change[] = {
    {"00240001 08 31323334 37373737", "9000"},
    {"00200001", "9000"},
    {"00200001 04 31323334", "63C2"},
    {"00200001 04 37373737", "9000"},
    {"00240001 0A 37373737 313233343536", "9000"},
    {"00240001 08 37373737 37373737", "6700"},
    {"00240001 0A 31323334353738393939", "63C2"},
    {"00200001", "63C2"},
    {"00240101 04 38383838", "6982"},
    {"00200001 06 313233343536", "9000"},
    {"00240101 04 38383838", "9000"},
    {"00240101 03 383838", "6700"},
    {"00240101 07 38383838383838", "6700"},
    {"00240101", "6700"},
    {"00240201 04 38383838", "6A86"},
    {"00240004 08 3132333437373737", "6A88"},
    {"power", "3B828031FE45534D96"},
    {"00200001 04 38383838", "9000"},
};
SCRIPT(test_pin__change, "small", SIM_T1, change)

static const struct step padded[] = {
    {"00200002 04 34333231", "6700"},
    {"00200002", "63C2"},
    {"00200002 08 34333231FFFFFFFF", "9000"},
    {"00240002 10 34333231FFFFFFFF 3535353535FFFFFF", "9000"},
    {"00240002 0F 3535353535FFFFFF 35353535FFFFFF", "6700"},
    {"00200002 08 3535353535FFFFFF", "9000"},
    {"00200002 08 34333231FFFFFFFF", "63C1"},
    {"00200002 08 34333231FFFFFFFF", "63C0"},
    {"00200002 08 3535353535FFFFFF", "6983"},
};
SCRIPT(test_pin__padded, "small", SIM_T1, padded)

static const struct step disable_and_enable[] = {
    {"00B08500 00", "6982"},
    {"00260001 04 31323334", "9000"},
    {"00B08500 00", "0505 9000"},
    {"power", "3B828031FE45534D96"},
    {"00B08500 00", "0505 9000"},
    {"00260001 04 31323334", "6985"},
    {"00280001 04 30303030", "63C2"},
    {"00280001 04 31323334", "9000"},
    {"00280001 04 31323334", "6985"},
    {"00260101", "9000"}, /* the PIN was verified */
    {"00280001", "6700"},
    {"reset", "3B828031FE45534D96"},
    {"00280101", "6982"},
    {"00280001 04 31323334", "9000"},
    {"00260002 08 34333231FFFFFFFF", "6985"},
    {"00260201", "6A86"},
    {"00260004 04 31323334", "6A88"},
    {"00280003 04 35353535", "9000"},
    {"00D08500 01 00", "9000"},
    {"reset", "3B828031FE45534D96"},
    {"00D08500 01 00", "6982"},
};
SCRIPT(test_pin__disable_and_enable, "small", SIM_T1, disable_and_enable)

static const struct step local_to_its_directory[] = {
    {"00200081", "6A88"},
    {"00A4040C 04 A0000001", "9000"},
    {"00200081 04 30303030", "9000"},
    {"00B08100 00", "2121 9000"},
    {"00A4010C 02 2011", "9000"}, /* below, it is still in reach */
    {"00200081", "9000"},
    {"00A4030C", "9000"},
    {"00B08100 00", "2121 9000"},
    {"00200001 04 31323334", "9000"},
    {"00A4000C 02 2002", "9000"},
    {"00A4000C 02 2001", "9000"},
    {"00B08100 00", "6982"}, /* leaving the directory took it away */
    {"00200001", "9000"},    /* that of the card stays */
};
SCRIPT(test_pin__local_to_its_directory, "small", SIM_T1, local_to_its_directory)

/* A try has at most as many bytes as a PIN may have; one that is padded has as many as it is padded to. */
static const struct step lengths[] = {
    {"00200002 10 30303030303030303030303030303030", "63C8"},
    {"00200002 11 3030303030303030303030303030303030", "6700"},
    {"00200002 05 30303030FF", "63C7"}, /* what fills a value up is no part of it */
    {"00200002 03 303030", "63C6"},
    {"00200002 04 30303030", "9000"},
    {"00200001 07 31323334FFFFFF", "6700"},
    {"00200001 09 31323334FFFFFFFFFF", "6700"},
    {"00200001 10 31323334FFFFFFFFFFFFFFFFFFFFFFFF", "6700"},
    {"00200001", "63C3"}, /* none of them was a try */
    {"00200001 08 31323334FFFFFFFF", "9000"},
    {"00240002 14 30303030 30313233343536373839303132333435", "9000"},
    {"00200002 10 30313233343536373839303132333435", "9000"},
    {"00240002 21 30313233343536373839303132333435 3031323334353637383930313233343536", "6700"},
    {"00240002 10 30313233343536373839303132333435", "6700"}, /* nothing new */
    {"00200002", "9000"},
};
SCRIPT(test_pin__lengths, "pins", SIM_T1, lengths)

/* The same where the PIN is shown to be asked for no more, or again. */
static const struct step lengths_to_disable[] = {
    {"00260001", "6700"},
    {"00260001 07 31323334FFFFFF", "6700"},
    {"00260001 09 31323334FFFFFFFFFF", "6700"},
    {"00260002 10 30303030303030303030303030303030", "63C8"},
    {"00260002 11 3030303030303030303030303030303030", "6700"},
    {"00200001", "63C3"},
    {"00260001 08 31323334FFFFFFFF", "9000"},
    {"00260001 08 31323334FFFFFFFF", "6985"},
    {"00280002 04 30303030", "6985"}, /* the other one is asked for */
    {"00280001 09 31323334FFFFFFFFFF", "6700"},
    {"00280001 08 31323334FFFFFFFF", "9000"},
    {"00280001 08 31323334FFFFFFFF", "6985"},
    {"00260102", "6982"},
    {"00260002 04 30303030", "9000"},
    {"00260101", "9000"},
    {"00280102", "9000"},
};
SCRIPT(test_pin__lengths_to_disable, "pins", SIM_T1, lengths_to_disable)

/* A new value of a padded PIN has all the bytes, whoever gives it. */
static const struct step lengths_to_reset[] = {
    {"002C0001 0F 3837363534333231 35353535FFFFFF", "6700"},
    {"002C0001 11 3837363534333231 35353535FFFFFFFFFF", "6700"},
    {"002C0001 08 3837363534333231", "6700"},
    {"002C0001 07 38373635343332", "6700"},
    {"002C0101 09 383736353433323100", "6700"},
    {"002C0001 10 3837363534333231 35353535FFFFFFFF", "9000"},
    {"00200001", "9000"},
    {"00200001 08 35353535FFFFFFFF", "9000"},
};
SCRIPT(test_pin__lengths_to_reset, "pins", SIM_T1, lengths_to_reset)

/* A new value has all its tries again, also where another channel has used some up. */
static const struct step change_in_another_channel[] = {
    {"00200001 04 31323334", "9000"}, {"00700000 01", "01 9000"},
    {"01200001 04 30303030", "63C2"}, {"00200001", "9000"}, /* which is the other channel's affair */
    {"00240101 04 35353535", "9000"}, {"01200001", "63C3"},
};
SCRIPT(test_pin__change_in_another_channel, "small", SIM_T1, change_in_another_channel)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pin__verify),
        cmocka_unit_test(test_pin__forget),
        cmocka_unit_test(test_pin__forget_t0),
        cmocka_unit_test(test_pin__counter_survives_power),
        cmocka_unit_test(test_pin__reset_retry_counter),
        cmocka_unit_test(test_pin__reset_by_another),
        cmocka_unit_test(test_pin__reset_t0),
        cmocka_unit_test(test_pin__reset_in_directory),
        cmocka_unit_test(test_pin__change),
        cmocka_unit_test(test_pin__padded),
        cmocka_unit_test(test_pin__disable_and_enable),
        cmocka_unit_test(test_pin__local_to_its_directory),
        cmocka_unit_test(test_pin__lengths),
        cmocka_unit_test(test_pin__lengths_to_disable),
        cmocka_unit_test(test_pin__lengths_to_reset),
        cmocka_unit_test(test_pin__change_in_another_channel),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
