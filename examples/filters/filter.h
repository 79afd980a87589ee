// What a filter is: a shared library with these two functions, which the program opens by its path.
#ifndef FILTER_H
#define FILTER_H

#include <cstddef>
#include <cstdint>
#include <vector>

struct Picture {
    int width, height;
    std::vector<uint8_t> pixels; // row by row, 0 is black

    uint8_t *row(int y)
    {
        return pixels.data() + static_cast<std::size_t>(y) * width;
    }
};

extern "C" {
const char *filter_name();
void filter_picture(Picture &picture);
}

#endif
