/* Words that info's text and JSON share. */
#include <stdio.h>
#include <time.h>

#include "emit/info.h"

char *info_time(char buffer[INFO_TIME], uint64_t ns_since_1970)
{
    time_t seconds = (time_t)(ns_since_1970 / 1000000000);
    struct tm parts;
    char date[24];
    gmtime_r(&seconds, &parts);
    strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &parts);
    snprintf(buffer, INFO_TIME, "%s.%09lluZ", date, (unsigned long long)(ns_since_1970 % 1000000000));
    return buffer;
}

const char *info_clock(const struct overview *overview)
{
    switch (overview->session->clock) {
    case CT_CLOCK_TSC:
        return "tsc";
    case CT_CLOCK_CNTVCT:
        return "cntvct";
    case CT_CLOCK_MONOTONIC:
        return "monotonic";
    }
    return "unknown";
}

char *info_end(char *buffer, size_t size, const struct tape_process *process)
{
    static const char *const causes[] = {"unknown", "exit ", "signal ", "exec"};
    uint32_t cause = process->end_cause <= CT_END_EXEC ? process->end_cause : CT_END_UNKNOWN;
    if (cause == CT_END_EXIT || cause == CT_END_SIGNAL)
        snprintf(buffer, size, "%s%u", causes[cause], process->end_status);
    else
        snprintf(buffer, size, "%s", causes[cause]);
    return buffer;
}
