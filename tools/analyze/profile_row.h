/* What the ways to make a profile share. */
#ifndef CALLTAPE_ANALYZE_PROFILE_ROW_H
#define CALLTAPE_ANALYZE_PROFILE_ROW_H

#include "analyze/profile.h"
#include "analyze/tally.h"

/* Without shares, part and percentiles. `whole`: of a thread or process, whose total is all of its self time. */
struct profile_row profile_row_of(uint32_t function, const struct tally *tally, struct scale scale, bool raw,
                                  bool whole);
/* All rows and sums are there: the rows' shares. */
void profile_share_out(struct profile *profile);

#endif
