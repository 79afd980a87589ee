#include "record/program.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "calltape/format.h"

#define HEADERS_MOST 64

struct head {
    unsigned char bytes[16384];
    ssize_t size;
};

static bool is_executable_file(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISREG(status.st_mode) && access(path, X_OK) == 0;
}

/* As execvp: a name with a slash is a path, others are looked for in PATH. */
static bool find_path(const char *name, struct program *program)
{
    const char *path = getenv("PATH");
    if (strchr(name, '/')) {
        snprintf(program->path, sizeof program->path, "%s", name);
        return true;
    }
    for (const char *at = path ? path : "/bin:/usr/bin"; at; at = strchr(at, ':')) {
        at += *at == ':';
        int length = (int)strcspn(at, ":");
        snprintf(program->path, sizeof program->path, "%.*s%s%s", length, at, length ? "/" : "./", name);
        if (is_executable_file(program->path))
            return true;
    }
    snprintf(program->path, sizeof program->path, "%s", name);
    return false;
}

static bool read_head(const char *path, struct head *head)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return false;
    head->size = read(file, head->bytes, sizeof head->bytes);
    close(file);
    return true;
}

static bool has_interpreter(const struct head *head)
{
    Elf64_Ehdr elf;
    memcpy(&elf, head->bytes, sizeof elf);
    for (unsigned i = 0; i < elf.e_phnum && i < HEADERS_MOST; i++) {
        Elf64_Phdr header;
        uint64_t at = elf.e_phoff + (uint64_t)i * sizeof header;
        if (at > (uint64_t)head->size - sizeof header)
            break;
        memcpy(&header, head->bytes + at, sizeof header);
        if (header.p_type == PT_INTERP)
            return true;
    }
    return false;
}

static bool holds(const char *path, const char *mark, size_t length)
{
    bool found = false;
    size_t kept = 0;
    char *buffer = malloc(1 << 20);
    FILE *file = fopen(path, "re");
    while (file && buffer && !found) {
        size_t got = fread(buffer + kept, 1, (1 << 20) - kept, file);
        if (!got)
            break;
        size_t size = kept + got;
        found = memmem(buffer, size, mark, length) != NULL;
        kept = size < length ? size : length;
        memmove(buffer, buffer + size - kept, kept);
    }
    if (file)
        fclose(file);
    free(buffer);
    return found;
}

/* libcalltape.a leaves a mark in what it is linked into. */
static bool holds_runtime(const char *path)
{
    return holds(path, CT_RUNTIME_MARK, sizeof CT_RUNTIME_MARK - 1);
}

bool program_is_instrumented(const char *path)
{
    static const char hook[] = "__cyg_profile_func_enter";
    return holds(path, hook, sizeof hook - 1);
}

bool program_is_dynamic(const char *path)
{
    struct head head;
    return read_head(path, &head) && head.size >= (ssize_t)sizeof(Elf64_Ehdr) &&
           memcmp(head.bytes, ELFMAG, SELFMAG) == 0 && head.bytes[EI_CLASS] == ELFCLASS64 && has_interpreter(&head);
}

bool program_find_instrumented(char *const *words, int count, struct program *program)
{
    for (int i = 0; i < count; i++)
        if (find_path(words[i], program) && is_executable_file(program->path) && program_is_instrumented(program->path))
            return true;
    return false;
}

static int check_elf(const char *path, const char *shown, const struct head *head, struct error *error)
{
    Elf64_Ehdr elf;
    if (head->size < (ssize_t)sizeof elf || memcmp(head->bytes, ELFMAG, SELFMAG) != 0)
        return 0;
    memcpy(&elf, head->bytes, sizeof elf);
    if (elf.e_ident[EI_CLASS] != ELFCLASS64)
        return error_set(error, "%s is a 32-bit program; calltape records 64-bit ones: compile it without -m32", shown);
#if defined(__x86_64__)
    const unsigned machine = EM_X86_64;
#else
    const unsigned machine = EM_AARCH64;
#endif
    if (elf.e_machine != machine)
        return error_set(error, "%s is built for another kind of processor", shown);
    if (!has_interpreter(head) && !holds_runtime(path))
        return error_set(error,
                         "%s is statically linked, so the runtime can't be preloaded into it: link it with "
                         "libcalltape.a, or without -static",
                         shown);
    return 0;
}

/* The dynamic linker ignores LD_PRELOAD where the program runs with other rights than its caller. */
static int check_rights(const char *path, const char *shown, struct error *error)
{
    struct stat status;
    if (stat(path, &status) != 0)
        return 0;
    bool user = (status.st_mode & S_ISUID) && status.st_uid != getuid();
    bool group = (status.st_mode & S_ISGID) && status.st_gid != getgid();
    if (user || group)
        return error_set(error,
                         "%s is set%cid: the system lets nothing be preloaded into it; record a copy without that "
                         "bit, or as its owner",
                         shown, user ? 'u' : 'g');
    return 0;
}

enum program_verdict program_find(const char *name, struct program *program, struct error *error)
{
    struct head head = {.size = 0};
    struct stat status;
    char shown[512];
    text_escape(shown, sizeof shown, name, true);
    if (*name == '\0') {
        error_set(error, "the program's name is empty");
        return PROGRAM_NOT_FOUND;
    }
    if (!find_path(name, program)) {
        error_set(error, "%s: no such program in PATH; give its path, as in ./%s", shown, shown);
        return PROGRAM_NOT_FOUND;
    }
    if (stat(program->path, &status) != 0) {
        error_set(error, "%s: %s", shown, strerror(errno));
        return errno == ENOENT || errno == ENOTDIR ? PROGRAM_NOT_FOUND : PROGRAM_CANNOT_START;
    }
    if (!is_executable_file(program->path)) {
        error_set(error, "%s is %s", shown,
                  S_ISDIR(status.st_mode)
                      ? "a directory; name the program in it"
                      : "not an executable file; make it one (chmod +x), or name the program itself");
        return PROGRAM_CANNOT_START;
    }
    if (check_rights(program->path, shown, error) != 0)
        return PROGRAM_CANNOT_START;
    if (read_head(program->path, &head) && check_elf(program->path, shown, &head, error) != 0)
        return PROGRAM_CANNOT_START;
    return PROGRAM_FINE;
}

/* Behind the runtime's path, its neighbour's. */
static int add_waits(char *paths, unsigned size, struct error *error)
{
    static const char name[] = "/libcalltape-waits.so";
    char waits[PATH_MAX + sizeof name];
    snprintf(waits, sizeof waits, "%.*s%s", (int)(strrchr(paths, '/') - paths), paths, name);
    if (access(waits, R_OK) != 0)
        return error_set(error, "%s: %s; it is built and installed with libcalltape.so", waits, strerror(errno));
    size_t length = strlen(paths);
    if (length + 1 + strlen(waits) >= size)
        return error_set(error, "%s: the path is too long", waits);
    snprintf(paths + length, size - length, ":%s", waits);
    return 0;
}

int program_runtime(char *paths, unsigned size, bool waits, struct error *error)
{
    static const char *const places[] = {"/libcalltape.so", "/../lib/libcalltape.so",
                                         "/../lib/calltape/libcalltape.so"};
    char self[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    if (length <= 0)
        return error_set(error, "/proc/self/exe can't be read, so libcalltape.so can't be found: is /proc mounted?");
    self[length] = 0;
    *strrchr(self, '/') = 0;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        char candidate[PATH_MAX + 64], real[PATH_MAX];
        snprintf(candidate, sizeof candidate, "%s%s", self, places[i]);
        if (!realpath(candidate, real) || strlen(real) >= size)
            continue;
        if (strpbrk(real, " :"))
            return error_set(error,
                             "%s: LD_PRELOAD can't name a path that holds a space or a colon; install calltape "
                             "elsewhere",
                             real);
        strcpy(paths, real);
        return waits ? add_waits(paths, size, error) : 0;
    }
    return error_set(
        error, "libcalltape.so is neither in %s nor in %s/../lib or its folder calltape: run make, or make install",
        self, self);
}
