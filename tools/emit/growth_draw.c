#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "emit/growth.h"

enum { WIDTH = 60, HEIGHT = 12, MARGIN = 11 };

enum mark { EMPTY, LAW, POINT };

/* Both axes are logarithms. Of two numbers x is what the law says but for its factor, so that it is a straight line. */
struct drawing {
    double low_x, high_x, low_y, high_y;
    size_t width;
    unsigned char marks[HEIGHT][WIDTH];
};

static double x_of(const struct growth_fit *fit, const double *n)
{
    if (fit->numbers == 1)
        return log(n[0]);
    return log(growth_at(fit, n) / fit->factor);
}

static double y_of(const struct growth_fit *fit, double x)
{
    const double n[GROWTH_NUMBERS] = {exp(x), 1};
    return fit->numbers == 1 ? log(growth_at(fit, n)) : log(fit->factor) + x;
}

static void measure(struct drawing *drawing, const struct growth_result *result)
{
    drawing->low_x = drawing->low_y = INFINITY;
    drawing->high_x = drawing->high_y = -INFINITY;
    for (size_t i = 0; i < result->point_count; i++) {
        double x = x_of(&result->fit, result->points[i].n), y = log(result->points[i].y);
        drawing->low_x = fmin(drawing->low_x, x);
        drawing->high_x = fmax(drawing->high_x, x);
        drawing->low_y = fmin(drawing->low_y, y);
        drawing->high_y = fmax(drawing->high_y, y);
    }
    drawing->high_y = fmax(drawing->high_y, drawing->low_y + 0.1);
}

static void put(struct drawing *drawing, double x, double y, enum mark mark)
{
    double column = (x - drawing->low_x) / (drawing->high_x - drawing->low_x) * (double)(drawing->width - 1);
    double row = (drawing->high_y - y) / (drawing->high_y - drawing->low_y) * (HEIGHT - 1);
    if (!(column >= -0.5 && row >= -0.5 && row < HEIGHT - 0.5))
        return;
    unsigned char *at = &drawing->marks[(int)(row + 0.5)][(int)(column + 0.5)];
    *at = *at > mark ? *at : (unsigned char)mark;
}

static void fill(struct drawing *drawing, const struct growth_result *result)
{
    for (size_t column = 0; column < drawing->width; column++) {
        double share = (double)column / (double)(drawing->width - 1);
        double x = drawing->low_x + share * (drawing->high_x - drawing->low_x);
        if (result->fit.numbers > 1 || x >= log(result->fit.from[0]) - 1e-9)
            put(drawing, x, y_of(&result->fit, x), LAW);
    }
    for (size_t i = 0; i < result->point_count; i++)
        put(drawing, x_of(&result->fit, result->points[i].n), log(result->points[i].y), POINT);
}

static void print_label(const struct growth_show *show, const struct growth_result *result, double logarithm)
{
    char text[TEXT_NUMBER];
    double amount = exp(logarithm);
    if (result->measure == GROWTH_CALLS)
        text_count(text, amount < 1e18 ? (uint64_t)(amount + 0.5) : UINT64_MAX);
    else
        text_duration(text, amount < 1e18 ? (uint64_t)(amount + 0.5) : UINT64_MAX, output_utf8(show->output));
    output_right(show->output, text, MARGIN);
}

static void print_row(const struct growth_show *show, const struct growth_result *result, const struct drawing *drawing,
                      int row)
{
    bool utf8 = output_utf8(show->output);
    const char *const marks[] = {" ", utf8 ? "·" : ".", utf8 ? "●" : "o"};
    static const enum output_style styles[] = {OUTPUT_PLAIN, OUTPUT_DIM, OUTPUT_STRONG};
    output_style(show->output, OUTPUT_DIM);
    if (row == 0 || row == HEIGHT - 1)
        print_label(show, result, row == 0 ? drawing->high_y : drawing->low_y);
    else
        output_pad(show->output, MARGIN);
    output_text(show->output, utf8 ? " │" : " |");
    size_t end = drawing->width;
    while (end > 0 && drawing->marks[row][end - 1] == EMPTY)
        end--;
    for (size_t i = 0; i < end; i++) {
        output_style(show->output, styles[drawing->marks[row][i]]);
        output_text(show->output, marks[drawing->marks[row][i]]);
    }
    output_style(show->output, OUTPUT_PLAIN);
    output_text(show->output, "\n");
}

static void print_axis(const struct growth_show *show, const struct growth_result *result,
                       const struct drawing *drawing)
{
    struct output *output = show->output;
    char from[TEXT_NUMBER], to[TEXT_NUMBER];
    char *term = result->fit.numbers == 2 ? growth_term(show, result)
                                          : text_escaped(result->subject->keys[result->key], output_utf8(output));
    snprintf(from, sizeof from, "%.3g", exp(drawing->low_x));
    snprintf(to, sizeof to, "%.3g", exp(drawing->high_x));
    output_style(output, OUTPUT_DIM);
    output_pad(output, MARGIN + 1);
    output_text(output, output_utf8(output) ? "└" : "+");
    for (size_t i = 0; i < drawing->width; i++)
        output_text(output, output_utf8(output) ? "─" : "-");
    output_text(output, "\n");
    output_pad(output, MARGIN + 2);
    size_t middle = term != NULL ? text_width(term) : 0, used = strlen(from) + strlen(to) + middle;
    size_t gap = drawing->width > used ? (drawing->width - used) / 2 : 1;
    output_text(output, from);
    output_pad(output, gap);
    output_made(output, term);
    output_right(output, to,
                 drawing->width > strlen(from) + gap + middle ? drawing->width - strlen(from) - gap - middle : 0);
    output_style(output, OUTPUT_PLAIN);
    output_text(output, "\n");
}

void growth_draw(const struct growth_show *show, const struct growth_result *result)
{
    struct drawing drawing = {.width = WIDTH};
    size_t columns = output_width(show->output);
    if (columns != 0 && columns < WIDTH + MARGIN + 3)
        drawing.width = columns > MARGIN + 23 ? columns - MARGIN - 3 : 20;
    measure(&drawing, result);
    if (!(drawing.high_x > drawing.low_x))
        return;
    fill(&drawing, result);
    for (int row = 0; row < HEIGHT; row++)
        print_row(show, result, &drawing, row);
    print_axis(show, result, &drawing);
}
