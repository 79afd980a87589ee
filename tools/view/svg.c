#include "view/svg.h"

#include <math.h>
#include <string.h>

#include "base/scope.h"
#include "base/text.h"

enum { HUES = 8, STRENGTHS = 3, NAME_INDENT = 4, NAME_LEAST = 3 };

/* What one character takes at most, of boxes' names and of other text. */
static const double name_advance = 6.75, text_advance = 7.0;
static const double box_gap = 0.6;

/* ---- colours: tools/view/page/colour.js says why these ---------------------------------------------------------- */

static const uint8_t hues[HUES][3] = {{0x77, 0xaa, 0xdd}, {0x99, 0xdd, 0xff}, {0x44, 0xbb, 0x99}, {0xbb, 0xcc, 0x33},
                                      {0xaa, 0xaa, 0x00}, {0xee, 0xdd, 0x88}, {0xee, 0x88, 0x66}, {0xff, 0xaa, 0xbb}};

/* By UTF-16 units, as the page's language has them. */
static uint32_t hash_unit(uint32_t hash, uint32_t unit)
{
    return (hash ^ unit) * 16777619U;
}

unsigned svg_colour(const char *name)
{
    uint32_t hash = 2166136261U;
    int32_t point;
    while ((point = text_decode(&name)) != 0)
        if (point < 0x10000)
            hash = hash_unit(hash, point < 0 ? 0xfffd : (uint32_t)point);
        else
            hash = hash_unit(hash_unit(hash, 0xd7c0 + ((uint32_t)point >> 10)), 0xdc00 | ((uint32_t)point & 0x3ff));
    hash ^= hash >> 15;
    return hash * 0x2c1b3c6dU % (HUES * STRENGTHS);
}

/* Relative luminance as WCAG 2 defines it, near enough. */
static double luminance(const double colour[3])
{
    return 0.2126 * pow(colour[0] / 255, 2.2) + 0.7152 * pow(colour[1] / 255, 2.2) + 0.0722 * pow(colour[2] / 255, 2.2);
}

/* Names are dark; light on what is too dark for that. */
static void put_colours(struct output *output, bool dark)
{
    static const double least_luminance = 0.17;
    for (unsigned i = 0; i < HUES * STRENGTHS; i++) {
        unsigned strength = i / HUES, toward = dark ? 0 : 255;
        double part = dark ? 0.12 + 0.14 * strength : 0.22 * strength, colour[3];
        for (unsigned k = 0; k < 3; k++)
            colour[k] = round(hues[i % HUES][k] * (1 - part) + toward * part);
        output_format(output, ".c%u{fill:#%02x%02x%02x}", i, (unsigned)colour[0], (unsigned)colour[1],
                      (unsigned)colour[2]);
        if (luminance(colour) < least_luminance)
            output_format(output, ".c%u+.n{fill:#fff}", i);
    }
    output_text(output, "\n");
}

static void put_style(struct output *output)
{
    output_text(output,
                "<style>\n"
                "text{font:12px system-ui,-apple-system,\"Segoe UI\",\"Noto Sans\",\"DejaVu Sans\",sans-serif;"
                "white-space:pre}\n"
                ".n{font:11px ui-monospace,\"SF Mono\",Menlo,Consolas,\"DejaVu Sans Mono\",monospace;fill:#15171a}\n"
                ".a{fill-opacity:.72}.t{font-size:15px;font-weight:600}\n"
                ".g{fill:#fbfbf9}.t,.p{fill:#1c1e21}.q{fill:#63676d}.w{fill:#c23b00}.m{fill:#d6d6d1}"
                ".l{stroke:#e4e4df}.h{stroke:#d6d6d1;stroke-width:2}.b{fill:#63676d}.f{fill:url(#hatch)}\n");
    put_colours(output, false);
    output_text(output, "@media(prefers-color-scheme:dark){.n{fill:#0c0e11}.g{fill:#14171b}.t,.p{fill:#e8eaed}"
                        ".q{fill:#9aa1a9}.w{fill:#ff8a5c}.m{fill:#4a515a}.m+.n{fill:#e8eaed}.l{stroke:#2b3138}"
                        ".h{stroke:#343a42}.b{fill:#9aa1a9}\n");
    put_colours(output, true);
    output_text(output, "}</style>\n");
}

/* ---- text ------------------------------------------------------------------------------------------------------- */

static void put_escaped(struct output *output, const char *text, size_t bytes)
{
    int32_t point;
    for (const char *end = text + bytes, *next = text; text < end && (point = text_decode(&next)) != 0; text = next)
        if (point == '&')
            output_text(output, "&amp;");
        else if (point == '<')
            output_text(output, "&lt;");
        else if (point == '>')
            output_text(output, "&gt;");
        else if (point == '"')
            output_text(output, "&quot;");
        else if (point == 0xfffe || point == 0xffff || (point != '\n' && (point < 0 || text_is_unsafe(point))))
            output_text(output, "\xef\xbf\xbd");
        else
            output_bytes(output, text, (size_t)(next - text));
}

/* As much as there is room for, with an ellipsis where that is not all. */
static void put_cut(struct output *output, const char *text, size_t columns)
{
    bool fits = text_width(text) <= columns;
    put_escaped(output, text, fits ? strlen(text) : text_fit(text, columns - 1));
    output_text(output, fits ? "" : "\xe2\x80\xa6");
}

/* Of a name in scopes, where not all fits, the end: it tells more. */
static void put_end(struct output *output, const char *name, size_t columns)
{
    const char *end = name, *next = name;
    while (text_width(end) + (end != name) > columns && (next = scope_next(next)) != NULL)
        end = next;
    if (end != name)
        output_text(output, "\xe2\x80\xa6");
    put_cut(output, end, columns - (end != name));
}

void svg_text(struct output *output, enum svg_text style, double x, double baseline, const char *text)
{
    static const char classes[] = {'t', 'p', 'q', 'w'};
    double advance = style == SVG_TITLE ? 1.35 * text_advance : text_advance;
    output_format(output, "<text class=\"%c\" x=\"%.5g\" y=\"%.6g\">", classes[style], SVG_MARGIN + x, baseline);
    put_cut(output, text, (size_t)((SVG_INNER - x) / advance));
    output_text(output, "</text>\n");
}

/* ---- the drawing ------------------------------------------------------------------------------------------------ */

void svg_open(struct output *output, double height, const char *title, const char *subtitle)
{
    output_format(output,
                  "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%.6g\" viewBox=\"0 0 %d %.6g\">\n",
                  SVG_WIDTH, height, SVG_WIDTH, height);
    put_style(output);
    output_text(output, "<defs><pattern id=\"hatch\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\">"
                        "<path class=\"h\" d=\"M-8 8L0 0M0 8L8 0M8 8L16 0\"/></pattern></defs>\n");
    output_text(output, "<rect class=\"g\" width=\"100%\" height=\"100%\" rx=\"6\"/>\n");
    svg_text(output, SVG_TITLE, 0, 24, title);
    svg_text(output, SVG_QUIET, 0, 42, subtitle);
}

static void put_tip(struct output *output, const char *tip)
{
    output_text(output, "<title>");
    put_escaped(output, tip, strlen(tip));
    output_text(output, "</title>");
}

static void put_fill(struct output *output, const struct svg_box *box)
{
    if (box->colour == SVG_MERGED)
        output_text(output, "class=\"m\"");
    else
        output_format(output, "class=\"c%u\"", box->colour);
    if (box->covered < 0.99)
        output_format(output, " fill-opacity=\"%.2g\"", 0.34 + 0.66 * box->covered);
}

static void put_name(struct output *output, const struct svg_box *box, size_t columns)
{
    size_t width = text_width(box->name), aside = box->aside != NULL ? text_width(box->aside) : 0;
    output_text(output, "<text class=\"n\" x=\"4\" y=\"12.5\">");
    put_end(output, box->name, columns);
    if (aside != 0 && width + 1 + aside <= columns) {
        output_text(output, "<tspan class=\"a\"> ");
        put_escaped(output, box->aside, strlen(box->aside));
        output_text(output, "</tspan>");
    }
    output_text(output, "</text>");
}

/* What has a name is a drawing in itself, which nothing leaves. */
void svg_box(struct output *output, const struct svg_box *box)
{
    double width = fmax(box->width - (box->width > 3 * box_gap ? box_gap : 0), 0.3);
    double room = (width - NAME_INDENT) / name_advance;
    bool named = box->name != NULL && room >= NAME_LEAST;
    output_format(output, "<%s x=\"%.5g\" y=\"%.6g\" width=\"%.4g\" height=\"%d\"", named ? "svg" : "rect",
                  SVG_MARGIN + box->x, box->y, width, SVG_ROW - 1);
    if (!named) {
        output_text(output, " ");
        put_fill(output, box);
    }
    output_text(output, ">");
    put_tip(output, box->tip);
    if (named) {
        output_text(output, "<rect width=\"100%\" height=\"100%\" rx=\"1.5\" ");
        put_fill(output, box);
        output_text(output, "/>");
        put_name(output, box, (size_t)room);
    }
    output_text(output, named ? "</svg>\n" : "</rect>\n");
}

void svg_hatch(struct output *output, double x, double y, double width, double height, const char *tip)
{
    output_text(output, "<g>");
    put_tip(output, tip);
    output_format(output, "<rect class=\"f\" x=\"%.5g\" y=\"%.6g\" width=\"%.4g\" height=\"%.6g\"/>", SVG_MARGIN + x, y,
                  width, height);
    output_format(output, "<rect class=\"b\" x=\"%.5g\" y=\"%.6g\" width=\"%.4g\" height=\"2\"/></g>\n", SVG_MARGIN + x,
                  y - 3, width);
}

void svg_line(struct output *output, double x, double from_y, double to_y)
{
    output_format(output, "<path class=\"l\" d=\"M%.5g %.6gV%.6g\"/>\n", SVG_MARGIN + round(x) + 0.5, from_y, to_y);
}

void svg_close(struct output *output)
{
    output_text(output, "</svg>\n");
}
