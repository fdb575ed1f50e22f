/* Where CPython keeps what the API does not tell of its interpreters. */
#ifndef REIMPORT_PLACES_H
#define REIMPORT_PLACES_H

#include "py.h"
#include <stdbool.h>
#include <stdint.h>

/* PyThreadState: so in every CPython */
enum { PLACE_PREV = 0, PLACE_NEXT = 8, PLACE_INTERP = 16 };

/* Offsets in bytes; -1: there is none. */
struct places {
    Py_ssize_t
        head;      /* in _PyRuntime: the list; its lock before it, the main interpreter after it */
    Py_ssize_t id; /* in an interpreter */
    Py_ssize_t finalizing; /* an int */
    Py_ssize_t gil;        /* a pointer */
    Py_ssize_t number;     /* up to 3.12: in a thread state, PyThreadState_GetID() */
    /* from 3.12 to 3.14: */
    Py_ssize_t threads; /* in an interpreter: the newest thread state */
    /* only 3.13 and 3.14: */
    Py_ssize_t size;    /* that of an interpreter */
    Py_ssize_t whence;  /* a long: who made it */
    Py_ssize_t own_gil; /* what `gil` points to, if it has its own */
    Py_ssize_t locked;  /* in an interpreter whose GIL is its own: an int */
    Py_ssize_t holder;  /* the thread state that had it last */
};

static inline Py_ssize_t number_in(const void *base, Py_ssize_t at)
{
    return *(const Py_ssize_t *)((const char *)base + at);
}

static inline void *pointer_in(const void *base, Py_ssize_t at)
{
    return *(void *const *)((const char *)base + at);
}

static inline void place_put(void *base, Py_ssize_t at, void *value)
{
    *(void **)((char *)base + at) = value;
}

static inline int int_in(const void *base, Py_ssize_t at)
{
    return __atomic_load_n((const int *)((const char *)base + at), __ATOMIC_SEQ_CST);
}

/* False: this CPython is laid out in an unknown way. */
bool places_find(struct places *at);

/* Whether the places are what they should be, for the main interpreter, which stays. */
bool places_check(const struct places *at);

/* The lock of the list of interpreters, and of each one's list of thread states. All hold it for a short
 * time only, and none while it waits for a GIL. Neither function gives up a GIL that is held.
 * places_lock() tries for a second. */
bool places_try_lock(const struct places *at);
bool places_lock(const struct places *at);
void places_unlock(const struct places *at);

/* The interpreter with that ID, or NULL; the list is locked. */
PyInterpreterState *places_interpreter(int64_t id);

/* Takes a thread state out of its interpreter's list, which is locked. */
void places_take_out(const struct places *at, PyThreadState *thread);

#endif
