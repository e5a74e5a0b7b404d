/* File control information as SELECT answers it (ISO/IEC 7816-4 §7.4). */
#ifndef SCARDSSP_SIM_FCI_H
#define SCARDSSP_SIM_FCI_H

#include "apdu/tlv.h"
#include "icc/file.h"

enum fci_kind { FCI_TEMPLATE = 0x6F, FCI_PARAMETERS = 0x62, FCI_MANAGEMENT = 0x64 };

/* Makes the template of that kind for the file. */
void sim_fci_make(const struct file *file, enum fci_kind kind, struct tlv *out);

#endif
