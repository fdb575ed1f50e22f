/* Linear probing, at most half full. */
#include "ptrmap.h"

static size_t slot_of(const struct ptrmap *map, const void *key)
{
    size_t i = ((uintptr_t)key >> 4) * (size_t)0x9E3779B97F4A7C15u;

    for (i = (i >> 20) & map->mask; map->slots[i].key && map->slots[i].key != key;)
        i = (i + 1) & map->mask;
    return i;
}

static int grow(struct ptrmap *map)
{
    size_t room = map->mask ? (map->mask + 1) * 2 : 64;
    struct ptrmap old = *map;

    map->slots = PyMem_RawMalloc(room * sizeof(*map->slots));
    if (!map->slots) {
        *map = old;
        PyErr_NoMemory();
        return -1;
    }
    for (size_t i = 0; i < room; i++)
        map->slots[i] = (struct ptrmap_slot){0};
    map->mask = room - 1;
    for (size_t i = 0; old.mask && i <= old.mask; i++)
        if (old.slots[i].key)
            map->slots[slot_of(map, old.slots[i].key)] = old.slots[i];
    PyMem_RawFree(old.slots);
    return 0;
}

int ptrmap_set(struct ptrmap *map, const void *key, Py_ssize_t value)
{
    if (map->used * 2 >= map->mask && grow(map) < 0)
        return -1;
    size_t i = slot_of(map, key);
    map->used += !map->slots[i].key;
    map->slots[i] = (struct ptrmap_slot){.key = key, .value = value};
    return 0;
}

Py_ssize_t ptrmap_get(const struct ptrmap *map, const void *key)
{
    if (!map->mask || !key)
        return -1;
    size_t i = slot_of(map, key);
    return map->slots[i].key ? map->slots[i].value : -1;
}

void ptrmap_free(struct ptrmap *map)
{
    PyMem_RawFree(map->slots);
    *map = (struct ptrmap){0};
}

int ptrmap_copy(struct ptrmap *map, const struct ptrmap *from)
{
    ptrmap_free(map);
    for (size_t i = 0; from->mask && i <= from->mask; i++)
        if (from->slots[i].key && ptrmap_set(map, from->slots[i].key, from->slots[i].value) < 0)
            return -1;
    return 0;
}

void *array_grown(void *items, Py_ssize_t count, Py_ssize_t *room, Py_ssize_t first, size_t size)
{
    Py_ssize_t more = *room ? *room * 2 : first;

    if (count < *room)
        return items;
    items = PyMem_RawRealloc(items, (size_t)more * size);
    if (items)
        *room = more;
    return items;
}

int ptrlist_add(struct ptrlist *list, PyObject *a, PyObject *b)
{
    void *items = array_grown(list->items, list->count, &list->room, 256, sizeof(*list->items));

    if (!items)
        return -1;
    list->items = items;
    list->items[list->count++] = (struct ptrpair){a, b};
    return 0;
}

void ptrlist_free(struct ptrlist *list)
{
    PyMem_RawFree(list->items);
    *list = (struct ptrlist){0};
}
