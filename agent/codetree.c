/* Qualified names of code objects: see codetree.h. */
#include "codetree.h"
#include "codes.h"

#define CO_OPTIMIZED                                                                               \
    0x1 /* Include/cpython/code.h: functions have it, class bodies and modules not */

long code_number(PyObject *code, const char *name)
{
    PY_AUTO PyObject *value = code_get(code, name);
    return value ? PyLong_AsLong(value) : -1;
}

bool code_is_function(PyObject *code)
{
    long flags = code_number(code, "co_flags");

    if (flags == -1)
        PyErr_Clear();
    return flags & CO_OPTIMIZED;
}

/* What the compiler itself noted (since 3.11), or what it would have. `parent` is NULL at the top. New
 * reference. */
static PyObject *qualname_of(PyObject *code, const struct code_node *parent)
{
    PyObject *noted = code_get(code, "co_qualname");

    if (noted)
        return noted;
    PyErr_Clear();
    PY_AUTO PyObject *name = code_get(code, "co_name");
    if (!name || !parent)
        return py_steal(&name);
    return PyUnicode_FromFormat(parent->function ? "%U.<locals>.%U" : "%U.%U", parent->qualname,
                                name);
}

static struct code_node *new_node(struct code_tree *tree)
{
    void *nodes = array_grown(tree->nodes, tree->count, &tree->room, 64, sizeof(*tree->nodes));

    if (!nodes) {
        PyErr_NoMemory();
        return NULL;
    }
    tree->nodes = nodes;
    return &tree->nodes[tree->count];
}

static int add_nested(struct code_tree *tree, PyObject *code, Py_ssize_t at);

static int add_node(struct code_tree *tree, PyObject *code, Py_ssize_t parent)
{
    PY_AUTO PyObject *qualname = qualname_of(code, parent < 0 ? NULL : &tree->nodes[parent]);
    long line = code_number(code, "co_firstlineno");
    struct code_node *node = qualname && !PyErr_Occurred() ? new_node(tree) : NULL;

    if (!node || ptrmap_set(&tree->by_code, code, tree->count) < 0)
        return -1;
    *node = (struct code_node){.code = code,
                               .qualname = py_steal(&qualname),
                               .line = line,
                               .next = -1,
                               .function = code_is_function(code)};
    return add_nested(tree, code, tree->count++);
}

/* `at` is the index of `code`, or -1 for the top. */
static int add_nested(struct code_tree *tree, PyObject *code, Py_ssize_t at)
{
    PY_AUTO PyObject *consts = code_get(code, "co_consts");
    int rc = consts ? 0 : -1;

    for (Py_ssize_t i = 0; rc == 0 && i < PyTuple_Size(consts); i++)
        if (Py_TYPE(PyTuple_GetItem(consts, i)) == &PyCode_Type &&
            !ptrmap_has(&tree->by_code, PyTuple_GetItem(consts, i)))
            rc = add_node(tree, PyTuple_GetItem(consts, i), at);
    return rc;
}

/* From the last node to the first, so that each chain begins with the first. */
static int chain_names(struct code_tree *tree)
{
    tree->by_name = PyDict_New();
    for (Py_ssize_t i = tree->count - 1; tree->by_name && i >= 0; i--) {
        struct code_node *node = &tree->nodes[i];
        PY_AUTO PyObject *index = PyLong_FromSsize_t(i);
        node->next = code_tree_find(tree, node->qualname);
        if (!index || PyDict_SetItem(tree->by_name, node->qualname, index) < 0)
            return -1;
    }
    return tree->by_name ? 0 : -1;
}

int code_tree_build(struct code_tree *tree, PyObject *top)
{
    return add_nested(tree, top, -1) < 0 ? -1 : chain_names(tree);
}

void code_tree_free(struct code_tree *tree)
{
    for (Py_ssize_t i = 0; i < tree->count; i++)
        Py_DecRef(tree->nodes[i].qualname);
    PyMem_RawFree(tree->nodes);
    ptrmap_free(&tree->by_code);
    py_clear(&tree->by_name);
    *tree = (struct code_tree){0};
}

Py_ssize_t code_tree_find(const struct code_tree *tree, PyObject *qualname)
{
    PyObject *index = qualname ? PyDict_GetItemWithError(tree->by_name, qualname) : NULL;
    return index ? PyLong_AsSsize_t(index) : -1;
}
