/* File control information as SELECT answers it (ISO/IEC 7816-4 §7.4). */
#ifndef SCARDSSP_SIM_FCI_H
#define SCARDSSP_SIM_FCI_H

#include "apdu/fcp.h"
#include "apdu/tlv.h"
#include "icc/file.h"

/* Makes the template for the file: FCP_TEMPLATE, FMD_TEMPLATE or FCI_TEMPLATE. */
void sim_fci_make(const struct file *file, enum fcp_tag template, struct tlv *out);

#endif
