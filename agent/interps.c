/* Walking the list of interpreters; see places.h for its lock. */
#include "interps.h"
#include "obj.h"
#include "places.h"
#include "rt.h"

#define ROOM 64

int interps_version(void)
{
    const char *s = Py_GetVersion();
    int major = 0, minor = 0;

    for (; *s >= '0' && *s <= '9'; s++)
        major = major * 10 + *s - '0';
    for (s += *s == '.'; *s >= '0' && *s <= '9'; s++)
        minor = minor * 10 + *s - '0';
    return major << 8 | minor;
}

PyInterpreterState **interps_of_thread(PyThreadState *thread)
{
    return (PyInterpreterState **)((char *)thread + PLACE_INTERP);
}

bool interps_renumber(PyThreadState *thread)
{
    struct places at;
    uint64_t number;

    if (!places_find(&at) || at.number < 0)
        return false;
    number = (uint64_t)number_in(thread, at.number);
    if (py.p_PyThreadState_GetID ? number != PyThreadState_GetID(thread) : number - 1 >= UINT32_MAX)
        return false;
    /* Python counts from 1; of ours, no two are made at one time */
    number = UINT64_C(1) << 63 | (uint64_t)rt_monotonic_ns();
    place_put(thread, at.number, (void *)(uintptr_t)number);
    return true;
}

/* ---- the list ---- */

static struct interp look_at(const struct places *at, PyInterpreterState *state)
{
    PyInterpreterState *first = PyInterpreterState_Main();
    struct interp one = {.id = PyInterpreterState_GetID(state), .state = state};

    one.own_gil = at->gil >= 0 && pointer_in(state, at->gil) != pointer_in(first, at->gil);
    one.ending = at->finalizing >= 0 && (number_in(state, at->finalizing) & 0xffffffff) != 0;
    return one;
}

/* With the list locked. How many there are; the first `room` are filled in. */
static int walk(const struct places *at, struct interp *all, int room)
{
    int n = 0;

    for (PyInterpreterState *i = PyInterpreterState_Head(); i; i = PyInterpreterState_Next(i), n++)
        if (n < room)
            all[n] = look_at(at, i);
    return n;
}

static void sort(struct interps *found)
{
    for (int i = 1; i < found->count; i++) {
        struct interp one = found->all[i];
        int to = i;

        for (; to > 0 && found->all[to - 1].id > one.id; to--)
            found->all[to] = found->all[to - 1];
        found->all[to] = one;
    }
}

static int refuse(const char *why)
{
    PyErr_SetString(PyExc_RuntimeError, why);
    return -1;
}

int interps_find(struct interps *found)
{
    struct places at;

    *found = (struct interps){NULL, 0};
    if (!py.p_PyInterpreterState_Main || !py.p_PyInterpreterState_GetID || !places_find(&at) ||
        !places_check(&at))
        return refuse("this Python keeps its interpreters in a way unknown to reimport");
    for (int room = ROOM;; room = found->count + ROOM) {
        interps_free(found);
        found->all = PyMem_RawMalloc((size_t)room * sizeof(*found->all));
        if (!found->all)
            return PyErr_NoMemory(), -1;
        if (!places_lock(&at)) {
            interps_free(found);
            return refuse("the list of interpreters stayed locked");
        }
        found->count = walk(&at, found->all, room);
        places_unlock(&at);
        if (found->count <= room)
            break;
    }
    sort(found);
    return 0;
}

void interps_free(struct interps *found)
{
    PyMem_RawFree(found->all);
    found->all = NULL;
}

const struct interp *interps_get(const struct interps *found, int64_t id)
{
    for (int i = 0; i < found->count; i++)
        if (found->all[i].id == id)
            return &found->all[i];
    return NULL;
}

void interps_refuse(const struct interps *found, int64_t id)
{
    PY_AUTO PyObject *list = PyUnicode_FromString("");

    for (int i = 0; list && i < found->count; i++) {
        PyObject *more =
            PyUnicode_FromFormat("%U%s%lld", list, i ? ", " : "", (long long)found->all[i].id);
        Py_DecRef(list);
        list = more;
    }
    const char *there = found->count == 1 ? "is only" : "are";
    if (list)
        PyErr_Format(PyExc_ValueError, "there is no interpreter %lld; there %s %U", (long long)id,
                     there, list);
}

/* ---- frames ---- */

/* Where a thread state has Python's identifier of its thread, by our own; -1: not found. */
static Py_ssize_t find_ident(void)
{
    unsigned long ident = PyThread_get_thread_ident();
    PyThreadState *own = PyThreadState_Get();

    for (Py_ssize_t at = PLACE_INTERP + 8; at < 256; at += 8)
        if ((unsigned long)number_in(own, at) == ident)
            return at;
    return -1;
}

static int add_frame(PyObject *frames, PyThreadState *thread, Py_ssize_t ident)
{
    PY_AUTO PyObject *frame = (PyObject *)PyThreadState_GetFrame(thread);
    PY_AUTO PyObject *name =
        frame ? PyLong_FromUnsignedLongLong((unsigned long)number_in(thread, ident)) : NULL;

    if (!frame)
        return 0;
    return name ? PyDict_SetItem(frames, name, frame) : -1;
}

/* The list of threads changes under its lock, also by threads that have no GIL. */
static PyObject *own_frames(const struct places *at)
{
    PY_AUTO PyObject *frames = PyDict_New();
    PyInterpreterState *own = *interps_of_thread(PyThreadState_Get());
    Py_ssize_t ident = find_ident();
    int rc = 0;

    if (!frames)
        return NULL;
    if (ident < 0 || !places_lock(at))
        return refuse("the threads of the interpreter cannot be told"), NULL;
    for (PyThreadState *t = PyInterpreterState_ThreadHead(own); t && rc == 0;
         t = PyThreadState_Next(t))
        rc = add_frame(frames, t, ident);
    places_unlock(at);
    return rc == 0 ? py_steal(&frames) : NULL;
}

PyObject *interps_frames(void)
{
    struct interps found;
    struct places at;
    bool others = false;

    if (interps_version() < 0x030c || !places_find(&at))
        return _PyThread_CurrentFrames();
    if (interps_find(&found) < 0) {
        PyErr_Clear();
        return _PyThread_CurrentFrames();
    }
    for (int i = 0; i < found.count; i++)
        others = others || found.all[i].own_gil;
    interps_free(&found);
    return others ? own_frames(&at) : _PyThread_CurrentFrames();
}
