/*
 * Windows' dialog for choosing a card: see selectdialog_win.h. It runs on a thread of its own, so that a
 * search that is cancelled or takes too long can close it and nothing else.
 */
#include "client/selectdialog_win.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "base/clock.h"
#include "base/lazylibrary.h"
#include "base/refcount.h"
#include "base/utf.h"
#include "rm/names.h"

#define NAME_ROOM 1024 /* characters of a reader's or a card type's name */
#define SLICE_MS 50u   /* how soon a request to give up is seen, and how often the dialog is asked to close */
#define CLOSE_MS 3000u /* a dialog that has not gone by then is left to itself */

/* One dialog. Its thread keeps what the system works on, should nobody wait any more. */
struct dialog {
    struct refcount refs;
    const struct selectdialog_api *api;
    wchar_t *title, *cards, *groups;
    wchar_t reader[NAME_ROOM], card[NAME_ROOM];
    OPENCARD_SEARCH_CRITERIAW criteria;
    OPENCARDNAMEW_EX request;
    LONG result;
    volatile LONG given_up; /* nobody waits for it any more */
};

static void dialog_drop(struct dialog *dialog) {
    if (refcount_drop(&dialog->refs))
        return;
    free(dialog->title);
    free(dialog->cards);
    free(dialog->groups);
    free(dialog);
}

/* What is asked */

/* A list as a wide multi-string; *size: its characters, all NULs included. NULL: out of memory. */
static wchar_t *widen(const struct names *names, DWORD *size) {
    /* Never more characters than bytes. */
    wchar_t *list = calloc(names->size + 2, sizeof *list);
    size_t used = 0;
    for (const char *name = NULL; list && (name = names_next(names, name)) != NULL;) {
        size_t length = 0;
        wchar_t *wide = utf8_to_wide(name, &length);
        if (!wide) {
            free(list);
            return NULL;
        }
        memcpy(list + used, wide, (length + 1) * sizeof *wide);
        used += length + 1;
        free(wide);
    }
    *size = (DWORD)used + (used ? 1 : 2);
    return list;
}

/*
 * Names of the types that the dialog shall look for; empty: it cannot do this search. Interfaces are turned
 * into names: for them the dialog has a place, but no use yet.
 */
static rm_status choose_types(const struct search *search, struct names *out) {
    struct carddb *db = search->db;
    struct names known = {0};
    rm_status status = db->ops->list(db, NULL, 0, search->interfaces, search->interface_count, &known);
    if (search->interface_count) {
        *out = known;
        return status;
    }
    bool all = true;
    for (const char *name = NULL; status == RM_OK && (name = names_next(&search->names, name)) != NULL;) {
        if (!names_has_anycase(&known, name, strlen(name)))
            all = false;
        else if (!names_add(out, name, strlen(name)))
            status = RM_E_NO_MEMORY;
    }
    if (!all && search->list) /* the others may be public names */
        names_clear(out);
    names_clear(&known);
    return status;
}

/* Fills the system's structures. False: out of memory. */
static bool fill(struct dialog *dialog, const struct finder *finder, const struct names *types, bool force) {
    /* Without a group only the default one would be searched. */
    static char every[] = "SCard$AllReaders\0";
    const struct names all = {.list = every, .size = sizeof every};
    const struct search *search = finder->search;
    OPENCARD_SEARCH_CRITERIAW *criteria = &dialog->criteria;
    dialog->cards = widen(types, &criteria->nMaxCardNames);
    dialog->groups = widen(search->groups.size ? &search->groups : &all, &criteria->nMaxGroupNames);
    if (*search->title)
        dialog->title = utf8_to_wide(search->title, NULL);
    if (!dialog->cards || !dialog->groups || (*search->title && !dialog->title))
        return false;
    criteria->dwStructSize = sizeof *criteria;
    criteria->lpstrCardNames = dialog->cards;
    criteria->lpstrGroupNames = dialog->groups;
    /* Share mode 0: the dialog does not connect. */
    dialog->request = (OPENCARDNAMEW_EX){
        .dwStructSize = sizeof dialog->request,
        .hSCardContext = (SCARDCONTEXT)rm_context_handle(finder->context),
        .dwFlags = force ? SC_DLG_FORCE_UI : SC_DLG_MINIMAL_UI,
        .lpstrTitle = dialog->title,
        .pOpenCardSearchCriteria = criteria,
        .lpstrRdr = dialog->reader,
        .nMaxRdr = NAME_ROOM,
        .lpstrCard = dialog->card,
        .nMaxCard = NAME_ROOM,
    };
    return true;
}

/* Runs it */

static DWORD WINAPI show(void *user) {
    struct dialog *dialog = user;
    if (!InterlockedCompareExchange(&dialog->given_up, 0, 0))
        dialog->result = dialog->api->select_card(&dialog->request);
    dialog_drop(dialog);
    return 0;
}

/* Waits for the end of the dialog; another code than RM_OK says why not any longer. */
static rm_status await(HANDLE thread, const struct finder *finder, uint64_t deadline) {
    for (;;) {
        if (WaitForSingleObject(thread, SLICE_MS) != WAIT_TIMEOUT)
            return RM_OK;
        if (finder_is_cancelled(finder))
            return RM_E_CANCELLED;
        if (clock_left(deadline) == 0)
            return RM_W_CANCELLED_BY_USER;
    }
}

static BOOL CALLBACK close_window(HWND window, LPARAM unused) {
    (void)unused;
    PostMessageW(window, WM_COMMAND, IDCANCEL, 0);
    return TRUE;
}

static void close_dialog(HANDLE thread, DWORD thread_id) {
    const uint64_t deadline = clock_deadline(CLOSE_MS);
    do
        (void)EnumThreadWindows(thread_id, close_window, 0);
    while (WaitForSingleObject(thread, SLICE_MS) == WAIT_TIMEOUT && clock_left(deadline));
}

/* Shows the dialog and waits for the answer. On RM_OK the dialog's result is there. */
static rm_status run(struct dialog *dialog, const struct finder *finder, uint32_t limit_ms) {
    DWORD thread_id = 0;
    (void)refcount_take(&dialog->refs);
    HANDLE const thread = CreateThread(NULL, 0, show, dialog, 0, &thread_id);
    if (!thread) {
        dialog_drop(dialog);
        return RM_E_NO_MEMORY;
    }
    const rm_status status = await(thread, finder, clock_deadline(limit_ms));
    if (status != RM_OK) {
        (void)InterlockedExchange(&dialog->given_up, 1);
        close_dialog(thread, thread_id);
    }
    CloseHandle(thread);
    return status;
}

/* What is answered */

static rm_status translate(LONG result) {
    const rm_status status = (rm_status)result;
    return result == SCARD_S_SUCCESS || rm_status_name(status) ? status : RM_F_INTERNAL_ERROR;
}

/* Connects to the card in the reader that the dialog named. */
static rm_status take_reader(const struct dialog *dialog, struct finder *finder, struct rm_card **out) {
    const size_t length = wcsnlen(dialog->reader, NAME_ROOM);
    char *reader = length && length < NAME_ROOM ? utf8_from_wide(dialog->reader, length, NULL) : NULL;
    if (!reader)
        return RM_F_INTERNAL_ERROR;
    const rm_status status = finder_connect(finder, reader, finder->timeout_ms, out);
    free(reader);
    return status;
}

rm_status selectdialog_find(const struct selectdialog_api *api, struct finder *finder, bool force,
                            uint32_t limit_ms, struct rm_card **out) {
    struct names types = {0};
    rm_status status = choose_types(finder->search, &types);
    /* The dialog needs a service, which without a reader there may not be yet. */
    if (!rm_context_handle(finder->context))
        names_clear(&types);
    if (status != RM_OK || !types.size) {
        names_clear(&types);
        return status == RM_OK ? waiting_ui.find(finder, force, limit_ms, out) : status;
    }
    struct dialog *dialog = calloc(1, sizeof *dialog);
    status = RM_E_NO_MEMORY;
    if (dialog) {
        refcount_init(&dialog->refs);
        dialog->api = api;
        if (fill(dialog, finder, &types, force))
            status = run(dialog, finder, limit_ms);
        if (status == RM_OK)
            status = translate(dialog->result);
        if (status == RM_OK)
            status = take_reader(dialog, finder, out);
        dialog_drop(dialog);
    }
    names_clear(&types);
    return status;
}

/* The system's */

static const struct library_symbol symbols[] = {
    {"SCardUIDlgSelectCardW", offsetof(struct selectdialog_api, select_card)},
};

static rm_status system_find(struct finder *finder, bool force, uint32_t limit_ms, struct rm_card **out) {
    static struct selectdialog_api table;
    static struct lazylibrary library = {.name = "scarddlg.dll",
                                         .symbols = symbols,
                                         .count = sizeof symbols / sizeof *symbols,
                                         .table = &table};
    /* Wine's has it in name only. */
    if (library_system_is_wine() || !lazylibrary_load(&library))
        return waiting_ui.find(finder, force, limit_ms, out);
    return selectdialog_find(&table, finder, force, limit_ms, out);
}

const struct locate_ui selectdialog_ui = {.find = system_find};
