/* A program that embeds Python as a plug-in host does: libpython is opened RTLD_LOCAL, so its symbols
 * are in nobody's scope.  embed LIBPYTHON [PYTHON'S ARGUMENTS]... */
#include <dlfcn.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "usage: embed LIBPYTHON [ARGUMENT]...\n");
        return 2;
    }
    void *library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
    int (*python_main)(int, char **) = library ? dlsym(library, "Py_BytesMain") : NULL;
    if (!python_main) {
        fprintf(stderr, "embed: %s\n", dlerror());
        return 1;
    }
    argv[1] = argv[0];
    return python_main(argc - 1, argv + 1);
}
