/* A row a call, in the order in which they ended, as CSV or as one JSON object a line: for databases and scripts. */
#include <stdio.h>
#include <stdlib.h>

#include "base/csv.h"
#include "base/digits.h"
#include "base/json.h"
#include "base/text.h"
#include "calls/valued.h"
#include "emit/names.h"
#include "emit/values.h"
#include "export/fragments.h"
#include "export/words.h"

enum { COLUMNS = 9, SUMMED = 4 };

static const char *const names[COLUMNS] = {"stack",   "depth",          "start_ns",      "end_ns", "total_ns",
                                           "self_ns", "total_probe_ns", "self_probe_ns", "flags"};

/* What rounding its rows has left over of a function's sums, beginning with a half: so the sum of rows is report's,
 * which is rounded once. */
struct rest {
    uint64_t ns;   /* parts of a nanosecond, scale.ticks of which make one */
    uint64_t cost; /* 1/16 ticks */
};
struct rests {
    struct rest of[SUMMED];
};

struct table {
    struct export_writer writer;
    struct export_base base;
    struct output *output;
    struct output *memory; /* in which `head` is made */
    struct fragments functions;
    const struct tape_key *keys;
    struct valued valued;
    struct scale scale;
    const struct tape_function *tape_functions;
    struct rests *rests; /* by function */
    char *head;          /* what stands in every row of the thread */
    size_t head_length;
    bool json;
};

/* ---- rows -------------------------------------------------------------------------------------------------------- */

static char *put_name(const struct table *table, char *at, int column)
{
    *at++ = ',';
    if (!table->json)
        return at;
    *at++ = '"';
    size_t length = strlen(names[column]);
    memcpy(at, names[column], length);
    at[length] = '"';
    at[length + 1] = ':';
    return at + length + 2;
}

/* "jump earlier untimed_start", or nothing. */
static char *put_flags(char *at, uint32_t flags)
{
    const char *const words[] = {
        words_begin(flags),
        words_end(flags),
        (flags & CALL_UNTIMED_START) != 0 ? "untimed_start" : NULL,
        (flags & CALL_UNTIMED_END) != 0 ? "untimed_end" : NULL,
    };
    char *first = at;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (words[i] == NULL)
            continue;
        if (at != first)
            *at++ = ' ';
        at = stpcpy(at, words[i]);
    }
    return at;
}

static void write_json_values(const struct table *table, const struct kept_value *kept)
{
    struct json json = {.output = table->output, .comma = true};
    if (kept == NULL)
        return;
    json_open_array(&json, "values");
    for (; kept != NULL; kept = kept->next)
        value_json_object(&json, &table->keys[kept->value.key], &kept->value);
    json_close_array(&json);
}

/* "n=3 return=4" in one field. */
static void write_csv_values(const struct table *table, const struct kept_value *kept)
{
    struct csv csv = {.output = table->output, .comma = true};
    char text[VALUED_MOST * 64] = "", value[256];
    size_t used = 0;
    if (kept == NULL) {
        output_bytes(table->output, ",", 1);
        return;
    }
    for (; kept != NULL && used < sizeof text; kept = kept->next) {
        const struct tape_key *key = &table->keys[kept->value.key];
        value_text(value, sizeof value, key, &kept->value, true);
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s=%s", used != 0 ? " " : "",
                                 *key->name != '\0' ? key->name : value_kind(key), value);
    }
    csv_text(&csv, text);
}

static uint64_t rounded_ns(struct scale scale, uint64_t ticks, uint64_t *rest)
{
    unsigned __int128 parts = (unsigned __int128)ticks * scale.ns + *rest;
    uint64_t ns = (uint64_t)(parts / scale.ticks);
    *rest = (uint64_t)(parts - (unsigned __int128)ns * scale.ticks);
    return ns;
}

static uint64_t rounded_cost(struct scale scale, uint64_t cost, struct rest *rest)
{
    uint64_t parts = cost + rest->cost;
    rest->cost = parts % 16;
    return rounded_ns(scale, parts / 16, &rest->ns);
}

/* Its total, self and the probe's part of both, as they stand in its row. */
static void put_times(const struct table *table, const struct call *call, uint64_t row[SUMMED])
{
    struct rest *rests = table->rests[table->tape_functions[call->function].same].of;
    row[0] = rounded_ns(table->scale, call_total_ticks(call), &rests[0].ns);
    row[1] = rounded_ns(table->scale, call_self_ticks(call), &rests[1].ns);
    row[2] = rounded_cost(table->scale, call_total_cost(call), &rests[2]);
    row[3] = rounded_cost(table->scale, call_self_cost(call), &rests[3]);
}

static int end(void *context, struct call *call, const struct call *parent)
{
    struct table *table = context;
    const struct fragment *function = fragments_get(&table->functions, call->function);
    (void)parent;
    if (function == NULL)
        return error_set(table->base.error, "out of memory for names");
    uint64_t values[COLUMNS - 1] = {
        call->stack,
        call->depth,
        export_ns(&table->base, call->start_ticks),
        export_ns(&table->base, call->end_ticks),
    };
    put_times(table, call, &values[COLUMNS - 1 - SUMMED]);
    output_bytes(table->output, table->head, table->head_length);
    output_bytes(table->output, function->text, function->length);
    char *at = output_room(table->output, 512);
    for (int i = 0; i < COLUMNS - 1; i++)
        at = digits_put(put_name(table, at, i), values[i]);
    at = put_name(table, at, COLUMNS - 1);
    if (table->json)
        *at++ = '"';
    at = put_flags(at, call->flags);
    if (table->json)
        *at++ = '"';
    output_filled(table->output, at);
    (table->json ? write_json_values : write_csv_values)(table, valued_of(&table->valued, call));
    valued_end(&table->valued, call);
    output_text(table->output, table->json ? "}\n" : "\n");
    return output_gone(table->output);
}

static int begin(void *context, struct call *call, const struct call *parent)
{
    (void)context, (void)parent;
    valued_begin(call);
    return 0;
}

/* A row of its own: a counter, a message, a frame. Tables of calls have none. */
static void write_row(struct table *table, const struct tape_key *key, const struct tape_value *value)
{
    struct json json = {.output = table->output, .comma = true};
    if (!table->json)
        return;
    output_bytes(table->output, table->head, table->head_length);
    json_string(&json, "kind", value_kind(key));
    json_string(&json, "name", key->name);
    value_json(&json, "value", key, value);
    json_number(&json, "ns", export_ns(&table->base, value->ticks));
    output_text(table->output, "}\n");
}

static int value(void *context, const struct tape_event *event, struct call *call)
{
    struct table *table = context;
    const struct tape_key *key = &table->keys[event->value->key];
    if (call == NULL || event->value->timed) {
        write_row(table, key, event->value);
        return 0;
    }
    return valued_add(&table->valued, event, call) >= 0 ? 0 : error_set(table->base.error, "out of memory for values");
}

/* ---- what repeats ------------------------------------------------------------------------------------------------ */

static void make_csv(struct output *output, const struct label *label)
{
    struct csv csv = {.output = output, .comma = true};
    csv_text(&csv, label->name);
    csv_text(&csv, label->module);
    csv_text(&csv, label->file);
    if (label->line != 0)
        csv_number(&csv, label->line);
    else
        csv_text(&csv, NULL);
}

static void make_json(struct output *output, const struct label *label)
{
    struct json json = {.output = output, .comma = true};
    json_label(&json, label);
}

static void write_csv_head(struct table *table, const struct tape_process *process, const struct tape_thread *thread,
                           uint32_t number)
{
    struct csv csv = {.output = table->memory};
    csv_number(&csv, thread->process);
    csv_number(&csv, process->pid);
    csv_number(&csv, number);
    csv_number(&csv, thread->tid);
    csv_text(&csv, thread->name);
}

static void write_json_head(struct table *table, const struct tape_process *process, const struct tape_thread *thread,
                            uint32_t number)
{
    struct json json = {.output = table->memory};
    json_open_object(&json, NULL);
    json_number(&json, "process", thread->process);
    json_number(&json, "pid", process->pid);
    json_number(&json, "thread", number);
    json_number(&json, "tid", thread->tid);
    json_string(&json, "thread_name", thread->name);
}

static int thread(struct export_writer *writer, uint32_t number)
{
    struct table *table = (struct table *)writer;
    const struct overview *overview = table->base.source->overview;
    const struct tape_thread *it = overview->threads[number].it;
    (table->json ? write_json_head : write_csv_head)(table, overview->processes[it->process].it, it, number);
    free(table->head);
    table->head = output_taken(table->memory, &table->head_length);
    return table->head != NULL ? 0 : error_set(table->base.error, "out of memory for thread %u", number);
}

/* ---- the file ---------------------------------------------------------------------------------------------------- */

static void write_titles(struct output *output)
{
    output_text(output, "process,pid,thread,tid,thread_name,function,module,file,line");
    for (int i = 0; i < COLUMNS; i++) {
        output_text(output, ",");
        output_text(output, names[i]);
    }
    output_text(output, ",values\n");
}

static int close_table(struct export_writer *writer)
{
    struct table *table = (struct table *)writer;
    int status = table->output != NULL ? export_close(table->base.target, table->output, table->base.error) : 0;
    if (table->memory != NULL)
        output_close(table->memory, NULL);
    valued_free(&table->valued);
    fragments_free(&table->functions);
    free(table->head);
    free(table->rests);
    free(table);
    return status;
}

static struct rests *rests_create(uint32_t functions, struct scale scale)
{
    struct rests *rests = malloc((functions + (size_t)1) * sizeof *rests);
    for (uint32_t i = 0; rests != NULL && i < functions; i++)
        for (int j = 0; j < SUMMED; j++)
            rests[i].of[j] = (struct rest){scale.ticks / 2, 8};
    return rests;
}

static struct export_writer *table_open(const struct export_base *base, bool json)
{
    struct table *table = calloc(1, sizeof *table);
    if (table == NULL) {
        error_set(base->error, "out of memory");
        return NULL;
    }
    table->writer = (struct export_writer){
        {.begin = begin, .end = end, .value = value, .context = table}, thread, NULL, close_table};
    table->base = *base;
    table->json = json;
    uint32_t keys, functions;
    table->keys = tape_keys(base->source->tape, &keys);
    table->scale = scale_of(base->source->tape);
    table->tape_functions = tape_functions(base->source->tape, &functions);
    table->rests = rests_create(functions, table->scale);
    if (table->rests == NULL)
        error_set(base->error, "out of memory for %u functions", functions);
    else if (fragments_init(&table->functions, base->source, json ? make_json : make_csv, base->error) == 0 &&
             (table->memory = output_memory(base->error)) != NULL)
        table->output = export_open(base->target, NULL, base->error);
    if (table->output == NULL) {
        close_table(&table->writer);
        return NULL;
    }
    if (!json)
        write_titles(table->output);
    return &table->writer;
}

struct export_writer *csv_open(const struct export_base *base)
{
    return table_open(base, false);
}

struct export_writer *jsonl_open(const struct export_base *base)
{
    return table_open(base, true);
}
