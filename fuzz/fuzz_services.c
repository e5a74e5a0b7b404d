/*
 * What services/ do for a program over a card that says whatever the input says: what is returned lies within
 * what was asked for, a call comes to its end, no other file is changed than the one that is meant, what was
 * opened on one card is not used on another, and no code stays in memory. The input is both the calls and
 * the answers to them, in turn.
 */
#include <stdlib.h>
#include <string.h>

#include "apdu/tlv.h"
#include "fedcard.h"
#include "services/authentication.h"
#include "services/codeway.h"
#include "services/creation.h"
#include "services/directory.h"
#include "services/listing.h"
#include "services/objectfile.h"
#include "services/properties.h"
#include "services/reading.h"
#include "services/writing.h"
#include "support/fakes/allocator.h"

#define STEPS_MAX 48
#define FILES_MAX 4
#define WRITE_MAX 600u
/*
 * Commands that a call still sends when the card agrees to everything and says nothing: a list asks for some
 * 250 identifiers, each by a path of up to 17 commands where the card has refused paths in one.
 */
#define UNFED_MAX 5000u

struct play {
    struct feed feed;
    struct fedcard card;
    struct filesystem files;
    struct code_shown shown;
    struct {
        bool open;
        struct openfile file;
    } slots[FILES_MAX];
};

/* Every call begins and ends so. */

static void begin(struct play *play, const struct path *target) {
    filesystem_begin(&play->files, &play->card.link);
    fedcard_call(&play->card, target);
}

static void end(const struct play *play, HRESULT hr) {
    FUZZ_CHECK(hr == S_OK || FAILED(hr));
    FUZZ_CHECK(play->card.unfed <= UNFED_MAX);
    FUZZ_CHECK(!play->card.secrets || allocator_saw_zeros());
    FUZZ_CHECK(play->files.directory.depth <= PATH_DEPTH_MAX && play->files.directory.sfi == 0);
}

/* A place as programs write it, or any text. */
static bool next_path(struct play *play, struct path *out) {
    static const struct {
        REFTYPE type;
        const char *text;
    } places[] = {{SC_TYPE_BY_ID, "/"},
                  {SC_TYPE_BY_ID, "0101"},
                  {SC_TYPE_BY_ID, "/DF01/0102"},
                  {SC_TYPE_BY_ID, "DF01"},
                  {SC_TYPE_BY_ID, ".."},
                  {SC_TYPE_BY_ID, "/7F20/6F07"},
                  {SC_TYPE_BY_SHORT_ID, "5"},
                  {SC_TYPE_BY_NAME, "A000000308000010000100"},           /* PIV */
                  {SC_TYPE_BY_NAME, "D2760001240103040000000000000000"}, /* OpenPGP */
                  {SC_TYPE_BY_NAME, "\"name\""},
                  {SC_TYPE_BY_ID, "/\"A000000308000010000100\"/0101"},
                  {SC_TYPE_BY_ID, "/\"D2760001240103040000000000000000\"/0101"},
                  {SC_TYPE_BY_ID, "/\"6E616D65\"/DF11/0103"}};
    const size_t count = sizeof places / sizeof *places;
    const uint8_t code = feed_byte(&play->feed);
    if (code % 32 < count)
        return path_parse(places[code % 32].type, places[code % 32].text, &play->files.directory, out) ==
               S_OK;
    size_t size = 0;
    const uint8_t *const bytes = feed_bytes(&play->feed, code % 32, &size);
    char *const text = fuzz_copy(bytes, size, 1);
    const bool good = path_parse((REFTYPE)(code >> 5), text, &play->files.directory, out) == S_OK;
    /* What is a place somewhere need not be one here (".."), but not the other way round. */
    FUZZ_CHECK(!good || path_check((REFTYPE)(code >> 5), text) == S_OK);
    free(text);
    return good;
}

/* Where a change of the place goes: an object's to its application. */
static struct path target_of(const struct path *path) {
    return objectfile_is_object(path) ? path_parent(path) : *path;
}

/* Directories */

static void change(struct play *play) {
    struct path path;
    if (!next_path(play, &path))
        return;
    const struct path former = play->files.directory;
    begin(play, NULL);
    const HRESULT hr = directory_change(&play->files, &path);
    end(play, hr);
    FUZZ_CHECK(path_equal(&play->files.directory, hr == S_OK ? &path : &former));
}

static void list(struct play *play) {
    struct names names = {0};
    const uint8_t kind = feed_byte(&play->feed);
    begin(play, NULL);
    const HRESULT hr = listing_list(&play->files, (FILETYPE)(kind % 9), &names);
    end(play, hr);
    FUZZ_CHECK(kind % 9 < 8 || hr == (HRESULT)E_INVALIDARG);
    for (const char *name = NULL; (name = names_next(&names, name)) != NULL;)
        FUZZ_CHECK(path_check(SC_TYPE_BY_ANY, name) == S_OK);
    names_clear(&names);
}

/* Open files */

static void open_file(struct play *play) {
    const size_t at = feed_byte(&play->feed) % FILES_MAX;
    struct path path;
    if (!next_path(play, &path))
        return;
    begin(play, NULL);
    const HRESULT hr = openfile_open(&play->files, &path, &play->slots[at].file);
    end(play, hr);
    play->slots[at].open = hr == S_OK;
}

static void seek(struct play *play, struct openfile *file) {
    const uint32_t former = file->position;
    const LONG offset = (LONG)(int32_t)feed_long(&play->feed);
    const HRESULT hr = openfile_seek(file, offset, (SEEKTYPE)(feed_byte(&play->feed) % 4));
    if (FAILED(hr))
        FUZZ_CHECK(file->position == former);
    else if (file->end_known)
        FUZZ_CHECK(file->position <= file->end);
}

static void read_file(struct play *play, struct openfile *file) {
    const uint32_t former = file->position;
    const uint16_t wanted = feed_word(&play->feed);
    struct content content = {0};
    begin(play, NULL);
    const HRESULT hr = reading_read(&play->files, file, wanted, &content);
    end(play, hr);
    FUZZ_CHECK(content.size <= (wanted ? wanted : READING_MAX));
    if (FAILED(hr))
        FUZZ_CHECK(!content.bytes && !content.size && file->position == former);
    else
        FUZZ_CHECK(file->position - former == (file->shape == OPENFILE_RECORDS ? 1 : content.size));
    content_clear(&content);
}

static void write_file(struct play *play, struct openfile *file) {
    const uint32_t former = file->position;
    const uint8_t code = feed_byte(&play->feed);
    const uint32_t size = feed_word(&play->feed) % WRITE_MAX;
    const struct path target = target_of(&file->path);
    uint8_t *const bytes = fuzz_alloc(size);
    memset(bytes, 0xA5, size);
    begin(play, &target);
    const HRESULT hr = code & 0x80
                           ? writing_erase(&play->files, file, size)
                           : writing_write(&play->files, file, (enum writing_way)(code % 3), bytes, size);
    end(play, hr);
    FUZZ_CHECK(SUCCEEDED(hr) || file->position == former);
    free(bytes);
}

/* On another card than the one it was opened on nothing is sent at all. */
static void use(struct play *play, void (*how)(struct play *play, struct openfile *file)) {
    const size_t at = feed_byte(&play->feed) % FILES_MAX;
    struct openfile *const file = &play->slots[at].file;
    if (!play->slots[at].open)
        return;
    play->card.commands = 0;
    const bool other = file->card != play->card.link.card;
    how(play, file);
    FUZZ_CHECK(!other || play->card.commands == 0);
}

/* What files are like, and that there are any */

static void check_objects(struct content *content, HRESULT hr) {
    struct tlv_reader reader = {content->bytes, content->size};
    struct tlv_object object;
    while (SUCCEEDED(hr) && tlv_next(&reader, &object))
        FUZZ_CHECK(object.value >= content->bytes &&
                   object.length <= content->size - (size_t)(object.value - content->bytes));
    content_clear(content);
}

static void get_properties(struct play *play) {
    struct content content = {0};
    struct path path;
    if (!next_path(play, &path))
        return;
    begin(play, NULL);
    const HRESULT hr = properties_get(&play->files, &path, &content);
    end(play, hr);
    check_objects(&content, hr);
}

static void get_capabilities(struct play *play) {
    struct content content = {0};
    begin(play, NULL);
    const HRESULT hr = properties_capabilities(&play->files, &content);
    end(play, hr);
    check_objects(&content, hr);
}

static void set_properties(struct play *play) {
    struct path path;
    size_t size = 0;
    if (!next_path(play, &path))
        return;
    const uint8_t *const bytes = feed_bytes(&play->feed, feed_byte(&play->feed), &size);
    uint8_t *const objects = fuzz_copy(bytes, size, 0);
    begin(play, &path);
    end(play, properties_set(&play->files, &path, objects, size));
    free(objects);
}

static void create(struct play *play) {
    struct path path;
    size_t size = 0;
    if (!next_path(play, &path))
        return;
    const uint8_t *const bytes = feed_bytes(&play->feed, feed_byte(&play->feed), &size);
    uint8_t *const objects = fuzz_copy(bytes, size, 0);
    const struct path directory = path_is_named(&path) ? play->files.directory : path_parent(&path);
    begin(play, &directory);
    end(play, creation_create(&play->files, &path, objects, size));
    free(objects);
}

static void remove_file(struct play *play) {
    struct path path;
    const uint8_t code = feed_byte(&play->feed);
    if (!next_path(play, &path))
        return;
    begin(play, &path);
    const HRESULT hr = code % 4 == 0   ? creation_deactivate(&play->files, &path)
                       : code % 4 == 1 ? creation_activate(&play->files, &path)
                                       : creation_delete(&play->files, &path, code & 2);
    end(play, hr);
    if (code % 4 > 1 && hr == S_OK)
        FUZZ_CHECK(path_is_root(&path) || !path_leads_to(&path, &play->files.directory));
}

/* Codes */

static HRESULT present(struct play *play, uint8_t how, struct code *code, const uint8_t *bytes, size_t size) {
    struct service_link *const link = &play->card.link;
    switch (how % 6) {
    case 0:
        return code_verify(link, code, bytes, size);
    case 1:
        return code_change(link, code, bytes, size, bytes, size);
    case 2:
        return code_change(link, code, NULL, 0, bytes, size);
    case 3:
        return code_require(link, code, how & 0x80, how & 0x40 ? bytes : NULL, size);
    case 4:
        return code_unblock(link, code, (LONG)feed_long(&play->feed));
    default:
        return codeway_verify(&play->files, code, bytes, size);
    }
}

static void show_code(struct play *play) {
    const uint8_t how = feed_byte(&play->feed);
    struct code code = {.asked = feed_byte(&play->feed)};
    uint8_t bytes[300];
    const size_t size = feed_word(&play->feed) % (sizeof bytes + 1);
    memset(bytes, 0x31, sizeof bytes);
    begin(play, NULL);
    codeway_note(&play->files, &code);
    const HRESULT hr = present(play, how, &code, bytes, size);
    end(play, hr);
    if (hr == S_OK)
        code_note(&play->shown, code.reference);
}

static void ask_code(struct play *play) {
    struct code code = {.asked = feed_byte(&play->feed)};
    int tries = 99;
    begin(play, NULL);
    codeway_note(&play->files, &code);
    const HRESULT hr = code_ask(&play->card.link, &code, &tries);
    end(play, hr);
    FUZZ_CHECK(tries >= -1 && tries <= 15);
    FUZZ_CHECK(tries == -1 || hr == hresult_from_rm(RM_W_CARD_NOT_AUTHENTICATED));
}

static void forget_codes(struct play *play) {
    static const struct code_shown nothing;
    const struct code_shown former = play->shown;
    begin(play, NULL);
    const HRESULT hr = code_forget(&play->card.link, play->files.profile->cla, &play->shown);
    end(play, hr);
    FUZZ_CHECK(memcmp(&play->shown, hr == S_OK ? &nothing : &former, sizeof former) == 0);
}

/* Proofs */

static HRESULT prove(struct play *play, uint8_t how, const struct authentication *proof, const uint8_t *bytes,
                     size_t size, uint32_t wanted, struct service_answer *answer) {
    struct service_link *const link = &play->card.link;
    *answer = (struct service_answer){0};
    if (how % 3 == 0)
        return authentication_of_application(link, proof, bytes, size);
    return how % 3 == 1 ? authentication_challenge(link, proof, wanted, answer)
                        : authentication_of_card(link, proof, bytes, size, wanted, answer);
}

static void authenticate(struct play *play) {
    const uint8_t how = feed_byte(&play->feed);
    const uint32_t wanted = feed_word(&play->feed);
    const size_t size = feed_word(&play->feed);
    struct authentication proof = {.algorithm = feed_byte(&play->feed), .secret = feed_byte(&play->feed)};
    struct service_answer answer;
    uint8_t *const bytes = fuzz_alloc(size);
    memset(bytes, 0x5A, size);
    begin(play, NULL);
    authentication_note(&play->files, &proof);
    const HRESULT hr = prove(play, how, &proof, bytes, size, wanted, &answer);
    end(play, hr);
    FUZZ_CHECK(!wanted || answer.size <= wanted);
    FUZZ_CHECK(SUCCEEDED(hr) ? how % 3 == 0 || answer.size : !answer.size);
    if (answer.size)
        FUZZ_CHECK(answer.data >= play->card.answer &&
                   answer.size <= play->card.answer_size - (size_t)(answer.data - play->card.answer));
    free(bytes);
}

/* Others, and what sort of card it is taken for. */
static void disturb(struct play *play) {
    static const struct scardssp_profile *const profiles[] = {&profile_iso, &profile_gsm, &profile_uicc};
    const uint8_t code = feed_byte(&play->feed);
    if (code < 0x80)
        fedcard_turn(&play->card);
    if (code < 0x40) {
        ++play->card.link.card;
        filesystem_begin(&play->files, &play->card.link);
        FUZZ_CHECK(path_is_root(&play->files.directory));
    }
    if (code & 0x20)
        play->files.profile = profiles[code % (sizeof profiles / sizeof *profiles)];
}

static void step(struct play *play) {
    static void (*const calls[])(struct play * play) = {
        change,      list,     open_file, get_properties, get_capabilities, set_properties, create,
        remove_file, ask_code, show_code, forget_codes,   authenticate,     disturb};
    static void (*const uses[])(struct play * play, struct openfile * file) = {read_file, write_file, seek};
    const size_t call_count = sizeof calls / sizeof *calls, use_count = sizeof uses / sizeof *uses;
    const size_t code = feed_byte(&play->feed) % (call_count + use_count);
    if (code < call_count)
        calls[code](play);
    else
        use(play, uses[code - call_count]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct play play = {.feed = {data, size}};
    fedcard_init(&play.card, &play.feed);
    filesystem_begin(&play.files, &play.card.link);
    for (int i = 0; i < STEPS_MAX && play.feed.left; ++i)
        step(&play);
    fedcard_end(&play.card);
    return 0;
}
