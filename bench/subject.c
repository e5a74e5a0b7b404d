/* The objects of a measurement: see subject.h. */
#include "subject.h"

#include <scardssp_rm.h>

static HRESULT attach(struct subject *subject, const char *reader, SCARD_PROTOCOLS protocol) {
    wchar_t name[128];
    size_t length = 0;
    for (; reader[length] && length < 127; ++length)
        name[length] = (wchar_t)(unsigned char)reader[length];
    name[length] = 0;
    return ISCard_AttachByReader(subject->card, name, SHARED, protocol);
}

bool subject_open(struct subject *subject, const char *reader, SCARD_PROTOCOLS protocol, const char **why) {
    ISCardISO7816 *builder = NULL;
    subject->card = NULL;
    subject->cmd = NULL;
    HRESULT hr = CoCreateInstance(&CLSID_CSCard, NULL, CLSCTX_ALL, &IID_ISCard, (void **)&subject->card);
    if (SUCCEEDED(hr))
        hr = CoCreateInstance(&CLSID_CSCardISO7816, NULL, CLSCTX_ALL, &IID_ISCardISO7816, (void **)&builder);
    if (SUCCEEDED(hr))
        hr = ISCardISO7816_GetChallenge(builder, CHALLENGE_SIZE, &subject->cmd);
    if (SUCCEEDED(hr))
        hr = attach(subject, reader, protocol);
    if (SUCCEEDED(hr) && !subject_transaction(subject))
        hr = E_FAIL;
    if (builder)
        ISCardISO7816_Release(builder);
    if (FAILED(hr))
        *why = scardssp_status_name(hr);
    return SUCCEEDED(hr);
}

void subject_close(struct subject *subject) {
    if (subject->cmd)
        ISCardCmd_Release(subject->cmd);
    if (subject->card)
        ISCard_Release(subject->card);
}
