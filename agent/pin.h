/* Keeps an interpreter from ending while our thread is in it, up to 3.14.
 *
 * Py_EndInterpreter() calls what is registered with atexit before it takes anything down (and before
 * it looks whether other threads are left, which is fatal up to 3.13). What we register waits there
 * for a lock that we hold. All of it is the interpreter's own: nothing points into the agent. */
#ifndef REIMPORT_PIN_H
#define REIMPORT_PIN_H

#include "py.h"

/* What stops the collector in any interpreter, for pin_set(): the module gc, a new reference, or NULL, without
 * an exception, where it is not needed (from 3.10 on) or not to be had. May run Python code and give the GIL up, so it
 * comes before the look at an interpreter's state. To be dropped in the interpreter where it was asked for. */
PyObject *pin_collector(void);

/* Both with that interpreter as the current one.
 *
 * pin_set(): the pin, a new reference, or NULL with an exception. In one hold of the GIL with the look at the
 * interpreter's state (interps.h), so it runs no Python code and does not give the GIL up: nothing is imported,
 * nothing is collected, and where the program has put code of its own in the place of what is called, there
 * is no pin. */
PyObject *pin_set(PyObject *gc);

/* Takes it out, steals the reference. Whoever ends the interpreter can go on from then on. Never
 * fails; drops a pending exception. */
void pin_drop(PyObject *pin);

#endif
