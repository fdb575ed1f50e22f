/* The agent's processor-dependent part: raw system calls, and a thread's last instruction. */
#ifndef REIMPORT_AGENT_ARCH_H
#define REIMPORT_AGENT_ARCH_H

#if defined(__x86_64__)

static inline long arch_syscall(long number, long a, long b, long c, long d, long e, long f)
{
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    register long r9 __asm__("r9") = f;
    long result;

    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
}

/* Defines a function `name`, whose argument it hands to `struct tail body(void *)`; then, when
 * nothing of this image is on the stack any more, it jumps to tail.function(tail.argument), which
 * returns to the caller of `name`. */
#define ARCH_TAIL_CALLER(name, body)                                                               \
    __asm__(".text\n"                                                                              \
            ".globl " #name "\n"                                                                   \
            ".hidden " #name "\n"                                                                  \
            ".type " #name ", @function\n" #name ":\n"                                             \
            "    subq $8, %rsp\n"                                                                  \
            "    call " #body "\n"                                                                 \
            "    addq $8, %rsp\n"                                                                  \
            "    testq %rax, %rax\n"                                                               \
            "    jz 1f\n"                                                                          \
            "    movq %rdx, %rdi\n"                                                                \
            "    jmpq *%rax\n"                                                                     \
            "1:  xorl %eax, %eax\n"                                                                \
            "    ret\n"                                                                            \
            ".size " #name ", .-" #name "\n")

#else
#error "no such processor yet"
#endif

/* Returned in two registers. */
struct tail {
    unsigned long function; /* 0: just return */
    unsigned long argument;
};

#endif
