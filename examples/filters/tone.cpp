// Brightens dark pictures more than bright ones. How much is a curve, made for the brightness of a picture and kept as
// a table for the next of the same brightness.
#include "filter.h"

#include <cmath>
#include <numeric>

static const int STEPS = 1 << 16; // of the curve

struct Curve {
    int brightness = -1; // of the pictures it is for, in sixteenths
    std::vector<uint8_t> table;
};

static int brightness_of(const Picture &picture)
{
    long sum = std::accumulate(picture.pixels.begin(), picture.pixels.end(), 0L);
    return static_cast<int>(sum / static_cast<long>(picture.pixels.size())) / 16;
}

static uint8_t curve_at(double from, double gamma)
{
    return static_cast<uint8_t>(std::lround(255 * std::pow(from, gamma)));
}

static void make_curve(Curve &curve, int brightness)
{
    double gamma = 0.5 + brightness / 16.0;
    curve.brightness = brightness;
    curve.table.resize(STEPS);
    for (int i = 0; i < STEPS; i++)
        curve.table[i] = curve_at(i / (STEPS - 1.0), gamma);
}

static void apply_curve(const Curve &curve, Picture &picture)
{
    for (uint8_t &pixel : picture.pixels)
        pixel = curve.table[pixel * (STEPS - 1) / 255];
}

const char *filter_name()
{
    return "tone";
}

void filter_picture(Picture &picture)
{
    static Curve curve;
    int brightness = brightness_of(picture);
    if (brightness != curve.brightness)
        make_curve(curve, brightness);
    apply_curve(curve, picture);
}
