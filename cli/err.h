/* Why something failed: one struct err, handed in by the caller as the last argument.
 *
 * Functions that can fail return 0, or -1 with *err filled in. The first cause wins: a second
 * err_set() changes nothing, callers add what they know with err_context(). On success *err is left
 * alone. Only main.c turns it into an exit. */
#ifndef REIMPORT_ERR_H
#define REIMPORT_ERR_H

#include <stdbool.h>

/* The exit status of the command (the manual, EXIT STATUS). */
enum err_status {
    STATUS_DONE = 0,
    STATUS_FAILED = 1,       /* in the target, and everything is as it was */
    STATUS_USAGE = 2,        /* wrong usage */
    STATUS_UNATTACHABLE = 3, /* no such process, not permitted, not Python, not supported */
    STATUS_TIMEOUT = 4,      /* timed out or withdrawn, and nothing was changed */
    STATUS_UNKNOWN = 5,      /* the outcome is not known */
};

struct err {
    enum err_status status; /* STATUS_DONE: no error was set */
    int code;               /* an errno value, 0 if none fits */
    char message[1024];     /* one sentence without a full stop; no control characters */
};

static inline bool err_is_set(const struct err *err)
{
    return err->status != STATUS_DONE;
}

/* Records the first cause. Always returns -1. Control characters in what is formatted become '?'. */
int err_set(struct err *err, enum err_status status, int code, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* As err_set(), with ": " and the text of `code` appended. */
int err_sys(struct err *err, enum err_status status, int code, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Puts what is formatted and ": " before the message. Always returns -1. */
int err_context(struct err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Replaces the control characters of the string with '?': what came from a target must not reach a
 * terminal as it is. Bytes above 0x7f are kept only in well-formed UTF-8. */
void err_clean(char *text);

#endif
