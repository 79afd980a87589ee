#include "tape/folded.h"

/* With these folded_share() has room for its products. */
static const uint64_t gaps_most = UINT64_C(1) << 40, call_most = UINT64_C(1) << 24;

bool folded_read(struct bytes *at, struct folded *folded)
{
    uint64_t calls = bytes_leb128(at), gaps = bytes_leb128(at);
    uint64_t least = bytes_leb128(at), more = bytes_leb128(at), rest = bytes_leb128(at);
    if (at->truncated || calls == 0 || calls > FOLDED_CALLS_MOST || gaps > gaps_most || least > call_most ||
        more > call_most || (calls == 1 && more != 0) || rest > (calls > 2 ? (calls - 2) * more : 0))
        return false;
    *folded = (struct folded){
        .calls = calls,
        .gaps = gaps,
        .total = calls * least + more + rest,
        .least = least,
        .most = least + more,
    };
    return true;
}
