#include "export/export.h"

static const char by_clock[] = "in the calls' times here";
static const char beside_sums[] = "between start_ns and end_ns here, not in total_ns and self_ns";

const struct export_format export_formats[] = {
    {.name = "chrome",
     .viewer = "Chrome's trace JSON, for many viewers: ui.perfetto.dev\n"
               "(Open trace file), chrome://tracing (Load), DevTools (Performance, Load\n"
               "profile), speedscope (Browse). Up to a million events or 256 MB.",
     .most_bytes = UINT64_C(256000000),
     .waits_in = by_clock,
     .open = chrome_open},
    {.name = "perfetto",
     .viewer = "for ui.perfetto.dev (Open trace file), names told once; --compress makes it\n"
               "smaller. Up to about 1 GB, a tenth of that compressed: the page has 2 GB of\n"
               "memory, and needs two to four times the trace.",
     .most_bytes = UINT64_C(1000000000),
     .binary = true,
     .waits_in = by_clock,
     .open = perfetto_open},
    {.name = "speedscope",
     .viewer = "JSON for speedscope.app or `speedscope FILE` (npm): time order, left heavy,\n"
               "sandwich. Up to about 300 MB.",
     .most_bytes = UINT64_C(300000000),
     .waits_in = by_clock,
     .open = speedscope_open},
    {.name = "ctf",
     .viewer = "Common Trace Format 1.8, a directory, for `babeltrace2 DIR` and Trace Compass\n"
               "(Open Trace). Any size: they read it piece by piece.",
     .directory = true,
     .binary = true,
     .waits_in = by_clock,
     .open = ctf_open},
    {.name = "csv",
     .viewer = "a row a call, for databases and spreadsheets: sqlite3 (.import --csv), DuckDB.\n"
               "Spreadsheets end at a million rows.",
     .waits_in = beside_sums,
     .open = csv_open},
    {.name = "jsonl",
     .viewer = "the same, a JSON object a line, for jq and DuckDB. Any size.",
     .waits_in = beside_sums,
     .open = jsonl_open},
    {.name = "folded",
     .viewer = "a line a path with its nanoseconds, for flamegraph.pl (--countname ns), inferno\n"
               "and speedscope; --per thread begins each with its thread. Any size: as large\n"
               "as the tree.",
     .kind = EXPORT_SUMS,
     .paths = true,
     .write = folded_write},
    {.name = "pprof",
     .viewer = "for `go tool pprof -top FILE` or `-http :8000`, Pyroscope and Parca; -sample_index\n"
               "calls or time, -tagroot thread, -tagfocus tid=N. As large as the threads' trees.",
     .kind = EXPORT_SUMS,
     .binary = true,
     .paths = true,
     .threads = true,
     .write = pprof_write},
    {.name = "callgrind",
     .viewer = "for kcachegrind, qcachegrind and `callgrind_annotate --inclusive=yes FILE`. As\n"
               "large as the graph of functions.",
     .kind = EXPORT_SUMS,
     .write = callgrind_write},
    {.name = "dot",
     .viewer = "who calls whom, for `dot -Tsvg FILE`; readable up to a few hundred functions:\n"
               "--nodes (default 100).",
     .kind = EXPORT_SUMS,
     .most_functions = 100,
     .write = dot_write},
    {.name = "mermaid",
     .viewer = "the same for Markdown pages of code hosts and wikis, which take up to 500 edges:\n"
               "--nodes (default 40).",
     .kind = EXPORT_SUMS,
     .most_functions = 40,
     .write = mermaid_write},
    {.name = "html",
     .viewer = "the page of `calltape view --html` with its data, for any web browser. As large\n"
               "as --max-bytes says, 8 MB by default: where single calls take more, it shows\n"
               "how dense they are.",
     .kind = EXPORT_PAGE},
};
const size_t export_format_count = sizeof export_formats / sizeof *export_formats;
