/* A program that exports just enough of the Python API to be visited, for a libc that no Python is
 * at hand for; with the argument 0, of an interpreter that is not initialised. Says "ready", answers every line with the number of waits that failed, and
 * ends with its input. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))

EXPORT const unsigned long Py_Version = 0x030b07f0;
EXPORT const char *Py_GetVersion(void);
EXPORT int Py_IsInitialized(void);
EXPORT int PyGILState_Ensure(void);
EXPORT void *PyEval_SaveThread(void);

const char *Py_GetVersion(void)
{
    return "3.11.7 (not really)";
}
static int initialized = 1;

int Py_IsInitialized(void)
{
    return initialized;
}
int PyGILState_Ensure(void)
{
    return 0;
}
void *PyEval_SaveThread(void)
{
    return NULL;
}

static atomic_int bad;

static void *sleep_well(void *unused)
{
    const struct timespec time = {.tv_nsec = 20000000};

    for (;;)
        bad += nanosleep(&time, NULL) != 0;
    return unused;
}

static void *wait_well(void *unused)
{
    static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;

    pthread_mutex_lock(&mutex);
    for (;;)
        bad += pthread_cond_wait(&condition, &mutex) != 0;
    return unused;
}

int main(int argc, char **argv)
{
    pthread_t thread;
    char line[64];

    initialized = argc < 2 || argv[1][0] != '0';
    if (pthread_create(&thread, NULL, sleep_well, NULL) ||
        pthread_create(&thread, NULL, wait_well, NULL))
        return 1;
    setvbuf(stdout, NULL, _IOLBF, 0);
    puts("ready");
    while (fgets(line, sizeof(line), stdin))
        printf("= %d\n", bad);
    return 0;
}
