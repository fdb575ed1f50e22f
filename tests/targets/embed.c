/* A program that embeds Python as a plug-in host does: libpython is opened RTLD_LOCAL, so its symbols
 * are in nobody's scope.  embed LIBPYTHON [PYTHON'S ARGUMENTS]...
 * With $EMBED_NAMESPACE it is loaded into a namespace of its own, with a libc of its own.
 * Before that, a second one that $EMBED_IDLE names; if it is $EMBED_BEGUN, its Py_GetVersion() is called, too. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

static void load_second(const char *name, int begin)
{
    void *library = name ? dlopen(name, RTLD_NOW | RTLD_LOCAL) : NULL;
    const char *(*version)(void) = library ? dlsym(library, "Py_GetVersion") : NULL;

    if (name && !version)
        fprintf(stderr, "embed: %s\n", dlerror());
    if (version && begin)
        version();
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "usage: embed LIBPYTHON [ARGUMENT]...\n");
        return 2;
    }
    load_second(getenv("EMBED_IDLE"), 0);
    load_second(getenv("EMBED_BEGUN"), 1);
    void *library = getenv("EMBED_NAMESPACE") ? dlmopen(LM_ID_NEWLM, argv[1], RTLD_NOW)
                                              : dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
    int (*python_main)(int, char **) = library ? dlsym(library, "Py_BytesMain") : NULL;
    if (!python_main) {
        fprintf(stderr, "embed: %s\n", dlerror());
        return 1;
    }
    argv[1] = argv[0];
    return python_main(argc - 1, argv + 1);
}
