#include "record/overwrite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/numbers.h"
#include "base/text.h"

struct stack {
    uint64_t number; /* first: struct numbers finds it here */
    uint32_t *functions;
    size_t depth, room;
};

struct overwritten {
    struct ct_chunk last; /* the last chunk's head */
    uint64_t events, lost;
    uint64_t current; /* number of its stack */
    struct numbers stacks;
};

static struct overwritten *of_thread(struct overwrite *overwrite, uint32_t thread)
{
    if (thread >= overwrite->count) {
        uint32_t count = thread + thread / 2 + 16;
        struct overwritten **grown = realloc(overwrite->by_thread, count * sizeof(struct overwritten *));
        if (!grown)
            return NULL;
        memset(grown + overwrite->count, 0, (count - overwrite->count) * sizeof *grown);
        overwrite->by_thread = grown;
        overwrite->count = count;
    }
    struct overwritten **at = &overwrite->by_thread[thread];
    if (!*at)
        *at = calloc(1, sizeof **at);
    return *at;
}

static struct stack *get_stack(struct overwritten *thread, uint64_t number)
{
    return numbers_get(&thread->stacks, number, sizeof(struct stack));
}

static int push(struct stack *stack, uint32_t function)
{
    if (stack->depth == stack->room) {
        size_t room = stack->room * 2 + 64;
        uint32_t *grown = realloc(stack->functions, room * sizeof *grown);
        if (!grown)
            return -1;
        stack->functions = grown;
        stack->room = room;
    }
    stack->functions[stack->depth++] = function;
    return 0;
}

static struct stack *follow_special(struct overwritten *thread, struct stack *stack, uint64_t word)
{
    uint64_t payload = word & CT_PAYLOAD_MASK;
    switch (word >> CT_SPECIAL_SHIFT) {
    case CT_SPECIAL_JUMP:
        stack->depth -= payload < stack->depth ? payload : stack->depth;
        return stack;
    case CT_SPECIAL_STACK:
        thread->current = payload;
        return get_stack(thread, payload);
    case CT_SPECIAL_INHERIT:
        return push(stack, (uint32_t)payload & CT_FUNCTION_MAX) == 0 ? stack : NULL;
    case CT_SPECIAL_LOST:
        thread->lost += payload;
        return stack;
    default:
        return stack;
    }
}

static int follow(struct overwritten *thread, const uint64_t *word, const uint64_t *end)
{
    struct stack *stack = get_stack(thread, thread->current);
    for (; stack && word < end; word++) {
        uint64_t tag = *word >> CT_TAG_SHIFT;
        if (tag == CT_TAG_ENTRY) {
            thread->events++;
            if (push(stack, (uint32_t)(*word >> CT_CLOCK_BITS) & CT_FUNCTION_MAX) != 0)
                return -1;
        } else if (tag == CT_TAG_EXIT) {
            thread->events++;
            stack->depth -= stack->depth != 0;
        } else {
            stack = follow_special(thread, stack, *word);
        }
    }
    return stack ? 0 : -1;
}

int overwrite_chunk(struct overwrite *overwrite, uint32_t thread, uint32_t sequence, const struct ct_chunk *chunk,
                    uint32_t words)
{
    struct overwritten *of = of_thread(overwrite, thread);
    if (!of)
        return -1;
    uint64_t before = of->events;
    const uint64_t *word = (const uint64_t *)chunk + CT_CHUNK_HEADER_WORDS;
    of->last = *chunk;
    of->last.sealed_ticks = chunk->sealed_ticks ? chunk->sealed_ticks : chunk->base_ticks; /* open when it was killed */
    of->last.thread = thread;
    of->last.sequence_plus_1 = sequence + 1;
    if (follow(of, word, word + words) != 0)
        return -1;
    overwrite->events += of->events - before;
    return 0;
}

/* ---- what is told ---- */

struct words {
    uint64_t *at;
    size_t count, most;
    uint64_t stack; /* the current one: 0 at the block's begin */
};

static void put(struct words *words, uint64_t word)
{
    if (words->count < words->most)
        words->at[words->count++] = word;
}

/* A stack's open calls: where there are more than a block may hold, the innermost. */
static void put_stack(struct words *words, const struct stack *stack, size_t most)
{
    if (stack->number != words->stack)
        put(words, CT_SPECIAL(CT_SPECIAL_STACK, stack->number));
    words->stack = stack->number;
    for (size_t i = stack->depth > most ? stack->depth - most : 0; i < stack->depth; i++)
        put(words, CT_SPECIAL(CT_SPECIAL_INHERIT, stack->functions[i]));
}

static void put_all(struct words *words, const struct overwritten *thread)
{
    const struct stack *current = NULL;
    put(words, CT_SPECIAL(CT_SPECIAL_OVERWRITTEN, thread->events));
    if (thread->lost)
        put(words, CT_SPECIAL(CT_SPECIAL_LOST, thread->lost));
    for (size_t i = 0; i < thread->stacks.slots; i++) {
        const struct stack *stack = thread->stacks.table[i];
        if (stack && stack->number == thread->current)
            current = stack;
        else if (stack && stack->depth != 0)
            put_stack(words, stack, words->most / 2);
    }
    if (current)
        put_stack(words, current, words->most - words->count - 1);
}

uint32_t overwrite_mark(const struct overwrite *overwrite, uint32_t thread, struct ct_chunk *chunk)
{
    struct words words = {.at = (uint64_t *)chunk + CT_CHUNK_HEADER_WORDS,
                          .most = CT_CHUNK_WORDS - CT_CHUNK_HEADER_WORDS};
    put_all(&words, overwrite->by_thread[thread]);
    *chunk = overwrite->by_thread[thread]->last;
    chunk->base_ticks = chunk->sealed_ticks;
    chunk->stack = 0;
    chunk->words = CT_CHUNK_HEADER_WORDS + (uint32_t)words.count;
    return (uint32_t)words.count;
}

/* What was kept begins when the last that was not had ended. */
static int write_thread(const struct overwritten *thread, struct writer *writer, struct error *error)
{
    struct words words = {.most = CT_BLOCK_WORDS_MAX};
    words.at = malloc(words.most * sizeof *words.at);
    if (!words.at)
        return error_set(error, "out of memory while recording");
    put_all(&words, thread);
    struct ct_chunk head = thread->last;
    uint32_t chunks = head.sequence_plus_1;
    head.sequence_plus_1 = 1;
    head.base_ticks = head.sealed_ticks;
    head.stack = 0;
    int status = writer_words(writer, &head, words.at, words.count, chunks, error);
    free(words.at);
    return status;
}

static int write_note(const struct overwrite *overwrite, struct writer *writer, struct error *error)
{
    char text[160], events[TEXT_NUMBER];
    const char *const strings[] = {text};
    struct ct_note note = {.kind = CT_NOTE_INFO, .process = CT_NONE, .count = overwrite->events};
    snprintf(text, sizeof text,
             "The recording kept what was newest (record --full overwrite): %s older events are counted, but not here.",
             text_count(events, overwrite->events));
    return writer_record(writer, CT_RECORD_NOTE, &note, sizeof note, strings, 1, error);
}

int overwrite_finish(struct overwrite *overwrite, struct writer *writer, struct error *error)
{
    for (uint32_t i = 0; i < overwrite->count; i++)
        if (overwrite->by_thread[i] && write_thread(overwrite->by_thread[i], writer, error) != 0)
            return -1;
    return overwrite->events ? write_note(overwrite, writer, error) : 0;
}

static void free_thread(struct overwritten *thread)
{
    for (size_t i = 0; i < thread->stacks.slots; i++) {
        struct stack *stack = thread->stacks.table[i];
        if (stack)
            free(stack->functions);
        free(stack);
    }
    numbers_free(&thread->stacks);
    free(thread);
}

void overwrite_free(struct overwrite *overwrite)
{
    for (uint32_t i = 0; i < overwrite->count; i++)
        if (overwrite->by_thread[i])
            free_thread(overwrite->by_thread[i]);
    free(overwrite->by_thread);
    *overwrite = (struct overwrite){0};
}
