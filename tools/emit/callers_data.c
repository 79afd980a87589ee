/* callers --format json and csv. */
#include <stdio.h>

#include "base/csv.h"
#include "base/json.h"
#include "emit/callers.h"

static void write_function(struct json *json, const struct labels *labels, uint32_t function)
{
    static const struct label nobody = {0};
    char address[TEXT_NUMBER];
    const struct label *label = function != CT_NONE ? labels_get(labels, function) : &nobody;
    json_label(json, label);
    json_string(json, "address", shown_address(address, label));
}

static void write_edge(struct json *json, const struct callers_edge *edge, bool callee, const struct labels *labels)
{
    json_line(json, 2);
    json_open_object(json, NULL);
    write_function(json, labels, edge->function);
    json_number(json, "calls", edge->calls);
    if (!callee)
        json_number(json, "nested_calls", edge->nested);
    json_number(json, "time_ns", edge->time.ns);
    json_number(json, "time_bound_ns", edge->time.bound_ns);
    json_real(json, "percent", 100 * edge->share, 3);
    json_close_object(json);
}

static void write_edges(struct json *json, const struct callers_node *node, bool callees, size_t limit,
                        const struct labels *labels)
{
    size_t count = callees ? node->callee_count : node->caller_count;
    json_line(json, 1);
    json_open_array(json, callees ? "callees" : "callers");
    for (size_t i = 0; i < count && i < limit; i++)
        write_edge(json, &(callees ? node->callees : node->callers)[i], callees, labels);
    json_close_array(json);
}

static void write_duration(struct json *json, const char *name, const char *bound, const struct duration *duration)
{
    json_number(json, name, duration->ns);
    json_number(json, bound, duration->bound_ns);
}

static void write_depth(struct json *json, const char *name, const struct callers_node *node, uint32_t depth)
{
    if (node->shallow <= node->deepest)
        json_number(json, name, depth);
    else
        json_null(json, name);
}

static void write_node(struct json *json, const struct callers_node *node, size_t limit, const struct labels *labels)
{
    json_line(json, 0);
    json_open_object(json, NULL);
    write_function(json, labels, node->function);
    json_number(json, "calls", node->calls);
    json_number(json, "nested_calls", node->nested);
    json_number(json, "jumped", node->jumped);
    json_number(json, "open", node->open);
    write_duration(json, "total_ns", "total_bound_ns", &node->total);
    write_duration(json, "self_ns", "self_bound_ns", &node->self);
    write_duration(json, "away_ns", "away_bound_ns", &node->away);
    json_real(json, "percent", 100 * node->share, 3);
    write_depth(json, "shallowest_depth", node, node->shallow);
    write_depth(json, "deepest_depth", node, node->deepest);
    json_number(json, "caller_functions", node->caller_count - node->called_from_outside);
    json_number(json, "callee_functions", node->callee_count);
    write_edges(json, node, false, limit, labels);
    write_edges(json, node, true, limit, labels);
    json_close_object(json);
}

void callers_json(struct output *output, const struct callers *callers, size_t limit, const struct labels *labels)
{
    struct json json = {.output = output};
    json_open_array(&json, NULL);
    for (size_t i = 0; i < callers->count && !output_gone(output); i++)
        write_node(&json, &callers->nodes[i], limit, labels);
    output_text(output, "\n");
    json_close_array(&json);
    output_text(output, "\n");
}

static void write_csv_label(struct csv *csv, const struct labels *labels, uint32_t function)
{
    static const struct label nobody = {0};
    char address[TEXT_NUMBER];
    const struct label *label = function != CT_NONE ? labels_get(labels, function) : &nobody;
    csv_text(csv, label->name);
    csv_text(csv, label->module);
    csv_text(csv, shown_address(address, label));
}

static void write_row(struct csv *csv, const struct callers_node *node, const char *side,
                      const struct callers_edge *edge, const struct labels *labels)
{
    char percent[TEXT_NUMBER];
    write_csv_label(csv, labels, node->function);
    csv_text(csv, side);
    write_csv_label(csv, labels, edge->function);
    csv_number(csv, edge->calls);
    csv_number(csv, edge->nested);
    csv_number(csv, edge->time.ns);
    csv_number(csv, edge->time.bound_ns);
    snprintf(percent, sizeof percent, "%.3f", 100 * edge->share);
    csv_text(csv, percent);
    csv_end_row(csv);
}

void callers_csv(struct output *output, const struct callers *callers, size_t limit, const struct labels *labels)
{
    struct csv csv = {.output = output};
    output_text(output, "function,module,address,side,other,other_module,other_address,calls,nested_calls,time_ns,"
                        "time_bound_ns,percent\n");
    for (size_t i = 0; i < callers->count && !output_gone(output); i++) {
        const struct callers_node *node = &callers->nodes[i];
        for (size_t k = 0; k < node->caller_count && k < limit; k++)
            write_row(&csv, node, "caller", &node->callers[k], labels);
        for (size_t k = 0; k < node->callee_count && k < limit; k++)
            write_row(&csv, node, "callee", &node->callees[k], labels);
    }
}
