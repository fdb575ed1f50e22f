/* Text for a person: escaping, colour, alignment. Whatever a process said (names, paths, messages)
 * goes through text_put(), so that it cannot steer the terminal, forge lines or hide. */
#ifndef REIMPORT_TEXT_H
#define REIMPORT_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum text_form {
    TEXT_LINE,  /* one line: line breaks and tabs are escaped too */
    TEXT_BLOCK, /* several lines: line breaks and tabs stay */
};

/* Writes `n` bytes of foreign text. Escaped as \xNN, \uNNNN or \UNNNNNNNN: control characters (C0,
 * DEL, C1), bytes that are not UTF-8, and characters that change the order or the look of others
 * (bidirectional controls, invisible ones, line separators, tags). */
void text_put(FILE *to, const char *s, size_t n, enum text_form form);

/* The same in a string. Returns to[0..size), always terminated, cut where it does not fit. */
char *text_line(char *to, size_t size, const char *s);

/* How many columns text_put(TEXT_LINE) takes, counting a code point as one. */
size_t text_width(const char *s, size_t n);

enum text_style { STYLE_PLAIN, STYLE_BOLD, STYLE_GOOD, STYLE_WARN, STYLE_BAD, STYLE_FAINT };

/* True if descriptor `fd` is a terminal that takes colour and whose owner wants it: NO_COLOR is
 * unset or empty, and TERM is set and not "dumb". */
bool text_wants_colour(int fd);

/* The escape sequence that begins `style`, and the one that ends any; empty without `colour`. */
const char *text_begin(bool colour, enum text_style style);
const char *text_end(bool colour);

#endif
