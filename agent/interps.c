/* Walking the list of interpreters.
 *
 * Up to 3.11 all share one GIL, and who holds it walks safely. From 3.12 on one with a GIL of its own
 * may end at any moment, so that the list must be locked as CPython itself does (HEAD_LOCK in
 * Include/internal/pycore_runtime.h). The lock comes before the head of the list, in _PyRuntime; from
 * 3.13 on the offsets are at its start, for debuggers (Include/internal/pycore_debug_offsets.h), before
 * they are those of a table. Each is checked against what the API tells before anything is relied on. */
#include "interps.h"
#include "obj.h"
#include "rt.h"

#define TRIES 1000 /* a millisecond each */
#define ROOM 64

enum { THREAD_INTERP = 16 }; /* PyThreadState: prev, next, interp in every CPython */

/* Offsets in bytes; -1: there is none. */
struct places {
    Py_ssize_t
        head;      /* in _PyRuntime: the list; its lock before it, the main interpreter after it */
    Py_ssize_t id; /* in an interpreter */
    Py_ssize_t finalizing; /* an int */
    Py_ssize_t gil;        /* a pointer */
};

/* Of the debugger's offsets: where they stand. */
enum { DEBUG_VERSION = 8, DEBUG_HEAD = 40, DEBUG_ID = 56, DEBUG_GIL_3_13 = 112, DEBUG_GIL = 120 };

static Py_ssize_t number_in(const void *base, Py_ssize_t at)
{
    return *(const Py_ssize_t *)((const char *)base + at);
}

static void *pointer_in(const void *base, Py_ssize_t at)
{
    return *(void *const *)((const char *)base + at);
}

static const char *runtime(void)
{
    return (const char *)py.p__PyRuntime;
}

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
    return (PyInterpreterState **)((char *)thread + THREAD_INTERP);
}

/* What debuggers are told; from 3.13 on. */
static bool find_debug_places(struct places *at, int version)
{
    const char *base = runtime();
    /* from the ID to the flag: struct _is in Include/internal/pycore_interp*.h */
    Py_ssize_t flag = version == 0x030d ? 48 : 40;

    if (!base || memcmp(base, "xdebugpy", 8) != 0 ||
        (number_in(base, DEBUG_VERSION) >> 16) != version)
        return false;
    at->head = number_in(base, DEBUG_HEAD);
    at->id = number_in(base, DEBUG_ID);
    at->finalizing = version < INTERPS_GUARDED ? at->id + flag : -1;
    at->gil = number_in(base, version == 0x030d ? DEBUG_GIL_3_13 : DEBUG_GIL);
    return true;
}

static bool find_places(struct places *at)
{
    static const struct {
        int version;
        struct places at;
    } table[] = {
        {0x0308, {-1, 16, 48, -1}}, {0x0309, {-1, 24, 56, -1}}, {0x030a, {-1, 24, 56, -1}},
        {0x030b, {-1, 48, 84, -1}}, {0x030c, {40, 8, 44, 384}},
    };
    int version = interps_version();

    for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++)
        if (table[i].version == version) {
            *at = table[i].at;
            return at->head < 0 || runtime();
        }
    return version >= 0x030d && find_debug_places(at, version);
}

/* Whether the places are what they should be, for the main interpreter, which stays. */
static bool check_places(const struct places *at)
{
    char *first = (char *)PyInterpreterState_Main();

    if (at->id < 0 || at->id > 1 << 20 || at->head > 1 << 20 || at->gil > 1 << 20 ||
        number_in(first, at->id) != PyInterpreterState_GetID((PyInterpreterState *)first) ||
        (at->head >= 0 && pointer_in(runtime(), at->head + 8) != first))
        return false;
    if (at->finalizing >= 0 && (number_in(first, at->finalizing) & 0xffffffff) > 1)
        return false;
    /* the main interpreter's GIL is a part of it */
    return at->gil < 0 || ((char *)pointer_in(first, at->gil) > first &&
                           (char *)pointer_in(first, at->gil) < first + (1 << 20));
}

/* ---- the lock of the list ---- */

/* Never waits with the GIL in a way that could give it up: PyMutex_Lock() would, and would then hold
 * one while it waits for the other. */
static bool try_lock(const struct places *at)
{
    void *lock = (void *)(uintptr_t)(runtime() + at->head - 8);
    uint8_t unlocked = 0;

    if (py.p_PyMutex_Unlock) /* its one byte: 1 is locked (Include/cpython/pylock.h) */
        return __atomic_compare_exchange_n((uint8_t *)lock, &unlocked, 1, false, __ATOMIC_SEQ_CST,
                                           __ATOMIC_RELAXED);
    return PyThread_acquire_lock(*(PyThread_type_lock *)lock, 0) == 1;
}

static void unlock(const struct places *at)
{
    void *lock = (void *)(uintptr_t)(runtime() + at->head - 8);

    if (at->head < 0)
        return;
    if (py.p_PyMutex_Unlock)
        PyMutex_Unlock(lock);
    else
        PyThread_release_lock(*(PyThread_type_lock *)lock);
}

static bool lock_list(const struct places *at)
{
    if (at->head < 0)
        return true;
    for (int i = 0; i < TRIES; i++) {
        if (try_lock(at))
            return true;
        rt_poll(NULL, 0, 1);
    }
    return false;
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
    if (!py.p_PyInterpreterState_Main || !py.p_PyInterpreterState_GetID || !find_places(&at) ||
        !check_places(&at))
        return refuse("this Python keeps its interpreters in a way unknown to reimport");
    for (int room = ROOM;; room = found->count + ROOM) {
        interps_free(found);
        found->all = PyMem_RawMalloc((size_t)room * sizeof(*found->all));
        if (!found->all)
            return PyErr_NoMemory(), -1;
        if (!lock_list(&at)) {
            interps_free(found);
            return refuse("the list of interpreters stayed locked");
        }
        found->count = walk(&at, found->all, room);
        unlock(&at);
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

    for (Py_ssize_t at = THREAD_INTERP + 8; at < 256; at += 8)
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
    if (ident < 0 || !lock_list(at))
        return refuse("the threads of the interpreter cannot be told"), NULL;
    for (PyThreadState *t = PyInterpreterState_ThreadHead(own); t && rc == 0;
         t = PyThreadState_Next(t))
        rc = add_frame(frames, t, ident);
    unlock(at);
    return rc == 0 ? py_steal(&frames) : NULL;
}

PyObject *interps_frames(void)
{
    struct interps found;
    struct places at;
    bool others = false;

    if (interps_version() < 0x030c || !find_places(&at))
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
