#include "emit/call_flags.h"

#include "analyze/sums.h"

void json_call_flags(struct json *json, uint32_t flags)
{
    static const struct {
        uint32_t flag;
        const char *name;
    } names[] = {
        {CALL_JUMPED, "jumped"},
        {CALL_OPEN, "open"},
        {CALL_INHERITED, "inherited"},
        {CALL_CUT, "cut"},
        {CALL_EARLIER, "earlier"},
        {CALL_LATER, "later"},
        {CALL_UNTIMED_START, "untimed_start"},
        {CALL_UNTIMED_END, "untimed_end"},
    };
    if (flags == 0)
        return;
    json_open_array(json, "flags");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if ((flags & names[i].flag) != 0)
            json_string(json, NULL, names[i].name);
    json_close_array(json);
}
