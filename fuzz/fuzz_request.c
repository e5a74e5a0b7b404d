/*
 * The parameters of CREATE FILE: what is taken has one kind of content, of a size that such a file can have,
 * and lies within the bytes; and it is what apdu/fcp.h reads in the same bytes.
 */
#include <stdlib.h>

#include "apdu/fcp.h"
#include "fuzz.h"
#include "icc/management/request.h"

static bool lies_within(const uint8_t *part, size_t part_size, const uint8_t *whole, size_t size) {
    return part >= whole && part_size <= size && (size_t)(part - whole) <= size - part_size;
}

static void check_content(const struct creation_request *request) {
    const bool is_df = request->kind == FILE_DF;
    const bool transparent = request->kind == FILE_TRANSPARENT;
    FUZZ_CHECK(transparent == (request->size != 0));
    FUZZ_CHECK(request->capacity <= FILE_RECORDS_MAX && request->record_size <= FILE_RECORD_MAX);
    FUZZ_CHECK((is_df || transparent) == !request->capacity && !request->capacity == !request->record_size);
    FUZZ_CHECK(!request->name_size || is_df);
    FUZZ_CHECK(request->name_size <= FILE_NAME_MAX && request->sfi <= 30 &&
               (!request->sfi || request->has_sfi));
    FUZZ_CHECK(request->id ? !sim_file_id_reserved(request->id) : request->name_size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    uint8_t *const bytes = fuzz_copy(data, size, 0);
    struct creation_request request;
    struct fcp fcp;
    if (sim_request_parse(bytes, size, &request)) {
        check_content(&request);
        FUZZ_CHECK(!request.name_size || lies_within(request.name, request.name_size, bytes, size));
        FUZZ_CHECK(!request.security || lies_within(request.security, request.security_size, bytes, size));
        FUZZ_CHECK(fcp_parse(bytes, size, &fcp) && fcp.id == request.id && fcp.sfi == request.sfi);
        FUZZ_CHECK(fcp.name_size == request.name_size && fcp_is_deactivated(&fcp) == request.deactivated);
    }
    free(bytes);
    return 0;
}
