#include "analyze/moment.h"

uint64_t moment_ticks(const struct tape *tape, uint64_t ns)
{
    const struct tape_session *session = tape_session(tape);
    uint64_t low = session->start_ticks, high = session->end_ticks;
    if (ns == 0)
        return 0;
    if (tape_ns(tape, high) < ns)
        return UINT64_MAX;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (tape_ns(tape, middle) < ns)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}
