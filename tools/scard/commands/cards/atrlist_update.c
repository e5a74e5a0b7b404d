/* How to get the public list of ATRs: see atrlist_update.h. */
#include "commands/cards/atrlist_update.h"

#include <stdio.h>

#include "scardssp.h"
#include "scardssp_db.h"
#include "terminal/drawing/hyperlink.h"
#include "terminal/exitcode.h"
#include "terminal/failure.h"
#include "terminal/json.h"
#include "terminal/text.h"

#define PATH_ROOM 4096
#define ADDRESS "https://pcsc-tools.apdu.fr/smartcard_list.txt"

/* A path, or "" where there is none. An exit code, after a message. */
static int find(uint32_t which, char *path) {
    const int32_t status = scardssp_public_list(which, path, PATH_ROOM);
    return status == S_OK || status == (HRESULT)SCARD_E_NO_FILE
               ? EXIT_GOOD
               : failure(status, NULL, "cannot find the public list");
}

static int find_both(char *list, char *own) {
    const int code = find(SCARDSSP_LIST_USED, list);
    return code == EXIT_GOOD ? find(SCARDSSP_LIST_OWN, own) : code;
}

/* A file that has to be made has folders to be made, too: curl does that. */
int atrlist_update_print(void) {
    char list[PATH_ROOM], own[PATH_ROOM];
    const int code = find_both(list, own);
    if (code != EXIT_GOOD)
        return code;
    printf("The public list of ATRs: ");
    text_print(stdout, list[0] ? list : "there is none here");
    printf("\nA newer one: ");
    hyperlink_print(ADDRESS, sizeof ADDRESS - 1);
    if (own[0]) {
        printf("\n  curl --fail --create-dirs -o '");
        text_print(stdout, own);
        printf("' " ADDRESS);
    }
    printf(
        "\nThe package pcsc-tools has one, too, as old as the package; what is fetched so goes before it.\n");
    return EXIT_GOOD;
}

int atrlist_update_write(void) {
    char list[PATH_ROOM], own[PATH_ROOM];
    struct json json = {.file = stdout};
    const int code = find_both(list, own);
    if (code != EXIT_GOOD)
        return code;
    json_object(&json, NULL);
    json_text(&json, "list", list[0] ? list : NULL);
    json_text(&json, "own", own[0] ? own : NULL);
    json_end(&json, '}');
    return EXIT_GOOD;
}
