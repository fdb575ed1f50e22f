#include "inside.h"
#include "interps.h"
#include "obj.h"
#include "opengil.h"
#include "pin.h"
#include "rt.h"
#include "seize.h"

/* From this version on each thread state has what changes with its interpreter. */
#define OWN_STATE 0x030d

static bool is_guarded(void)
{
    return py.p_PyThreadState_EnsureFromView != NULL;
}

/* PyThreadState_New(); NULL without memory. 3.11's own follows a null pointer then (Python/pystate.c:
 * what it made goes to _PyThreadState_SetCurrent() unseen), so there its two halves are called. */
static PyThreadState *new_state(PyInterpreterState *interpreter)
{
    PyThreadState *made;

    if (!py.p__PyThreadState_SetCurrent || !py.p__PyThreadState_Prealloc)
        return PyThreadState_New(interpreter);
    made = _PyThreadState_Prealloc(interpreter);
    if (made)
        _PyThreadState_SetCurrent(made);
    return made;
}

/* ---- the main interpreter ---- */

/* A thread state of the main interpreter, and its GIL. */
static bool enter_main(struct inside *in)
{
    int64_t start = rt_monotonic_ns();

    if (!gil_may_take())
        return false;
    in->outer = new_state(PyInterpreterState_Main());
    in->starved = !in->outer;
    if (in->starved)
        return false;
    PyEval_RestoreThread(in->outer);
    if (!gil_may_take()) {
        PyThreadState_Clear(in->outer);
        PyThreadState_DeleteCurrent();
        return false;
    }
    in->wait_ms = (double)(rt_monotonic_ns() - start) / 1e6;
    return true;
}

/* Our thread state of the main interpreter, renumbered, becomes one of `state`. The two share the GIL, which is
 * held. */
static void move_to(const struct inside *in, PyInterpreterState *state)
{
    *interps_of_thread(in->outer) = state;
}

static enum entrance refuse(struct inside *in, PyObject *type, const char *why)
{
    PyErr_Format(type, "interpreter %lld %s", (long long)in->id, why);
    return ENTRY_REFUSED;
}

/* ---- with a pin ---- */

/* It is in the list before its modules are there, and its creator may let others run meanwhile. */
static bool is_ready(void)
{
    PyObject *modules = PySys_GetObject("modules");

    return modules && PyDict_Check(modules) && obj_item(modules, "__main__");
}

/* Takes the pins out, the main interpreter's last. Our thread state of that one is the current one. */
static void unpin(struct inside *in)
{
    if (in->pin) {
        move_to(in, in->state);
        pin_drop(in->pin);
        move_to(in, PyInterpreterState_Main());
    }
    if (in->main_pin)
        pin_drop(in->main_pin);
    in->pin = in->main_pin = NULL;
    py_clear(&in->gc);
}

/* Both pins, or none. On return the main interpreter is the current one. */
static enum entrance pin_both(struct inside *in)
{
    bool ready;

    in->main_pin = pin_set(in->gc);
    move_to(in, in->state);
    ready = is_ready();
    if (ready && in->main_pin)
        in->pin = pin_set(in->gc);
    PyErr_Clear();
    move_to(in, PyInterpreterState_Main());
    if (in->pin)
        return ENTRY_DONE;
    unpin(in);
    return refuse(in, PyExc_RuntimeError,
                  ready ? "cannot be kept from ending, so it is left alone"
                        : "is still being made; try again");
}

static enum entrance enter_pinned(struct inside *in)
{
    if (pin_both(in) != ENTRY_DONE)
        return ENTRY_REFUSED;
    if (interps_version() < OWN_STATE) {
        move_to(in, in->state);
        return ENTRY_DONE;
    }
    in->inner = new_state(in->state);
    if (!in->inner) {
        unpin(in);
        return refuse(in, PyExc_MemoryError, "cannot be entered");
    }
    PyThreadState_Swap(in->inner);
    return ENTRY_DONE;
}

/* From the inside, or from the main interpreter if we came no further. */
static void leave_pinned(struct inside *in)
{
    PyThreadState *own = in->inner ? in->inner : in->outer;

    PyThreadState_Clear(own); /* what it holds is the sub-interpreter's */
    if (in->inner) {
        PyThreadState_Swap(in->outer);
        PyThreadState_Delete(in->inner);
    }
    move_to(in, PyInterpreterState_Main());
    unpin(in);
    if (in->inner)
        PyThreadState_Clear(in->outer);
    PyThreadState_DeleteCurrent();
}

static void join_pinned(struct inside *in)
{
    if (in->outer) /* at once: from 3.9 to 3.12 who waits asks only its own interpreter's threads to
                    * give up the GIL */
        move_to(in, in->state);
    PyEval_RestoreThread(in->inner ? in->inner : in->outer);
}

/* ---- with a GIL of its own ---- */

/* Without any GIL. Python that is ending meanwhile waits for our pin, but seize() sees it. */
static enum seized seize_patiently(int64_t id, PyThreadState *bridge, struct serve_link *link,
                                   int64_t until)
{
    enum seized seized;

    while ((seized = seize(id, bridge)) == SEIZED_BUSY && link_now() < until && link_open(link))
        rt_poll(NULL, 0, 1);
    return seized;
}

/* In the sub-interpreter, with its GIL, and nothing keeps it from ending when that is given up. False: we are
 * in no interpreter. */
static bool settle(struct inside *in, PyThreadState *bridge)
{
    in->state = *interps_of_thread(bridge);
    in->pin = is_ready() ? pin_set(in->gc) : NULL;
    in->inner = in->pin ? seize_more(in->state) : NULL;
    PyErr_Clear();
    if (in->inner)
        PyThreadState_Swap(in->inner);
    PyThreadState_Clear(bridge);
    if (in->inner) {
        PyThreadState_Delete(bridge);
        return true;
    }
    if (in->pin)
        pin_drop(in->pin);
    in->pin = NULL;
    PyThreadState_DeleteCurrent();
    return false;
}

static enum entrance refuse_seized(struct inside *in, enum seized seized)
{
    in->busy = seized == SEIZED_BUSY;
    in->ended = seized == SEIZED_GONE;
    if (in->ended)
        return refuse(in, PyExc_RuntimeError, "is ending");
    if (in->busy && interps_version() < OWN_STATE)
        return refuse(
            in, PyExc_TimeoutError,
            "has a GIL of its own, and on Python 3.12 can be entered only while that is free; "
            "there was no such moment, and nothing was changed");
    if (in->busy)
        return refuse(in, PyExc_TimeoutError,
                      "has a GIL of its own, and before Python 3.15 can be entered only while no "
                      "thread is in it; there was no such moment, and nothing was changed");
    return refuse(in, PyExc_RuntimeError, "cannot be kept from ending, so it is left alone");
}

/* With the main interpreter's GIL, as on return unless it is ENTRY_DONE. */
static enum entrance enter_own(struct inside *in, struct serve_link *link, int64_t until)
{
    PyThreadState *bridge = new_state(PyInterpreterState_Main());
    enum seized seized = SEIZED_DONE;
    int64_t start = rt_monotonic_ns();

    in->main_pin = pin_set(in->gc);
    PyErr_Clear();
    if (bridge && in->main_pin && seize_prepare(in->outer, bridge)) {
        PyEval_SaveThread();
        seized = seize_patiently(in->id, bridge, link, until);
        in->wait_ms += (double)(rt_monotonic_ns() - start) / 1e6;
        in->own_gil = seized == SEIZED_DONE && settle(in, bridge);
        if (in->own_gil)
            return ENTRY_DONE;
        PyEval_RestoreThread(in->outer);
        if (seized == SEIZED_DONE || !seize_give_up(bridge))
            bridge = NULL;
    }
    if (bridge) {
        PyThreadState_Clear(bridge);
        PyThreadState_Delete(bridge);
    }
    unpin(in);
    return refuse_seized(in, seized);
}

static void leave_own(struct inside *in)
{
    PyThreadState_Clear(in->inner);
    pin_drop(in->pin);
    PyThreadState_DeleteCurrent(); /* who ends it has waited for this, and finds no other thread state */
    PyEval_RestoreThread(in->outer);
    pin_drop(in->main_pin);
    PyThreadState_Clear(in->outer);
    PyThreadState_DeleteCurrent();
}

/* ---- with a GIL of its own, which can be had whenever it is free: 3.12 ---- */

static bool by_open_gil(const struct inside *in)
{
    return in->own_gil && !in->inner;
}

/* In the sub-interpreter, or where we were before. */
static enum seized enter_once(struct inside *in)
{
    enum seized seized = opengil_enter(in->id, in->outer);
    bool ready;

    if (seized != SEIZED_DONE)
        return seized;
    in->state = *interps_of_thread(in->outer);
    ready = is_ready();
    in->pin = ready ? pin_set(in->gc) : NULL;
    PyErr_Clear();
    if (!in->pin)
        opengil_leave(in->outer);
    return ready ? SEIZED_DONE : SEIZED_BUSY;
}

/* With the main interpreter's GIL, as on return unless it is ENTRY_DONE. */
static enum entrance enter_open(struct inside *in, struct serve_link *link, int64_t until)
{
    enum seized seized = SEIZED_DONE;
    int64_t start = rt_monotonic_ns();

    in->main_pin = pin_set(in->gc);
    PyErr_Clear();
    if (in->main_pin && opengil_prepare(in->outer))
        while ((seized = enter_once(in)) == SEIZED_BUSY && link_now() < until && link_open(link))
            gil_let_others_run();
    in->wait_ms += (double)(rt_monotonic_ns() - start) / 1e6;
    in->own_gil = in->pin != NULL;
    if (in->own_gil)
        return ENTRY_DONE;
    unpin(in);
    return refuse_seized(in, seized);
}

static void leave_open(struct inside *in)
{
    PyThreadState_Clear(in->outer); /* what it holds is the sub-interpreter's */
    pin_drop(in->pin);
    opengil_leave(in->outer);
    pin_drop(in->main_pin);
    PyThreadState_DeleteCurrent();
}

/* `in->outer` was never used. */
static bool join_open(struct inside *in)
{
    PyEval_RestoreThread(in->outer);
    if (!opengil_prepare(in->outer)) {
        PyThreadState_Clear(in->outer);
        PyThreadState_DeleteCurrent();
        return false;
    }
    PyEval_SaveThread();
    move_to(in, in->state);
    PyEval_RestoreThread(in->outer);
    return true;
}

/* ---- with a guard ---- */

/* A view is the ID and nothing else (Python/pystate.c); that of the main interpreter shows whether it
 * is so here. Where we come out is checked by the caller. */
static struct _PyThreadStateToken *enter_view(int64_t id)
{
    struct _PyInterpreterView *view = PyInterpreterView_FromMain();
    struct _PyThreadStateToken *token = NULL;

    if (view && *(int64_t *)view == MAIN_ID) {
        *(int64_t *)view = id;
        token = PyThreadState_EnsureFromView(view);
    }
    if (view)
        PyInterpreterView_Close(view);
    return token;
}

static bool enter_guarded(struct inside *in)
{
    int64_t start = rt_monotonic_ns();

    in->token = enter_view(in->id);
    in->wait_ms = (double)(rt_monotonic_ns() - start) / 1e6;
    if (!in->token)
        return false;
    in->state = PyInterpreterState_Get();
    if (PyInterpreterState_GetID(in->state) == in->id && is_ready())
        return true;
    PyThreadState_Release(in->token);
    in->token = NULL;
    return false;
}

/* ---- both ---- */

static enum entrance refuse_or_enter(struct inside *in, const struct interps *found,
                                     struct serve_link *link, int64_t until)
{
    const struct interp *one = interps_get(found, in->id);

    in->ended = !one || one->ending || is_guarded();
    if (!one) {
        interps_refuse(found, in->id);
        return ENTRY_REFUSED;
    }
    if (in->ended)
        return refuse(in, PyExc_RuntimeError, "is ending");
    if (one->own_gil && interps_version() >= OWN_STATE)
        return enter_own(in, link, until);
    if (interps_version() < OWN_STATE && !interps_renumber(in->outer))
        return refuse(in, PyExc_RuntimeError,
                      "cannot be entered: this Python is not laid out as expected");
    if (one->own_gil)
        return enter_open(in, link, until);
    in->state = one->state;
    return enter_pinned(in);
}

enum entrance inside_enter(struct inside *in, int64_t id, struct serve_link *link, int64_t until)
{
    struct interps found;
    enum entrance entry;

    *in = (struct inside){.id = id};
    if (id != MAIN_ID && is_guarded() && gil_may_take() && enter_guarded(in)) {
        in->was_known = gil_is_known();
        return ENTRY_DONE;
    }
    if (!enter_main(in))
        return ENTRY_GONE;
    in->was_known = gil_is_known();
    in->state = PyInterpreterState_Main();
    if (id == MAIN_ID)
        return ENTRY_DONE;
    in->gc = pin_collector();
    if (interps_find(&found) < 0)
        return ENTRY_REFUSED;
    entry = refuse_or_enter(in, &found, link, until);
    interps_free(&found);
    if (entry == ENTRY_DONE)
        in->was_known = gil_is_known();
    return entry;
}

bool inside_join(struct inside *in, const struct inside *first)
{
    *in = (struct inside){
        .id = first->id, .joined = first, .state = first->state, .own_gil = first->own_gil};
    if (first->token)
        return enter_guarded(in);
    if (!gil_may_take())
        return false;
    if (first->inner)
        in->inner = new_state(first->state);
    else
        in->outer = new_state(PyInterpreterState_Main());
    if (!in->inner && !in->outer)
        return false;
    if (in->outer && in->id != MAIN_ID)
        interps_renumber(in->outer); /* as it could the first one */
    if (!by_open_gil(in))
        join_pinned(in);
    else if (!join_open(in))
        return false;
    in->was_known = gil_is_known();
    return true;
}

void inside_leave(struct inside *in)
{
    if (!in->was_known)
        gil_forget_thread();
    PyErr_Clear();
    if (in->token) {
        PyThreadState_Release(in->token);
    } else if (in->joined && (in->inner || in->own_gil)) {
        PyThreadState_Clear(in->inner ? in->inner : in->outer);
        PyThreadState_DeleteCurrent();
    } else if (by_open_gil(in)) {
        leave_open(in);
    } else if (in->own_gil) {
        leave_own(in);
    } else {
        leave_pinned(in);
    }
}

bool inside_needs_turns(const struct inside *in)
{
    return in->pin && !in->own_gil && interps_version() >= 0x0309 && interps_version() <= 0x030c;
}

void inside_interrupt(const struct inside *in, unsigned long worker, PyObject *exception)
{
    bool moved = in->outer && !in->inner;

    if (by_open_gil(in)) {
        opengil_interrupt(in->joined->outer, exception);
        return;
    }
    if (moved) /* the worker is listed there */
        move_to(in, PyInterpreterState_Main());
    PyThreadState_SetAsyncExc(worker, exception);
    if (moved)
        move_to(in, in->state);
}
