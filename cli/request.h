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

/* The options' paths as process `pid` is told them, absolute: o->arg_count of them, to be freed with
 * request_free_paths(). NULL with the error set. */
char **request_paths(const struct options *o, pid_t pid, struct err *err);
void request_free_paths(char **paths, size_t count);

#endif
