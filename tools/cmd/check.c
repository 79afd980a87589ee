#include "tape/check.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "cmd/cmd.h"
#include "cmd/names.h"
#include "cmd/summaries.h"
#include "tape/recover.h"

static const char about[] = "Reads all of a tape and verifies it: every checksum, every block. Says what is\n"
                            "wrong and where. The exit status is 0 for a sound tape and 1 for any other.\n"
                            "\n"
                            "With --repair, what can be saved is written to another file, a sound tape that\n"
                            "says what is missing; the one that was read is never changed. That also makes a\n"
                            "tape of what a killed recorder left (NAME.tape.part, NAME.tape.arena: name the\n"
                            "tape it would have made) and of the arena of a program that recorded alone. The\n"
                            "exit status is 0 if what was written is sound.\n";

static const char examples[] = "  calltape check x.tape\n"
                               "  calltape check --repair x.tape               writes x.repaired.tape\n"
                               "  calltape check --repair -o y.tape x.tape\n";

struct choices {
    bool repair, force;
    const char *output;
};

/* ---- verify ----------------------------------------------------------------------------------------------------- */

static void print_findings(struct output *output, const struct check_result *result)
{
    char more[TEXT_NUMBER];
    for (size_t i = 0; i < result->finding_count; i++) {
        output_style(output, OUTPUT_WARN);
        output_format(output, "offset %llu: ", (unsigned long long)result->findings[i].offset);
        output_escaped(output, result->findings[i].what);
        output_style(output, OUTPUT_PLAIN);
        output_text(output, "\n");
    }
    if (result->found > result->finding_count)
        output_format(output, "... and %s more\n", text_count(more, result->found - result->finding_count));
}

/* What the tape itself says that a reader must know: what a repair left out, say. */
static void print_notes(struct output *output, const struct tape *tape)
{
    size_t count;
    const char *const *notes = tape_notes(tape, &count);
    for (size_t i = 0; i < count; i++) {
        output_text(output, "note: ");
        output_escaped(output, notes[i]);
        output_text(output, "\n");
    }
}

static bool print_verdict(struct output *output, const struct tape *tape, const struct check_result *result)
{
    char sections[TEXT_NUMBER], blocks[TEXT_NUMBER], calls[TEXT_NUMBER], bytes[TEXT_NUMBER];
    bool finished = tape_session(tape)->finished, sound = finished && result->found == 0;
    output_escaped(output, tape_path(tape));
    output_text(output, ": ");
    output_style(output, sound ? OUTPUT_STRONG : OUTPUT_WARN);
    output_text(output, sound ? "sound" : finished ? "damaged" : "the recording never ended");
    output_style(output, OUTPUT_PLAIN);
    output_format(output, "; %s section%s, %s block%s", text_count(sections, result->sections),
                  result->sections == 1 ? "" : "s", text_count(blocks, result->blocks), result->blocks == 1 ? "" : "s");
    if (result->damaged_blocks != 0)
        output_format(output, " (%s damaged)", text_count(blocks, result->damaged_blocks));
    output_format(output, ", %s calls, %s\n", text_count(calls, result->entries),
                  text_bytes(bytes, tape_totals(tape).bytes));
    if (!sound)
        output_text(output, "calltape check --repair writes what can be saved to another file.\n");
    return sound;
}

static int verify(const struct usage *usage, int argc, char **argv)
{
    struct error error;
    struct check_result result;
    int status;
    struct tape *tape = cmd_open_tape(usage->verb, argc, argv, &status);
    if (tape == NULL)
        return status;
    struct output *output = output_open((enum output_colour)usage->display->colour, !usage->display->no_pager, &error);
    if (output == NULL || check_tape(tape, &result, &error) != 0) {
        status = cmd_fail(usage->verb, &error);
    } else {
        print_findings(output, &result);
        print_notes(output, tape);
        status = print_verdict(output, tape, &result) ? 0 : 1;
    }
    if (output != NULL && output_close(output, &error) != 0)
        status = cmd_fail(usage->verb, &error);
    tape_close(tape);
    return status;
}

/* ---- repair ----------------------------------------------------------------------------------------------------- */

/* x.tape: x.repaired.tape; any other name: NAME.repaired.tape. To be freed; NULL: no memory. */
static char *default_output(const char *path)
{
    static const char end[] = ".tape";
    size_t length = strlen(path);
    char *output;
    if (length > strlen(end) && strcmp(path + length - strlen(end), end) == 0)
        length -= strlen(end);
    return asprintf(&output, "%.*s.repaired%s", (int)length, path, end) < 0 ? NULL : output;
}

static int print_repair(const char *verb, const char *path, const struct recover_result *result,
                        const struct names *names, struct error *error)
{
    char number[TEXT_NUMBER];
    names_warn(verb, names);
    if (result->still_recording)
        cmd_say(verb, "warning: a program is still recording; this is what it had written so far");
    struct output *output = output_open(OUTPUT_COLOUR_NEVER, false, error);
    if (output == NULL)
        return -1;
    output_escaped(output, path);
    output_format(output, ": %s calls saved", text_count(number, result->entries));
    if (result->damaged_sections != 0)
        output_format(output, ", %s damaged section%s left out", text_count(number, result->damaged_sections),
                      result->damaged_sections == 1 ? "" : "s");
    if (result->lost_events != 0)
        output_format(output, ", %s events lost", text_count(number, result->lost_events));
    output_text(output, "\n");
    return output_close(output, error);
}

/* Their names were in what is lost, or their files are elsewhere. */
static void tell_nameless(const char *verb, const struct tape *tape)
{
    char number[TEXT_NUMBER], safe[600];
    uint32_t count, nameless = 0;
    const struct tape_function *functions = tape_functions(tape, &count);
    for (uint32_t i = 1; i < count; i++)
        nameless += functions[i].name == NULL;
    text_escape(safe, sizeof safe, tape_path(tape), true);
    if (nameless != 0)
        cmd_say(verb, "note: %s function%s no name: `calltape symbols %s` finds names where the program is",
                text_count(number, nameless), nameless == 1 ? " has" : "s have", safe);
}

/* What has the right checksums was copied as it is; it may say what cannot be all the same. */
static int verify_repaired(const char *verb, const char *output, struct error *error)
{
    struct check_result result;
    struct tape *tape = tape_open(output, error);
    if (tape == NULL)
        return -1;
    tell_nameless(verb, tape);
    int status = check_tape(tape, &result, error);
    if (status == 0 && result.found != 0)
        status = error_set(error, "not all that was saved can be right (%s); `calltape check` lists what is not",
                           result.findings->what);
    tape_close(tape);
    return status;
}

static int write_names_and_summaries(struct writer *writer, struct tape *tape, void *names)
{
    return names_write(writer, tape, names) == 0 &&
                   summaries_write(writer, tape, UINT64_MAX, NULL, &((struct names *)names)->error) == 0
               ? 0
               : -1;
}

/* Written beside its place and moved there when whole, so that a tape which --force replaces is not lost before. */
static int write_repaired(const char *path, const char *output, struct recover_result *result, struct names *names,
                          struct error *error)
{
    char *fresh;
    if (asprintf(&fresh, "%s.%ld.new", output, (long)getpid()) < 0)
        return error_set(error, "out of memory");
    int status = recover(path, fresh, write_names_and_summaries, names, result, error);
    if (status == 0 && rename(fresh, output) != 0) {
        char safe[600];
        text_escape(safe, sizeof safe, output, true);
        status = error_set(error, "%s: %s", safe, strerror(errno));
        unlink(fresh);
    }
    free(fresh);
    return status;
}

static int repair(const char *verb, const char *path, const struct choices *choices)
{
    struct error error;
    struct recover_result result = {0};
    struct names names = {0};
    char safe[600];
    char *made = choices->output == NULL ? default_output(path) : NULL;
    const char *output = choices->output != NULL ? choices->output : made;
    int status = -1;
    if (output == NULL) {
        error_set(&error, "out of memory");
    } else if (!choices->force && access(output, F_OK) == 0) {
        text_escape(safe, sizeof safe, output, true);
        error_set(&error, "%s is there already; --force replaces it, -o FILE writes to another", safe);
    } else {
        status = write_repaired(path, output, &result, &names, &error);
    }
    if (status == 0)
        status = print_repair(verb, output, &result, &names, &error);
    if (status == 0)
        status = verify_repaired(verb, output, &error);
    if (status != 0)
        cmd_fail(verb, &error);
    names_free(&names);
    free(made);
    return status == 0 ? 0 : 1;
}

int cmd_check(int argc, char **argv)
{
    struct choices choices = {0};
    struct cmd_display display = {0};
    struct error error;
    int status;
    const struct option table[] = {
        {"repair", 'r', OPTION_FLAG, &choices.repair, NULL, NULL, "write what can be saved to another file"},
        {"output", 'o', OPTION_STRING, &choices.output, "FILE", NULL,
         "the file that --repair writes (default:\nNAME.repaired.tape)"},
        {"force", 0, OPTION_FLAG, &choices.force, NULL, NULL, "let --repair replace a file"},
    };
    const struct usage usage = {
        .verb = "check",
        .operands = "[--repair [-o FILE]] [OPTION]... [TAPE]",
        .about = about,
        .examples = examples,
        .options = {table, sizeof table / sizeof *table, false},
        .display = &display,
    };
    if (!cmd_parse(&usage, &argc, argv, &status))
        return status;
    if (!choices.repair && (choices.output != NULL || choices.force)) {
        error_set(&error, "--%s goes with --repair", choices.output != NULL ? "output" : "force");
        return cmd_wrong_usage(usage.verb, &error);
    }
    if (!choices.repair)
        return verify(&usage, argc, argv);
    if (argc != 2) {
        error_set(&error, "--repair takes one tape%s", argc > 2 ? "; -o FILE names the file to be written" : "");
        return cmd_wrong_usage(usage.verb, &error);
    }
    return repair(usage.verb, argv[1], &choices);
}
