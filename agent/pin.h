/* Keeps an interpreter from ending while our thread is in it, up to 3.14.
 *
 * Py_EndInterpreter() calls what is registered with atexit before it takes anything down (and before
 * it looks whether other threads are left, which is fatal up to 3.13). What we register waits there
 * for a lock that we hold. All of it is the interpreter's own: nothing points into the agent. */
#ifndef REIMPORT_PIN_H
#define REIMPORT_PIN_H

#include "py.h"

/* Both with that interpreter as the current one, in one hold of the GIL with the look at its state
 * (interps.h), and without running Python code or giving the GIL up from 3.10 on.
 *
 * pin_set(): the pin, a new reference, or NULL with an exception. */
PyObject *pin_set(void);

/* Takes it out, steals the reference. Whoever ends the interpreter can go on from then on. Never
 * fails; drops a pending exception. */
void pin_drop(PyObject *pin);

#endif
