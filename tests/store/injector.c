/* Preloaded into svc and its git children: fails or kills at the k-th call that changes files, counted over all of them.
 *
 * INJ_FN  write|fsync|rename|link|unlink|open|mkdir|symlink|any     INJ_N  k, from 1
 * INJ_ACT KILL (this process) | ALL (svc itself and this process) | an errno number
 * INJ_CTR a file of two ints: the count, and the first process that counted
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static int *shared;
static int (*real_open)(const char *, int, ...);

__attribute__((constructor)) static void attach(void) {
    const char *name = getenv("INJ_CTR");
    real_open = dlsym(RTLD_NEXT, "open");
    if (!name || !real_open) return;
    int fd = real_open(name, O_RDWR | O_CLOEXEC);
    if (fd < 0) return;
    shared = mmap(0, 2 * sizeof(int), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (shared == MAP_FAILED) shared = 0;
    if (shared) __sync_bool_compare_and_swap(&shared[1], 0, (int)getpid());
}

static int hit(const char *fn) {
    const char *want = getenv("INJ_FN"), *n = getenv("INJ_N"), *act = getenv("INJ_ACT");
    if (!shared || !want || !n || !act || (strcmp(want, "any") && strcmp(want, fn))) return 0;
    if (__sync_add_and_fetch(&shared[0], 1) != atoi(n)) return 0;
    if (!strcmp(act, "ALL")) kill(shared[1], SIGKILL);
    if (!strcmp(act, "ALL") || !strcmp(act, "KILL")) kill(getpid(), SIGKILL);
    errno = atoi(act);
    return 1;
}

static int changes(int flags) { return (flags & O_ACCMODE) != O_RDONLY || (flags & O_CREAT); }

static int regular(int fd) {
    struct stat st;
    return !fstat(fd, &st) && S_ISREG(st.st_mode);
}

#define REAL(symbol) static __typeof__(symbol) *real; if (!real) real = (__typeof__(symbol) *)dlsym(RTLD_NEXT, #symbol)
#define OPEN(symbol)                                                                 \
    int symbol(const char *path, int flags, ...) {                                   \
        va_list args; va_start(args, flags); int mode = va_arg(args, int); va_end(args); \
        REAL(symbol);                                                                \
        return changes(flags) && hit("open") ? -1 : real(path, flags, mode);         \
    }
#define OPENAT(symbol)                                                               \
    int symbol(int at, const char *path, int flags, ...) {                           \
        va_list args; va_start(args, flags); int mode = va_arg(args, int); va_end(args); \
        REAL(symbol);                                                                \
        return changes(flags) && hit("open") ? -1 : real(at, path, flags, mode);     \
    }
#define PATHS(symbol, fn)                                                            \
    int symbol(const char *from, const char *to) {                                   \
        REAL(symbol);                                                                \
        return hit(fn) ? -1 : real(from, to);                                        \
    }

OPEN(open) OPEN(open64) OPENAT(openat) OPENAT(openat64)
PATHS(rename, "rename") PATHS(link, "link") PATHS(symlink, "symlink")

ssize_t write(int fd, const void *data, size_t size) {
    REAL(write);
    return regular(fd) && hit("write") ? -1 : real(fd, data, size);
}

int fsync(int fd) {
    REAL(fsync);
    return hit("fsync") ? -1 : real(fd);
}

int unlink(const char *path) {
    REAL(unlink);
    return hit("unlink") ? -1 : real(path);
}

int mkdir(const char *path, mode_t mode) {
    REAL(mkdir);
    return hit("mkdir") ? -1 : real(path, mode);
}
