/* Loads the functions of Windows' card database. Called by winscard.c. */
#include "carddb/winscard/api.h"

#include <stddef.h>

#include "base/lazylibrary.h"

#define MEMBER(name, member)                                                                                 \
    { name, offsetof(struct carddb_winscard_api, member) }

static const struct library_symbol symbols[] = {
    MEMBER("SCardEstablishContext", establish_context),
    MEMBER("SCardReleaseContext", release_context),
    MEMBER("SCardFreeMemory", free_memory),
    MEMBER("SCardIntroduceCardTypeW", introduce_card_type),
    MEMBER("SCardForgetCardTypeW", forget_card_type),
    MEMBER("SCardListCardsW", list_cards),
    MEMBER("SCardGetProviderIdW", get_provider_id),
    MEMBER("SCardListInterfacesW", list_interfaces),
    MEMBER("SCardGetCardTypeProviderNameW", get_provider_name),
    MEMBER("SCardSetCardTypeProviderNameW", set_provider_name),
    MEMBER("SCardListReaderGroupsW", list_reader_groups),
    MEMBER("SCardListReadersW", list_readers),
    MEMBER("SCardAddReaderToGroupW", add_reader_to_group),
    MEMBER("SCardRemoveReaderFromGroupW", remove_reader_from_group),
    MEMBER("SCardForgetReaderGroupW", forget_reader_group),
};

_Static_assert(sizeof symbols / sizeof *symbols * sizeof(void *) == sizeof(struct carddb_winscard_api),
               "every member of the table has a symbol");

static struct carddb_winscard_api table;

const struct carddb_winscard_api *carddb_winscard_api_load(void) {
    static struct lazylibrary library = {.name = "winscard.dll",
                                         .symbols = symbols,
                                         .count = sizeof symbols / sizeof *symbols,
                                         .table = &table};
    /* Wine's winscard.dll has most of these in name only. */
    return !library_system_is_wine() && lazylibrary_load(&library) ? &table : NULL;
}
