/*
 * What a fault script has made of readers, cards and the service: the stage that all calls of faulty.c stand
 * on. Its calls may be made from any thread.
 */
#ifndef SCARDSSP_BACKENDS_FAULTS_STAGE_H
#define SCARDSSP_BACKENDS_FAULTS_STAGE_H

#include "backends/faults/plan.h"
#include "base/lock.h"
#include "rm/rm.h"

#define STAGE_NAME_MAX 160u /* bytes of a reader's name here, with its end */

/* A reader, as the program knows it. */
struct stage_reader {
    struct stage_reader *next;
    char name[STAGE_NAME_MAX];   /* that the program knows */
    char target[STAGE_NAME_MAX]; /* that the backend knows: another one after a swap */
    bool out;                    /* the card is away, until `out_end` */
    bool unplugged;              /* the reader is, until `unplugged_end` */
    uint64_t out_end;
    uint64_t unplugged_end;
    uint32_t moves;   /* how often the card went and came */
    uint32_t resets;  /* by "another program" */
    uint32_t cables;  /* how often the reader was unplugged or has changed its name */
    uint32_t mute;    /* cold starts until the card answers again */
    uint32_t storm;   /* answers of a storm that are still to come, */
    uint8_t storm_sw; /* 61 or 6C */
};

struct stage {
    struct lock mutex; /* guards what follows */
    struct plan plan;
    bool stopped; /* the service, until `stopped_end` */
    uint64_t stopped_end;
    uint32_t services; /* how often it was stopped: who began before is lost */
    uint32_t idle_ms;  /* Windows' rule of idle transactions; 0: it does not hold */
    struct stage_reader *readers;
};

/* What a connection remembers, to see what has happened since. */
struct stage_mark {
    struct stage_reader *reader;
    uint32_t moves, resets, cables, services;
};

/* What a command meets. */
struct stage_verdict {
    rm_status status; /* not RM_OK: this instead of an answer, and the card has not got it */
    bool resets;      /* the card is to be reset before */
    uint16_t sw;      /* not 0: the answer's status word, or (`instead`) all there is of an answer */
    bool instead;
    bool drop;
    bool cut;
    uint32_t keep;    /* cut: so many bytes of the answer */
    uint32_t garbles; /* bits to turn over */
    uint32_t delay_ms;
};

/* Plays another script from now on, which it takes over. RM_E_NO_MEMORY. */
rm_status stage_play(struct stage *stage, struct script *script);

/* Frees what it has. */
void stage_end(struct stage *stage);

/* Lets time pass: what strikes by the clock. Every call of the port begins so. */
void stage_pass(struct stage *stage);

/* RM_OK; RM_E_NO_SERVICE: the service is stopped, or is another one than `services` says. */
rm_status stage_service(struct stage *stage, uint32_t services);

/* How often the service has been stopped so far. */
uint32_t stage_services(struct stage *stage);

/* The reader that the program knows by this name; NULL: no memory. It stays as long as the stage. */
struct stage_reader *stage_find(struct stage *stage, const char *name);

/* The names that the program knows readers by, for those of the backend: appends. RM_E_NO_MEMORY. */
rm_status stage_names(struct stage *stage, const struct names *inner, struct names *out);

/*
 * May the program connect to it, and where does it lead (STAGE_NAME_MAX bytes)? RM_E_UNKNOWN_READER,
 * RM_E_NO_SMARTCARD, RM_W_UNRESPONSIVE_CARD.
 */
rm_status stage_connect(struct stage *stage, const struct stage_reader *reader, uint32_t share, char *target);

/* Remembers that all is known of what has happened to the reader. */
struct stage_mark stage_mark(struct stage *stage, struct stage_reader *reader);

/* What has happened since, as rm_transmit() would say it; RM_OK: nothing. */
rm_status stage_news(struct stage *stage, const struct stage_mark *mark);

/*
 * A reconnection: RM_OK, and *cold: the card was away, and is to be started anew. Codes of rm_reconnect()
 * otherwise.
 */
rm_status stage_reconnect(struct stage *stage, const struct stage_mark *mark, uint32_t init, bool *cold);

/* A command comes. */
struct stage_verdict stage_command(struct stage *stage, struct stage_reader *reader, const uint8_t *command,
                                   size_t size);

/* A transaction that was idle since `used` (clock_ms()): is its card to be reset? Counts that as a reset. */
bool stage_is_idle(struct stage *stage, struct stage_reader *reader, uint64_t used);

/* Turns over so many bits of an answer. */
void stage_garble(struct stage *stage, uint8_t *bytes, size_t size, uint32_t bits);

/* The reader's state in a wait, from what the backend says of it. */
void stage_state(struct stage *stage, const struct stage_reader *reader, struct rm_reader_state *state);

#endif
