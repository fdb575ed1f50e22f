/* One reimport at a time in an interpreter. */
#ifndef REIMPORT_BUSY_H
#define REIMPORT_BUSY_H

#include "core.h"

/* Marks the interpreter as being worked on. Waits for another reimport while the gate (or, without
 * one, its own patience) lasts; then TimeoutError that says who is at work. RuntimeError if it is
 * our own thread. */
int busy_enter(const struct gate *gate);

/* Takes our own thread's mark away. Never fails; keeps the pending exception. */
void busy_leave(void);
/* Takes the mark of another thread away, whose reimport was given up. */
void busy_give_up(unsigned long thread);

/* The interpreter's own dict, which no Python code sees: borrowed, or NULL with an exception. */
PyObject *interpreter_dict(void);

#endif
