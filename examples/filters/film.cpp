// Sends the pictures of a film through filters: film FILTER.so... The film is made here, a few scenes of a lamp that
// moves; each scene has a brightness of its own.
#include "filter.h"

#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>

static const int PICTURES = 480, SCENE = 120;

struct Filter {
    const char *name;
    void (*apply)(Picture &);
};

static void *find(void *library, const char *function)
{
    void *found = library ? dlsym(library, function) : nullptr;
    if (!found) {
        std::fprintf(stderr, "film: %s\n", dlerror());
        std::exit(1);
    }
    return found;
}

static Filter open_filter(const char *path)
{
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    auto name = reinterpret_cast<const char *(*)()>(find(library, "filter_name"));
    return {name(), reinterpret_cast<void (*)(Picture &)>(find(library, "filter_picture"))};
}

// The lamp moves to the right in each scene; light falls with the distance from it.
static Picture take_picture(int number)
{
    Picture picture{160, 100, std::vector<uint8_t>(160 * 100)};
    int light = 60 + 40 * (number / SCENE), lamp = 60 + number % SCENE / 4;
    for (int y = 0; y < picture.height; y++) {
        uint8_t *row = picture.row(y);
        for (int x = 0; x < picture.width; x++)
            row[x] = static_cast<uint8_t>(light - light * (std::abs(x - lamp) + std::abs(y - 50)) / 300);
    }
    return picture;
}

static void apply_filters(const std::vector<Filter> &filters, Picture &picture)
{
    for (const Filter &filter : filters)
        filter.apply(picture);
}

static unsigned checksum(const Picture &picture)
{
    unsigned sum = 0;
    for (uint8_t pixel : picture.pixels)
        sum = sum * 31 + pixel;
    return sum;
}

int main(int count, char **arguments)
{
    std::vector<Filter> filters;
    for (int i = 1; i < count; i++)
        filters.push_back(open_filter(arguments[i]));
    unsigned sum = 0;
    for (int number = 0; number < PICTURES; number++) {
        Picture picture = take_picture(number);
        apply_filters(filters, picture);
        sum += checksum(picture);
    }
    std::printf("%d pictures, %zu filters, checksum %08x\n", PICTURES, filters.size(), sum);
}
