#include "base/json.h"
#include "emit/tree.h"

struct writing {
    struct json json;
    const struct paths *paths;
    const struct overview *overview;
    const struct labels *labels;
};

static void write_children(struct writing *to, const struct path *parent, size_t indent);

static void write_node(struct writing *to, const struct path *node, size_t indent)
{
    struct json *json = &to->json;
    const struct label *label = labels_get(to->labels, node->function);
    char address[TEXT_NUMBER];
    json_line(json, indent);
    json_open_object(json, NULL);
    json_label(json, label);
    json_number(json, "calls", node->calls);
    json_number(json, "total_ns", node->total.ns);
    json_number(json, "self_ns", node->self.ns);
    json_real(json, "percent", 100 * node->share, 3);
    json_number(json, "jumped", node->jumped);
    json_number(json, "open", node->open);
    json_number(json, "recursive_calls", node->recursive);
    json_number(json, "folded_calls", node->folded);
    json_string(json, "address", shown_address(address, label));
    json_number(json, "total_bound_ns", node->total.bound_ns);
    json_number(json, "self_bound_ns", node->self.bound_ns);
    json_number(json, "total_probe_ns", node->total.cost_ns);
    json_number(json, "self_probe_ns", node->self.cost_ns);
    write_children(to, node, indent + 1);
    json_close_object(json);
}

static void write_children(struct writing *to, const struct path *parent, size_t indent)
{
    uint64_t hidden = 0;
    json_open_array(&to->json, "children");
    for (uint32_t i = parent->first_child; i != CT_NONE; i = to->paths->nodes[i].next) {
        hidden += to->paths->nodes[i].hidden;
        if (!to->paths->nodes[i].hidden)
            write_node(to, &to->paths->nodes[i], indent);
    }
    json_close_array(&to->json);
    json_number(&to->json, "hidden_children", hidden);
}

static void write_process(struct writing *to, const struct path *node, uint32_t index)
{
    struct json *json = &to->json;
    json_line(json, 0);
    json_open_object(json, NULL);
    if (index < to->overview->process_count) {
        const struct tape_process *process = to->overview->processes[index].it;
        json_number(json, "pid", process->pid);
        json_string(json, "command", *process->command != '\0' ? process->command : process->executable);
    }
    json_number(json, "total_ns", node->total.ns);
    write_children(to, node, 1);
    json_close_object(json);
}

void tree_json(struct output *output, const struct paths *paths, const struct overview *overview,
               const struct labels *labels)
{
    struct writing to = {{.output = output}, paths, overview, labels};
    json_open_object(&to.json, NULL);
    json_number(&to.json, "total_ns", paths->nodes[0].total.ns);
    if (paths->inverted)
        json_bool(&to.json, "inverted", true);
    json_open_array(&to.json, "processes");
    if (paths->processes <= 1)
        write_process(&to, &paths->nodes[0], paths->only_process);
    else
        for (uint32_t i = paths->nodes[0].first_child; i != CT_NONE; i = paths->nodes[i].next)
            write_process(&to, &paths->nodes[i], paths->nodes[i].process);
    json_close_array(&to.json);
    json_close_object(&to.json);
    output_text(output, "\n");
}
