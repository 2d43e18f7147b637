/*
 * The filter is a list of what is refused and not of what is allowed: the next libc would use calls
 * that nobody here has heard of, and a job that fails for that reason is no gain.  It is written by
 * hand because two dozen instructions are less than a library on every host.
 *
 * A refusal is EPERM (ENOSYS for clone3, so that libc tries the call whose flags can be looked at).
 */
#include "base/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/confine-paths.h"
#include "base/sanitized.h"

/* --- system calls ---------------------------------------------------------------------------- */

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#elif defined(__i386__)
#define ARCHITECTURE AUDIT_ARCH_I386
#elif defined(__riscv) && __riscv_xlen == 64
#define ARCHITECTURE AUDIT_ARCH_RISCV64
#elif defined(__powerpc64__) && defined(__LITTLE_ENDIAN__)
#define ARCHITECTURE AUDIT_ARCH_PPC64LE
#elif defined(__s390x__)
#define ARCHITECTURE AUDIT_ARCH_S390X
#endif

#define X32_BIT   0x40000000u
#define BLOCK     8u
#define NEVER     0u
#define INSERTING TIOCSTI /* bytes as if typed at the terminal; a Linux console has another way */
#define NAMESPACES                                                                                 \
	(CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER |             \
		CLONE_NEWPID | CLONE_NEWNET)
#if defined(__s390x__)
#define CLONE_FLAGS_AT 1
#else
#define CLONE_FLAGS_AT 0
#endif

/* Refused unless the process may do one of these. */
struct refused {
	int number;
	unsigned unless;
};

static const struct refused refused[] = {
	{ SYS_execve, CONFINE_RUN },
	{ SYS_execveat, CONFINE_RUN },
#ifdef SYS_fork
	{ SYS_fork, CONFINE_FORK | CONFINE_RUN },
#endif
#ifdef SYS_vfork
	{ SYS_vfork, CONFINE_FORK | CONFINE_RUN },
#endif
	/* of other processes */
	{ SYS_ptrace, SANITIZED ? ~0u : NEVER },
	{ SYS_process_vm_readv, NEVER },
	{ SYS_process_vm_writev, NEVER },
#ifdef SYS_pidfd_getfd
	{ SYS_pidfd_getfd, NEVER },
#endif
	{ SYS_kill, CONFINE_WRITE | CONFINE_FORK | CONFINE_RUN },
	{ SYS_tkill, CONFINE_FORK | CONFINE_RUN },
	{ SYS_rt_sigqueueinfo, CONFINE_FORK | CONFINE_RUN },
	{ SYS_rt_tgsigqueueinfo, CONFINE_FORK | CONFINE_RUN },
#ifdef SYS_pidfd_send_signal
	{ SYS_pidfd_send_signal, CONFINE_FORK | CONFINE_RUN },
#endif
	{ SYS_setpgid, CONFINE_FORK | CONFINE_RUN },
	/* of the machine */
	{ SYS_mount, NEVER },
	{ SYS_umount2, NEVER },
	{ SYS_pivot_root, NEVER },
	{ SYS_chroot, NEVER },
	{ SYS_unshare, NEVER },
	{ SYS_setns, NEVER },
	{ SYS_bpf, NEVER },
	{ SYS_perf_event_open, NEVER },
#ifdef SYS_userfaultfd
	{ SYS_userfaultfd, NEVER },
#endif
#ifdef SYS_io_uring_setup
	{ SYS_io_uring_setup, NEVER },
#endif
	{ SYS_add_key, NEVER },
	{ SYS_request_key, NEVER },
	{ SYS_keyctl, NEVER },
	{ SYS_init_module, NEVER },
	{ SYS_finit_module, NEVER },
	{ SYS_delete_module, NEVER },
#ifdef SYS_kexec_load
	{ SYS_kexec_load, NEVER },
#endif
#ifdef SYS_kexec_file_load
	{ SYS_kexec_file_load, NEVER },
#endif
	{ SYS_reboot, NEVER },
	{ SYS_swapon, NEVER },
	{ SYS_swapoff, NEVER },
	{ SYS_acct, NEVER },
	{ SYS_syslog, NEVER },
	{ SYS_quotactl, NEVER },
	{ SYS_sethostname, NEVER },
	{ SYS_setdomainname, NEVER },
	{ SYS_settimeofday, NEVER },
	{ SYS_clock_settime, NEVER },
	{ SYS_fanotify_init, NEVER },
#ifdef SYS_iopl
	{ SYS_iopl, NEVER },
	{ SYS_ioperm, NEVER },
#endif
#ifdef SYS_open_tree
	{ SYS_open_tree, NEVER },
	{ SYS_move_mount, NEVER },
	{ SYS_fsopen, NEVER },
	{ SYS_fsmount, NEVER },
	{ SYS_fspick, NEVER },
#endif
	{ SYS_open_by_handle_at, NEVER },
	{ SYS_personality, NEVER },
	{ SYS_setuid, NEVER },
	{ SYS_setgid, NEVER },
	{ SYS_setreuid, NEVER },
	{ SYS_setregid, NEVER },
	{ SYS_setresuid, NEVER },
	{ SYS_setresgid, NEVER },
	{ SYS_setgroups, NEVER },
	/* sockets */
#ifdef SYS_socketcall
	{ SYS_socketcall, CONFINE_NET },
#endif
	{ SYS_socket, CONFINE_NET },
	{ SYS_socketpair, CONFINE_NET | CONFINE_RUN }, /* Java begins with one */
	{ SYS_connect, CONFINE_NET },
	{ SYS_bind, CONFINE_NET },
	{ SYS_listen, CONFINE_NET },
	/* files */
#ifdef SYS_open
	{ SYS_open, CONFINE_READ | CONFINE_WRITE | CONFINE_NET },
#endif
	{ SYS_openat, CONFINE_READ | CONFINE_WRITE | CONFINE_NET },
#ifdef SYS_openat2
	{ SYS_openat2, CONFINE_READ | CONFINE_WRITE },
#endif
#ifdef SYS_creat
	{ SYS_creat, CONFINE_WRITE },
#endif
#ifdef SYS_rename
	{ SYS_rename, CONFINE_WRITE },
#endif
#ifdef SYS_renameat
	{ SYS_renameat, CONFINE_WRITE },
#endif
	{ SYS_renameat2, CONFINE_WRITE },
#ifdef SYS_link
	{ SYS_link, CONFINE_WRITE },
#endif
	{ SYS_linkat, CONFINE_WRITE },
#ifdef SYS_symlink
	{ SYS_symlink, CONFINE_WRITE },
#endif
	{ SYS_symlinkat, CONFINE_WRITE },
#ifdef SYS_unlink
	{ SYS_unlink, CONFINE_WRITE },
#endif
	{ SYS_unlinkat, CONFINE_WRITE },
#ifdef SYS_mkdir
	{ SYS_mkdir, CONFINE_WRITE },
#endif
	{ SYS_mkdirat, CONFINE_WRITE },
#ifdef SYS_rmdir
	{ SYS_rmdir, CONFINE_WRITE },
#endif
#ifdef SYS_mknod
	{ SYS_mknod, NEVER },
#endif
	{ SYS_mknodat, NEVER },
#ifdef SYS_chmod
	{ SYS_chmod, CONFINE_WRITE },
#endif
	{ SYS_fchmod, CONFINE_WRITE },
	{ SYS_fchmodat, CONFINE_WRITE },
#ifdef SYS_chown
	{ SYS_chown, CONFINE_WRITE },
	{ SYS_lchown, CONFINE_WRITE },
#endif
	{ SYS_fchown, CONFINE_WRITE },
	{ SYS_fchownat, CONFINE_WRITE },
	{ SYS_truncate, CONFINE_WRITE },
	{ SYS_utimensat, CONFINE_WRITE },
#ifdef SYS_utimes
	{ SYS_utimes, CONFINE_WRITE },
#endif
	{ SYS_setxattr, CONFINE_WRITE },
	{ SYS_lsetxattr, CONFINE_WRITE },
	{ SYS_fsetxattr, CONFINE_WRITE },
	{ SYS_removexattr, CONFINE_WRITE },
	{ SYS_lremovexattr, CONFINE_WRITE },
	{ SYS_fremovexattr, CONFINE_WRITE },
};

#define REFUSED (sizeof refused / sizeof *refused)

#ifdef ARCHITECTURE

struct filter {
	struct sock_filter at[3 * REFUSED + 64];
	unsigned short count;
};

static void put(struct filter *f, uint16_t code, uint32_t k, uint8_t yes, uint8_t no)
{
	f->at[f->count++] = (struct sock_filter){ .code = code, .jt = yes, .jf = no, .k = k };
}

static void load(struct filter *f, size_t offset)
{
	put(f, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0);
}

static void answer(struct filter *f, uint32_t action)
{
	put(f, BPF_RET | BPF_K, action, 0, 0);
}

/* The low half of an argument: of flags and process numbers it is all there is. */
static size_t argument(unsigned which)
{
	size_t at = offsetof(struct seccomp_data, args) + which * sizeof(uint64_t);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	at += sizeof(uint32_t);
#endif
	return at;
}

static void refuse(struct filter *f, int number, int why)
{
	put(f, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)number, 0, 1);
	answer(f, SECCOMP_RET_ERRNO | (uint32_t)why);
}

/* Behind a look at an argument the number of the call is loaded again. */
static void refuse_if(struct filter *f, int number, unsigned arg, uint16_t test, uint32_t value,
	bool if_true)
{
	put(f, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)number, 0, 4);
	load(f, argument(arg));
	put(f, BPF_JMP | test | BPF_K, value, if_true ? 0 : 1, if_true ? 1 : 0);
	answer(f, SECCOMP_RET_ERRNO | EPERM);
	load(f, offsetof(struct seccomp_data, nr));
}

static void begin(struct filter *f)
{
	load(f, offsetof(struct seccomp_data, arch));
	put(f, BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0);
	answer(f, SECCOMP_RET_ERRNO | ENOSYS);
	load(f, offsetof(struct seccomp_data, nr));
#if defined(__x86_64__)
	put(f, BPF_JMP | BPF_JGE | BPF_K, X32_BIT, 0, 1);
	answer(f, SECCOMP_RET_ERRNO | ENOSYS);
#endif
}

static void refuse_writing(struct filter *f)
{
	const uint32_t writing = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND;
#ifdef SYS_open
	refuse_if(f, SYS_open, 1, BPF_JSET, writing, true);
#endif
	refuse_if(f, SYS_openat, 2, BPF_JSET, writing, true);
}

static int compare(const void *a, const void *b)
{
	const int *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

/*
 * The kernel asks the filter about each call that there is as it takes it over: in blocks, most of which
 * are passed over, that takes half the time.
 */
static void refuse_all(struct filter *f, unsigned may)
{
	int numbers[REFUSED];
	size_t count = 0;
	for (size_t i = 0; i < REFUSED; i++)
		if (!(refused[i].unless & may))
			numbers[count++] = refused[i].number;
	qsort(numbers, count, sizeof *numbers, compare);
	for (size_t i = 0; i < count; i += BLOCK) {
		size_t end = i + BLOCK < count ? i + BLOCK : count;
		put(f, BPF_JMP | BPF_JGT | BPF_K, (uint32_t)numbers[end - 1],
			(uint8_t)(2 * (end - i)), 0);
		for (size_t j = i; j < end; j++)
			refuse(f, numbers[j], EPERM);
	}
}

static void fill(struct filter *f, unsigned may)
{
	begin(f);
	refuse_all(f, may);
	if (!(may & CONFINE_WRITE))
		refuse_writing(f);
#ifdef SYS_clone3
	refuse(f, SYS_clone3, ENOSYS);
#endif
	refuse_if(f, SYS_clone, CLONE_FLAGS_AT, BPF_JSET, NAMESPACES, true);
	refuse_if(f, SYS_socket, 0, BPF_JGT, AF_NETLINK, true);
	if (!(may & (CONFINE_FORK | CONFINE_RUN))) {
		refuse_if(f, SYS_clone, CLONE_FLAGS_AT, BPF_JSET, CLONE_THREAD, false);
		refuse_if(f, SYS_tgkill, 0, BPF_JEQ, (uint32_t)getpid(), false); /* abort() */
	}
	refuse_if(f, SYS_prlimit64, 0, BPF_JEQ, 0, false);
	refuse_if(f, SYS_ioctl, 1, BPF_JEQ, INSERTING, true);
	refuse_if(f, SYS_ioctl, 1, BPF_JEQ, TIOCLINUX, true);
	answer(f, SECCOMP_RET_ALLOW);
}

static void filter_calls(unsigned may)
{
	struct filter f = { .count = 0 };
	fill(&f, may);
	struct sock_fprog program = { .len = f.count, .filter = f.at };
	prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0);
}

#else

static void filter_calls(unsigned may)
{
	(void)may;
}

#endif

/* --- powers ---------------------------------------------------------------------------------- */

#define POWER(n) (UINT64_C(1) << (n))

static void set_powers(uint64_t keep)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2];
	if (syscall(SYS_capget, &head, data) != 0)
		return;
	for (unsigned i = 0; i < 2; i++) {
		uint32_t part = (uint32_t)(keep >> (32 * i));
		data[i].permitted &= part;
		data[i].effective &= part;
		data[i].inheritable &= part;
	}
	head.pid = 0;
	syscall(SYS_capset, &head, data);
}

static void drop_bounds(uint64_t keep)
{
	for (unsigned i = 0; i < 64 && prctl(PR_CAPBSET_READ, i, 0, 0, 0) >= 0; i++)
		if (!(keep & POWER(i)))
			prctl(PR_CAPBSET_DROP, i, 0, 0, 0);
}

#define POWERS_READ  POWER(CAP_DAC_READ_SEARCH)
#define POWERS_WRITE                                                                               \
	(POWERS_READ | POWER(CAP_DAC_OVERRIDE) | POWER(CAP_CHOWN) | POWER(CAP_FOWNER) |            \
		POWER(CAP_FSETID))
/* Others' processes in /proc, a port below 1024 for a rehearsal, and ending what it has started. */
#define POWERS_MAIN                                                                                \
	(POWERS_WRITE | POWER(CAP_SYS_PTRACE) | POWER(CAP_NET_BIND_SERVICE) | POWER(CAP_KILL))

void confine_powers(void)
{
	if (geteuid() == 0)
		set_powers(POWERS_MAIN);
}

static uint64_t powers_of(unsigned may)
{
	uint64_t keep = may & CONFINE_WRITE ? POWERS_WRITE : may & CONFINE_READ ? POWERS_READ : 0;
	if (may & CONFINE_LOOK)
		keep |= POWER(CAP_SYS_PTRACE);
	if (may & CONFINE_FORK)
		keep |= POWERS_MAIN & ~POWERS_WRITE;
	return keep;
}

void confine_memory(void)
{
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

/* --- all of it ------------------------------------------------------------------------------- */

/*
 * A process that starts jobs is the program itself: it waits for nothing but the first key or the first
 * line, and a filter costs it a tenth of a millisecond.  Where Landlock keeps it from starting other
 * programs and from their memory, that is left to the jobs.
 */
void confine(const struct confine *walls)
{
	const bool starts = walls->may & CONFINE_FORK;
	bool stands = false;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return;
	if (!(walls->may & CONFINE_LOOK))
		stands = confine_paths(walls);
	uint64_t keep = powers_of(walls->may);
	if (geteuid() == 0 && !starts)
		drop_bounds(keep);
	set_powers(keep); /* what it starts gets no others: no_new_privs */
	if (!starts || !stands)
		filter_calls(walls->may);
}

bool confine_has_paths(void)
{
	return confine_paths_version() > 0;
}
