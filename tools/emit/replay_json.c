#include "base/json.h"
#include "emit/call_flags.h"
#include "emit/replay.h"
#include "emit/values.h"

static const char *kind_of(const struct replay *replay, const struct timeline_item *item)
{
    static const char *const kinds[] = {[TIMELINE_BEGIN] = "begin", [TIMELINE_END] = "end", [TIMELINE_LEAF] = "call"};
    if (item->kind != TIMELINE_NOTE)
        return kinds[item->kind];
    switch ((enum tape_event_kind)item->event.kind) {
    case TAPE_LOST:
        return "lost";
    case TAPE_WAIT:
        return item->event.function == TAPE_PAUSED      ? "pause"
               : item->event.function == TAPE_PREEMPTED ? "preempted"
                                                        : "wait";
    case TAPE_GAP:
        return "gap";
    case TAPE_OVERWRITTEN:
        return "overwritten";
    case TAPE_STACK:
        return "stack";
    case TAPE_VALUE:
        return value_kind(&replay->keys[item->values->value.key]);
    default:
        return "stray";
    }
}

static void write_address(struct json *json, const struct replay *replay, uint32_t function)
{
    char address[TEXT_NUMBER];
    json_string(json, "address", shown_address(address, labels_get(replay->labels, function)));
}

static void write_told(struct json *json, const struct replay *replay, const struct tape_value *value)
{
    const struct tape_key *key = &replay->keys[value->key];
    json_string(json, "name", key->name);
    if (key->kind != CT_KEY_FRAME)
        value_json(json, "value", key, value);
}

static void write_call(struct json *json, const struct replay *replay, const struct timeline_item *item)
{
    json_label(json, labels_get(replay->labels, item->function));
    if (item->kind != TIMELINE_BEGIN) {
        json_number(json, "end_ns", item->end_ns);
        json_number(json, "duration_ns", item->took.ns);
        json_number(json, "self_ns", item->alone.ns);
    }
    if (item->kind == TIMELINE_LEAF)
        json_number(json, "calls", item->calls);
    values_json(json, replay->keys, item->values);
    json_call_flags(json, item->flags);
    write_address(json, replay, item->function);
    if (item->kind == TIMELINE_BEGIN)
        return;
    json_number(json, "bound_ns", item->took.bound_ns);
    json_number(json, "probe_ns", item->took.cost_ns);
}

static void write_note(struct json *json, const struct replay *replay, const struct timeline_item *item)
{
    switch ((enum tape_event_kind)item->event.kind) {
    case TAPE_LOST:
    case TAPE_GAP:
    case TAPE_OVERWRITTEN:
        json_number(json, "events", item->event.n);
        break;
    case TAPE_WAIT:
        json_number(json, "duration_ns", item->wait_ns);
        break;
    case TAPE_STACK:
        json_number(json, "number", item->event.n);
        break;
    case TAPE_VALUE:
        write_told(json, replay, &item->values->value);
        break;
    case TAPE_STRAY:
        json_label(json, labels_get(replay->labels, item->function));
        write_address(json, replay, item->function);
        break;
    default:
        break;
    }
}

int replay_json(void *context, const struct timeline_item *item)
{
    struct replay *replay = context;
    struct json json = {.output = replay->output};
    if (replay->lines >= replay->most_lines)
        return 1;
    replay->lines++;
    json_open_object(&json, NULL);
    json_string(&json, "kind", kind_of(replay, item));
    json_number(&json, "thread", item->thread);
    json_number(&json, "tid", replay->overview->threads[item->thread].it->tid);
    json_number(&json, "depth", item->depth);
    if (item->kind != TIMELINE_NOTE)
        json_number(&json, "stack", item->stack);
    json_number(&json, "start_ns", item->start_ns);
    if (item->kind == TIMELINE_NOTE)
        write_note(&json, replay, item);
    else
        write_call(&json, replay, item);
    json_close_object(&json);
    output_text(replay->output, "\n");
    return output_gone(replay->output);
}
