/* What a traced program may say to calltape. C and C++; nothing to link: where the program is not being recorded these
 * functions do not exist, and a call of them is a test of an address. (In an executable linked with -no-pie they take
 * part only if it is linked with libcalltape as well.)
 *
 * All may be called from any thread, and from signal handlers. */
#ifndef CALLTAPE_H
#define CALLTAPE_H

#ifdef __cplusplus
extern "C" {
#endif

void calltape_runtime_pause(void) __attribute__((weak));
void calltape_runtime_resume(void) __attribute__((weak));

/* From here on nothing is recorded, by any thread of this process, until it is resumed. Functions that are open on both
 * sides stay open on the tape; the time between is left out of their times. Pausing what is paused does nothing. */
static inline __attribute__((no_instrument_function)) void calltape_pause(void)
{
    if (calltape_runtime_pause)
        calltape_runtime_pause();
}

/* Records again; also what `calltape record --paused` waits for. */
static inline __attribute__((no_instrument_function)) void calltape_resume(void)
{
    if (calltape_runtime_resume)
        calltape_runtime_resume();
}

#ifdef __cplusplus
}
#endif

#endif
