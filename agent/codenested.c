/* Groups of the code nested in code that is matched: see nested_match(). */
#include "codegroup.h"
#include "codes.h"
#include "codetree.h"

struct groups {
    struct group *all;
    Py_ssize_t count, room;
    PyObject *functions, *classes; /* dicts: name -> index */
};

/* The group of the kind and name of `code`, made if `make`. NULL if there is none, or with an exception. */
static struct group *group_of(struct groups *groups, PyObject *code, bool make)
{
    PyObject *by_name = code_is_function(code) ? groups->functions : groups->classes;
    PY_AUTO PyObject *name = code_get(code, "co_name");
    PyObject *found = name ? PyDict_GetItemWithError(by_name, name) : NULL;

    if (found)
        return &groups->all[PyLong_AsSsize_t(found)];
    if (!make || PyErr_Occurred())
        return NULL;
    void *all = array_grown(groups->all, groups->count, &groups->room, 8, sizeof(*groups->all));
    if (!all)
        return PyErr_NoMemory(), NULL;
    groups->all = all;
    PY_AUTO PyObject *index = PyLong_FromSsize_t(groups->count);
    if (!index || PyDict_SetItem(by_name, name, index) < 0)
        return NULL;
    groups->all[groups->count] = (struct group){0};
    return &groups->all[groups->count++];
}

/* `before`: what is known of the code before all of it. */
static int gather(struct groups *groups, PyObject *code, bool old, struct shift before,
                  const struct ptrmap *skip)
{
    PY_AUTO PyObject *consts = code_get(code, "co_consts");

    for (Py_ssize_t i = 0; consts && i < PyTuple_Size(consts); i++) {
        PyObject *child = PyTuple_GetItem(consts, i);
        if (Py_TYPE(child) != &PyCode_Type || ptrmap_has(skip, child))
            continue;
        long line = code_number(child, "co_firstlineno");
        struct group *g = group_of(groups, child, old);
        if (PyErr_Occurred())
            return -1;
        struct item item = {.code = child, .line = line, .before = before};
        if (g && side_add(old ? &g->old : &g->new, item) < 0)
            return -1;
    }
    return consts ? 0 : -1;
}

static int match_groups(const struct matching *m, struct groups *groups)
{
    for (Py_ssize_t i = 0; i < groups->count; i++)
        if (group_match(m, &groups->all[i]) < 0 || m->done(m->arg, &groups->all[i]) < 0)
            return -1;
    return 0;
}

int nested_match(const struct matching *m, PyObject *old, PyObject *new,
                 const struct ptrmap *skip_old, const struct ptrmap *skip_new)
{
    PY_AUTO PyObject *functions = PyDict_New();
    PY_AUTO PyObject *classes = PyDict_New();
    struct groups groups = {.functions = functions, .classes = classes};
    long line = code_number(old, "co_firstlineno");
    struct shift start = {true, line, code_number(new, "co_firstlineno") - line};
    int rc = functions && classes && !PyErr_Occurred() ? 0 : -1;

    if (rc == 0)
        rc = gather(&groups, old, true, start, skip_old);
    if (rc == 0 && groups.count)
        rc = gather(&groups, new, false, start, skip_new);
    if (rc == 0)
        rc = match_groups(m, &groups);
    for (Py_ssize_t i = 0; i < groups.count; i++)
        group_free(&groups.all[i]);
    PyMem_RawFree(groups.all);
    return rc;
}
