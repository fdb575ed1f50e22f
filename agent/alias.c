/* Type aliases (`type X = ...`, 3.12 on): the value is computed by a function when somebody asks for it, and
 * kept. What the function's code before a change has computed is not what its code after it says. */
#include "alias.h"
#include "layout.h"

static bool is_of_value(const struct entry *e)
{
    return e->kind == J_WORD && Py_TYPE(e->owner) == layout.alias.type &&
           e->index == layout.alias.value;
}

static int plan_alias(struct plan *p, PyObject *alias)
{
    PyObject *value = *word_at(alias, layout.alias.value);

    if (!value) /* only that an undo finds it so */
        return journal_note(&p->journal, J_WORD, alias, NULL, layout.alias.value, NULL, NULL);
    return journal_add(&p->journal, J_WORD, alias, NULL, layout.alias.value, value, NULL);
}

/* The functions that get another code, and the aliases whose value another one takes the place of. */
static int note_planned(const struct plan *p, struct ptrmap *planned)
{
    for (Py_ssize_t i = 0; i < p->journal.count; i++)
        if (is_of_value(&p->journal.entries[i]) &&
            ptrmap_set(planned, p->journal.entries[i].owner, 1) < 0)
            return -1;
    return plan_coded(p, planned);
}

int plan_aliases(struct plan *p)
{
    struct ptrmap planned = {0};
    int rc = p->aliases.count ? note_planned(p, &planned) : 0;

    for (Py_ssize_t i = 0; rc == 0 && i < p->aliases.count; i++) {
        PyObject *alias = p->aliases.items[i].a;
        PyObject *function = *word_at(alias, layout.alias.function);
        if (function && ptrmap_has(&planned, function) && !ptrmap_has(&planned, alias))
            rc = plan_alias(p, alias);
    }
    ptrmap_free(&planned);
    return rc;
}

PyObject *alias_computed(const struct entry *e)
{
    return is_of_value(e) && !e->old ? *word_at(e->owner, e->index) : NULL;
}
