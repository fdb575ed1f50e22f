/* UTF-8, for text that a hostile process may have written. */
#ifndef REIMPORT_UTF8_H
#define REIMPORT_UTF8_H

#include <stddef.h>
#include <stdint.h>

#define UTF8_BAD 0xffffffffu

/* Reads the code point at `s` (`n` > 0 bytes are there) and stores how many bytes it takes.
 * UTF8_BAD and a length of 1 for what is not UTF-8: stray or missing continuation bytes, overlong
 * forms, surrogates, values above U+10FFFF. */
uint32_t utf8_get(const char *s, size_t n, size_t *length);

/* Writes `code`, a valid code point, to `to` and returns its length, at most 4. */
size_t utf8_put(uint32_t code, char *to);

#endif
