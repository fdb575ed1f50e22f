/* A report as a person reads it. Reports hold what a process said: every string is escaped here,
 * and no key is trusted to be there or to have its type. */
#ifndef REIMPORT_RENDER_H
#define REIMPORT_RENDER_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

struct render_style {
    bool colour;
    bool verbose; /* every name, no list is cut short */
    bool dry_run;
    const char *op; /* of the request: "reimport", "undo", "status" */
};

/* Writes what was done, for standard output. Nothing if it failed. */
void render_report(FILE *to, const json_t *report, const struct render_style *style);

/* Writes why it failed, for standard error: one line and, if there is one, the traceback. Nothing
 * if the report has no error. */
void render_error(FILE *to, const json_t *report, const struct render_style *style);

#endif
