/* The tape reader on any bytes: opened, read by every cursor, checked, repaired. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "analyze/tally.h"
#include "tape/check.h"
#include "tape/checksum.h"
#include "tape/recovery.h"
#include "tape/state.h"
#include "tape/tape.h"
#include "whole_tape.h"

enum { EVENTS_MAX = 1 << 18 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t room);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t room, unsigned seed);

static void require(int condition)
{
    if (!condition)
        abort();
}

/* Reads up to EVENTS_MAX events of all threads and holds the reader to its header's promises. */
static void read_events(struct tape *tape)
{
    struct error error;
    uint32_t threads, functions, processes;
    size_t left = EVENTS_MAX;
    const struct tape_thread *thread = tape_threads(tape, &threads);
    tape_functions(tape, &functions);
    tape_processes(tape, &processes);
    for (uint32_t i = 0; i < threads && left > 0; i++) {
        require(thread[i].process < processes);
        struct tape_cursor *cursor = tape_cursor_open(tape, i, &error);
        require(cursor != NULL);
        struct tape_event event;
        uint64_t ticks = 0, ns = 0;
        while (left > 0 && tape_cursor_next(cursor, &event, &error) == 1) {
            uint64_t now = tape_ns(tape, event.ticks);
            require(event.ticks >= ticks && now >= ns && event.kind <= TAPE_VALUE);
            require(event.function < (event.kind == TAPE_WAIT ? TAPE_PREEMPTED + 1u : functions));
            ticks = event.ticks;
            ns = now;
            left--;
        }
        tape_cursor_close(cursor);
    }
}

/* Summaries are numbers that anyone may have written. */
static void read_summaries(struct tape *tape)
{
    uint32_t threads;
    tape_threads(tape, &threads);
    for (uint32_t i = 0; i < threads; i++) {
        struct tallies tallies;
        uint64_t *numbers, *again;
        size_t count, count_again;
        if (!tape_summary(tape, i, &numbers, &count))
            continue;
        require(tallies_init(&tallies, tape) == 0);
        if (tallies_load(&tallies, numbers, count)) {
            again = tallies_numbers(&tallies, &count_again);
            require(again && count == count_again);
            free(again);
        }
        tallies_free(&tallies);
        free(numbers);
    }
}

static void read_tables(struct tape *tape)
{
    uint32_t count, modules, processes;
    size_t texts, bytes = 0;
    tape_modules(tape, &modules);
    const struct tape_process *process = tape_processes(tape, &processes);
    const struct tape_function *function = tape_functions(tape, &count);
    for (uint32_t i = 0; i < count; i++) {
        require(function[i].module == CT_NONE || function[i].module < modules);
        require(function[i].same <= i && function[function[i].same].same == function[i].same);
        bytes += function[i].name ? strlen(function[i].name) : 0;
    }
    for (uint32_t i = 0; i < processes; i++) {
        require(process[i].parent == CT_NONE || process[i].parent < i);
        bytes += strlen(process[i].executable) + strlen(process[i].command);
    }
    const char *const *notes = tape_notes(tape, &texts);
    for (size_t i = 0; i < texts; i++)
        bytes += strlen(notes[i]);
    const struct tape_session *session = tape_session(tape);
    for (uint32_t i = 0; i < session->argument_count; i++)
        bytes += strlen(session->arguments[i]);
    require(bytes < 1 << 30);
}

/* What recovery writes is a tape without a fault of its own: it opens, and its end stands. */
static void repair(const char *path)
{
    struct error error;
    struct recover_result result;
    int out = memfd_create("repaired", MFD_CLOEXEC), again = dup(out);
    require(out >= 0 && again >= 0);
    if (recover_into(path, out, "repaired", NULL, NULL, &result, &error) != 0) {
        close(again);
        return;
    }
    struct tape *tape = tape_open_fd(again, "repaired", &error);
    require(tape && tape_session(tape)->finished);
    tape_close(tape);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error error;
    char path[64];
    int file = memfd_create("tape", MFD_CLOEXEC);
    require(file >= 0 && write(file, data, size) == (ssize_t)size);
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    struct tape *tape = tape_open(path, &error);
    if (tape) {
        struct check_result result;
        read_tables(tape);
        read_summaries(tape);
        read_events(tape);
        require(check_tape(tape, &result, &error) == 0);
        tape_close(tape);
    }
    if (checksum(data, size) % 4 == 0) /* a writer's tables take longer to set up than all the rest */
        repair(path);
    close(file);
    return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t room, unsigned seed)
{
    size = LLVMFuzzerMutate(data, size, room);
    if (seed % 8 != 0)
        make_whole(data, size);
    return size;
}
