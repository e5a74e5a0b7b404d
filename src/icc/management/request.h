/* What CREATE FILE asks for: the file control parameters of its data. Used by creation.c. */
#ifndef SCARDSSP_SIM_REQUEST_H
#define SCARDSSP_SIM_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "icc/file.h"

struct creation_request {
    enum file_kind kind;
    uint8_t coding; /* data coding byte, as struct file has it */
    bool deactivated;
    uint16_t id;          /* 0: none was given, which only a DF with a name may do */
    bool has_sfi;         /* tag 88 is there, and says whether there is one; otherwise the identifier does */
    uint8_t sfi;          /* 0: none */
    uint32_t size;        /* transparent: bytes */
    uint32_t record_size; /* record EFs */
    uint32_t capacity;
    uint8_t name_size;
    const uint8_t *name;     /* DF: in the command's data */
    const uint8_t *security; /* value of 8C: access mode byte and security condition bytes; NULL: none */
    size_t security_size;
};

/*
 * Takes the parameters apart: one template 62, or 6F as OpenSC sends it, and nothing behind it. false: they
 * are malformed or incomplete, or an object is there twice, contradicts another one, or is of a kind that the
 * card knows no way to honour. Limits of records and names (file.h) are kept; the size may be anything.
 */
bool sim_request_parse(const uint8_t *data, size_t size, struct creation_request *out);

#endif
