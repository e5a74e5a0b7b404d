/*
 * The steps of the guided tour: two ISCard objects play two programs that share one card. Each step calls
 * what a program would call, shows it, and checks the result. Walked through by cmd_demo.c.
 */
#include "demo/demo.h"

#include <stdio.h>
#include <string.h>

#include "scardssp_rm.h"
#include "terminal/text.h"

#define ATR_TEXT_MAX 320
#define CHALLENGE_SIZE 8

/* What the demo card holds in file 0002, and that file's id. */
static const char greeting[] = "Hello from the demo card";
static const size_t greeting_size = sizeof greeting - 1;
static const uint8_t greeting_file[] = {0x00, 0x02};

/* ISO/IEC 7816-4 §8.1.1: card issuer's data (tag 5) of four bytes. */
const uint8_t demo_mark[DEMO_MARK_SIZE] = {0x54, 'D', 'E', 'M', 'O'};

static bool select_greeting(struct demo *demo, ISCard *card) {
    IByteBuffer *id = NULL;
    ISCardCmd *command = NULL;
    struct demo_answer answer;
    HRESULT hr = card_buffer(greeting_file, sizeof greeting_file, &id);
    if (FAILED(hr))
        return demo_expect("CoCreateInstance(CByteBuffer)", hr, S_OK);
    hr = ISCardISO7816_SelectFile(demo->iso, 0x00, 0x0C, id, 0, &command);
    IByteBuffer_Release(id);
    return demo_expect("ISCardISO7816::SelectFile(0, 0x0C, 00 02)", hr, S_OK) &&
           demo_send(card, &command, S_OK, 0x9000, &answer);
}

/* READ BINARY of the greeting, with what must come of it. */
static bool read_greeting(struct demo *demo, ISCard *card, HRESULT wanted, uint16_t wanted_sw) {
    ISCardCmd *command = NULL;
    struct demo_answer answer = {.size = 0};
    const HRESULT hr = ISCardISO7816_ReadBinary(demo->iso, 0, 0, (LONG)greeting_size, &command);
    if (!demo_expect("ISCardISO7816::ReadBinary(0, 0, 24)", hr, S_OK) ||
        !demo_send(card, &command, wanted, wanted_sw, &answer))
        return false;
    if (wanted != S_OK || wanted_sw != 0x9000)
        return true;
    const bool same = answer.size == greeting_size && memcmp(answer.data, greeting, greeting_size) == 0;
    return demo_check("It says \"Hello from the demo card\"", same);
}

static bool get_challenge(struct demo *demo, ISCard *card, struct demo_answer *out) {
    ISCardCmd *command = NULL;
    const HRESULT hr = ISCardISO7816_GetChallenge(demo->iso, CHALLENGE_SIZE, &command);
    return demo_expect("ISCardISO7816::GetChallenge(8)", hr, S_OK) &&
           demo_send(card, &command, S_OK, 0x9000, out) && out->size == CHALLENGE_SIZE;
}

/* Shows what ATR and protocol the object tells; the ATR must be that of the beginning. */
static bool look_again(struct demo *demo) {
    struct card_look look;
    const HRESULT hr = card_look(demo->card, &look);
    if (!demo_expect("get_Status, get_Protocol, get_Atr", hr, S_OK))
        return false;
    printf("    state %s, protocol %s\n", card_state_text(look.state), card_protocol_text(look.protocol));
    return demo_check("The answer to reset is the same as at first",
                      look.atr_size == demo->atr_size && memcmp(look.atr, demo->atr, look.atr_size) == 0);
}

/* Shares the card; `who` stands before the call. */
static bool attach(struct demo *demo, const char *who, ISCard *card, HRESULT wanted) {
    static const char *const words[] = {"RAW", "T0", "T1", "T0|T1"};
    char call[64];
    snprintf(call, sizeof call, "%sISCard::AttachByReader(SHARED, %s)", who,
             words[demo->protocol <= (T0 | T1) ? demo->protocol : 0]);
    return demo_expect(call, card_attach(card, demo->reader, SHARED, demo->protocol), wanted);
}

static bool step_attach(struct demo *demo) {
    return demo_expect("CoCreateInstance(CSCard)", card_make(&demo->card), S_OK) &&
           attach(demo, "", demo->card, S_OK);
}

static bool step_atr(struct demo *demo) {
    struct card_look look;
    const HRESULT hr = card_look(demo->card, &look);
    if (!demo_expect("get_Status, get_Protocol, get_Atr", hr, S_OK))
        return false;
    char words[ATR_TEXT_MAX];
    scardssp_atr_text(look.atr, look.atr_size, words, sizeof words);
    printf("    ATR ");
    text_print_hex(stdout, look.atr, look.atr_size, " ");
    printf("\n    %s\n    state %s, protocol %s\n", words, card_state_text(look.state),
           card_protocol_text(look.protocol));
    memcpy(demo->atr, look.atr, look.atr_size);
    demo->atr_size = look.atr_size;
    return demo_check("The card is there and powered", look.state >= POWERED && look.atr_size > 0);
}

static bool step_read(struct demo *demo) {
    void *object = NULL;
    const HRESULT hr = CoCreateInstance(&CLSID_CSCardISO7816, NULL, CLSCTX_ALL, &IID_ISCardISO7816, &object);
    if (!demo_expect("CoCreateInstance(CSCardISO7816)", hr, S_OK))
        return false;
    demo->iso = object;
    return select_greeting(demo, demo->card) && read_greeting(demo, demo->card, S_OK, 0x9000);
}

static bool step_lock(struct demo *demo) {
    struct demo_answer first, second;
    return demo_expect("ISCard::LockSCard", ISCard_LockSCard(demo->card), S_OK) &&
           get_challenge(demo, demo->card, &first) && get_challenge(demo, demo->card, &second) &&
           demo_check("Two random numbers that differ",
                      memcmp(first.data, second.data, CHALLENGE_SIZE) != 0) &&
           demo_expect("ISCard::UnlockSCard(LEAVE)", ISCard_UnlockSCard(demo->card, LEAVE), S_OK) &&
           demo_expect("ISCard::UnlockSCard(LEAVE), once too often", ISCard_UnlockSCard(demo->card, LEAVE),
                       (HRESULT)SCARD_E_NOT_TRANSACTED);
}

static bool step_other_resets(struct demo *demo) {
    return demo_expect("other: CoCreateInstance(CSCard)", card_make(&demo->other), S_OK) &&
           attach(demo, "other: ", demo->other, S_OK) &&
           demo_expect("other: ISCard::ReAttach(SHARED, RESET)", ISCard_ReAttach(demo->other, SHARED, RESET),
                       S_OK);
}

static bool step_surprised(struct demo *demo) {
    SCARD_STATES state = ABSENT;
    return read_greeting(demo, demo->card, (HRESULT)SCARD_W_RESET_CARD, 0) &&
           demo_expect("ISCard::get_Status", ISCard_get_Status(demo->card, &state),
                       (HRESULT)SCARD_W_RESET_CARD);
}

static bool step_reattach(struct demo *demo) {
    return demo_expect("ISCard::ReAttach(SHARED, LEAVE)", ISCard_ReAttach(demo->card, SHARED, LEAVE), S_OK) &&
           read_greeting(demo, demo->card, S_OK, 0x6986) && select_greeting(demo, demo->card) &&
           read_greeting(demo, demo->card, S_OK, 0x9000);
}

static bool step_exclusive_refused(struct demo *demo) {
    struct demo_answer answer;
    return demo_expect("ISCard::ReAttach(EXCLUSIVE, LEAVE)", ISCard_ReAttach(demo->card, EXCLUSIVE, LEAVE),
                       (HRESULT)SCARD_E_SHARING_VIOLATION) &&
           get_challenge(demo, demo->card, &answer);
}

static bool step_exclusive(struct demo *demo) {
    return demo_expect("other: ISCard::Detach(LEAVE)", ISCard_Detach(demo->other, LEAVE), S_OK) &&
           demo_expect("ISCard::ReAttach(EXCLUSIVE, LEAVE)", ISCard_ReAttach(demo->card, EXCLUSIVE, LEAVE),
                       S_OK) &&
           attach(demo, "other: ", demo->other, (HRESULT)SCARD_E_SHARING_VIOLATION) &&
           read_greeting(demo, demo->card, S_OK, 0x9000);
}

static bool step_reset(struct demo *demo) {
    return demo_expect("ISCard::ReAttach(EXCLUSIVE, RESET)", ISCard_ReAttach(demo->card, EXCLUSIVE, RESET),
                       S_OK) &&
           look_again(demo) &&
           demo_expect("ISCard::ReAttach(SHARED, UNPOWER)", ISCard_ReAttach(demo->card, SHARED, UNPOWER),
                       S_OK) &&
           look_again(demo) && read_greeting(demo, demo->card, S_OK, 0x6986);
}

static bool step_detach(struct demo *demo) {
    SCARD_STATES state = ABSENT;
    return demo_expect("ISCard::Detach(LEAVE)", ISCard_Detach(demo->card, LEAVE), S_OK) &&
           demo_expect("ISCard::get_Status", ISCard_get_Status(demo->card, &state),
                       (HRESULT)SCARD_E_INVALID_HANDLE);
}

const struct demo_step demo_steps[] = {
    {"Attach to the card",
     "An ISCard object is a connection to a card. SHARED: other programs may use it, too.", step_attach},
    {"Who is there?", "When power comes on, a card says what it is: the answer to reset (ATR).", step_atr},
    {"Read a file",
     "ISCardISO7816 builds commands, Transaction sends them: SELECT chooses a file, READ BINARY reads "
     "from it. The card ends each answer with a status word; 9000 is success.",
     step_read},
    {"Keep others out for a moment",
     "Between LockSCard and UnlockSCard, a transaction, commands of other programs wait. One Unlock too "
     "many is told.",
     step_lock},
    {"Another program comes, and resets the card",
     "A second ISCard object plays the other program. Sharing the card is allowed; so is resetting it.",
     step_other_resets},
    {"The connection says so",
     "The next Transaction of the first program sends nothing and returns SCARD_W_RESET_CARD: what was "
     "set up in the card (selected file, PIN) is gone, and a program that did not know could do harm.",
     step_surprised},
    {"ReAttach, and go on",
     "ReAttach(SHARED, LEAVE) accepts what happened; the object stays the same. No file is selected any "
     "more (6986), so SELECT comes first, and the work goes on.",
     step_reattach},
    {"Exclusive? Not now",
     "ReAttach changes the share mode, too. While the other program is connected, EXCLUSIVE is refused, "
     "and the shared connection keeps working.",
     step_exclusive_refused},
    {"Exclusive, now",
     "The other program detaches: the card is ours alone, and the other one cannot come back. The card "
     "was not reset: the file is still selected.",
     step_exclusive},
    {"Reset it ourselves",
     "ReAttach with RESET is a warm reset, with UNPOWER the card loses power and gets it again. Still "
     "attached.",
     step_reset},
    {"Detach", "The card is left as it is. The object could attach again.", step_detach},
    {NULL, NULL, NULL}};
