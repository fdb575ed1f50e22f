/* Where reports and errors go: standard output, standard error. */
#ifndef REIMPORT_OUT_H
#define REIMPORT_OUT_H

#include "err.h"
#include "opts.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

/* Opens what is missing of the descriptors 0 to 2, so that nothing else is opened in their place.
 * Writing to one that was missing fails. */
int out_prepare(struct err *err);

/* Writes one report as the options want it: JSON or text to standard output, the error to standard
 * error. */
void out_report(const json_t *report, const struct options *o);

/* True if a report, or a part of one, could not be written to standard output. */
bool out_is_lost(void);

/* Writes one report as a line of JSON, all of it printable ASCII. */
void out_json(FILE *to, const json_t *report);

/* Writes "reimport: MESSAGE" to standard error, in one write. */
void out_error(const char *message);

/* Closes standard output. -1 if anything that was written to it may not have arrived. */
int out_close(struct err *err);

#endif
