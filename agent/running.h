/* What frames run, and generators, coroutines and asynchronous generators in the middle of it. Reading f_code,
 * gi_code and gi_frame in Python is told to the program's audit hooks, as object.__getattr__: a hook written in
 * Python lets other threads run, and what is being planned may go meanwhile. None of these raises an event or runs
 * Python code. They need layout_find(). */
#ifndef REIMPORT_RUNNING_H
#define REIMPORT_RUNNING_H

#include "py.h"
#include <stdbool.h>

/* The code of a frame object: borrowed from the frame. */
PyObject *frame_code(PyObject *frame);

/* Calls visit(frame, thread, arg) for each frame that runs, all borrowed: `frames` has the innermost one of each
 * thread by the thread's identifier. A nonzero answer ends it, and is returned; -1 with an exception. */
int frames_each(PyObject *frames, int (*visit)(PyObject *frame, PyObject *thread, void *arg),
                void *arg);

/* Since 3.11: where what a frame object stands for is (struct _PyInterpreterFrame). */
const char *frame_inner(PyObject *frame);

/* True for a generator, a coroutine or an asynchronous generator. */
bool is_suspended(PyObject *o);

/* Of such a one: its code, borrowed from it. */
PyObject *suspended_code(PyObject *o);

/* True if it runs no more: its gi_frame, cr_frame or ag_frame is None. */
bool suspended_has_ended(PyObject *o);

/* The line where one is that has not ended. A new reference, to None if there is no such line; NULL with an
 * exception. */
PyObject *suspended_line(PyObject *o);

#endif
