/* The interpreters of this process, and what the API does not tell about them. */
#ifndef REIMPORT_INTERPS_H
#define REIMPORT_INTERPS_H

#include "py.h"
#include <stdbool.h>
#include <stdint.h>

/* From this version on an interpreter can be kept from ending by the API itself (PEP 788). */
#define INTERPS_GUARDED 0x030f

struct interp {
    int64_t id; /* PyInterpreterState_GetID() */
    PyInterpreterState *state;
    bool own_gil; /* it does not share the main interpreter's */
    bool ending;  /* Py_EndInterpreter() is at work on it */
};

struct interps {
    struct interp *all; /* by ID, the main interpreter first */
    int count;
};

/* 0x030b for 3.11. */
int interps_version(void);

/* Fills in *found, to be released with interps_free(). Needs the main interpreter's GIL; then none that
 * shares it, and is not ending, can begin to end before that is given up. -1 with an exception: no
 * memory, or this CPython is laid out in an unknown way. */
int interps_find(struct interps *found);
void interps_free(struct interps *found);

/* The one with that ID, or NULL. */
const struct interp *interps_get(const struct interps *found, int64_t id);

/* ValueError that names `id` and those that exist. */
void interps_refuse(const struct interps *found, int64_t id);

/* What each thread of the current interpreter runs, as sys._current_frames() tells it: a new dict, or
 * NULL with an exception. That function looks into all interpreters, and at one with a GIL of its own
 * while that runs; where there is such a one, only the current interpreter's threads are asked. */
PyObject *interps_frames(void);

/* Gives a thread state, up to 3.12, a number that none has in any interpreter. Each has one of its interpreter's, by
 * which the values of context variables are cached (contextvar_get() in Python/context.c): one that is moved
 * would be taken for another there. False: it has none where it should be. */
bool interps_renumber(PyThreadState *thread);

/* The interpreter that a thread state belongs to. */
PyInterpreterState **interps_of_thread(PyThreadState *thread);

#endif
