/* The order in which armed faults strike: mute before bad contact before removal. */
#include "slots/fault.h"

static void fault_refresh(struct sim_fault *fault) {
    fault->any = fault->mute || fault->transport || fault->removal || fault->slow_ms || fault->slow_card;
}

bool sim_fault_arm(struct sim_fault *fault, uint32_t kind, uint32_t value) {
    switch (kind) {
    case SIM_FAULT_MUTE:
        fault->mute = value;
        break;
    case SIM_FAULT_TRANSPORT:
        fault->transport = value;
        break;
    case SIM_FAULT_REMOVE_AFTER:
        fault->removal = true;
        fault->removal_in = value;
        break;
    case SIM_FAULT_SLOW:
        fault->slow_ms = value;
        break;
    default:
        return false;
    }
    fault_refresh(fault);
    return true;
}

void sim_fault_card(struct sim_fault *fault, bool slow) {
    fault->slow_card = slow;
    fault_refresh(fault);
}

bool sim_fault_cold_reset(struct sim_fault *fault) {
    if (fault->mute)
        --fault->mute;
    fault_refresh(fault);
    return !fault->mute;
}

enum sim_verdict sim_fault_exchange(struct sim_fault *fault) {
    enum sim_verdict verdict = SIM_FINE;
    if (fault->mute) {
        verdict = SIM_NO_ANSWER;
    } else if (fault->transport) {
        --fault->transport;
        verdict = SIM_BAD_CONTACT;
    } else if (fault->removal && fault->removal_in-- == 0) {
        fault->removal = false;
        verdict = SIM_PULLED;
    }
    fault_refresh(fault);
    return verdict;
}
