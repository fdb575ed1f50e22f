/* Frames that run new code already: a thread that the new top level started, a generator that it made.
 * They must be told of the namespace that survives before the other one goes. From 3.11 on a frame
 * holds its globals by address only (Include/internal/pycore_frame.h); before, a frame is an object
 * that owns them, but the collector does not know one that runs. */
#include "layout.h"
#include "plan.h"
#include "running.h"

enum { FRAME_WORDS = 12 };

static int plan_address(struct plan *p, PyObject *owner, Py_ssize_t at, PyObject *goal)
{
    PY_AUTO PyObject *was = PyLong_FromVoidPtr(*word_at(owner, at));
    PY_AUTO PyObject *is = PyLong_FromVoidPtr(goal);

    return was && is ? journal_add(&p->journal, J_NUMBER, owner, NULL, at, was, is) : -1;
}

/* Words of `owner`, from byte offset `at` on, that are the address of a fresh namespace. */
static int plan_globals(struct plan *p, PyObject *owner, Py_ssize_t at, Py_ssize_t words)
{
    for (Py_ssize_t end = at + words * 8; at < end; at += 8) {
        PyObject *word = *word_at(owner, at);
        Py_ssize_t unit = ptrmap_get(&p->new_globals, word);
        if (unit < 0)
            continue;
        PyObject *goal = unit_old_dict(&p->r->units[unit]);
        int rc = layout.version >= 0x030b
                     ? plan_address(p, owner, at, goal)
                     : journal_add(&p->journal, J_WORD, owner, NULL, at, word, goal);
        if (rc < 0)
            return -1;
        p->journal.entries[p->journal.count - 1].lasting = true;
    }
    return 0;
}

/* The globals are among the first words of the frame proper. */
static int plan_frame(struct plan *p, PyObject *frame)
{
    if (layout.version < 0x030b)
        return ptrmap_has(&p->handled, frame) ? 0 : plan_globals(p, frame, 16, FRAME_WORDS);
    const char *inner = frame_inner(frame);
    return plan_globals(p, frame, inner - (const char *)frame, FRAME_WORDS);
}

static int plan_if_fresh(PyObject *frame, PyObject *thread, void *arg)
{
    struct plan *p = arg;
    PY_AUTO PyObject *globals = PyObject_GetAttrString(frame, "f_globals");

    (void)thread;
    if (!globals)
        return -1;
    return ptrmap_has(&p->new_globals, globals) ? plan_frame(p, frame) : 0;
}

int plan_frames(struct plan *p)
{
    if (frames_each(p->frames, plan_if_fresh, p) < 0)
        return -1;
    for (Py_ssize_t i = 0; layout.version >= 0x030b && i < p->suspended.count; i++) {
        PyObject *o = p->suspended.items[i].a;
        if (plan_globals(p, o, 16, (object_size(o) - 16) / 8) < 0)
            return -1;
    }
    return PyErr_Occurred() ? -1 : 0;
}
