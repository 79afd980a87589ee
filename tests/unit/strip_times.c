#include "strip_times.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "raw_tape.h"
#include "tape/file.h"
#include "tape/state.h"

enum { DEEPEST = 1 << 20 };

/* What is known of an entry or exit of a function. */
struct learned {
    uint64_t last, sum, count; /* gaps: the last one, and all */
};

struct stripper {
    const struct strip_rule *rule;
    struct raw_tape *to;
    struct learned (*learned)[2]; /* by function: of its entries, of its exits */
    uint32_t functions;
    uint32_t *open; /* functions of the open calls, all stacks alike */
    size_t depth;
    struct raw_word *words;
    size_t count;
    uint32_t run;
    uint64_t ticks; /* of the event before */
};

static void require(bool condition)
{
    if (condition)
        return;
    fprintf(stderr, "strip_times: a tape that cannot be read\n");
    abort();
}

static void *zeros(size_t count, size_t bytes)
{
    void *room = calloc(count + 1, bytes);
    require(room != NULL);
    return room;
}

static void copy_records(struct raw_tape *to, const struct tape *tape)
{
    for (size_t i = 0; i < tape->sections.count; i++) {
        const struct ct_index_entry *entry = &tape->sections.at[i];
        if (entry->type != CT_SECTION_META)
            continue;
        void *payload = zeros(entry->bytes, 1);
        require(file_read(tape->fd, entry->offset + sizeof(struct ct_section), payload, entry->bytes) == entry->bytes);
        raw_tape_records(to, payload, entry->bytes);
        free(payload);
    }
}

/* The function that the event is about; opens or ends its call. */
static uint32_t follow(struct stripper *stripper, const struct tape_event *event)
{
    if (event->kind == TAPE_ENTRY && stripper->depth < DEEPEST)
        return stripper->open[stripper->depth++] = event->function;
    return stripper->depth != 0 ? stripper->open[--stripper->depth] : 0;
}

static bool strip(struct stripper *stripper, const struct tape_event *event, bool first)
{
    struct learned *learned = &stripper->learned[follow(stripper, event)][event->kind];
    uint64_t gap = event->ticks - stripper->ticks;
    bool known = learned->count != 0, was_short = known && learned->last <= stripper->rule->short_ticks;
    bool timed = first || !was_short || stripper->run >= stripper->rule->run;
    uint64_t sixteenths = 16 * gap;
    learned->last = gap;
    learned->sum += sixteenths > stripper->rule->timed_cost ? sixteenths - stripper->rule->timed_cost : 0;
    learned->count++;
    stripper->ticks = event->ticks;
    stripper->run = timed ? 0 : stripper->run + 1;
    return timed;
}

static struct raw_word word_of(struct stripper *stripper, const struct tape_event *event, bool first)
{
    static const enum ct_special specials[] = {
        [TAPE_JUMP] = CT_SPECIAL_JUMP, [TAPE_STACK] = CT_SPECIAL_STACK,     [TAPE_STRAY] = CT_SPECIAL_STRAY,
        [TAPE_LOST] = CT_SPECIAL_LOST, [TAPE_INHERIT] = CT_SPECIAL_INHERIT, [TAPE_WAIT] = CT_SPECIAL_WAIT,
    };
    struct raw_word word = {.function = event->function, .ticks = event->ticks};
    require(event->kind != TAPE_GAP);
    if (event->kind == TAPE_ENTRY || event->kind == TAPE_EXIT) {
        word.kind = event->kind == TAPE_ENTRY ? RAW_ENTRY : RAW_EXIT;
        word.timed = strip(stripper, event, first);
        return word;
    }
    word.kind = RAW_SPECIAL;
    word.special = specials[event->kind];
    word.payload = event->kind == TAPE_STRAY || event->kind == TAPE_INHERIT ? event->function : event->n;
    return word;
}

static uint64_t mean(const struct learned *learned)
{
    return learned->count != 0 ? learned->sum / learned->count : 0;
}

static void write_block(struct stripper *stripper, struct raw_block *block)
{
    struct raw_gaps *gaps = zeros(stripper->functions, sizeof *gaps);
    for (uint32_t i = 0; i < stripper->functions; i++)
        gaps[i] = (struct raw_gaps){mean(&stripper->learned[i][0]), mean(&stripper->learned[i][1])};
    block->words = stripper->words;
    block->count = stripper->count;
    block->gaps = gaps;
    raw_tape_block(stripper->to, block);
    block->first_sequence++;
    block->first_ticks = stripper->ticks;
    for (size_t i = 0; i < stripper->count; i++)
        if (stripper->words[i].kind == RAW_SPECIAL && stripper->words[i].special == CT_SPECIAL_STACK)
            block->stack = stripper->words[i].payload;
    stripper->count = 0;
    free(gaps);
}

static void strip_thread(struct stripper *stripper, struct tape *tape, uint32_t thread)
{
    struct error error;
    uint32_t count;
    const struct strip_rule *rule = stripper->rule;
    struct raw_block block = {
        .process = tape_threads(tape, &count)[thread].process,
        .thread = thread,
        .chunks = 1,
        .first_ticks = tape_threads(tape, &count)[thread].start_ticks,
        .has_edges = true,
        .has_gaps = true,
        .timed_cost = rule->timed_cost,
        .untimed_cost = rule->untimed_cost,
    };
    struct tape_cursor *cursor = tape_cursor_open(tape, thread, &error);
    struct tape_event event;
    require(cursor != NULL);
    stripper->depth = stripper->run = 0;
    stripper->ticks = block.first_ticks;
    for (bool first = true; tape_cursor_next(cursor, &event, &error) > 0;) {
        stripper->words[stripper->count++] = word_of(stripper, &event, first);
        first = first && event.kind > TAPE_EXIT;
        if (stripper->count < rule->block_words)
            continue;
        write_block(stripper, &block);
        first = true;
    }
    if (stripper->count != 0)
        write_block(stripper, &block);
    tape_cursor_close(cursor);
}

void strip_times(const char *from, const char *to, const struct strip_rule *rule)
{
    struct error error;
    struct tape *tape = tape_open(from, &error);
    require(tape != NULL);
    struct stripper stripper = {.rule = rule, .to = raw_tape_open(to)};
    tape_functions(tape, &stripper.functions);
    stripper.learned = zeros(stripper.functions, sizeof *stripper.learned);
    stripper.open = zeros(DEEPEST, sizeof *stripper.open);
    stripper.words = zeros(rule->block_words, sizeof *stripper.words);
    copy_records(stripper.to, tape);
    for (uint32_t i = 0; i < tape->threads.count; i++)
        strip_thread(&stripper, tape, i);
    raw_tape_close(stripper.to);
    free(stripper.learned);
    free(stripper.open);
    free(stripper.words);
    tape_close(tape);
}
