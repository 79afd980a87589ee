/* Prints what the functions that arguments.awk writes show: "C FUNCTION" for a call, "A NAME=VALUE" for an argument, "R
 * FUNCTION=VALUE" for a result. */
#include "common.h"

const char *const texts[5] = {"one", "two words", "three", "",
                              "a rather long text that is longer than sixty-four bytes"};
struct request requests[3] = {{"/index", 6, "first"}, {"/a/b/c", 7, "second"}, {NULL, 0, "third"}};
volatile long nothing;
long used;

UNTRACED void begin(const char *function)
{
    printf("C %s\n", function);
}

UNTRACED void escape(void)
{
    __asm__ volatile("" ::: "memory");
}

static UNTRACED const char *colour_name(enum colour value)
{
    return value == RED ? "RED" : value == GREEN ? "GREEN" : value == BLUE ? "BLUE" : "LAST";
}

static UNTRACED void print_char(char letter, const char *name, int value)
{
    if (value >= ' ' && value <= '~')
        printf("%c %s='%c'\n", letter, name, value);
    else
        printf("%c %s=%d\n", letter, name, value);
}

UNTRACED void show_int(const char *name, long value)
{
    printf("A %s=%ld\n", name, value);
}
UNTRACED void show_char(const char *name, int value)
{
    print_char('A', name, value);
}
UNTRACED void show_bool(const char *name, int value)
{
    printf("A %s=%s\n", name, value ? "true" : "false");
}
UNTRACED void show_colour(const char *name, enum colour value)
{
    printf("A %s=%s\n", name, colour_name(value));
}
UNTRACED void show_real(const char *name, double value)
{
    printf("A %s=%.17g\n", name, value);
}
UNTRACED void show_pointer(const char *name, const void *value)
{
    printf("A %s=0x%lx\n", name, (unsigned long)value);
}
UNTRACED void show_text(const char *name, const char *value)
{
    printf("A %s=%s\n", name, value);
}

UNTRACED void result_int(const char *function, long value)
{
    printf("R %s=%ld\n", function, value);
}
UNTRACED void result_char(const char *function, int value)
{
    print_char('R', function, value);
}
UNTRACED void result_bool(const char *function, int value)
{
    printf("R %s=%s\n", function, value ? "true" : "false");
}
UNTRACED void result_colour(const char *function, enum colour value)
{
    printf("R %s=%s\n", function, colour_name(value));
}
UNTRACED void result_real(const char *function, double value)
{
    printf("R %s=%.17g\n", function, value);
}
UNTRACED void result_pointer(const char *function, const void *value)
{
    printf("R %s=0x%lx\n", function, (unsigned long)value);
}
UNTRACED void result_text(const char *function, const char *value)
{
    printf("R %s=%s\n", function, value);
}

UNTRACED int main(void)
{
    call_one();
    call_two();
    return 0;
}
