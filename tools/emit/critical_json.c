#include "base/json.h"
#include "emit/critical.h"

static void write_thread(struct json *json, const struct critical_view *view, uint32_t thread)
{
    json_number(json, "thread", thread);
    json_number(json, "tid", view->threads[thread].tid);
    json_string(json, "thread_name", view->threads[thread].name);
}

static void write_what(struct json *json, const struct critical_view *view, const struct critical_row *row)
{
    static const char *const kinds[CRITICAL_KINDS] = {"function", "outside", "starting", "held", "recording"};
    static const struct label nobody = {0};
    json_string(json, "kind", kinds[row->kind]);
    json_label(json, row->kind == CRITICAL_FUNCTION ? labels_get(view->labels, row->function) : &nobody);
}

static void write_rows(struct json *json, const struct critical_view *view)
{
    const struct critical *critical = view->critical;
    json_line(json, 1);
    json_open_array(json, "rows");
    for (size_t i = 0; i < critical->row_count && i < view->limit; i++) {
        json_line(json, 2);
        json_open_object(json, NULL);
        write_what(json, view, &critical->rows[i]);
        json_number(json, "ns", critical->rows[i].ns);
        json_real(json, "percent", 100 * critical->rows[i].share, 3);
        json_close_object(json);
    }
    json_close_array(json);
}

static void write_segments(struct json *json, const struct critical_view *view)
{
    const struct critical *critical = view->critical;
    json_line(json, 1);
    json_open_array(json, "segments");
    for (size_t i = 0; i < critical->segment_count; i++) {
        const struct critical_segment *segment = &critical->segments[i];
        json_line(json, 2);
        json_open_object(json, NULL);
        write_thread(json, view, segment->at.thread);
        json_number(json, "from_ns", segment->from_ns);
        json_number(json, "to_ns", segment->to_ns);
        json_string(json, "wait", segment->wait != CT_NONE ? labels_get(view->labels, segment->wait)->name : NULL);
        write_what(json, view, &segment->most);
        json_close_object(json);
    }
    json_close_array(json);
}

void critical_json(struct output *output, const struct critical_view *view)
{
    struct json json = {.output = output};
    const struct critical *critical = view->critical;
    json_open_object(&json, NULL);
    write_thread(&json, view, critical->asked.thread);
    json_number(&json, "from_ns", critical->from_ns);
    json_number(&json, "to_ns", critical->to_ns);
    json_number(&json, "elapsed_ns", critical->to_ns - critical->from_ns);
    json_number(&json, "unknown_wait_ns", critical->unknown_ns);
    json_number(&json, "waits", critical->waits);
    json_number(&json, "wakes", critical->wakes);
    json_number(&json, "short_waits_left_out", critical->left_waits);
    json_number(&json, "wakes_left_out", critical->left_wakes);
    write_rows(&json, view);
    write_segments(&json, view);
    json_close_object(&json);
    output_text(output, "\n");
}
