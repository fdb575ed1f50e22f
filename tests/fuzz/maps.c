/* The text of /proc/PID/maps: cli/maps.c. */
#include "maps.h"

#include "fuzz.h"

static void check(const struct maps *maps, size_t n)
{
    for (size_t i = 0; i < maps->count; i++) {
        const struct mapping *m = &maps->all[i];

        REQUIRE(m->start < m->end && (i == 0 || m[-1].end <= m->start));
        REQUIRE(m->path >= maps->text && m->path + strlen(m->path) <= maps->text + n);
        REQUIRE(maps_find(maps, m->start) == m && maps_find(maps, m->end - 1) == m);
        REQUIRE(maps_find(maps, m->end) != m);
        if (m->start > 0 && (i == 0 || m[-1].end < m->start))
            REQUIRE(maps_find(maps, m->start - 1) == NULL);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct maps maps;
    char *text = malloc(size + 1);

    memcpy(text, data, size);
    text[size] = '\0';
    if (maps_parse(&maps, text, size) == 0)
        check(&maps, size);
    else
        REQUIRE(maps.count == 0 && !maps.text);
    maps_free(&maps);
    return 0;
}
