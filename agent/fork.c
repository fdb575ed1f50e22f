/* A process that is forked in the middle of a reimport: see fork.py. The hook is registered by the
 * first reimport of an interpreter, whose own dict then has the list that the hook looks at. */
#include "boot.h"
#include "busy.h"
#include "importing.h"
#include "obj.h"
#include "script.h"
#include "serve.h"

static const char key[] = "reimport.fork.3"; /* by the form of the entries in the list */

static int register_hook(PyObject *ns)
{
    PyObject *posix = obj_loaded("posix");
    PyObject *hook = obj_item(ns, "after_in_child");
    PY_AUTO PyObject *function =
        posix && hook ? PyObject_GetAttrString(posix, "register_at_fork") : NULL;
    PY_AUTO PyObject *none = function ? PyTuple_New(0) : NULL;
    PY_AUTO PyObject *keywords = none ? PyDict_New() : NULL;
    PyObject *done = NULL;

    if (keywords && PyDict_SetItemString(keywords, "after_in_child", hook) == 0)
        done = PyObject_Call(function, none, keywords);
    if (!done && !PyErr_Occurred())
        PyErr_SetString(PyExc_SystemError, "posix is not loaded");
    Py_DecRef(done);
    return done ? 0 : -1;
}

/* The list `at_work`: borrowed, or NULL with an exception. */
static PyObject *at_work(void)
{
    PyObject *dict = interpreter_dict();
    PyObject *list = dict ? obj_item(dict, key) : NULL;
    PY_AUTO PyObject *ns = dict && !list ? script_fork() : NULL;

    if (!ns)
        return list;
    list = obj_item(ns, "at_work");
    if (PyDict_SetItemString(dict, key, list) == 0 && register_hook(ns) == 0)
        return list;
    if (obj_item(dict, key))
        PyDict_DelItemString(dict, key);
    return NULL;
}

/* What the hook asks of a finder, where there is none yet and so nothing to be put back but locks. */
static PyObject *no_finder(void)
{
    PyObject *example = PySys_GetObject("implementation"); /* a SimpleNamespace */
    PY_AUTO PyObject *none = PyTuple_New(0);
    PY_AUTO PyObject *names = PyDict_New();

    if (!example || !none || !names ||
        obj_put(names, "ident", PyLong_FromUnsignedLongLong(PyThread_get_thread_ident())) < 0 ||
        obj_put(names, "locks", PyList_New(0)) < 0 || obj_put(names, "specs", PyList_New(0)) < 0 ||
        PyDict_SetItemString(names, "before", Py_None) < 0)
        return NULL;
    return PyObject_Call((PyObject *)Py_TYPE(example), none, names);
}

/* (descriptor, device, inode) of what the child has of our conversation, or None: a new reference. */
static PyObject *link_to_close(void)
{
    const struct boot_file *link = agent_link();
    PY_AUTO PyObject *fd = link ? PyLong_FromLongLong(link->fd) : py_new(Py_None);
    PY_AUTO PyObject *dev = link && fd ? PyLong_FromUnsignedLongLong(link->dev) : NULL;
    PY_AUTO PyObject *ino = dev ? PyLong_FromUnsignedLongLong(link->ino) : NULL;

    return !link ? py_steal(&fd) : ino ? PyTuple_Pack(3, fd, dev, ino) : NULL;
}

int fork_prepare(struct reimport *r)
{
    PyObject *stand_in = no_finder();
    PyObject *link = stand_in ? link_to_close() : NULL;

    r->forks = link ? py_new(at_work()) : NULL;
    r->fork = r->forks ? PyList_New(4) : NULL;
    if (!r->fork) {
        Py_DecRef(stand_in);
        Py_DecRef(link);
        return -1;
    }
    PyList_SetItem(r->fork, 0, stand_in);
    PyList_SetItem(r->fork, 1, py_new(r->locks));
    PyList_SetItem(r->fork, 2, py_new(Py_True));
    PyList_SetItem(r->fork, 3, link);
    return PyList_Append(r->forks, r->fork);
}

void fork_use_finder(struct reimport *r)
{
    PyList_SetItem(r->fork, 0, py_new(r->finder));
}

void fork_committed(struct reimport *r)
{
    if (r->fork)
        PyList_SetItem(r->fork, 2, py_new(Py_False));
}

void fork_over(struct reimport *r)
{
    for (Py_ssize_t i = r->fork ? PyList_Size(r->forks) : 0; i-- > 0;)
        if (PyList_GetItem(r->forks, i) == r->fork)
            PyList_SetSlice(r->forks, i, i + 1, NULL);
    py_clear(&r->fork);
    py_clear(&r->forks);
}
