#include "view/page.h"

#include <string.h>

/* The Makefile has this file depend on them; paths are from its directory. */
#define PAGE_FILE(symbol, name)                                                                                        \
    __asm__(".pushsection .rodata\n" #symbol ": .incbin \"tools/view/page/" name "\"\n.byte 0\n"                       \
            ".popsection\n");                                                                                          \
    extern const char symbol[]

PAGE_FILE(page_index_html, "index.html");
PAGE_FILE(page_style_css, "style.css");
PAGE_FILE(page_text_js, "text.js");
PAGE_FILE(page_colour_js, "colour.js");
PAGE_FILE(page_boxes_js, "boxes.js");
PAGE_FILE(page_decode_js, "decode.js");
PAGE_FILE(page_server_js, "server.js");
PAGE_FILE(page_file_js, "file.js");
PAGE_FILE(page_tiles_js, "tiles.js");
PAGE_FILE(page_paths_js, "paths.js");
PAGE_FILE(page_state_js, "state.js");
PAGE_FILE(page_curves_js, "curves.js");
PAGE_FILE(page_timeline_js, "timeline.js");
PAGE_FILE(page_overview_js, "overview.js");
PAGE_FILE(page_flame_js, "flame.js");
PAGE_FILE(page_table_js, "table.js");
PAGE_FILE(page_details_js, "details.js");
PAGE_FILE(page_input_js, "input.js");
PAGE_FILE(page_main_js, "main.js");

static const char html[] = "text/html; charset=utf-8", css[] = "text/css; charset=utf-8",
                  script[] = "text/javascript; charset=utf-8";

static const struct page_file files[] = {
    {"index.html", html, page_index_html},     {"style.css", css, page_style_css},
    {"text.js", script, page_text_js},         {"colour.js", script, page_colour_js},
    {"boxes.js", script, page_boxes_js},       {"decode.js", script, page_decode_js},
    {"server.js", script, page_server_js},     {"file.js", script, page_file_js},
    {"tiles.js", script, page_tiles_js},       {"paths.js", script, page_paths_js},
    {"state.js", script, page_state_js},       {"curves.js", script, page_curves_js},
    {"timeline.js", script, page_timeline_js}, {"overview.js", script, page_overview_js},
    {"flame.js", script, page_flame_js},       {"table.js", script, page_table_js},
    {"details.js", script, page_details_js},   {"input.js", script, page_input_js},
    {"main.js", script, page_main_js},
};

const struct page_file *page_files(size_t *count)
{
    *count = sizeof files / sizeof *files;
    return files;
}

const struct page_file *page_file(const char *name)
{
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (strcmp(files[i].name, name) == 0)
            return &files[i];
    return NULL;
}
