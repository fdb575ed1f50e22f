/* x86_64: see arch.h.
 *
 * The frame is what the kernel itself would have put there (arch/x86/kernel/signal_64.c,
 * struct rt_sigframe): the return address, struct ucontext, siginfo, with the XSAVE area above. */
#include "arch.h"

#include "procfs.h"

#include <asm/sigcontext.h>
#include <cpuid.h>
#include <elf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#define ERESTARTSYS 512
#define ERESTARTNOINTR 513
#define ERESTARTNOHAND 514
#define ERESTART_RESTARTBLOCK 516

#define USER_CS 0x33
#define RED_ZONE 128
#define FLAGS_DF 0x400u
#define FLAGS_TF 0x100u
#define UC_FP_XSTATE 1u
#define UC_SIGCONTEXT_SS 2u
#define UC_STRICT_RESTORE_SS 4u
#define SS_FLAGS_INVALID 0x7f /* sigaltstack() refuses it: the alternate stack stays as it is */
#define SW_RESERVED 464       /* offset in the FXSAVE area of what software may use */
#define XSTATE_BV 512         /* offset of the XSAVE header */
#define XSTATE_AMX (3ull << 17)
#define FXSAVE_BYTES 512
#define XSAVE_HEADER_BYTES 64

const uint8_t arch_return_stub[] = {0x48, 0xc7, 0xc0, 0x0f, 0, 0, 0, 0x0f, 0x05};
const size_t arch_return_stub_n = sizeof(arch_return_stub);

/* The kernel's struct rt_sigframe. */
struct frame {
    uint64_t pretcode;
    uint64_t uc_flags;
    uint64_t uc_link;
    struct {
        uint64_t sp;
        uint32_t flags, pad;
        uint64_t size;
    } uc_stack;
    struct {
        uint64_t r8, r9, r10, r11, r12, r13, r14, r15;
        uint64_t di, si, bp, bx, dx, ax, cx, sp, ip, flags;
        uint16_t cs, gs, fs, ss;
        uint64_t err, trapno, oldmask, cr2;
        uint64_t fpstate;
        uint64_t reserved[8];
    } mc;
    uint64_t sigmask;
    uint8_t siginfo[128];
};
_Static_assert(sizeof(struct frame) == 440, "as the kernel lays it out");
_Static_assert(offsetof(struct frame, mc) <= ARCH_FRAME_HEAD, "what arch_alternate_stack() reads");

int arch_peek(pid_t tid, struct arch_state *state)
{
    state->begun = -1;
    return ptrace(PTRACE_GETREGS, tid, NULL, &state->regs) < 0 ? -errno : 0;
}

int arch_save(pid_t tid, struct arch_state *state)
{
    struct iovec fpu = {.iov_base = state->fpu, .iov_len = sizeof(state->fpu)};

    if (ptrace(PTRACE_GETREGS, tid, NULL, &state->regs) < 0 ||
        ptrace(PTRACE_GETREGSET, tid, (void *)NT_X86_XSTATE, &fpu) < 0 ||
        arch_get_sigmask(tid, &state->sigmask) < 0)
        return -errno;
    state->fpu_n = fpu.iov_len;
    state->begun = -1;
    return fpu.iov_len < FXSAVE_BYTES + XSAVE_HEADER_BYTES ? -ENOTSUP : 0;
}

const char *arch_refusal(const char *status)
{
    char features[64];

    /* A call that nobody has made returns nowhere that the shadow stack knows of. */
    if (procfs_status(status, "x86_Thread_features", features, sizeof(features)) == 0 &&
        strstr(features, "shstk"))
        return "it runs with a shadow stack, which does not let a thread be borrowed";
    return NULL;
}

bool arch_supported(const struct arch_state *state)
{
    return state->regs.cs == USER_CS;
}

uint64_t arch_pc(const struct arch_state *state)
{
    return state->regs.rip;
}

uint64_t arch_sp(const struct arch_state *state)
{
    return state->regs.rsp;
}

/* glibc's descriptor and musl's are both what the thread register points at. */
uint64_t arch_descriptor(const struct arch_state *state)
{
    return state->regs.fs_base;
}

bool arch_alternate_stack(const uint8_t *frame, uint64_t *start, uint64_t *end)
{
    struct frame f;

    memcpy(&f, frame, offsetof(struct frame, mc));
    *start = f.uc_stack.sp;
    *end = *start + f.uc_stack.size;
    return f.uc_stack.size > 0 && *end > *start;
}

/* As the kernel lays it out (arch/x86/kernel/signal.c, get_sigframe(); fpu/signal.c,
 * fpu__alloc_mathframe()): the XSAVE area, with a magic number in the bytes for software, at a multiple of
 * 64; and the frame, right below, where a call instruction would have left the stack pointer. */
static bool has_fpstate(uint64_t at, const struct frame *f, const uint8_t *bytes, size_t n)
{
    uint64_t offset = f->mc.fpstate - at;
    uint32_t magic;

    if (f->mc.fpstate % 64 != 0 || ((f->mc.fpstate - sizeof(*f)) & ~15ull) - 8 != at ||
        offset > n || n - offset < SW_RESERVED + sizeof(magic))
        return false;
    memcpy(&magic, bytes + offset + SW_RESERVED, sizeof(magic));
    return magic == FP_XSTATE_MAGIC1;
}
_Static_assert(ARCH_FRAME_REACH >= sizeof(struct frame) + 80 + FXSAVE_BYTES, "has_fpstate()");

bool arch_signal_frame(uint64_t at, const uint8_t *bytes, size_t n, struct arch_interrupted *was)
{
    const uint64_t flags = UC_FP_XSTATE | UC_SIGCONTEXT_SS | UC_STRICT_RESTORE_SS;
    struct frame f;

    if (at % 16 != 8 || n < sizeof(f))
        return false;
    memcpy(&f, bytes, offsetof(struct frame, mc));
    if ((f.uc_flags & ~flags) != 0 || f.uc_link != 0)
        return false;
    memcpy(&f, bytes, sizeof(f));
    if (f.mc.cs != USER_CS || !has_fpstate(at, &f, bytes, n))
        return false;
    *was = (struct arch_interrupted){.stub = f.pretcode,
                                     .pc = f.mc.ip,
                                     .sp = f.mc.sp,
                                     .sigmask = f.sigmask,
                                     .result = (int64_t)f.mc.ax,
                                     .arguments = {f.mc.di, f.mc.si}};
    return true;
}

bool arch_enters_call(const uint8_t *code)
{
    return code[0] == 0x0f && code[1] == 0x05; /* syscall */
}

/* glibc from 2.41 on: sysdeps/unix/sysv/linux/x86_64/syscall_cancel.S; musl:
 * src/thread/x86_64/syscall_cp.s */
bool arch_is_cancellable(const uint8_t *code)
{
    static const uint8_t end[ARCH_CALL_CODE] = {0x4c, 0x89, 0x5c, 0x24, 0x08, /* mov %r11,8(%rsp) */
                                                0x0f, 0x05};                  /* syscall */
    return memcmp(code, end, sizeof(end)) == 0;
}

long arch_call_number(const uint8_t *code)
{
    int32_t number;

    if (!arch_enters_call(code + 5))
        return -1;
    if (code[3] == 0x31 && code[4] == 0xc0) /* xor %eax,%eax */
        return 0;
    if (code[0] != 0xb8) /* mov $number,%eax */
        return -1;
    memcpy(&number, code + 1, sizeof(number));
    return number;
}

long arch_syscall_number(const struct arch_state *state)
{
    long number = (int)state->regs.orig_rax;

    return number == ARCH_RESTART_SYSCALL && state->begun >= 0 ? state->begun : number;
}

uint64_t arch_syscall_argument(const struct arch_state *state, int index)
{
    const uint64_t arguments[] = {state->regs.rdi, state->regs.rsi, state->regs.rdx,
                                  state->regs.r10, state->regs.r8,  state->regs.r9};
    return arguments[index];
}

void arch_set_syscall_argument(struct arch_state *state, int index, uint64_t value)
{
    unsigned long long *arguments[] = {&state->regs.rdi, &state->regs.rsi, &state->regs.rdx,
                                       &state->regs.r10, &state->regs.r8,  &state->regs.r9};
    *arguments[index] = value;
}

int64_t arch_syscall_result(const struct arch_state *state)
{
    return (int64_t)state->regs.rax;
}

bool arch_interrupted(const struct arch_state *state)
{
    int64_t result = arch_syscall_result(state);

    return arch_syscall_number(state) >= 0 &&
           (result == -EINTR || result == -ERESTARTSYS || result == -ERESTARTNOINTR ||
            result == -ERESTARTNOHAND || result == -ERESTART_RESTARTBLOCK);
}

void arch_settle(struct arch_state *state)
{
    if (arch_interrupted(state) && arch_syscall_result(state) == -EINTR)
        state->regs.rax = (uint64_t)-ERESTARTNOHAND;
}

/* The registers with which the thread, on its own, goes on as if it had not been stopped. A call
 * with a restart block begins anew as well: the block does not survive a signal return, and a wait
 * that is longer harms less than a failure that was not there. */
static struct user_regs_struct healed(const struct arch_state *state)
{
    struct user_regs_struct regs = state->regs;

    if (arch_interrupted(state)) {
        regs.rip -= ARCH_SYSCALL_BYTES;
        regs.rax = (uint64_t)arch_syscall_number(state);
    }
    regs.orig_rax = (uint64_t)-1;
    return regs;
}

/* The features in the saved XSAVE area that a signal frame holds, and their size. A larger size
 * than the kernel expects makes it drop everything but the SSE state; AMX is only there when in
 * use. */
static size_t frame_features(const struct arch_state *state, uint64_t *features)
{
    unsigned size, offset, c, d;
    uint64_t in_use;
    size_t end = FXSAVE_BYTES + XSAVE_HEADER_BYTES;

    memcpy(features, state->fpu + SW_RESERVED, sizeof(*features));
    memcpy(&in_use, state->fpu + XSTATE_BV, sizeof(in_use));
    if (!(in_use & XSTATE_AMX))
        *features &= ~XSTATE_AMX;
    for (unsigned i = 2; i < 63; i++) {
        if (!(*features >> i & 1))
            continue;
        __cpuid_count(0xd, i, size, offset, c, d);
        if (offset + size > end)
            end = offset + size;
    }
    return end;
}

size_t arch_frame_room(const struct arch_state *state, size_t scratch)
{
    return RED_ZONE + scratch + 64 + state->fpu_n + 64 + sizeof(struct frame) + 64;
}

static struct frame make_frame(const struct arch_state *state, uint64_t stub, uint64_t fpstate)
{
    const struct user_regs_struct r = healed(state);
    struct frame f = {.pretcode = stub,
                      .uc_flags = UC_FP_XSTATE | UC_SIGCONTEXT_SS | UC_STRICT_RESTORE_SS,
                      .uc_stack.flags = SS_FLAGS_INVALID,
                      .mc = {.r8 = r.r8,
                             .r9 = r.r9,
                             .r10 = r.r10,
                             .r11 = r.r11,
                             .r12 = r.r12,
                             .r13 = r.r13,
                             .r14 = r.r14,
                             .r15 = r.r15,
                             .di = r.rdi,
                             .si = r.rsi,
                             .bp = r.rbp,
                             .bx = r.rbx,
                             .dx = r.rdx,
                             .ax = r.rax,
                             .cx = r.rcx,
                             .sp = r.rsp,
                             .ip = r.rip,
                             .flags = r.eflags,
                             .cs = (uint16_t)r.cs,
                             .ss = (uint16_t)r.ss,
                             .fpstate = fpstate},
                      .sigmask = state->sigmask};
    return f;
}

/* The XSAVE area as sigreturn wants it: magic numbers and sizes in the software-reserved bytes, and
 * a second magic number at the end. */
static void put_fpu(uint8_t *to, const struct arch_state *state, size_t n, uint64_t features)
{
    const uint32_t magic2 = FP_XSTATE_MAGIC2;
    struct _fpx_sw_bytes sw = {.magic1 = FP_XSTATE_MAGIC1,
                               .extended_size = (uint32_t)(n + FP_XSTATE_MAGIC2_SIZE),
                               .xfeatures = features,
                               .xstate_size = (uint32_t)n};

    memcpy(to, state->fpu, n);
    memcpy(to + SW_RESERVED, &sw, sizeof(sw));
    memcpy(to + n, &magic2, sizeof(magic2));
}

int arch_frame(const struct arch_state *state, uint64_t stub, const void *scratch, size_t scratch_n,
               struct arch_frame *frame)
{
    uint64_t features, fpstate;
    size_t fpu_n = frame_features(state, &features);
    struct frame f;

    if (fpu_n > state->fpu_n)
        return -ENOTSUP;
    frame->scratch = (state->regs.rsp - RED_ZONE - scratch_n) & ~15ull;
    fpstate = (frame->scratch - fpu_n - FP_XSTATE_MAGIC2_SIZE) & ~63ull;
    frame->sp = ((fpstate - sizeof(f)) & ~15ull) - 8; /* as after a call instruction */
    frame->n = frame->scratch + scratch_n - frame->sp;
    frame->bytes = calloc(1, frame->n);
    if (!frame->bytes)
        return -ENOMEM;
    f = make_frame(state, stub, fpstate);
    memcpy(frame->bytes, &f, sizeof(f));
    put_fpu(frame->bytes + (fpstate - frame->sp), state, fpu_n, features);
    memcpy(frame->bytes + (frame->scratch - frame->sp), scratch, scratch_n);
    return 0;
}

static int set_regs(pid_t tid, const struct user_regs_struct *regs)
{
    return ptrace(PTRACE_SETREGS, tid, NULL, regs) < 0 ? -errno : 0;
}

int arch_call(pid_t tid, const struct arch_state *state, const struct arch_frame *frame,
              uint64_t function, uint64_t a, uint64_t b, uint64_t c, long instead)
{
    struct user_regs_struct regs = state->regs;

    regs.rip = function;
    regs.rsp = frame->sp;
    regs.rdi = a;
    regs.rsi = b;
    regs.rdx = c;
    regs.rax = 0; /* no vector arguments */
    regs.rbp = 0;
    regs.eflags &= ~(uint64_t)(FLAGS_DF | FLAGS_TF);
    /* not the number of what was interrupted: the kernel would rewind the new rip to restart that */
    regs.orig_rax = (uint64_t)instead;
    return set_regs(tid, &regs);
}

bool arch_returning(const struct arch_state *now, const struct arch_frame *frame)
{
    return arch_syscall_number(now) == SYS_rt_sigreturn && now->regs.rsp == frame->sp + 8;
}

static int set_fpu(pid_t tid, const struct arch_state *state)
{
    struct iovec fpu = {.iov_base = (void *)state->fpu, .iov_len = state->fpu_n};

    return ptrace(PTRACE_SETREGSET, tid, (void *)NT_X86_XSTATE, &fpu) < 0 ? -errno : 0;
}

int arch_leave(pid_t tid, const struct arch_state *state)
{
    const struct user_regs_struct regs = healed(state);
    int error = set_fpu(tid, state);

    if (!error)
        error = arch_set_sigmask(tid, state->sigmask);
    return error ? error : set_regs(tid, &regs);
}

int arch_restore(pid_t tid, const struct arch_state *state)
{
    return set_regs(tid, &state->regs);
}

int arch_get_sigmask(pid_t tid, uint64_t *mask)
{
    return ptrace(PTRACE_GETSIGMASK, tid, (void *)sizeof(*mask), mask) < 0 ? -errno : 0;
}

int arch_set_sigmask(pid_t tid, uint64_t mask)
{
    return ptrace(PTRACE_SETSIGMASK, tid, (void *)sizeof(mask), &mask) < 0 ? -errno : 0;
}

uint64_t arch_errno_address(const struct arch_state *state, uint64_t at, const uint8_t *code,
                            size_t n, int (*read)(void *ctx, uint64_t at, uint64_t *word),
                            void *ctx)
{
    static const uint8_t endbr[] = {0xf3, 0x0f, 0x1e, 0xfa};
    static const uint8_t load_got[] = {0x48, 0x8b, 0x05};            /* mov disp(%rip),%rax */
    static const uint8_t add_fs[] = {0x64, 0x48, 0x03, 0x04, 0x25};  /* add %fs:0,%rax */
    static const uint8_t load_fs[] = {0x64, 0x48, 0x8b, 0x04, 0x25}; /* mov %fs:0,%rax */
    static const uint8_t add_byte[] = {0x48, 0x83, 0xc0};            /* add $imm8,%rax */
    size_t i = n >= 4 && memcmp(code, endbr, sizeof(endbr)) == 0 ? sizeof(endbr) : 0;
    uint64_t word;
    int32_t disp;

    if (n < i + 16)
        return 0;
    code += i;
    if (memcmp(code, load_got, sizeof(load_got)) == 0 &&
        memcmp(code + 7, add_fs, sizeof(add_fs)) == 0) { /* glibc */
        memcpy(&disp, code + 3, sizeof(disp));
        return read(ctx, at + i + 7 + (uint64_t)(int64_t)disp, &word) < 0
                   ? 0
                   : state->regs.fs_base + word;
    }
    if (memcmp(code, load_fs, sizeof(load_fs)) == 0 &&
        memcmp(code + 9, add_byte, sizeof(add_byte)) == 0) /* musl: the thread pointer points at */
        return state->regs.fs_base + code[12];             /* itself */
    return 0;
}
