#include "clean.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <locale.h>

static bool is_format(wchar_t c)
{
    return (c >= 0x80 && c < 0xa0) || (c >= 0x200e && c <= 0x200f) ||
           (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

/* The length of a colour of ours at `s`, or 0. */
static size_t colour(const char *s, size_t n)
{
    static const char *const codes[] = {"\033[0m",  "\033[1m",  "\033[2m",
                                        "\033[31m", "\033[32m", "\033[33m"};

    for (size_t i = 0; i < sizeof(codes) / sizeof(*codes); i++)
        if (strlen(codes[i]) <= n && memcmp(s, codes[i], strlen(codes[i])) == 0)
            return strlen(codes[i]);
    return 0;
}

/* libc's own decoder. */
static void use_utf8(void)
{
    static bool done;

    if (!done && !setlocale(LC_CTYPE, "C.UTF-8"))
        abort();
    done = true;
}

bool is_clean(const char *text, size_t n, enum clean_form form)
{
    mbstate_t state = {0};
    wchar_t c;

    use_utf8();
    for (size_t i = 0, length; i < n; i += length) {
        length = form == CLEAN_COLOURS ? colour(text + i, n - i) : 0;
        if (length)
            continue;
        length = mbrtowc(&c, text + i, n - i, &state);
        if (length == 0 || length > n - i || is_format(c))
            return false;
        if ((c < ' ' || c == 0x7f) && !(form != CLEAN_LINE && (c == '\n' || c == '\t')))
            return false;
    }
    return true;
}
