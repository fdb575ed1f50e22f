/* Our thread inside a sub-interpreter.
 *
 * Two dangers: Py_EndInterpreter() takes an interpreter down while we wait for its GIL, or work in it;
 * up to 3.13 it even ends the whole process when it finds a thread state of ours in it. So:
 *
 *   3.15   by a view, which guards the interpreter from before we wait until we have left (PEP 788)
 *   before, where the GIL is the main interpreter's: with that GIL held, and the interpreter not ending,
 *          a pin is set (pin.h) before the GIL is given up for the first time. Up to 3.12 our thread
 *          state is one of the main interpreter, moved over: those of the sub-interpreter are counted
 *          by _xxsubinterpreters, which takes the newest for its own. 3.13 and 3.14 tell each thread
 *          state of its interpreter's state, so there it is one of the sub-interpreter's own
 *   3.13, 3.14, where it has a GIL of its own: as soon as no thread is in it (seize.h); then a pin is set,
 *          and a thread state of its own made
 *   3.12, where it has a GIL of its own: as soon as that is free (opengil.h); then a pin is set. It keeps the
 *          thread state with which it was made, so that whoever ends it needs no lock that we could hold */
#ifndef REIMPORT_INSIDE_H
#define REIMPORT_INSIDE_H

#include "gil.h"
#include "serve.h"
#include <stdint.h>

struct inside {
    int64_t id;
    PyInterpreterState *state;
    PyThreadState *outer; /* of the main interpreter, or NULL */
    PyThreadState *inner; /* of the sub-interpreter, or NULL */
    struct _PyThreadStateToken *token;
    PyObject *pin,
        *main_pin;  /* that of the main interpreter: when Python ends, it ends all others */
    PyObject *gc;   /* pin_collector(), in the main interpreter */
    double wait_ms; /* how long its GIL was waited for */
    bool was_known; /* the threading module knew our thread before */
    bool starved;   /* gone, because there was no memory for a thread state */
    bool ended;     /* refused, because there is none such, or not any more */
    bool busy;      /* refused, because threads were in it all the time */
    bool own_gil;   /* it is not the main interpreter's that is held */
    const struct inside *joined; /* another thread of ours, which keeps it from ending */
};

/* ID 0 is the main interpreter, always. */
#define MAIN_ID 0

enum entrance { ENTRY_GONE, ENTRY_REFUSED, ENTRY_DONE };

/* Enters interpreter `id`, without the GIL. It cannot be given up once the GIL was asked for, and may
 * take as long as C code holds that; who withdraws meanwhile is found out with link_open() and
 * link_take_permit(). One that can be entered only while no thread is in it is waited for until link_now() is
 * `until`, or `link` is not open any more; no GIL is held meanwhile. ENTRY_DONE: it is the current one, its GIL is held.
 * ENTRY_REFUSED: an exception is set in the main interpreter, whose GIL is held; call inside_leave()
 * then too. ENTRY_GONE: Python is going away, or `starved`; nothing is held. */
enum entrance inside_enter(struct inside *in, int64_t id, struct serve_link *link, int64_t until);

/* Gives all up; the thread is in no interpreter. */
void inside_leave(struct inside *in);

/* A second thread of ours into the same, while the first is in it. False: it cannot. Ends with
 * inside_leave(). */
bool inside_join(struct inside *in, const struct inside *first);

/* True where a thread of another interpreter that waits for the GIL does not ask ours to give it up: from
 * 3.9 to 3.12 each asks its own interpreter only (take_gil() in Python/ceval_gil.c). Then a thread that joined
 * must ask every now and then. */
bool inside_needs_turns(const struct inside *in);

/* Raises in thread `worker`, which is inside the same, what PyThreadState_SetAsyncExc() would. */
void inside_interrupt(const struct inside *in, unsigned long worker, PyObject *exception);

#endif
