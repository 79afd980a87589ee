/* Says how many files of one backup are not in another, as a program would that compares two lists of names. The lists
 * are made here: names without an order, of which the two have a few in common. Small backups are compared with large
 * ones, up to 2,560 files, or as many as the argument says. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SMALLEST = 10, ROUNDS = 3 };

struct name {
    char text[16];
};

static void *allocate(size_t bytes)
{
    void *memory = malloc(bytes);
    if (memory == NULL)
        exit(1);
    return memory;
}

/* One in fifty has a name that other lists may have. */
static struct name *make_list(size_t count)
{
    static unsigned next;
    struct name *list = allocate(count * sizeof *list);
    for (size_t i = 0; i < count; i++)
        snprintf(list[i].text, sizeof list[i].text, "%08x.txt", i % 50 == 0 ? (unsigned)i : next++ * 2654435761u);
    return list;
}

/* How many of `a` are not in `b`. */
static size_t only_in_first(const struct name *a, size_t na, const struct name *b, size_t nb)
{
    size_t only = 0;
    for (size_t i = 0; i < na; i++) {
        size_t j = 0;
        while (j < nb && strcmp(a[i].text, b[j].text) != 0)
            j++;
        only += j == nb;
    }
    return only;
}

static size_t compare_backups(size_t na, size_t nb)
{
    struct name *a = make_list(na), *b = make_list(nb);
    size_t only = only_in_first(a, na, b, nb);
    free(a);
    free(b);
    return only;
}

int main(int count, char **arguments)
{
    size_t most = count > 1 ? strtoul(arguments[1], NULL, 10) : 2560, only = 0;
    for (int round = 0; round < ROUNDS; round++)
        for (size_t na = SMALLEST; na <= most; na *= 2)
            for (size_t nb = SMALLEST; nb <= most; nb *= 2)
                only += compare_backups(na, nb);
    printf("%zu files are missing\n", only);
    return 0;
}
