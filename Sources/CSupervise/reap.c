// What a session's init is for the session's life: one page of code and registers, no stack and no data. It needs none: it
// waits for its children, which are all orphans of the session, and ends when there is none left.
#include "internal.h"

#if defined(__x86_64__)
__asm__(
    ".text\n"
    ".balign 4096\n"
    ".globl supervise_reap\n"
    ".type supervise_reap, @function\n"
    "supervise_reap:\n"
    "    lea supervise_reap(%rip), %rbx\n"
    "    xor %edi, %edi\n"  // munmap(0, this page)
    "    mov %rbx, %rsi\n"
    "    mov $11, %eax\n"
    "    syscall\n"
    "    lea 4096(%rbx), %rdi\n"  // munmap(the next page, to the end of user space)
    "    mov $0x7ffffffff000, %rsi\n"
    "    sub %rdi, %rsi\n"
    "    mov $11, %eax\n"
    "    syscall\n"
    "1:  mov $61, %eax\n"  // wait4(-1, 0, __WALL, 0)
    "    mov $-1, %rdi\n"
    "    xor %esi, %esi\n"
    "    mov $0x40000000, %edx\n"
    "    xor %r10d, %r10d\n"
    "    syscall\n"
    "    cmp $-10, %rax\n"  // until ECHILD
    "    jne 1b\n"
    "    xor %edi, %edi\n"  // exit_group(0)
    "    mov $231, %eax\n"
    "    syscall\n"
    "    hlt\n"
    ".balign 4096\n");
#elif defined(__aarch64__)
__asm__(
    ".text\n"
    ".balign 4096\n"
    ".globl supervise_reap\n"
    ".type supervise_reap, %function\n"
    "supervise_reap:\n"
    "    adr x19, supervise_reap\n"
    "    mov x0, #0\n"  // munmap(0, this page)
    "    mov x1, x19\n"
    "    mov x8, #215\n"
    "    svc #0\n"
    "    add x0, x19, #4096\n"  // munmap(the next page, to the end of user space)
    "    mov x1, #0x1000000000000\n"
    "    sub x1, x1, x0\n"
    "    mov x8, #215\n"
    "    svc #0\n"
    "1:  mov x0, #-1\n"  // wait4(-1, 0, __WALL, 0)
    "    mov x1, #0\n"
    "    mov x2, #0x40000000\n"
    "    mov x3, #0\n"
    "    mov x8, #260\n"
    "    svc #0\n"
    "    cmn x0, #10\n"  // until ECHILD
    "    b.ne 1b\n"
    "    mov x0, #0\n"  // exit_group(0)
    "    mov x8, #94\n"
    "    svc #0\n"
    ".balign 4096\n");
#else
#error "supervision knows x86_64 and aarch64"
#endif
