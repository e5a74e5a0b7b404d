/* Whether a file may be used: see access.h. */
#include "icc/access.h"

uint16_t sim_ef_usable(const struct sim_card *card, const struct channel *channel, const struct file *ef,
                       enum file_operation operation) {
    if (!sim_file_is_active(ef))
        return SW_CONDITIONS;
    return sim_access_granted(card, channel, &ef->access[operation]) ? 0 : SW_SECURITY;
}
