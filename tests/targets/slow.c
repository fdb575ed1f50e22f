/* A library that takes long to load: its constructor runs under the dynamic linker's lock. It waits until
 * there is a byte in the fifo $SLOW_GATE, or four seconds. */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

__attribute__((constructor)) static void wait_long(void)
{
    const char *gate = getenv("SLOW_GATE");
    int fd = gate ? open(gate, O_RDONLY | O_CLOEXEC) : -1;
    char byte;

    if (fd < 0)
        sleep(4);
    else if (read(fd, &byte, 1) == 1)
        close(fd);
}
