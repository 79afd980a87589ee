/* What a traced program may say to calltape. C and C++; nothing to link: where the program is not being recorded these
 * functions do not exist, and a call of them is a test of an address. (In an executable linked with -no-pie they take
 * part only if it is linked with libcalltape as well.)
 *
 * All may be called from any thread, from signal handlers and after a fork; none locks, allocates or changes errno.
 * What is told while the recording is paused is not recorded. Names are kept up to 255 bytes, texts and strings up to
 * 4,096. They need not outlive the call: names that are spelled alike are the same. */
#ifndef CALLTAPE_H
#define CALLTAPE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

void calltape_runtime_pause(void) __attribute__((weak));
void calltape_runtime_resume(void) __attribute__((weak));
void calltape_runtime_value(const char *name, unsigned kind, unsigned type, const void *bytes, size_t count, void *site)
    __attribute__((weak));
void calltape_runtime_span_begin(const char *name, void *site) __attribute__((weak));
void calltape_runtime_span_end(const char *name, void *site) __attribute__((weak));
void calltape_runtime_thread_name(const char *name, void *site) __attribute__((weak));
void calltape_runtime_wait_begin(const char *what, const void *object, void *site) __attribute__((weak));
void calltape_runtime_wait_also(const void *object, void *site) __attribute__((weak));
void calltape_runtime_wait_end(const char *what, void *site) __attribute__((weak));
void calltape_runtime_wake(const void *object, void *site) __attribute__((weak));

/* Part of the function that calls it: that is how the runtime knows whose call something is told of. */
#define CALLTAPE_INLINE static inline __attribute__((always_inline, no_instrument_function))

/* From here on nothing is recorded, by any thread of this process, until it is resumed. Functions that are open on both
 * sides stay open on the tape; the time between is left out of their times. Pausing what is paused does nothing. */
CALLTAPE_INLINE void calltape_pause(void)
{
    if (__builtin_expect(calltape_runtime_pause != NULL, 0))
        calltape_runtime_pause();
}

/* Records again; also what `calltape record --paused` waits for. */
CALLTAPE_INLINE void calltape_resume(void)
{
    if (__builtin_expect(calltape_runtime_resume != NULL, 0))
        calltape_runtime_resume();
}

/* ---- spans: a stretch of a function, shown like a call of a function of that name ----
 *
 * They nest with the calls, and end in the function that they began in; one that did not (a return in between, an
 * exception, a longjmp) ends with it, "by a jump". */

CALLTAPE_INLINE void calltape_span_begin(const char *name)
{
    if (__builtin_expect(calltape_runtime_span_begin != NULL, 0))
        calltape_runtime_span_begin(name, __builtin_return_address(0));
}

CALLTAPE_INLINE void calltape_span_end(const char *name)
{
    if (__builtin_expect(calltape_runtime_span_end != NULL, 0))
        calltape_runtime_span_end(name, __builtin_return_address(0));
}

CALLTAPE_INLINE const char *calltape_span_open(const char *name)
{
    calltape_span_begin(name);
    return name;
}

CALLTAPE_INLINE void calltape_span_close(const char *const *name)
{
    calltape_span_end(*name);
}

/* CALLTAPE_SPAN("parse"); begins one that ends with the block it stands in, however that is left; in C++ by exceptions
 * too. `name` must last as long. */
#define CALLTAPE_SPAN(name) CALLTAPE_SPAN_LINE(name, __LINE__)
#define CALLTAPE_SPAN_LINE(name, line) CALLTAPE_SPAN_NAMED(name, line)
#define CALLTAPE_SPAN_NAMED(name, line)                                                                                \
    __attribute__((cleanup(calltape_span_close), unused)) const char *const calltape_span_##line =                     \
        calltape_span_open(name)

/* ---- values; kinds and types are those of calltape/format.h ---- */

CALLTAPE_INLINE void calltape_value(const char *name, unsigned kind, unsigned type, const void *bytes, size_t count)
{
    if (__builtin_expect(calltape_runtime_value != NULL, 0))
        calltape_runtime_value(name, kind, type, bytes, count, __builtin_return_address(0));
}

CALLTAPE_INLINE void calltape_text(const char *name, unsigned kind, const char *text)
{
    if (__builtin_expect(calltape_runtime_value != NULL, 0))
        calltape_runtime_value(name, kind, 7, text, __builtin_strlen(text), __builtin_return_address(0));
}

/* Notes: of the innermost traced call that is open, for `replay`, and for `growth`: how its time grows with a number.
 */

CALLTAPE_INLINE void calltape_note_i64(const char *name, int64_t value)
{
    calltape_value(name, 3, 1, &value, sizeof value);
}

CALLTAPE_INLINE void calltape_note_u64(const char *name, uint64_t value)
{
    calltape_value(name, 3, 2, &value, sizeof value);
}

CALLTAPE_INLINE void calltape_note_f64(const char *name, double value)
{
    calltape_value(name, 3, 3, &value, sizeof value);
}

CALLTAPE_INLINE void calltape_note_string(const char *name, const char *value)
{
    calltape_text(name, 3, value);
}

/* A counter of the program's stands at this now. */
CALLTAPE_INLINE void calltape_counter_i64(const char *name, int64_t value)
{
    calltape_value(name, 4, 1, &value, sizeof value);
}

CALLTAPE_INLINE void calltape_counter_f64(const char *name, double value)
{
    calltape_value(name, 4, 3, &value, sizeof value);
}

/* Something has happened now. */
CALLTAPE_INLINE void calltape_message(const char *text)
{
    calltape_text("message", 5, text);
}

/* One frame of the program's main loop (a picture, a step, a request) has ended and the next begins. */
CALLTAPE_INLINE void calltape_frame(const char *name)
{
    calltape_value(name, 6, 9, name, 0);
}

/* ---- waits: for `critical`, which follows them from thread to thread ----
 *
 * Of locks, queues and the like that a program makes of atomics and futexes; those of pthreads are told by `record
 * --waits`. A wait is a span "[wait: WHAT]" and ends where it began. Who waits says for which object (any address);
 * who lets it go on says so just before: the last wake of the object within the wait counts. */

CALLTAPE_INLINE void calltape_wait_begin(const char *what, const void *object)
{
    if (__builtin_expect(calltape_runtime_wait_begin != NULL, 0))
        calltape_runtime_wait_begin(what, object, __builtin_return_address(0));
}

/* Directly after it: the wait also needs this one (a condition's mutex), once `object` has let it go on. */
CALLTAPE_INLINE void calltape_wait_also(const void *object)
{
    if (__builtin_expect(calltape_runtime_wait_also != NULL, 0))
        calltape_runtime_wait_also(object, __builtin_return_address(0));
}

CALLTAPE_INLINE void calltape_wait_end(const char *what)
{
    if (__builtin_expect(calltape_runtime_wait_end != NULL, 0))
        calltape_runtime_wait_end(what, __builtin_return_address(0));
}

CALLTAPE_INLINE void calltape_wake(const void *object)
{
    if (__builtin_expect(calltape_runtime_wake != NULL, 0))
        calltape_runtime_wake(object, __builtin_return_address(0));
}

/* What the calling thread is called from now on, instead of the system's name. */
CALLTAPE_INLINE void calltape_thread_name(const char *name)
{
    if (__builtin_expect(calltape_runtime_thread_name != NULL, 0))
        calltape_runtime_thread_name(name, __builtin_return_address(0));
}

#ifdef __cplusplus
}
#endif

#endif
