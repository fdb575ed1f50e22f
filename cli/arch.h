/* Everything about the processor, behind a few functions: make picks the file.
 *
 * A thread in ptrace stop is described by a struct arch_state, taken once and put back at the end.
 * In between it makes calls of our choosing, whose return address is the signal return stub in its
 * own libc, with a genuine signal frame above: whatever becomes of us, the thread goes back to where
 * it was. */
#ifndef REIMPORT_ARCH_H
#define REIMPORT_ARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/user.h>

#define ARCH_FPU_MAX 16384
#define ARCH_RETURN_SYSCALL 15 /* rt_sigreturn */
#define ARCH_ELF_MACHINE 62    /* EM_X86_64 */
#define ARCH_GLOB_DAT 6        /* R_X86_64_GLOB_DAT */
#define ARCH_JUMP_SLOT 7       /* R_X86_64_JUMP_SLOT */
#define ARCH_RELATIVE 8        /* R_X86_64_RELATIVE */
#define ARCH_AUDIT 0xc000003eu /* AUDIT_ARCH_X86_64 */

struct arch_state {
    struct user_regs_struct regs;
    long begun; /* what a thread in restart_syscall() was in to begin with; -1: not known */
    uint64_t sigmask;
    size_t fpu_n;
    _Alignas(64) uint8_t fpu[ARCH_FPU_MAX]; /* all of the floating point and vector registers */
};

/* The code that ends a signal handler, as every libc of this processor has it. */
extern const uint8_t arch_return_stub[];
extern const size_t arch_return_stub_n;

/* Reads registers, vectors and signal mask of a stopped thread. 0, or a negative errno value. */
int arch_save(pid_t tid, struct arch_state *state);

/* Reads only the registers. 0, or a negative errno value. */
int arch_peek(pid_t tid, struct arch_state *state);

/* A call that the kernel continues (after a SIGSTOP, say, or an earlier visit) goes by the name of
 * restart_syscall(). What it was in to begin with is in the code before the program counter: */
#define ARCH_RESTART_SYSCALL 219
#define ARCH_CALL_CODE                                                                             \
    7 /* this many bytes, which arch_call_number() understands; -1: it does not */
long arch_call_number(const uint8_t *code);

/* Why threads of a process with this text in /proc/PID/status cannot be borrowed, or NULL. */
const char *arch_refusal(const char *status);

/* True if the thread runs code that this command can deal with. */
bool arch_supported(const struct arch_state *state);

uint64_t arch_pc(const struct arch_state *state);
uint64_t arch_sp(const struct arch_state *state);

/* Where libc's descriptor of the thread starts. */
uint64_t arch_descriptor(const struct arch_state *state);

/* Of a signal frame, whose first ARCH_FRAME_HEAD bytes these are, beginning with the return stub's
 * address: the alternate stack that the thread had when the signal came. false: it had none. */
#define ARCH_FRAME_HEAD 48
bool arch_alternate_stack(const uint8_t *frame, uint64_t *start, uint64_t *end);

/* What a signal handler has interrupted, as the signal frame above it says. */
struct arch_interrupted {
    uint64_t stub;   /* where the handler returns to */
    uint64_t pc, sp; /* of what was interrupted */
    uint64_t sigmask;
    int64_t result; /* of a system call that was interrupted; or its number, if it begins anew */
    uint64_t arguments[2]; /* its first ones */
};

/* True if the n bytes at the address `at` of a stack begin with a signal frame that the kernel may have
 * made there; n is ARCH_FRAME_REACH at least where there is one. Whether `stub` is code that ends a
 * handler is to be seen. */
#define ARCH_FRAME_REACH 1088
bool arch_signal_frame(uint64_t at, const uint8_t *bytes, size_t n, struct arch_interrupted *was);

/* True if the code at the program counter, of ARCH_SYSCALL_BYTES bytes, enters a system call. */
#define ARCH_SYSCALL_BYTES 2
bool arch_enters_call(const uint8_t *code);

/* True for the code that ends with the entry of a system call, ARCH_CALL_CODE bytes of it, in which libc makes every
 * call that is a cancellation point. */
bool arch_is_cancellable(const uint8_t *code);

/* The system call that the thread has entered, or was stopped in; -1: none. With state->begun, what
 * it was in to begin with. */
long arch_syscall_number(const struct arch_state *state);
uint64_t arch_syscall_argument(const struct arch_state *state, int index);
void arch_set_syscall_argument(struct arch_state *state, int index, uint64_t value);

/* At a system call's exit stop, its result; a negative errno value if it failed. */
int64_t arch_syscall_result(const struct arch_state *state);

/* True if the interrupted system call ended because it was interrupted (restart codes and EINTR). */
bool arch_interrupted(const struct arch_state *state);

/* An interrupted system call that was going to fail with EINTR only because of the stop: let the
 * kernel restart it unless a signal handler runs. Changes *state only. */
void arch_settle(struct arch_state *state);

/* ---- the frame ---- */

/* Bytes below the stack pointer that arch_frame() needs for a frame and `scratch` bytes, at most. */
size_t arch_frame_room(const struct arch_state *state, size_t scratch);

struct arch_frame {
    uint64_t sp;      /* where the frame starts: the stack pointer at the entry of a call */
    uint64_t scratch; /* where the scratch bytes start */
    size_t n;         /* bytes from sp on, scratch included */
    uint8_t *bytes;   /* to be written at sp; freed by the caller */
};

/* Makes the frame that returns to *state, with `stub` as the return address of what runs on it.
 * 0, or a negative errno value. */
int arch_frame(const struct arch_state *state, uint64_t stub, const void *scratch, size_t scratch_n,
               struct arch_frame *frame);

/* Sets the stopped thread's registers so that it calls function(a, b, c) on the frame. At the entry of a
 * system call, that is not made, but the one numbered `instead`; -1: none. */
int arch_call(pid_t tid, const struct arch_state *state, const struct arch_frame *frame,
              uint64_t function, uint64_t a, uint64_t b, uint64_t c, long instead);

/* True at the entry of the signal return from exactly this frame. */
bool arch_returning(const struct arch_state *now, const struct arch_frame *frame);

/* Leaves the frame, first half, at the entry of the signal return: everything is as saved, but a
 * system call that was interrupted will be begun anew; the signal return does not take place. */
int arch_leave(pid_t tid, const struct arch_state *state);

/* Second half, at the next event stop: the registers exactly as saved, so that the kernel itself
 * continues the interrupted system call. */
int arch_restore(pid_t tid, const struct arch_state *state);

/* The signal mask of a stopped thread. 0, or a negative errno value. */
int arch_get_sigmask(pid_t tid, uint64_t *mask);
int arch_set_sigmask(pid_t tid, uint64_t mask);

/* Where errno of this thread is, from the code of libc's __errno_location() (`code`, n bytes read at
 * `at`); 0 if the code is not understood. `read` fetches 8 bytes of the target. */
uint64_t arch_errno_address(const struct arch_state *state, uint64_t at, const uint8_t *code,
                            size_t n, int (*read)(void *ctx, uint64_t at, uint64_t *word),
                            void *ctx);

#endif
