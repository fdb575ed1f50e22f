/* One command at a time: see turn_take(). */
#ifndef REIMPORT_TURN_H
#define REIMPORT_TURN_H

#include "inject.h"

/* Waits, until the deadline, for another command and for the agent of an earlier one to have left
 * the process. Afterwards others wait until s->mem_fd is closed. STATUS_TIMEOUT, with who is at
 * work. */
int turn_take(struct session *s, struct err *err);

#endif
