/* tree --calls --format json. */
#include "base/json.h"
#include "emit/call_flags.h"
#include "emit/call_tree.h"
#include "emit/values.h"

static void open_call(struct json *json, const struct call_tree_view *view, const struct call_node *node)
{
    char address[TEXT_NUMBER];
    const struct timeline_item *call = &node->call;
    const struct label *label = labels_get(view->labels, call->function);
    json_line(json, node->level + 1);
    json_open_object(json, NULL);
    json_label(json, label);
    json_number(json, "start_ns", call->start_ns);
    json_number(json, "end_ns", call->end_ns);
    json_number(json, "duration_ns", call->took.ns);
    json_number(json, "self_ns", call->alone.ns);
    json_number(json, "calls", call->calls);
    values_json(json, view->keys, call->values);
    json_call_flags(json, call->flags);
    json_string(json, "address", shown_address(address, label));
    json_number(json, "bound_ns", call->took.bound_ns);
    json_number(json, "probe_ns", call->took.cost_ns);
    json_open_array(json, "children");
}

static void close_call(struct json *json)
{
    json_close_array(json);
    json_close_object(json);
}

static void open_thread(struct json *json, const struct call_tree_view *view, uint32_t thread)
{
    const struct tape_thread *it = view->overview->threads[thread].it;
    json_line(json, 0);
    json_open_object(json, NULL);
    json_number(json, "thread", thread);
    json_number(json, "tid", it->tid);
    json_string(json, "thread_name", it->name);
    json_open_array(json, "children");
}

/* Closes what is not around the node to come. */
static void write_nodes(struct json *json, const struct call_tree_view *view)
{
    const struct call_tree *tree = view->tree;
    uint32_t thread = CT_NONE, open = 0;
    for (uint32_t i = tree->first; i != CT_NONE && !output_gone(json->output); i = call_tree_next(tree, i)) {
        const struct call_node *node = &tree->nodes[i];
        for (; open > node->level; open--)
            close_call(json);
        if (node->call.thread != thread && thread != CT_NONE)
            close_call(json);
        if (node->call.thread != thread)
            open_thread(json, view, node->call.thread);
        thread = node->call.thread;
        open_call(json, view, node);
        open++;
    }
    for (; open > 0; open--)
        close_call(json);
    if (thread != CT_NONE)
        close_call(json);
}

void call_tree_json(struct output *output, const struct call_tree_view *view)
{
    struct json json = {.output = output};
    json_open_object(&json, NULL);
    json_bool(&json, "whole", view->tree->whole);
    json_open_array(&json, "threads");
    write_nodes(&json, view);
    json_close_array(&json);
    json_close_object(&json);
    output_text(output, "\n");
}
