#include "calls/marks.h"

#include <stdlib.h>
#include <string.h>

enum { PAGE_SHIFT = 16, PAGE_WORDS = (1 << PAGE_SHIFT) / 64 };

struct thread_marks {
    uint64_t **pages; /* NULL: nothing is marked there */
    size_t room;
};

struct call_marks {
    uint32_t count;
    struct thread_marks threads[];
};

struct call_marks *call_marks_create(uint32_t threads)
{
    struct call_marks *marks = calloc(1, sizeof *marks + threads * sizeof *marks->threads);
    if (marks != NULL)
        marks->count = threads;
    return marks;
}

void call_marks_destroy(struct call_marks *marks)
{
    for (uint32_t i = 0; marks != NULL && i < marks->count; i++) {
        for (size_t page = 0; page < marks->threads[i].room; page++)
            free(marks->threads[i].pages[page]);
        free(marks->threads[i].pages);
    }
    free(marks);
}

static int make_room(struct thread_marks *thread, size_t page)
{
    size_t room = page + page / 2 + 1;
    if (page < thread->room)
        return 0;
    uint64_t **wider = realloc(thread->pages, room * sizeof *wider);
    if (wider == NULL)
        return -1;
    memset(wider + thread->room, 0, (room - thread->room) * sizeof *wider);
    thread->pages = wider;
    thread->room = room;
    return 0;
}

int call_marks_add(struct call_marks *marks, uint32_t thread, uint64_t number)
{
    struct thread_marks *mine = &marks->threads[thread];
    size_t page = number >> PAGE_SHIFT, word = number / 64 % PAGE_WORDS;
    if (make_room(mine, page) != 0)
        return -1;
    if (mine->pages[page] == NULL && (mine->pages[page] = calloc(PAGE_WORDS, sizeof **mine->pages)) == NULL)
        return -1;
    mine->pages[page][word] |= UINT64_C(1) << number % 64;
    return 0;
}

bool call_marks_has(const struct call_marks *marks, uint32_t thread, uint64_t number)
{
    const struct thread_marks *mine = &marks->threads[thread];
    size_t page = number >> PAGE_SHIFT, word = number / 64 % PAGE_WORDS;
    return page < mine->room && mine->pages[page] != NULL && (mine->pages[page][word] >> number % 64 & 1) != 0;
}
