/* The system log's record of what was done to a process: one line, facility auth, level notice.
 *
 *   reimport[70]: uid=0 loginuid=1000 sudo_user="ann" pid=12 op=reimport
 *   result=reimported exe="/usr/bin/python3.11" modules="shop.cart,shop.handlers"
 *
 * It is written past libc's syslog(), which would wait for as long as the daemon does not read. */
#ifndef REIMPORT_AUDIT_H
#define REIMPORT_AUDIT_H

#include "job.h"

#define AUDIT_MAX 1024 /* bytes in a record, as RFC 3164 has it */

/* True if the visit may have changed the process: its request was let in, was one for a change, and
 * found something to do. */
bool audit_is_due(const struct job *job, const struct options *o);

/* The record without its header, in to[0..size), which is terminated. All but printable ASCII, and
 * quotes and backslashes, are written as \xNN. Modules that do not fit are counted instead. */
void audit_record(char *to, size_t size, const struct job *job, const struct options *o);

/* Sends the record to /dev/log. Takes a fraction of a second at most. -1, with *err set to why, if
 * it was not written. */
int audit_write(const struct job *job, const struct options *o, struct err *err);

#endif
