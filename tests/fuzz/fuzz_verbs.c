/* Every verb that reads a tape, on any tape: the first byte says which, with which options. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "run_verb.h"
#include "whole_tape.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t room);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t room, unsigned seed);

enum { WORDS_MOST = 8 };
static const char tape[] = "TAPE";
static const char *const lines[][WORDS_MOST] = {
    {"report", "--columns", "self,total,calls,average,min,max,p50,p99", tape},
    {"report", "--no-summary", "--per", "thread", "--bounds", tape},
    {"report", "--by", "file", "--format", "json", tape},
    {"report", "--by", "module", "--format", "csv", "--raw", tape},
    {"tree", tape},
    {"tree", "--invert", "--format", "json", tape},
    {"tree", "--focus", "main", tape},
    {"callers", "--format", "json", "re:.*", tape},
    {"hist", "main", tape},
    {"hist", "--format", "json", "main", tape},
    {"critical", tape},
    {"critical", "--format", "json", tape},
    {"replay", "--limit", "1000", tape},
    {"replay", "--format", "json", "--limit", "1000", tape},
    {"replay", "--range", "30%..60%", "--min-time", "1us", tape},
    {"replay", "--where", "ret > 0", tape},
    {"diff", tape, "--", tape},
    {"growth", "--all", tape},
    {"query", tape, "select * from calls limit 1000; select * from functions, threads, processes, modules limit 1000"},
    {"view", "--svg", "/dev/null", tape},
    {"view", "--svg", "/dev/null", "--range", "40%..60%", tape},
    {"export", "--to", "chrome", tape},
    {"export", "--to", "perfetto", tape},
    {"export", "--to", "speedscope", tape},
    {"export", "--to", "csv", tape},
    {"export", "--to", "jsonl", tape},
    {"export", "--to", "pprof", tape},
    {"export", "--to", "callgrind", tape},
    {"export", "--to", "folded", tape},
    {"export", "--to", "dot", tape},
    {"export", "--to", "mermaid", tape},
    {"info", tape},
    {"info", "--format", "json", tape},
    {"check", tape},
    {"advise", tape},
    {"advise", "--format", "json", tape},
};
enum { LINES = sizeof lines / sizeof *lines };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *words[WORDS_MOST + 1] = {0};
    if (size == 0)
        return 0;
    const char *path = put_file(data + 1, size - 1);
    for (size_t i = 0; i < WORDS_MOST && lines[data[0] % LINES][i] != NULL; i++)
        words[i] = lines[data[0] % LINES][i] == tape ? path : lines[data[0] % LINES][i];
    run_verb(words);
    return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t room, unsigned seed)
{
    size = LLVMFuzzerMutate(data, size, room);
    if (seed % 4 == 0 && size > 0)
        data[0] = (uint8_t)(seed / 4 % LINES);
    if (seed % 8 != 1 && size > 0)
        make_whole(data + 1, size - 1);
    return size;
}
