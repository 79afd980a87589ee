/* Import reads whatever bytes there are: as Chrome's JSON, and as a task's records of uftrace's. A tape that comes of
 * it must be sound. */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "import/import.h"
#include "tape/tape.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char directory[] = "/tmp/calltape-fuzz.XXXXXX", tape[64];

static void put(const char *name, const void *bytes, size_t count)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    FILE *file = fopen(path, "w");
    assert(file != NULL && fwrite(bytes, 1, count, file) == count && fclose(file) == 0);
}

static void clean_up(void)
{
    static const char *const names[] = {"info", "task.txt", "sid-0.map", "x.sym", "7.dat", "x.json", "x.tape"};
    char path[128];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", directory, names[i]);
        unlink(path);
    }
    rmdir(directory);
}

static void set_up(void)
{
    static const char info[40] = "Ftrace!\0\4\0\0\0\50\0\1\2";
    static const char task[] = "SESS timestamp=0.5 pid=7 sid=0 exename=\"/bin/x\"\nTASK timestamp=0.6 tid=7 pid=7\n";
    static const char map[] = "1000-5000 r-xp 00000000 00:00 0 /bin/x\n", symbols[] = "0000000000000010 T found\n";
    assert(mkdtemp(directory) != NULL);
    atexit(clean_up);
    snprintf(tape, sizeof tape, "%s/x.tape", directory);
    put("info", info, sizeof info);
    put("task.txt", task, sizeof task - 1);
    put("sid-0.map", map, sizeof map - 1);
    put("x.sym", symbols, sizeof symbols - 1);
}

static void check(int status, const struct error *error)
{
    size_t damages;
    struct error wrong;
    if (status != 0) {
        assert(error->text[0] != '\0');
        return;
    }
    struct tape *made = tape_open(tape, &wrong);
    assert(made != NULL);
    tape_damages(made, &damages);
    assert(damages == 0);
    tape_close(made);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[128];
    struct import_notes notes;
    struct error error = {""};
    if (tape[0] == '\0')
        set_up();
    put("x.json", data, size);
    snprintf(path, sizeof path, "%s/x.json", directory);
    check(import_chrome(path, tape, &notes, &error), &error);
    put("7.dat", data, size);
    check(import_uftrace(directory, tape, &notes, &error), &error);
    return 0;
}
