/* What the agent has instead of a libc: raw system calls and the few byte functions. */
#ifndef REIMPORT_RT_H
#define REIMPORT_RT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* System calls: 0 or more, or a negative errno value. */
struct rt_pollfd {
    int fd;
    short events;
    short revents;
};
#define RT_POLLIN 0x1
#define RT_POLLOUT 0x4
#define RT_POLLERR 0x8
#define RT_POLLHUP 0x10
#define RT_POLLRDHUP 0x2000

/* Waits up to `timeout_ms` (0: not at all); an interruption counts as nothing ready. */
int rt_poll(struct rt_pollfd *fds, unsigned count, int64_t timeout_ms);
long rt_send(int fd, const void *bytes, size_t n); /* does not wait, raises no SIGPIPE */
long rt_recv(int fd, void *bytes, size_t n);       /* does not wait; MSG_TRUNC: the true length */
int rt_close(int fd);
int rt_shutdown(int socket);       /* both ways, for every duplicate of the descriptor */
int rt_seqpacket_pair(int fds[2]); /* close-on-exec */
/* Sets the thread's signal mask, and gives the old one. */
int rt_sigmask(uint64_t mask, uint64_t *old);
/* Device and inode of a descriptor. */
int rt_identity(int fd, uint64_t *dev, uint64_t *ino);
/* True if the descriptor is that file. Another thread may change this at any time. */
bool rt_is(int fd, uint64_t dev, uint64_t ino);
/* Waits until *word is not 0, at most `timeout_ms` < 1000; looks again when it is interrupted. */
void rt_wait_word(const volatile uint32_t *word, int64_t timeout_ms);
/* The thread's name, as ps shows it: 15 bytes at most. */
void rt_thread_name(const char *name);
/* Names another thread of this process, if /proc is there. */
void rt_name_thread(int tid, const char *name);
int rt_thread_id(void);
int rt_process_id(void);
/* True if this process could map `n` bytes more at this moment (RLIMIT_AS, strict overcommit). */
bool rt_has_room(size_t n);
/* Waits until *word is not 0, at most `timeout_ms`, or without bound if that is negative; woken by
 * rt_wake(). */
void rt_await(volatile uint32_t *word, int64_t timeout_ms);
/* Sets *word to 1 and wakes whoever awaits it. */
void rt_wake(volatile uint32_t *word);
int64_t rt_monotonic_ns(void);
int64_t rt_boottime_ns(void); /* time asleep counts, as in /proc/PID/stat */
/* When the file was made, as the file system tells (statx); 0 if it does not. */
int64_t rt_birth_ns(const char *path);
int64_t rt_realtime_ns(void); /* since the epoch */

/* gcc calls these by name. */
void *memcpy(void *restrict to, const void *restrict from, size_t n);
void *memmove(void *to, const void *from, size_t n);
void *memset(void *to, int byte, size_t n);
int memcmp(const void *a, const void *b, size_t n);
size_t strlen(const char *s);
int strcmp(const char *a, const char *b);

#endif
