#include "text.h"

#include "utf8.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Characters that no report may show as they are, beyond the C0 controls. */
static const struct {
    uint32_t first, last;
} unsafe[] = {
    {0x7f, 0x9f},       /* DEL, C1 */
    {0xad, 0xad},       /* soft hyphen */
    {0x061c, 0x061c},   /* Arabic letter mark */
    {0x180e, 0x180e},   /* Mongolian vowel separator */
    {0x200b, 0x200f},   /* zero width, left-to-right and right-to-left marks */
    {0x2028, 0x202e},   /* line and paragraph separators, embeddings, overrides */
    {0x2060, 0x206f},   /* invisible operators, isolates, deprecated format characters */
    {0xfe00, 0xfe0f},   /* variation selectors */
    {0xfeff, 0xfeff},   /* zero width no-break space */
    {0xfff9, 0xfffb},   /* interlinear annotation */
    {0xe0000, 0xe0fff}, /* tags, more variation selectors */
};

static bool is_unsafe(uint32_t code, enum text_form form)
{
    if (code < 0x20)
        return form == TEXT_LINE || (code != '\n' && code != '\t');
    for (size_t i = 0; i < sizeof(unsafe) / sizeof(*unsafe); i++)
        if (code >= unsafe[i].first && code <= unsafe[i].last)
            return true;
    return false;
}

#define ESCAPED_MAX 11 /* \U0010ffff and the end */

/* Stores the escaped or the plain form of the character at `s`, terminated, and returns how many
 * bytes of `s` it stands for. */
static size_t next(const char *s, size_t n, enum text_form form, char to[ESCAPED_MAX])
{
    size_t length;
    uint32_t code = utf8_get(s, n, &length);

    if (code == UTF8_BAD)
        snprintf(to, ESCAPED_MAX, "\\x%02x", (unsigned char)*s);
    else if (code == '\n' && form == TEXT_LINE)
        memcpy(to, "\\n", 3);
    else if (code == '\t' && form == TEXT_LINE)
        memcpy(to, "\\t", 3);
    else if (!is_unsafe(code, form))
        to[utf8_put(code, to)] = '\0';
    else if (code < 0x80)
        snprintf(to, ESCAPED_MAX, "\\x%02x", (unsigned)code);
    else
        snprintf(to, ESCAPED_MAX, code < 0x10000 ? "\\u%04x" : "\\U%08x", (unsigned)code);
    return length;
}

void text_put(FILE *to, const char *s, size_t n, enum text_form form)
{
    char piece[ESCAPED_MAX];

    for (size_t i = 0; i < n;) {
        i += next(s + i, n - i, form, piece);
        fputs(piece, to);
    }
}

char *text_line(char *to, size_t size, const char *s)
{
    char piece[ESCAPED_MAX];
    size_t used = 0, n = strlen(s);

    for (size_t i = 0; i < n;) {
        i += next(s + i, n - i, TEXT_LINE, piece);
        size_t length = strlen(piece);
        if (length >= size - used)
            break;
        memcpy(to + used, piece, length);
        used += length;
    }
    to[used] = '\0';
    return to;
}

size_t text_width(const char *s, size_t n)
{
    char piece[ESCAPED_MAX];
    size_t width = 0;

    for (size_t i = 0; i < n;) {
        i += next(s + i, n - i, TEXT_LINE, piece);
        width += (piece[0] & 0x80) ? 1 : strlen(piece);
    }
    return width;
}

bool text_wants_colour(int fd)
{
    const char *no = getenv("NO_COLOR");
    const char *term = getenv("TERM");

    return !(no && *no) && term && *term && strcmp(term, "dumb") != 0 && isatty(fd);
}

const char *text_begin(bool colour, enum text_style style)
{
    static const char *const codes[] = {
        [STYLE_PLAIN] = "",        [STYLE_BOLD] = "\033[1m", [STYLE_GOOD] = "\033[32m",
        [STYLE_WARN] = "\033[33m", [STYLE_BAD] = "\033[31m", [STYLE_FAINT] = "\033[2m",
    };

    return colour ? codes[style] : "";
}

const char *text_end(bool colour)
{
    return colour ? "\033[0m" : "";
}
