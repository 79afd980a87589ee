/* How a stage says what went wrong: it fills a struct error and returns failure; only tools/cmd/ prints it.
 * The text names the file, the offset or option, what is wrong and what to do; no newline, no "error:" in front.
 * Text from files is escaped by the caller of error_set with text_escape() where it may hold control characters. */
#ifndef CALLTAPE_BASE_ERROR_H
#define CALLTAPE_BASE_ERROR_H

struct error {
    char text[1024];
};

/* Always returns -1, so that a function can end with `return error_set(...)`. A later call replaces the text. */
int error_set(struct error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
