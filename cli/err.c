/* Errors: see err.h. */
#include "err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Length of the well-formed UTF-8 sequence at `s` that is not a C1 control or a bidirectional
 * override, or 0. */
static size_t utf8_length(const unsigned char *s)
{
    static const struct {
        unsigned char mask, lead;
        unsigned least;
    } forms[] = {{0xe0, 0xc0, 0x80}, {0xf0, 0xe0, 0x800}, {0xf8, 0xf0, 0x10000}};
    unsigned code;

    for (size_t extra = 1; extra <= 3; extra++) {
        if ((s[0] & forms[extra - 1].mask) != forms[extra - 1].lead)
            continue;
        code = s[0] & (unsigned char)~forms[extra - 1].mask;
        for (size_t i = 1; i <= extra; i++) {
            if ((s[i] & 0xc0) != 0x80)
                return 0;
            code = code << 6 | (s[i] & 0x3f);
        }
        if (code < forms[extra - 1].least || code > 0x10ffff || (code >= 0xd800 && code < 0xe000) ||
            code < 0xa0 || (code >= 0x200e && code <= 0x200f) ||
            (code >= 0x2028 && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069))
            return 0;
        return extra + 1;
    }
    return 0;
}

void err_clean(char *text)
{
    unsigned char *s = (unsigned char *)text;

    while (*s) {
        size_t n = *s >= 0x20 && *s < 0x7f ? 1 : utf8_length(s);
        if (n == 0) {
            *s = '?';
            n = 1;
        }
        s += n;
    }
}

static int record(struct err *err, enum err_status status, int code, bool with_text,
                  const char *format, va_list args)
{
    size_t used;

    if (err_is_set(err))
        return -1;
    err->status = status;
    err->code = code;
    vsnprintf(err->message, sizeof(err->message), format, args);
    if (with_text) {
        used = strlen(err->message);
        snprintf(err->message + used, sizeof(err->message) - used, ": %s", strerror(code));
    }
    err_clean(err->message);
    return -1;
}

int err_set(struct err *err, enum err_status status, int code, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    record(err, status, code, false, format, args);
    va_end(args);
    return -1;
}

int err_sys(struct err *err, enum err_status status, int code, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    record(err, status, code, true, format, args);
    va_end(args);
    return -1;
}

int err_context(struct err *err, const char *format, ...)
{
    char cause[sizeof(err->message)];
    va_list args;
    size_t used;

    memcpy(cause, err->message, sizeof(cause));
    va_start(args, format);
    vsnprintf(err->message, sizeof(err->message), format, args);
    va_end(args);
    used = strlen(err->message);
    snprintf(err->message + used, sizeof(err->message) - used, ": %s", cause);
    err_clean(err->message);
    return -1;
}
