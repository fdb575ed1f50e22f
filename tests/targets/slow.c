/* A library that takes long to load: its constructor runs under the dynamic linker's lock. */
#include <unistd.h>

__attribute__((constructor)) static void wait_long(void)
{
    sleep(4);
}
