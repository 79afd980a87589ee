/* Which functions the programs are to leave out, and how many calls they did. */
#include <linux/futex.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "record/draining.h"

/* The program waits at the answer. */
static void answer_function(struct drain *drain, struct ct_function *function)
{
    uint32_t answer = drain->judge->function(drain->judge->context, function);
    __atomic_store_n(&function->answer, answer | CT_ANSWER_GIVEN, __ATOMIC_RELEASE);
    syscall(SYS_futex, &function->answer, FUTEX_WAKE, INT32_MAX, NULL, NULL, 0);
}

void drain_answer(struct drain *drain, struct ct_record *record)
{
    if (!drain->judge)
        return;
    if (record->type == CT_RECORD_FUNCTION && record->bytes >= sizeof(struct ct_function)) {
        answer_function(drain, (struct ct_function *)record);
    } else if (record->type == CT_RECORD_MODULE && record->bytes > sizeof(struct ct_module)) {
        const struct ct_module *module = (const struct ct_module *)record;
        const char *path = (const char *)(module + 1);
        if (memchr(path, '\0', record->bytes - sizeof *module))
            drain->judge->module(drain->judge->context, module, path);
    }
}

int drain_left(struct drain *drain, uint32_t chunk, bool keep)
{
    struct writer *writer = drain->session->writer;
    struct error error;
    int status = writer_left(writer, arena_chunk(&drain->session->arena, chunk), &error);
    if (status == 0 && !keep)
        status = writer_flush_meta(writer, &error);
    if (status != 0)
        drain_fail(drain, &error);
    else if (!keep)
        drain_give_back(drain, chunk, CT_CHUNK_WORDS - CT_CHUNK_HEADER_WORDS);
    return status;
}
