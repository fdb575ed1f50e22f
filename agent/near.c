/* Edit distance over the UTF-8 of dotted names; a name whose last part alone was given counts as
 * close. */
#include "near.h"

#define NAME_MAX_BYTES 128
#define KEPT 3

struct near {
    PyObject *name[KEPT]; /* borrowed from the dict */
    int distance[KEPT];
};

/* Copies the UTF-8 of `s` into `to`; its length, or -1 if it is none or too long. */
static int bytes_of(PyObject *s, char *to)
{
    PY_AUTO PyObject *bytes = PyUnicode_Check(s) ? PyUnicode_AsUTF8String(s) : NULL;
    Py_ssize_t n = bytes ? PyBytes_Size(bytes) : -1;
    const char *from = bytes ? PyBytes_AsString(bytes) : NULL;

    if (!bytes)
        PyErr_Clear();
    if (n < 0 || n > NAME_MAX_BYTES)
        return -1;
    for (Py_ssize_t i = 0; i < n; i++)
        to[i] = from[i];
    return (int)n;
}

static int least(int a, int b, int c)
{
    int ab = a < b ? a : b;

    return ab < c ? ab : c;
}

/* Levenshtein's distance. */
static int distance(const char *a, int na, const char *b, int nb)
{
    int row[NAME_MAX_BYTES + 1];

    for (int j = 0; j <= nb; j++)
        row[j] = j;
    for (int i = 1; i <= na; i++) {
        int corner = row[0];

        row[0] = i;
        for (int j = 1; j <= nb; j++) {
            int above = row[j];

            row[j] = least(above + 1, row[j - 1] + 1, corner + (a[i - 1] != b[j - 1]));
            corner = above;
        }
    }
    return row[nb];
}

/* True if `b` ends with "." and `a`. */
static bool is_last_part(const char *a, int na, const char *b, int nb)
{
    if (nb <= na || b[nb - na - 1] != '.')
        return false;
    for (int i = 0; i < na; i++)
        if (a[i] != b[nb - na + i])
            return false;
    return true;
}

static void keep(struct near *near, PyObject *name, int how_far)
{
    int at = KEPT;

    while (at > 0 && (!near->name[at - 1] || near->distance[at - 1] > how_far))
        at--;
    if (at == KEPT)
        return;
    for (int i = KEPT - 1; i > at; i--) {
        near->name[i] = near->name[i - 1];
        near->distance[i] = near->distance[i - 1];
    }
    near->name[at] = name;
    near->distance[at] = how_far;
}

static void search(struct near *near, const char *a, int na, PyObject *dict)
{
    char b[NAME_MAX_BYTES];
    PyObject *key;
    PyObject *value;
    Py_ssize_t at = 0;

    while (PyDict_Next(dict, &at, &key, &value)) {
        int nb = bytes_of(key, b);
        int how_far;

        if (nb <= 0 || value == Py_None) /* None: such a module must not be imported */
            continue;
        how_far = is_last_part(a, na, b, nb) ? 1 : distance(a, na, b, nb);
        if (how_far <= 1 + na / 4 && how_far < na)
            keep(near, key, how_far);
    }
}

PyObject *near_names(PyObject *name, PyObject *dict)
{
    PY_AUTO PyObject *list = PyList_New(0);
    struct near near = {.distance = {0}};
    char a[NAME_MAX_BYTES];
    int na = bytes_of(name, a);

    if (!list)
        return NULL;
    if (na > 0)
        search(&near, a, na, dict);
    for (int i = 0; i < KEPT && near.name[i]; i++)
        if (PyList_Append(list, near.name[i]) < 0)
            return NULL;
    return py_steal(&list);
}
