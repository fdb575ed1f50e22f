/* libc and Python in the memory of a process that made its own tables: cli/python.c, all that is
 * looked up before a thread is touched. */
#include "python.h"
#include "target.h"

static void check_text(const char *text, size_t size)
{
    REQUIRE(memchr(text, '\0', size) != NULL);
    for (; *text; text++)
        REQUIRE((unsigned char)*text >= ' ' && *text != 0x7f);
}

static void check_facts(const struct target_facts *facts)
{
    check_text(facts->python, sizeof(facts->python));
    check_text(facts->python_file, sizeof(facts->python_file));
    check_text(facts->libc, sizeof(facts->libc));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct mem mem;
    struct input input = {data, size};
    struct target_facts facts = {0};
    struct boot boot = {0};
    struct code code = {0};
    struct err err = {0};
    int found;

    target_make(&input);
    mem_init(&mem, 0);
    found = code_find(&code, &mem, -1, &facts, &err);
    check_facts(&facts);
    REQUIRE((found == 0) == !err_is_set(&err));
    if (found == 0 && code_resolve(&code, &boot, &err) == 0)
        REQUIRE(boot.dlopen && boot.pthread_create && boot.py[0]);
    check_text(err.message, sizeof(err.message));
    if (found == 0)
        code_free(&code);
    return 0;
}
