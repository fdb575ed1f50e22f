/* Where CPython keeps its interpreters, and the lock of their list.
 *
 * Up to 3.11 all share one GIL, and who holds it walks safely. From 3.12 on one with a GIL of its own
 * may end at any moment, so that the list must be locked as CPython itself does (HEAD_LOCK in
 * Include/internal/pycore_runtime.h). The lock comes before the head of the list, in _PyRuntime; from
 * 3.13 on the offsets are at its start, for debuggers (Include/internal/pycore_debug_offsets.h), before
 * they are those of a table. Each is checked against what the API tells before anything is relied on. */
#include "places.h"
#include "interps.h"
#include "rt.h"

#define TRIES 1000 /* a millisecond each */

/* Of the debugger's offsets: where they stand. */
enum {
    DEBUG_VERSION = 8,
    DEBUG_HEAD = 40,
    DEBUG_SIZE = 48,
    DEBUG_ID = 56,
    DEBUG_THREADS = 72,
    DEBUG_GIL = 112, /* and what has a GIL; from 3.14 on one further */
    DEBUG_OWN_GIL = 120,
    DEBUG_LOCKED = 136,
    DEBUG_HOLDER = 144,
};

static const char *runtime(void)
{
    return (const char *)py.p__PyRuntime;
}

/* What debuggers are told; from 3.13 on. */
static bool find_debug_places(struct places *at, int version)
{
    const char *base = runtime();
    /* from the ID to the flag: struct _is in Include/internal/pycore_interp*.h */
    Py_ssize_t flag = version == 0x030d ? 48 : 40;
    Py_ssize_t more = version == 0x030d ? 0 : 8;

    if (!base || memcmp(base, "xdebugpy", 8) != 0 ||
        (number_in(base, DEBUG_VERSION) >> 16) != version)
        return false;
    at->head = number_in(base, DEBUG_HEAD);
    at->id = number_in(base, DEBUG_ID);
    at->finalizing = version < INTERPS_GUARDED ? at->id + flag : -1;
    at->gil = number_in(base, DEBUG_GIL + more);
    at->number = -1;
    at->size = number_in(base, DEBUG_SIZE);
    at->threads = number_in(base, DEBUG_THREADS);
    at->whence = at->id + flag - 16;
    at->own_gil = number_in(base, DEBUG_OWN_GIL + more);
    at->locked = number_in(base, DEBUG_LOCKED + more);
    at->holder = number_in(base, DEBUG_HOLDER + more);
    return true;
}

bool places_find(struct places *at)
{
    static const struct {
        int version;
        struct places at;
    } table[] = {
        {0x0308, {.head = -1, .id = 16, .finalizing = 48, .gil = -1, .number = 256}},
        {0x0309, {.head = -1, .id = 24, .finalizing = 56, .gil = -1, .number = 256}},
        {0x030a, {.head = -1, .id = 24, .finalizing = 56, .gil = -1, .number = 256}},
        {0x030b, {.head = -1, .id = 48, .finalizing = 84, .gil = -1, .number = 240}},
        {0x030c, {.head = 40, .id = 8, .finalizing = 44, .gil = 384, .number = 224, .threads = 72}},
    };
    int version = interps_version();

    for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++)
        if (table[i].version == version) {
            *at = table[i].at;
            return at->head < 0 || runtime();
        }
    return version >= 0x030d && find_debug_places(at, version);
}

bool places_check(const struct places *at)
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

/* PyMutex_Lock() could give the GIL up, and would then hold one while it waits for the other. */
bool places_try_lock(const struct places *at)
{
    void *lock = (void *)(uintptr_t)(runtime() + at->head - 8);
    uint8_t unlocked = 0;

    if (py.p_PyMutex_Unlock) /* its one byte: 1 is locked (Include/cpython/pylock.h) */
        return __atomic_compare_exchange_n((uint8_t *)lock, &unlocked, 1, false, __ATOMIC_SEQ_CST,
                                           __ATOMIC_RELAXED);
    return PyThread_acquire_lock(*(PyThread_type_lock *)lock, 0) == 1;
}

void places_unlock(const struct places *at)
{
    void *lock = (void *)(uintptr_t)(runtime() + at->head - 8);

    if (at->head < 0)
        return;
    if (py.p_PyMutex_Unlock)
        PyMutex_Unlock(lock);
    else
        PyThread_release_lock(*(PyThread_type_lock *)lock);
}

bool places_lock(const struct places *at)
{
    if (at->head < 0)
        return true;
    for (int i = 0; i < TRIES; i++) {
        if (places_try_lock(at))
            return true;
        rt_poll(NULL, 0, 1);
    }
    return false;
}

/* ---- what is in it ---- */

PyInterpreterState *places_interpreter(int64_t id)
{
    PyInterpreterState *state = PyInterpreterState_Head();

    while (state && PyInterpreterState_GetID(state) != id)
        state = PyInterpreterState_Next(state);
    return state;
}

void places_take_out(const struct places *at, PyThreadState *thread)
{
    void *prev = pointer_in(thread, PLACE_PREV);
    void *next = pointer_in(thread, PLACE_NEXT);

    if (prev)
        place_put(prev, PLACE_NEXT, next);
    else
        place_put(pointer_in(thread, PLACE_INTERP), at->threads, next);
    if (next)
        place_put(next, PLACE_PREV, prev);
    place_put(thread, PLACE_PREV, NULL);
    place_put(thread, PLACE_NEXT, NULL);
}
