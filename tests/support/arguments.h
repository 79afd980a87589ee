/* For the functions that arguments.awk writes. */
#include <stdio.h>

#define UNTRACED __attribute__((no_instrument_function, noinline))

enum colour { RED, GREEN, BLUE = 5, LAST = -2 };
struct pair {
    int x;
    long y;
};
struct floats {
    float a, b;
};
struct mixed {
    double d;
    int i;
};
struct tiny {
    char c;
    short s;
};
struct bits {
    unsigned a : 3;
    int b : 6;
    unsigned c : 13;
};
struct nested {
    struct pair first;
};
struct big {
    int a;
    long b;
    double c;
    int d;
};
struct request {
    const char *path;
    unsigned len;
    char name[12];
};

extern const char *const texts[5];
extern struct request requests[3];
extern volatile long nothing;
extern long used;

UNTRACED void begin(const char *function);
UNTRACED void escape(void);
UNTRACED void show_int(const char *name, long value);
UNTRACED void show_char(const char *name, int value);
UNTRACED void show_bool(const char *name, int value);
UNTRACED void show_colour(const char *name, enum colour value);
UNTRACED void show_real(const char *name, double value);
UNTRACED void show_pointer(const char *name, const void *value);
UNTRACED void show_text(const char *name, const char *value);
UNTRACED void result_int(const char *function, long value);
UNTRACED void result_char(const char *function, int value);
UNTRACED void result_bool(const char *function, int value);
UNTRACED void result_colour(const char *function, enum colour value);
UNTRACED void result_real(const char *function, double value);
UNTRACED void result_pointer(const char *function, const void *value);
UNTRACED void result_text(const char *function, const char *value);
