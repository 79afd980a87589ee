#include "view/values.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "calls/valued.h"
#include "emit/values.h"

enum { VALUE_MOST = 512 };

void values_write(struct json *json, const struct tape *tape, const struct kept_value *kept)
{
    uint32_t count;
    char text[VALUE_MOST];
    const struct tape_key *keys = tape_keys(tape, &count);
    json_open_array(json, "values");
    for (; kept != NULL; kept = kept->next) {
        const struct tape_key *key = &keys[kept->value.key];
        value_text(text, sizeof text, key, &kept->value, true);
        json_open_object(json, NULL);
        json_string(json, "kind", value_kind(key));
        json_string(json, "name", key->name);
        json_string(json, "text", text);
        json_close_object(json);
    }
    json_close_array(json);
}

/* ---- those of all calls ----------------------------------------------------------------------------------------- */

struct collecting {
    struct tape *tape;
    struct valued valued;
    struct output *output; /* of one thread */
    struct json json;
    uint64_t left; /* bytes */
    bool full;     /* no more than these */
    struct error *error;
};

static int begin(void *context, struct call *call, const struct call *parent)
{
    (void)context, (void)parent;
    valued_begin(call);
    return 0;
}

static int value(void *context, const struct tape_event *event, struct call *call)
{
    struct collecting *collecting = context;
    if (call == NULL || event->value->timed)
        return 0;
    return valued_add(&collecting->valued, event, call) >= 0
               ? 0
               : error_set(collecting->error, "out of memory for the values of calls");
}

static int end(void *context, struct call *call, const struct call *parent)
{
    struct collecting *collecting = context;
    const struct kept_value *kept = valued_of(&collecting->valued, call);
    char name[64];
    (void)parent;
    if (kept != NULL) {
        snprintf(name, sizeof name, "%u %llu", call->depth,
                 (unsigned long long)tape_ns(collecting->tape, call->start_ticks));
        json_open_object(&collecting->json, name);
        values_write(&collecting->json, collecting->tape, kept);
        json_close_object(&collecting->json);
    }
    valued_end(&collecting->valued, call);
    collecting->full = output_written(collecting->output) >= collecting->left;
    return collecting->full ? -1 : 0;
}

static int store_thread(struct pyramid *pyramid, uint32_t thread, struct collecting *collecting)
{
    const struct store_entry what = {.kind = PIECE_VALUES, .thread = thread};
    size_t count;
    char *text = output_taken(collecting->output, &count);
    const struct bytes bytes = {.at = (uint8_t *)text, .count = count};
    if (text == NULL)
        return error_set(collecting->error, "out of memory for the values of calls");
    collecting->left -= count < collecting->left ? count : collecting->left;
    int status = store_add(pyramid_store(pyramid), &what, &bytes, collecting->error);
    free(text);
    return status;
}

static int collect_thread(struct pyramid *pyramid, uint32_t thread, struct collecting *collecting)
{
    const struct calls_receiver receiver = {.begin = begin, .end = end, .value = value, .context = collecting};
    struct tape_times times = {0};
    struct filter_left left = {0};
    collecting->output = output_memory(collecting->error);
    if (collecting->output == NULL)
        return -1;
    collecting->json = (struct json){.output = collecting->output};
    json_open_object(&collecting->json, NULL);
    json_open_object(&collecting->json, "calls");
    int status = calls_of_thread(collecting->tape, thread, pyramid_choice(pyramid), &receiver, NULL, &times, &left,
                                 collecting->error);
    json_close_object(&collecting->json);
    json_bool(&collecting->json, "more", collecting->full);
    json_close_object(&collecting->json);
    if (status == 0 || collecting->full)
        status = store_thread(pyramid, thread, collecting);
    output_close(collecting->output, NULL);
    return status;
}

int values_add(struct pyramid *pyramid, uint64_t most_bytes, struct error *error)
{
    uint32_t keys;
    int status = 0;
    struct collecting collecting = {.tape = pyramid_tape(pyramid), .left = most_bytes, .error = error};
    const struct filter_choice *choice = pyramid_choice(pyramid);
    tape_keys(collecting.tape, &keys);
    uint32_t threads = keys != 0 ? filter_threads(choice, collecting.tape) : 0;
    for (uint32_t i = 0; i < threads && collecting.left != 0 && status == 0; i++) {
        const struct store_entry what = {.kind = PIECE_VALUES, .thread = filter_thread(choice, i)};
        if (!store_has(pyramid_store(pyramid), &what))
            status = collect_thread(pyramid, what.thread, &collecting);
    }
    valued_free(&collecting.valued);
    return status;
}
