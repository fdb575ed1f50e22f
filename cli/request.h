/* The request that one process is sent: see wire.h for the encoding. */
#ifndef REIMPORT_REQUEST_H
#define REIMPORT_REQUEST_H

#include "err.h"
#include "opts.h"

#include <stddef.h>
#include <stdint.h>

/* Encodes what the options ask of process `pid` into *value, to be freed by the caller. Relative
 * paths are made absolute; that fails if the process sees other files than this command does. */
int request_encode(const struct options *o, pid_t pid, uint8_t **value, size_t *size,
                   struct err *err);

#endif
