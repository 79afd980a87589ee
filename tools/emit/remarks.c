#include "emit/remarks.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

enum { MOST_DAMAGES = 10, MOST_KILLED = 3 };

struct speaker {
    remarks_say *say;
    void *context;
    bool utf8;
};

static void speak(const struct speaker *speaker, bool warning, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void speak(const struct speaker *speaker, bool warning, const char *format, ...)
{
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    speaker->say(speaker->context, warning, text);
}

static const char *plural(uint64_t n)
{
    return n == 1 ? "" : "s";
}

/* What the numbers are to be taken for, in one line. */
static void about_times(const struct speaker *to, const struct sums *sums)
{
    char time[TEXT_NUMBER], costs[120] = "";
    bool untimed = sums->times.untimed != 0, known = sums->times.timed_cost != 0 || sums->times.untimed_cost != 0;
    if (known)
        snprintf(costs, sizeof costs, "%s of recording %s", text_duration(time, sums->cost_ns, to->utf8),
                 !sums->raw       ? "taken out (--raw)"
                 : sums->exported ? "left in"
                                  : "left in (--raw)");
    else if (untimed)
        snprintf(costs, sizeof costs, "what recording cost is not known: it is still in");
    if (untimed || known)
        speak(to, false, "%s%s%s",
              !untimed         ? ""
              : sums->exported ? "many times are interpolated"
                               : "~ marks interpolated times (--bounds)",
              untimed ? "; " : "", costs);
}

/* Where single rows are to be doubted. */
static void about_doubts(const struct speaker *to, const struct sums *sums)
{
    char runs[TEXT_NUMBER], time[TEXT_NUMBER];
    if (sums->times.untimed != 0 && sums->surprise_ns > sums->traced_ns / 100)
        speak(to, false,
              "%s lie in %s overlong run%s without times: which of their calls took it is not known; "
              "record --clock exact tells",
              text_duration(time, sums->surprise_ns, to->utf8), text_count(runs, sums->times.surprises),
              plural(sums->times.surprises));
    if (!sums->raw && sums->excess_ns > sums->traced_ns / 100)
        speak(to, false, "some took less than recording them is said to have cost: self times are %s too much",
              text_duration(time, sums->excess_ns, to->utf8));
}

/* Why the sums are not the recording's, and what makes up the difference. */
static void about_filters(const struct speaker *to, const struct sums *sums)
{
    char some[TEXT_NUMBER], all[TEXT_NUMBER], time[TEXT_NUMBER];
    if (!sums->filtered)
        return;
    speak(to, false, "filters show %s of the recording's %s calls", text_count(some, sums->calls),
          text_count(all, sums->all_calls));
    if (sums->left.calls != 0)
        speak(to, false, "%s call%s left out: self time of the nearest caller shown",
              text_count(some, sums->left.calls), plural(sums->left.calls));
    if (sums->left.ticks != 0)
        speak(to, false, "%s of calls left out with no caller shown is in no sum",
              text_duration(time, sums->left_ns, to->utf8));
    if (sums->earlier + sums->later != 0)
        speak(to, false, "calls cut by the range: %s began before, not counted, %s ended after; their time in it is",
              text_count(some, sums->earlier), text_count(all, sums->later));
}

static void about_valueless(const struct speaker *to, const struct sums *sums)
{
    char n[TEXT_NUMBER], time[TEXT_NUMBER];
    if (sums->valueless != 0)
        speak(to, false, "%s call%s of functions without that value, %s of self time, %s in no row",
              text_count(n, sums->valueless), plural(sums->valueless),
              text_duration(time, sums->valueless_ns, to->utf8), sums->valueless == 1 ? "is" : "are");
}

static void about_unrecorded(const struct speaker *to, const struct sums *sums)
{
    char n[TEXT_NUMBER];
    if (sums->unrecorded != 0)
        speak(to, false, "%s call%s left out by filters or triggers of record: self time of their callers; see info",
              text_count(n, sums->unrecorded), sums->unrecorded == 1 ? " was" : "s were");
}

static void about_calls(const struct speaker *to, const struct sums *sums)
{
    char n[TEXT_NUMBER];
    if (sums->jumped != 0)
        speak(to, false, "%s call%s ended by a jump, not by returning", text_count(n, sums->jumped),
              plural(sums->jumped));
    if (sums->open != 0)
        speak(to, false, "%s call%s never ended: counted up to the end of %s thread", text_count(n, sums->open),
              plural(sums->open), sums->open == 1 ? "its" : "their");
    if (sums->inherited != 0)
        speak(to, false, "%s frame%s began before %s, or in a parent process: time counts, not calls",
              text_count(n, sums->inherited), plural(sums->inherited),
              sums->overwritten ? "what is left of the recording" : "what is recorded");
    if (sums->strays != 0)
        speak(to, true, "%s exit%s had no recorded entry", text_count(n, sums->strays), plural(sums->strays));
}

/* "SIGSEGV", or "signal 77". */
static const char *signal_text(char *buffer, size_t size, uint32_t number)
{
    const char *name = number < NSIG ? sigabbrev_np((int)number) : NULL;
    if (name != NULL)
        snprintf(buffer, size, "SIG%s", name);
    else
        snprintf(buffer, size, "signal %u", number);
    return buffer;
}

static void about_killed(const struct speaker *to, const struct sums *sums, const struct tape_process *process)
{
    char name[300], text[40], pid[40] = "";
    const char *from = *process->command != '\0' ? process->command : process->executable;
    text_escape(name, sizeof name, *from != '\0' ? from : "the program", to->utf8);
    if (from == process->command)
        name[strcspn(name, " ")] = '\0';
    if (sums->process_count > 1)
        snprintf(pid, sizeof pid, " (process %u)", process->pid);
    speak(to, false, "%s%s was killed by %s", name, pid, signal_text(text, sizeof text, process->end_status));
}

static void about_processes(const struct speaker *to, const struct sums *sums)
{
    char n[TEXT_NUMBER];
    uint64_t killed = 0;
    for (uint32_t i = 0; i < sums->process_count; i++)
        if (sums->process_list[i].end_cause == CT_END_SIGNAL && killed++ < MOST_KILLED)
            about_killed(to, sums, &sums->process_list[i]);
    if (killed > MOST_KILLED)
        speak(to, false, "and %s more process%s killed by signals; calltape info lists them",
              text_count(n, killed - MOST_KILLED), killed - MOST_KILLED == 1 ? " was" : "es were");
}

/* The least of it, of a thousandth, is not worth a line. */
static bool was_preempted(const struct sums *sums)
{
    return sums->preempted_ns > sums->traced_ns / 1000;
}

/* Time that passed while threads did not run. */
static void about_waits(const struct speaker *to, const struct sums *sums)
{
    char n[TEXT_NUMBER], time[TEXT_NUMBER];
    const char *where = sums->waits_in != NULL ? sums->waits_in : "not counted in any call";
    if (was_preempted(sums))
        speak(to, false, "the system ran something else while threads wanted to go on, %s of all threads together: %s",
              text_duration(time, sums->preempted_ns, to->utf8), where);
    if (sums->paused)
        speak(to, false, "threads were paused, or waited for calltape's recorder, %s time%s, %s in all: %s",
              text_count(n, sums->waits), plural(sums->waits), text_duration(time, sums->wait_ns, to->utf8), where);
    else if (sums->waits != 0)
        speak(to, false, "threads waited %s time%s for calltape's recorder, %s in all: %s%s",
              text_count(n, sums->waits), plural(sums->waits), text_duration(time, sums->wait_ns, to->utf8), where,
              sums->unrecorded != 0 ? " (once for each function if names were filtered, or for room in its buffer)"
                                    : "; a larger --buffer may avoid it");
}

static void about_loss(const struct speaker *to, const struct sums *sums)
{
    char n[TEXT_NUMBER], time[TEXT_NUMBER];
    if (sums->lost_events != 0)
        speak(to, true, "%s event%s %s lost while recording: calls are missing", text_count(n, sums->lost_events),
              plural(sums->lost_events), sums->lost_events == 1 ? "was" : "were");
    if (sums->gaps != 0)
        speak(to, true, "the tape has %s gap%s; %s call%s open there %s cut short", text_count(n, sums->gaps),
              plural(sums->gaps), text_count(time, sums->cut), plural(sums->cut), sums->cut == 1 ? "was" : "were");
    if (!sums->finished)
        speak(to, true, "the recording never ended by itself: this is what could be recovered of it");
}

static void about_damage(const struct speaker *to, const struct sums *sums)
{
    char n[TEXT_NUMBER], safe[700];
    for (size_t i = 0; i < sums->damage_count && i < MOST_DAMAGES; i++) {
        text_escape(safe, sizeof safe, sums->damages[i].what, to->utf8);
        speak(to, true, "damage at offset %llu: %s", (unsigned long long)sums->damages[i].offset, safe);
    }
    if (sums->damage_count > MOST_DAMAGES)
        speak(to, true, "damage at %s more places; calltape check lists them",
              text_count(n, sums->damage_count - MOST_DAMAGES));
    for (size_t i = 0; i < sums->note_count; i++) {
        text_escape(safe, sizeof safe, sums->notes[i], to->utf8);
        speak(to, true, "%s", safe);
    }
}

void remarks(const struct sums *sums, bool utf8, remarks_say *say, void *context)
{
    const struct speaker to = {say, context, utf8};
    about_filters(&to, sums);
    about_valueless(&to, sums);
    about_unrecorded(&to, sums);
    about_times(&to, sums);
    about_doubts(&to, sums);
    about_processes(&to, sums);
    about_calls(&to, sums);
    about_waits(&to, sums);
    about_loss(&to, sums);
    about_damage(&to, sums);
}

static void print_remark(void *context, bool warning, const char *text)
{
    struct output *output = context;
    output_style(output, warning ? OUTPUT_WARN : OUTPUT_DIM);
    output_format(output, "%s: %s", warning ? "warning" : "note", text);
    output_style(output, OUTPUT_PLAIN);
    output_text(output, "\n");
}

/* Of the time that passed. Waits of the program itself, for locks and the like, are in. */
static const char *left_out(const struct sums *sums)
{
    static const char *const texts[] = {
        "",
        ", preempted time left out",
        ", waits for calltape's recorder left out",
        ", waits for calltape's recorder and preempted time left out",
        ", pauses of the recording left out",
        ", pauses of the recording and preempted time left out",
    };
    size_t waits = sums->waits == 0 ? 0 : sums->paused ? 4 : 2;
    return texts[waits + was_preempted(sums)];
}

void remarks_foot(struct output *output, const struct sums *sums)
{
    char calls[TEXT_NUMBER], threads[TEXT_NUMBER], processes[TEXT_NUMBER], span[TEXT_NUMBER], traced[TEXT_NUMBER];
    bool utf8 = output_utf8(output);
    output_format(output, "\n%s call%s in %s thread%s of %s process%s; recorded for %s; self times sum to %s%s\n",
                  text_count(calls, sums->calls), plural(sums->calls), text_count(threads, sums->threads),
                  plural(sums->threads), text_count(processes, sums->processes), sums->processes == 1 ? "" : "es",
                  text_duration(span, sums->span_ns, utf8), text_duration(traced, sums->traced_ns, utf8),
                  left_out(sums));
    remarks(sums, utf8, print_remark, output);
}
