#include "view/html.h"

#include <errno.h>
#include <string.h>

#include "view/meta.h"
#include "view/page.h"
#include "view/values.h"

const uint64_t html_events_a_bucket = 16, html_exact_events = 2000000;

/* Values may take that part of the page before they are packed; packed they mostly take a tenth of that. */
enum { BASE64_BYTES = 3, VALUES_PART = 2 };

/* ---- the page's files in one ------------------------------------------------------------------------------------ */

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

/* A module without its imports and exports: what it needs stands before it. */
static void write_module(struct output *output, const char *text)
{
    for (size_t length; *text != '\0'; text += length) {
        length = strcspn(text, "\n");
        length += text[length] == '\n';
        const char *line = text + (begins(text, "export ") ? strlen("export ") : 0);
        if (!begins(text, "import "))
            output_bytes(output, line, length - (size_t)(line - text));
    }
}

static void write_modules(struct output *output)
{
    size_t count;
    const struct page_file *files = page_files(&count);
    output_text(output, "<script type=\"module\">\n");
    for (size_t i = 2; i < count; i++)
        write_module(output, files[i].text);
    output_text(output, "</script>\n");
}

/* ---- the data --------------------------------------------------------------------------------------------------- */

/* Bytes as base64, whatever they are cut into. */
struct base64 {
    struct output *output;
    uint8_t held[BASE64_BYTES];
    size_t count;
};

static void base64_flush(struct base64 *base64)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const uint8_t *held = base64->held;
    if (base64->count == 0)
        return;
    memset(base64->held + base64->count, 0, BASE64_BYTES - base64->count);
    char text[4] = {digits[held[0] >> 2], digits[(held[0] & 3) << 4 | held[1] >> 4],
                    digits[(held[1] & 15) << 2 | held[2] >> 6], digits[held[2] & 63]};
    memset(text + base64->count + 1, '=', BASE64_BYTES - base64->count);
    output_bytes(base64->output, text, sizeof text);
    base64->count = 0;
}

static void base64_put(struct base64 *base64, const void *from, size_t count)
{
    for (const uint8_t *at = from; count != 0; count--) {
        base64->held[base64->count++] = *at++;
        if (base64->count == BASE64_BYTES)
            base64_flush(base64);
    }
}

/* Of the tiles of each level. */
struct selection {
    uint64_t tile_bytes[VIEW_LEVELS], value_bytes, other_bytes;
    unsigned finest; /* of those that are taken */
    bool values;     /* they are taken */
    struct store *store;
    struct base64 *base64;
    struct bytes directory, piece;
    uint64_t offset;
    int unread; /* errno of a piece that could not be read */
    bool failed;
};

static void weigh(void *context, const struct store_entry *entry)
{
    struct selection *selection = context;
    uint64_t bytes = entry->packed_bytes + sizeof *entry / 2;
    if (entry->kind == PIECE_TILE && entry->level < VIEW_LEVELS)
        selection->tile_bytes[entry->level] += bytes;
    else
        *(entry->kind == PIECE_VALUES ? &selection->value_bytes : &selection->other_bytes) += bytes;
}

static uint64_t code_bytes(void)
{
    size_t count;
    uint64_t bytes = 0;
    const struct page_file *files = page_files(&count);
    for (size_t i = 0; i < count; i++)
        bytes += strlen(files[i].text);
    return bytes;
}

/* Of what the page may take, what is left for pieces, which stand there as base64. */
static uint64_t bytes_for_pieces(uint64_t most, const struct bytes *meta)
{
    uint64_t code = code_bytes(), data = most > code ? (most - code) / 4 * 3 : 0, packed_meta = meta->count / 4;
    return data > packed_meta ? data - packed_meta : 0;
}

static void choose(struct selection *selection, uint64_t most)
{
    uint64_t bytes = selection->other_bytes;
    selection->values = bytes + selection->value_bytes <= most;
    bytes += selection->values ? selection->value_bytes : 0;
    selection->finest = VIEW_LEVELS;
    while (selection->finest != 0 && bytes + selection->tile_bytes[selection->finest - 1] <= most)
        bytes += selection->tile_bytes[--selection->finest];
}

static void put_piece(struct selection *selection, const struct store_entry *entry, const struct bytes *packed)
{
    struct store_entry listed = *entry;
    listed.offset = selection->offset;
    listed.packed_bytes = (uint32_t)packed->count;
    bytes_put(&selection->directory, &listed, sizeof listed);
    base64_put(selection->base64, packed->at, packed->count);
    selection->offset += packed->count;
}

static void copy(void *context, const struct store_entry *entry)
{
    struct selection *selection = context;
    if (entry->kind == PIECE_TILE && entry->level < selection->finest)
        return;
    if (entry->kind == PIECE_VALUES && !selection->values)
        return;
    if (store_get_packed(selection->store, entry, &selection->piece) == 0)
        put_piece(selection, entry, &selection->piece);
    else
        selection->unread = errno;
}

static void put_packed(struct selection *selection, struct store_entry entry, const struct bytes *bytes)
{
    entry.bytes = (uint32_t)bytes->count;
    selection->piece.count = 0;
    selection->failed |= bytes->failed || !bytes_deflate(&selection->piece, bytes->at, bytes->count);
    put_piece(selection, &entry, &selection->piece);
}

/* Pieces, then the directory, whose length the page knows from the element's attributes. */
static int write_data(struct output *output, struct pyramid *pyramid, const struct bytes *meta, uint64_t most,
                      struct error *error)
{
    struct base64 base64 = {.output = output};
    struct selection selection = {.store = pyramid_store(pyramid), .base64 = &base64};
    const struct store_entry meta_entry = {.kind = PIECE_META};
    store_each(selection.store, weigh, &selection);
    choose(&selection, bytes_for_pieces(most, meta));
    output_format(output, "<script type=\"text/plain\" id=\"data\" data-finest=\"%u\">", selection.finest);
    store_each(selection.store, copy, &selection);
    put_packed(&selection, meta_entry, meta);
    struct bytes directory = selection.directory;
    selection.piece.count = 0;
    selection.failed |= directory.failed || !bytes_deflate(&selection.piece, directory.at, directory.count);
    base64_put(&base64, selection.piece.at, selection.piece.count);
    base64_flush(&base64);
    output_format(output, "</script>\n<script type=\"text/plain\" id=\"directory\">%llu</script>\n",
                  (unsigned long long)selection.offset);
    bytes_free(&selection.directory);
    bytes_free(&selection.piece);
    if (selection.unread != 0)
        return error_set(error, "what was stored beside the tape can't be read: %s", strerror(selection.unread));
    return selection.failed ? error_set(error, "out of memory for the page's data") : 0;
}

/* ---- all -------------------------------------------------------------------------------------------------------- */

static int write_line(struct output *output, const char *line, size_t length, struct pyramid *pyramid,
                      const struct bytes *meta, uint64_t most, struct error *error)
{
    if (begins(line, "<link rel=\"stylesheet\"")) {
        output_text(output, "<style>\n");
        output_text(output, page_file("style.css")->text);
        output_text(output, "</style>\n");
        return 0;
    }
    if (begins(line, "<script type=\"module\"")) {
        int status = write_data(output, pyramid, meta, most, error);
        write_modules(output);
        return status;
    }
    output_bytes(output, line, length);
    return 0;
}

int html_write(struct pyramid *pyramid, const struct labels *labels, uint64_t most_bytes, struct output *output,
               struct error *error)
{
    struct bytes meta = {0};
    int status = values_add(pyramid, most_bytes / VALUES_PART, error);
    if (status == 0)
        status = meta_write(pyramid, labels, &meta, error);
    for (const char *line = page_file("index.html")->text; *line != '\0' && status == 0;) {
        size_t length = strcspn(line, "\n");
        length += line[length] == '\n';
        status = write_line(output, line, length, pyramid, &meta, most_bytes, error);
        line += length;
    }
    bytes_free(&meta);
    return status;
}
