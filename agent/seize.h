/* Taking the GIL of a sub-interpreter that has its own, on 3.13 and 3.14, so that nobody can end it first.
 *
 * Whoever ends an interpreter needs a thread state in its list and its GIL. Both are had in one hold of the
 * lock of that list, in which the list is found empty and the GIL free: nobody can come in meanwhile, and
 * taking a GIL that is free waits for nothing. The API's PyThreadState_New() takes that lock itself, so that
 * a thread state made before, one of the main interpreter, is handed over. */
#ifndef REIMPORT_SEIZE_H
#define REIMPORT_SEIZE_H

#include "py.h"
#include <stdbool.h>
#include <stdint.h>

enum seized {
    SEIZED_GONE, /* there is none such, or it is ending, or Python is */
    SEIZED_BUSY, /* a thread is in it, or on its way, or it is still being made */
    SEIZED_DONE,
};

/* False: it cannot be done here. With the main interpreter's GIL, `own` being the current thread state;
 * `bridge` is another one of the main interpreter and of this thread, that was never used. It is taken out of that
 * one's list: threads of it walk there with its GIL, without the lock between two steps, and leave something in each
 * (PyEval_SetProfileAllThreads() in Python/ceval.c), which the one that it is handed over to would lose count of. */
bool seize_prepare(PyThreadState *own, PyThreadState *bridge);

/* Puts it back there, with the main interpreter's GIL, so that it can be deleted. False: it cannot be, not even
 * that, and is to be left as it is. */
bool seize_give_up(PyThreadState *bridge);

/* Tries once, without any GIL, and never waits for one. SEIZED_DONE: `bridge` is a thread state of
 * interpreter `id` and the current one, and has that GIL. For pinning that (pin.h) and nothing else: what it has
 * of the main interpreter, such as its number, could be taken for another's there. */
enum seized seize(int64_t id, PyThreadState *bridge);

/* Another thread state of the interpreter that was seized, with its GIL; NULL without memory. None that is a
 * part of that interpreter: PyThreadState_DeleteCurrent() writes to it after it gave the GIL up
 * (free_threadstate() in Python/pystate.c), when who ends the interpreter may have freed that. */
PyThreadState *seize_more(PyInterpreterState *state);

#endif
