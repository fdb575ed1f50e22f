/* Directories by inotify: see sources.h.
 *
 * Paths are resolved inside the process's own root (openat2, RESOLVE_IN_ROOT, Linux 5.6), so that an
 * absolute link in a container leads where the process would go. */
#include "sources.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define DIRECTORIES_MAX 100000
#define DEPTH_MAX 40
#define SETTLE_MS 100  /* a deployment writes many files: wait until it pauses */
#define SETTLE_MOST 50 /* but not for ever */
#define EVENTS                                                                                     \
    (IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE | IN_DELETE_SELF |       \
     IN_MOVE_SELF | IN_ONLYDIR)

void sources_init(struct sources *s)
{
    *s = (struct sources){.inotify = -1};
}

void sources_close(struct sources *s)
{
    for (size_t i = 0; i < s->processes; i++) {
        close(s->roots[i]);
        close(s->pidfds[i]);
    }
    for (size_t i = 0; i < s->directory_count; i++)
        free(s->directories[i].path);
    free(s->directories);
    free(s->roots);
    free(s->pidfds);
    free(s->pids);
    if (s->inotify >= 0)
        close(s->inotify);
    sources_init(s);
}

static int no_memory(struct err *err)
{
    return err_set(err, STATUS_UNATTACHABLE, ENOMEM, "out of memory");
}

/* ---- directories ---- */

static int open_below(int root, const char *path, int flags)
{
    struct open_how how = {.flags = (uint64_t)flags | O_CLOEXEC,
                           .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS};

    return (int)syscall(SYS_openat2, root, *path ? path : "/", &how, sizeof(how));
}

static bool is_link(int root, const char *directory, const char *name)
{
    struct stat st;
    int fd = open_below(root, directory, O_PATH | O_DIRECTORY);
    bool link = fd >= 0 && fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(st.st_mode);

    if (fd >= 0)
        close(fd);
    return link;
}

static struct watched_directory *find_watched(const struct sources *s, int wd)
{
    for (size_t i = s->directory_count; i-- > 0;)
        if (s->directories[i].wd == wd)
            return &s->directories[i];
    return NULL;
}

static int watch_failed(const char *path, struct err *err)
{
    if (errno == ENOSPC)
        return err_set(err, STATUS_UNATTACHABLE, ENOSPC,
                       "%s: this user may watch no more directories; raise "
                       "fs.inotify.max_user_watches, or name fewer paths",
                       path);
    return err_sys(err, STATUS_UNATTACHABLE, errno, "%s: cannot be watched", path);
}

/* Watches an open directory. 1: it was not watched like that before; 0: it was, or is no more. */
static int watch_open(struct sources *s, int root, int fd, const char *path, bool deep,
                      struct err *err)
{
    struct watched_directory *more, *had;
    bool was_deep;
    char link[32];
    int wd;

    snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    wd = inotify_add_watch(s->inotify, link, EVENTS);
    if (wd < 0)
        return errno == ENOENT ? 0 : watch_failed(path, err);
    had = find_watched(s, wd);
    if (had) {
        was_deep = had->deep;
        had->deep = was_deep || deep;
        return had->deep && !was_deep;
    }
    if (s->directory_count == DIRECTORIES_MAX)
        return err_set(err, STATUS_UNATTACHABLE, EMFILE,
                       "more than %d directories below what is to be watched; name fewer paths",
                       DIRECTORIES_MAX);
    more = reallocarray(s->directories, s->directory_count + 1, sizeof(*more));
    if (!more)
        return no_memory(err);
    s->directories = more;
    more[s->directory_count] = (struct watched_directory){wd, root, strdup(path), deep};
    return more[s->directory_count++].path ? 1 : no_memory(err);
}

/* Nothing is imported from there, and it is written to for other reasons. */
static bool is_skipped(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || strcmp(name, "__pycache__") == 0 ||
           strcmp(name, ".git") == 0;
}

static int watch_directory(struct sources *s, int root, const char *path, int depth,
                           struct err *err);

static int watch_entry(struct sources *s, int root, const char *path, const struct dirent *entry,
                       int depth, struct err *err)
{
    char *below;
    int rc;

    if (is_skipped(entry->d_name) ||
        (entry->d_type != DT_DIR && entry->d_type != DT_LNK && entry->d_type != DT_UNKNOWN))
        return 0;
    if (asprintf(&below, "%s/%s", path, entry->d_name) < 0)
        return no_memory(err);
    rc = watch_directory(s, root, below, depth + 1, err);
    free(below);
    return rc;
}

/* The directory and all below it, links followed; one that is watched already is not entered twice.
 * What is no directory, or may not be looked at, is passed over. */
static int watch_directory(struct sources *s, int root, const char *path, int depth,
                           struct err *err)
{
    int fd = open_below(root, path, O_RDONLY | O_DIRECTORY);
    int rc = fd < 0 ? 0 : watch_open(s, root, fd, path, true, err);
    DIR *dir = rc == 1 && depth < DEPTH_MAX ? fdopendir(fd) : NULL;
    struct dirent *entry;

    if (!dir) {
        if (fd >= 0)
            close(fd);
        return rc < 0 ? -1 : 0;
    }
    for (rc = 0; rc == 0 && (entry = readdir(dir));)
        rc = watch_entry(s, root, path, entry, depth, err);
    closedir(dir);
    return rc;
}

/* Watches the directory that the first n bytes of the path name, without what is below it. */
static int watch_shallow(struct sources *s, int root, const char *path, size_t n, struct err *err)
{
    char *directory = strndup(path, n);
    int fd = directory ? open_below(root, directory, O_PATH | O_DIRECTORY) : -1;
    int rc = !directory ? no_memory(err)
             : fd < 0   ? 0
                        : watch_open(s, root, fd, directory, false, err);

    if (fd >= 0)
        close(fd);
    free(directory);
    return rc < 0 ? -1 : 0;
}

/* True if what the first n bytes of the path name is in its directory as something that can be
 * exchanged or can come without a change below it: anything but a directory. */
static bool is_loose(int root, const char *path, size_t slash, size_t n)
{
    char *directory = strndup(path, slash), *name = strndup(path + slash + 1, n - slash - 1);
    int fd = directory ? open_below(root, directory, O_PATH | O_DIRECTORY) : -1;
    struct stat st;
    bool loose = name && fd >= 0 &&
                 (fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISDIR(st.st_mode));

    if (fd >= 0)
        close(fd);
    free(directory);
    free(name);
    return loose;
}

static int watch_path(struct sources *s, int root, const char *path, struct err *err)
{
    for (size_t n = strlen(path), slash; n > 0; n = slash) {
        for (slash = n - 1; slash > 0 && path[slash] != '/';)
            slash--;
        if (is_loose(root, path, slash, n) && watch_shallow(s, root, path, slash, err) < 0)
            return -1;
    }
    return watch_directory(s, root, path, 0, err);
}

/* ---- processes ---- */

static int add_process(struct sources *s, pid_t pid, struct err *err)
{
    char name[32];
    size_t n = s->processes + 1;
    int *roots = reallocarray(s->roots, n, sizeof(*roots));
    int *pidfds = roots ? (s->roots = roots, reallocarray(s->pidfds, n, sizeof(*pidfds))) : NULL;
    pid_t *pids = pidfds ? (s->pidfds = pidfds, reallocarray(s->pids, n, sizeof(*pids))) : NULL;

    if (!pids)
        return no_memory(err);
    s->pids = pids;
    snprintf(name, sizeof(name), "/proc/%d/root", (int)pid);
    int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
    int root = pidfd < 0 ? -1 : open(name, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (root < 0) {
        err_sys(err, STATUS_UNATTACHABLE, errno, "PID %d: its files cannot be watched", (int)pid);
        if (pidfd >= 0)
            close(pidfd);
        return -1;
    }
    s->pids[n - 1] = pid;
    s->roots[n - 1] = root;
    s->pidfds[n - 1] = pidfd;
    s->processes = n;
    return 0;
}

int sources_add(struct sources *s, pid_t pid, char *const *paths, size_t count, struct err *err)
{
    if (s->inotify < 0)
        s->inotify = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (s->inotify < 0)
        return err_sys(err, STATUS_UNATTACHABLE, errno, "cannot watch files");
    if (add_process(s, pid, err) < 0)
        return -1;
    for (size_t i = 0; i < count; i++)
        if (watch_path(s, s->roots[s->processes - 1], paths[i], err) < 0)
            return -1;
    return 0;
}

/* ---- events ---- */

static bool is_source(const char *name)
{
    static const char *const endings[] = {".py", ".pyw", ".zip", ".egg", ".whl"};
    const char *dot = strrchr(name, '.');

    for (size_t i = 0; dot && i < sizeof(endings) / sizeof(*endings); i++)
        if (strcmp(dot, endings[i]) == 0)
            return true;
    return false;
}

/* A link that came or went in the directory. What went cannot be asked any more: then it counts. */
static bool concerns_link(const struct sources *s, const struct inotify_event *event)
{
    const struct watched_directory *directory = find_watched(s, event->wd);

    if (!directory)
        return false;
    if (event->mask & (IN_DELETE | IN_MOVED_FROM))
        return strchr(event->name, '.') == NULL;
    return is_link(directory->root, directory->path, event->name);
}

/* True if the event may concern a source; notes directories and links. */
static bool take_event(struct sources *s, const struct inotify_event *event)
{
    bool moved = event->mask & (IN_Q_OVERFLOW | IN_DELETE_SELF | IN_MOVE_SELF);

    if (!moved && event->len && (event->mask & IN_ISDIR))
        moved = !is_skipped(event->name);
    else if (!moved && event->len && !is_source(event->name) && !(event->mask & IN_CLOSE_WRITE))
        moved = concerns_link(s, event);
    s->moved = s->moved || moved;
    return moved || (event->len && !(event->mask & IN_ISDIR) && is_source(event->name));
}

/* Reads what has come. True if any of it may concern a source. */
static bool take_events(struct sources *s)
{
    char buffer[64 * 1024] __attribute__((aligned(__alignof__(struct inotify_event))));
    bool any = false;
    ssize_t n;

    while ((n = read(s->inotify, buffer, sizeof(buffer))) > 0)
        for (char *at = buffer; at < buffer + n;) {
            const struct inotify_event *event = (const struct inotify_event *)at;
            any = take_event(s, event) || any;
            at += sizeof(*event) + event->len;
        }
    return any;
}

static void settle(struct sources *s)
{
    struct pollfd p = {.fd = s->inotify, .events = POLLIN};

    for (int i = 0; i < SETTLE_MOST && poll(&p, 1, SETTLE_MS) > 0; i++)
        (void)take_events(s);
}

/* The process whose end `fds` tells, or 0. */
static pid_t find_ended(struct sources *s, const struct pollfd *fds)
{
    for (size_t i = 0; i < s->processes; i++)
        if (fds[i].revents) {
            pid_t pid = s->pids[i];
            s->pids[i] = 0;
            return pid;
        }
    return 0;
}

enum sources_event sources_wait(struct sources *s, int cancel_fd, pid_t *ended, struct err *err)
{
    struct pollfd *fds = calloc(s->processes + 2, sizeof(*fds));
    struct pollfd *inotify, *cancel;
    enum sources_event event = SOURCES_FAILED;

    if (!fds) {
        (void)no_memory(err);
        return SOURCES_FAILED;
    }
    inotify = fds + s->processes;
    cancel = inotify + 1;
    for (size_t i = 0; i < s->processes; i++)
        fds[i] = (struct pollfd){.fd = s->pids[i] ? s->pidfds[i] : -1, .events = POLLIN};
    *inotify = (struct pollfd){.fd = s->inotify, .events = POLLIN};
    *cancel = (struct pollfd){.fd = cancel_fd, .events = POLLIN};
    for (;;) {
        if (poll(fds, s->processes + 2, -1) < 0 && errno != EINTR) {
            (void)err_sys(err, STATUS_UNATTACHABLE, errno, "cannot wait for changes");
            break;
        }
        if (cancel->revents) {
            event = SOURCES_CANCELLED;
            break;
        }
        if ((*ended = find_ended(s, fds)) != 0) {
            event = SOURCES_ENDED;
            break;
        }
        if (inotify->revents && take_events(s)) {
            settle(s);
            event = SOURCES_CHANGED;
            break;
        }
    }
    free(fds);
    return event;
}
