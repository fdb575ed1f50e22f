#include "opengil.h"
#include "boot.h"
#include "interps.h"
#include "places.h"
#include "serve.h"

/* struct _gil_runtime_state in 3.12's Include/internal/pycore_gil.h, where a pthread_cond_t is 48 bytes and a
 * pthread_mutex_t 40, with glibc and musl. */
enum { HOLDER = 8, LOCKED = 16, SWITCHES = 24, MUTEX = 80, SWITCH_COND = 120, SWITCH_MUTEX = 168 };

/* PyThreadState.async_exc in 3.12's Include/cpython/pystate.h */
enum { ASYNC_EXC = 128 };

/* What is before a thread state that is in no list: it can be taken out of there, too, as
 * tstate_delete_common() in Python/pystate.c does. */
static void *nowhere[2];

/* ---- libc's ---- */

static int call(uint64_t function, void *gil, Py_ssize_t at)
{
    return ((int (*)(void *))function)((char *)gil + at);
}

static bool has_mutexes(void)
{
    const struct boot_mutexes *libc = agent_mutexes();

    return libc->trylock && libc->lock && libc->unlock && libc->signal;
}

/* ---- the GIL ---- */

static void *gil_of(const struct places *at, PyInterpreterState *state)
{
    return pointer_in(state, at->gil);
}

static bool is_own(const struct places *at, PyInterpreterState *state)
{
    PyInterpreterState *first = PyInterpreterState_Main();

    return (char *)gil_of(at, state) - (char *)state == (char *)gil_of(at, first) - (char *)first;
}

/* As the last lines of take_gil(): who gave the GIL up because it was asked to waits to hear that another
 * has it. */
static void take(void *gil, PyThreadState *own)
{
    const struct boot_mutexes *libc = agent_mutexes();

    call(libc->lock, gil, SWITCH_MUTEX);
    __atomic_store_n((int *)((char *)gil + LOCKED), 1, __ATOMIC_SEQ_CST);
    place_put(gil, HOLDER, own);
    ++*(unsigned long *)((char *)gil + SWITCHES);
    call(libc->signal, gil, SWITCH_COND);
    call(libc->unlock, gil, SWITCH_MUTEX);
}

static bool try_to_take(const struct places *at, PyInterpreterState *state, PyThreadState *own)
{
    const struct boot_mutexes *libc = agent_mutexes();
    void *gil = gil_of(at, state);
    bool open;

    if (int_in(gil, LOCKED) != 0 || call(libc->trylock, gil, MUTEX) != 0)
        return false;
    open = int_in(gil, LOCKED) == 0 && !int_in(state, at->finalizing);
    if (open)
        take(gil, own);
    call(libc->unlock, gil, MUTEX);
    return open;
}

/* ---- the list ---- */

static enum seized look(const struct places *at, PyInterpreterState *state, PyThreadState *own)
{
    if (!state || int_in(state, at->finalizing) ||
        int_in(PyInterpreterState_Main(), at->finalizing))
        return SEIZED_GONE;
    return is_own(at, state) && try_to_take(at, state, own) ? SEIZED_DONE : SEIZED_BUSY;
}

static bool fits(const struct places *at, PyThreadState *own)
{
    PyInterpreterState *first = PyInterpreterState_Main();
    void *gil;

    if (interps_version() != 0x030c || !has_mutexes() || !py.p_PyEval_AcquireLock ||
        !py.p_PyEval_ReleaseLock || !places_check(at))
        return false;
    gil = gil_of(at, first);
    return pointer_in(gil, HOLDER) == own && int_in(gil, LOCKED) == 1 &&
           pointer_in(own, ASYNC_EXC) == NULL;
}

bool opengil_prepare(PyThreadState *own)
{
    PyInterpreterState *first = PyInterpreterState_Main();
    struct places at;
    bool known;

    if (!places_find(&at) || !fits(&at, own) || !places_lock(&at))
        return false;
    known = pointer_in(first, at.threads) == PyInterpreterState_ThreadHead(first);
    if (known) {
        places_take_out(&at, own);
        place_put(own, PLACE_PREV, nowhere);
    }
    places_unlock(&at);
    return known;
}

enum seized opengil_enter(int64_t id, PyThreadState *own)
{
    PyInterpreterState *state;
    struct places at;
    enum seized seized;

    if (!places_find(&at) || !places_try_lock(&at))
        return SEIZED_BUSY;
    state = places_interpreter(id);
    seized = look(&at, state, own);
    places_unlock(&at);
    if (seized == SEIZED_DONE) {
        PyEval_ReleaseLock(); /* the main interpreter's: `own` is one of it until here */
        *interps_of_thread(own) = state;
    }
    return seized;
}

/* PyEval_ReleaseLock() looks at the interpreter once more when another can have its GIL (drop_gil() in
 * Python/ceval_gil.c), and who ends it could free it meanwhile, but for the lock. */
void opengil_leave(PyThreadState *own)
{
    struct places at;
    bool locked = places_find(&at) && places_lock(&at);

    PyEval_ReleaseLock();
    if (locked)
        places_unlock(&at);
    *interps_of_thread(own) = PyInterpreterState_Main();
    PyEval_AcquireLock();
}

void opengil_interrupt(PyThreadState *worker, PyObject *exception)
{
    if (!pointer_in(worker, ASYNC_EXC))
        place_put(worker, ASYNC_EXC, exception); /* take_gil() sees it */
}
