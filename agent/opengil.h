/* Going over to a sub-interpreter that has a GIL of its own, on 3.12, so that nobody can end it first.
 *
 * Whoever ends an interpreter needs its GIL to begin, and the lock of the list of interpreters to free it. So
 * that list is locked, the GIL is taken if it is free, as take_gil() in Python/ceval_gil.c does but without its
 * waiting, and from then on it cannot begin to end. What we are there is a thread state of the main
 * interpreter, moved over: _xxsubinterpreters takes the newest of an interpreter's own for its own, and
 * refuses one that has more than one. It is in no list: threads of the main interpreter walk that one's, with
 * its GIL, and leave something in each thread state (PyEval_SetProfileAllThreads() in Python/ceval.c). */
#ifndef REIMPORT_OPENGIL_H
#define REIMPORT_OPENGIL_H

#include "seize.h"

/* Takes the current thread state, one of the main interpreter whose GIL is held, out of its list for good;
 * it can still be deleted as any other, but for PyInterpreterState_*() it is not there. False: this cannot be
 * done here, and nothing was. */
bool opengil_prepare(PyThreadState *own);

/* With the main interpreter's GIL. Tries once, and waits for nothing. SEIZED_DONE: `own` is one of interpreter
 * `id` now, with that GIL and not the other. Else nothing has changed. */
enum seized opengil_enter(int64_t id, PyThreadState *own);

/* The way back: waits for the main interpreter's GIL, in which no other is held. That interpreter must be kept
 * from ending; the other need not be any more. */
void opengil_leave(PyThreadState *own);

/* Raises `exception`, one that is never freed, in the thread of `worker`, which opengil_prepare() was called
 * for, with the GIL that it needs to go on. (PyThreadState_SetAsyncExc() looks into the list.) */
void opengil_interrupt(PyThreadState *worker, PyObject *exception);

#endif
