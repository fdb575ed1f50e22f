/* What may reach a terminal, written down a second time and from the other end than cli/text.c and
 * cli/err.c: well-formed UTF-8, no character that moves the cursor, reorders or hides text. */
#ifndef FUZZ_CLEAN_H
#define FUZZ_CLEAN_H

#include <stdbool.h>
#include <stddef.h>

enum clean_form {
    CLEAN_LINE,   /* one line without its end */
    CLEAN_LINES,  /* with line feeds and tabs */
    CLEAN_COLOURS /* and the command's own colours */
};

bool is_clean(const char *text, size_t n, enum clean_form form);

#endif
