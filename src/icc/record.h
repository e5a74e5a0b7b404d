/* Finding records, for the commands of ISO/IEC 7816-4 and those of GSM 11.11. */
#ifndef SCARDSSP_SIM_RECORD_H
#define SCARDSSP_SIM_RECORD_H

#include "icc/os.h"

/* The three low bits of P2. */
enum record_mode {
    RECORD_FIRST,
    RECORD_LAST,
    RECORD_NEXT,
    RECORD_PREVIOUS,
    RECORD_NUMBER,
    RECORD_FROM,   /* all from P1 to the last */
    RECORD_DOWN_TO /* all from the last down to P1 */
};

/*
 * The number of the record that `mode` means in the channel's current file `file`; 0: there is none. p1: its
 * number for RECORD_NUMBER and above (0: the current one), else the identifier it must begin with (0: any).
 * An undefined pointer makes next the first and previous the last one.
 */
uint32_t sim_record_seek(const struct channel *channel, const struct file *file, enum record_mode mode,
                         uint8_t p1);

#endif
