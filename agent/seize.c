#include "seize.h"
#include "interps.h"
#include "places.h"

/* PyInterpreterState._whence (Include/internal/pycore_interp.h). One made by _PyXI_NewInterpreter() is marked
 * so when it is complete; one that a program made in C keeps a thread state anyway, or was given up half made,
 * and then is freed without any (new_interpreter() in Python/pylifecycle.c). */
enum { MADE_BY_RUNTIME = 1, MADE_BY_XI = 4 };

static bool is_part_of(const struct places *at, PyInterpreterState *state, PyThreadState *thread)
{
    return (char *)thread >= (char *)state && (char *)thread < (char *)state + at->size;
}

/* With the main interpreter's GIL. */
static bool fits(const struct places *at, PyThreadState *own, PyThreadState *bridge)
{
    PyInterpreterState *first = PyInterpreterState_Main();

    if (!places_check(at) || at->size <= 0 || at->size > 1 << 24)
        return false;
    /* the first thread state of all is a part of the main interpreter, and given back to that */
    if (is_part_of(at, first, bridge))
        return false;
    return number_in(first, at->whence) == MADE_BY_RUNTIME &&
           pointer_in(first, at->gil) == (char *)first + at->own_gil &&
           pointer_in(first, at->holder) == own && int_in(first, at->locked) == 1;
}

/* ---- with the list locked ---- */

/* A thread that has left the list may hold the GIL for a moment yet (tstate_delete_common() in
 * Python/pystate.c). */
static bool is_idle(const struct places *at, PyInterpreterState *state)
{
    return !PyInterpreterState_ThreadHead(state) && number_in(state, at->whence) >= MADE_BY_XI &&
           pointer_in(state, at->gil) == (char *)state + at->own_gil &&
           int_in(state, at->locked) == 0;
}

/* As the newest of `to`. */
static void put_in(const struct places *at, PyThreadState *thread, PyInterpreterState *to)
{
    void *next = pointer_in(to, at->threads);

    if (next)
        place_put(next, PLACE_PREV, thread);
    place_put(thread, PLACE_NEXT, next);
    place_put(thread, PLACE_INTERP, to);
    place_put(to, at->threads, thread);
}

static enum seized look(const struct places *at, int64_t id, PyThreadState *bridge)
{
    PyInterpreterState *first = PyInterpreterState_Main();
    PyInterpreterState *state = places_interpreter(id);

    if (!state || int_in(state, at->finalizing) || int_in(first, at->finalizing))
        return SEIZED_GONE;
    if (!is_idle(at, state))
        return SEIZED_BUSY;
    put_in(at, bridge, state);
    return SEIZED_DONE;
}

/* ---- without ---- */

bool seize_prepare(PyThreadState *own, PyThreadState *bridge)
{
    PyInterpreterState *first = PyInterpreterState_Main();
    struct places at;
    bool known;

    if (interps_version() < 0x030d || interps_version() > 0x030e || !places_find(&at) ||
        !fits(&at, own, bridge) || !places_lock(&at))
        return false;
    known = pointer_in(first, at.threads) == PyInterpreterState_ThreadHead(first);
    if (known)
        places_take_out(&at, bridge);
    places_unlock(&at);
    return known;
}

bool seize_give_up(PyThreadState *bridge)
{
    struct places at;

    if (!places_find(&at) || !places_lock(&at))
        return false;
    put_in(&at, bridge, PyInterpreterState_Main());
    places_unlock(&at);
    return true;
}

enum seized seize(int64_t id, PyThreadState *bridge)
{
    struct places at;
    enum seized seized;

    if (!places_find(&at) || !places_try_lock(&at))
        return SEIZED_BUSY;
    seized = look(&at, id, bridge);
    if (seized == SEIZED_DONE)
        PyEval_RestoreThread(bridge); /* whoever is in the list from now on waits for us */
    places_unlock(&at);
    return seized;
}

PyThreadState *seize_more(PyInterpreterState *state)
{
    PyThreadState *part = PyThreadState_New(state);
    PyThreadState *made = part;
    struct places at;

    if (!part || !places_find(&at) || !is_part_of(&at, state, part))
        return part;
    made = PyThreadState_New(state); /* there is but one that is a part */
    PyThreadState_Clear(part);
    PyThreadState_Delete(part);
    return made;
}
