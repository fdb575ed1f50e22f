#include "utf8.h"

/* How many bytes follow a lead byte, the bits that it carries, and the least value that needs that
 * many bytes. -1: not a lead byte. */
static int tail_of(unsigned char lead, uint32_t *bits, uint32_t *least)
{
    if (lead < 0x80) {
        *bits = lead;
        *least = 0;
        return 0;
    }
    if ((lead & 0xe0) == 0xc0) {
        *bits = lead & 0x1f;
        *least = 0x80;
        return 1;
    }
    if ((lead & 0xf0) == 0xe0) {
        *bits = lead & 0x0f;
        *least = 0x800;
        return 2;
    }
    if ((lead & 0xf8) == 0xf0) {
        *bits = lead & 0x07;
        *least = 0x10000;
        return 3;
    }
    return -1;
}

uint32_t utf8_get(const char *s, size_t n, size_t *length)
{
    uint32_t code, least;
    int tail = tail_of((unsigned char)s[0], &code, &least);

    *length = 1;
    if (tail < 0 || (size_t)tail >= n)
        return UTF8_BAD;
    for (int i = 1; i <= tail; i++) {
        if (((unsigned char)s[i] & 0xc0) != 0x80)
            return UTF8_BAD;
        code = code << 6 | ((unsigned char)s[i] & 0x3f);
    }
    if (code < least || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
        return UTF8_BAD;
    *length = (size_t)tail + 1;
    return code;
}

size_t utf8_put(uint32_t code, char *to)
{
    if (code < 0x80) {
        to[0] = (char)code;
        return 1;
    }
    size_t tail = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    static const unsigned char lead[] = {0, 0xc0, 0xe0, 0xf0};

    to[0] = (char)(lead[tail] | code >> (6 * tail));
    for (size_t i = 1; i <= tail; i++)
        to[i] = (char)(0x80 | (code >> (6 * (tail - i)) & 0x3f));
    return tail + 1;
}
