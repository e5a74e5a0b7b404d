/* What pcsc-lite has beside its calls: the headers of the protocols, and sentences for codes. */
#include <stdio.h>
#include <string.h>

#include <winscard.h>

#include "pcsclite/map.h"
#include "rm/status.h"

const SCARD_IO_REQUEST g_rgSCardT0Pci = {SCARD_PROTOCOL_T0, sizeof(SCARD_IO_REQUEST)};
const SCARD_IO_REQUEST g_rgSCardT1Pci = {SCARD_PROTOCOL_T1, sizeof(SCARD_IO_REQUEST)};
const SCARD_IO_REQUEST g_rgSCardRawPci = {SCARD_PROTOCOL_RAW, sizeof(SCARD_IO_REQUEST)};

#define TEXT_MAX 75u /* as long as pcsc-lite's: programs have buffers for that */

/* The first clause of a sentence, or as many whole words as there is room for. */
static size_t clause_length(const char *sentence) {
    size_t length = strcspn(sentence, ";:.");
    if (length < TEXT_MAX)
        return length;
    length = TEXT_MAX - 1;
    while (sentence[length] != ' ')
        length--;
    return length;
}

/*
 * In the thread's own memory, until its next such call. Programs that keep codes in an int extend their sign:
 * the number decides.
 */
const char *pcsc_stringify_error(const LONG pcscError) {
    static _Thread_local char text[TEXT_MAX];
    const char *sentence = rm_status_advice(pcsc_status_from(pcscError));
    if (rm_status_name((rm_status)pcscError))
        (void)snprintf(text, sizeof text, "%.*s", (int)clause_length(sentence), sentence);
    else
        (void)snprintf(text, sizeof text, "Unknown error: 0x%08lX", (unsigned long)pcscError);
    return text;
}
