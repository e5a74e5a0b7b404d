/*
 * A composite of two simulators, the second behind a service with moods: readers "Left" and "Both" in the
 * one, "Both" and "Right" in the other, and a client. For the tests of this folder.
 */
#ifndef SCARDSSP_TESTS_BACKENDS_COMPOSITE_RIG_H
#define SCARDSSP_TESTS_BACKENDS_COMPOSITE_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "backends/composite/composite.h"
#include "backends/sim/setup.h"
#include "backends/sim/sim.h"
#include "rm/rm.h"
#include "support/fakes/moody_service.h"

struct rig {
    struct rm_service *service;
    struct rm_service *left;  /* the first simulator */
    struct rm_service *right; /* the second one, without its moods */
    struct rm_context *client;
};

/* What rig_make() answers for "late". */
static rm_status rig_refusal;
static const char *rig_reason;
static struct rm_service *rig_right;

static inline void rig_refuse(rm_status status, const char *reason) {
    rig_refusal = status;
    rig_reason = reason;
}

static inline struct rm_service *rig_sim(const char *first, const char *second) {
    struct rm_service *sim = NULL;
    assert_int_equal(sim_service_create("", &sim, NULL, 0), RM_OK);
    assert_int_equal(sim_plug(sim, first, first[0] == 'B' ? "gsm" : "demo", 0, NULL, 0), RM_OK);
    if (second)
        assert_int_equal(sim_plug(sim, second, "demo", 0, NULL, 0), RM_OK);
    return sim;
}

static inline rm_status rig_make(const char *spec, struct rm_service **out, char *message,
                                 size_t message_size) {
    if (strcmp(spec, "left") == 0)
        *out = rig_sim("Left", "Both");
    else if (strcmp(spec, "right") == 0)
        *out = moody_service(rig_right);
    else if (rig_refusal == RM_OK)
        *out = rig_sim("Late", NULL);
    else
        (void)snprintf(message, message_size, "%s", rig_reason);
    return strcmp(spec, "late") == 0 ? rig_refusal : RM_OK;
}

/* All readers as one text: "A|B". */
static inline const char *rig_readers(struct rig *rig) {
    static char text[300];
    struct names names = {0};
    const char *name = NULL;
    text[0] = '\0';
    assert_int_equal(rm_list_readers(rig->client, RM_WITHIN(RM_INFINITE), &names), RM_OK);
    while ((name = names_next(&names, name)) != NULL) {
        const size_t used = strlen(text);
        (void)snprintf(text + used, sizeof text - used, "%s%s", used ? "|" : "", name);
    }
    names_clear(&names);
    return text;
}

/* Makes everything, and has the names given. */
static inline void rig_open(struct rig *rig) {
    *rig = (struct rig){.service = composite_create()};
    rig->right = rig_right = rig_sim("Both", "Right");
    assert_non_null(rig->service);
    assert_int_equal(composite_add(rig->service, "left", rig_make, &rig->left), RM_OK);
    assert_int_equal(composite_add(rig->service, "right", rig_make, NULL), RM_OK);
    assert_int_equal(rm_context_open(rig->service, RM_WITHIN(RM_INFINITE), &rig->client), RM_OK);
    assert_string_equal(rig_readers(rig), "Left|Both|Both (2)|Right");
}

static inline void rig_close(struct rig *rig) {
    moody_service_dawdle(0);
    rm_context_close(rig->client);
    rm_service_release(rig->service);
    rm_service_release(rig->right);
}

#endif
