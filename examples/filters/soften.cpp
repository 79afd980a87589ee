// Each pixel becomes the mean of those around it, in its row and then in its column. The sum of a window is kept up to
// date while it moves, so that a wide one takes no longer than a narrow one.
#include "filter.h"

#include <algorithm>

static const int RADIUS = 3;

// `count` pixels that stand `step` apart.
static void soften_line(uint8_t *pixels, int count, int step)
{
    std::vector<uint8_t> line(count);
    for (int i = 0; i < count; i++)
        line[i] = pixels[i * step];
    int last = count - 1, sum = 0;
    for (int i = -RADIUS; i <= RADIUS; i++)
        sum += line[std::clamp(i, 0, last)];
    for (int i = 0; i < count; i++) {
        pixels[i * step] = static_cast<uint8_t>(sum / (2 * RADIUS + 1));
        sum += line[std::min(i + RADIUS + 1, last)] - line[std::max(i - RADIUS, 0)];
    }
}

static void soften_rows(Picture &picture)
{
    for (int y = 0; y < picture.height; y++)
        soften_line(picture.row(y), picture.width, 1);
}

static void soften_columns(Picture &picture)
{
    for (int x = 0; x < picture.width; x++)
        soften_line(picture.row(0) + x, picture.height, picture.width);
}

const char *filter_name()
{
    return "soften";
}

void filter_picture(Picture &picture)
{
    soften_rows(picture);
    soften_columns(picture);
}
