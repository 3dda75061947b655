/*
 * fail.c - a world in which the n-th call fails: loaded into the program with LD_PRELOAD, by faults.py
 *
 * The environment variable FAULT says what is to happen, as CLASS:N:WHAT
 *
 *   CLASS  alloc (malloc, calloc, realloc), thread (pthread_create), print (writing to the standard streams),
 *          a system call of the table below, or any: every system call that changes what is on disk
 *   N      which of them, from 1; 0: none
 *   WHAT   a number: the call fails with that errno, without effect (close: after closing);
 *          kill, dead: the program is killed (SIGKILL) just before the call, or just after it;
 *          torn: a write is cut to half its bytes, then as dead; short: reads and writes do half of it;
 *          mostM: reads do no more than M bytes (not of what the system loads by itself);
 *          grow: a line end is appended to the file that was just read, if it is in the working folder;
 *          a + behind it: the same for all calls from the n-th on
 *
 * FAULT_LOG names a file that gets one line for each call of the table: its name, the file, the result.
 * At the end the program's own counts follow, as `count CLASS N`.
 *
 * System calls are caught by a seccomp filter that lets SIGSYS be sent for them, so that those which the
 * C library makes by itself (stdio, opendir) are seen, too. Only for Linux on x86-64.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <link.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#include <dlfcn.h>

enum path_at { NO_PATH = -1, FIRST = 0, SECOND = 1 };

/* What is caught. CHANGES: what is on disk may differ after it. */
static const struct call {
	const char *name;
	int number;
	bool changes;
	enum path_at path;	/* which argument is a path; else the first is a descriptor */
	enum path_at second;
} calls[] = {
	{ "open", SYS_openat, true, SECOND, NO_PATH },
	{ "open", SYS_open, true, FIRST, NO_PATH },
	{ "read", SYS_read, false, NO_PATH, NO_PATH },
	{ "read", SYS_pread64, false, NO_PATH, NO_PATH },
	{ "write", SYS_write, true, NO_PATH, NO_PATH },
	{ "write", SYS_pwrite64, true, NO_PATH, NO_PATH },
	{ "write", SYS_writev, true, NO_PATH, NO_PATH },
	{ "fsync", SYS_fsync, true, NO_PATH, NO_PATH },
	{ "fsync", SYS_fdatasync, true, NO_PATH, NO_PATH },
	{ "close", SYS_close, false, NO_PATH, NO_PATH },
	{ "rename", SYS_rename, true, FIRST, SECOND },
	{ "rename", SYS_renameat2, true, SECOND, 3 },
	{ "link", SYS_link, true, FIRST, SECOND },
	{ "link", SYS_linkat, true, SECOND, 3 },
	{ "unlink", SYS_unlink, true, FIRST, NO_PATH },
	{ "unlink", SYS_unlinkat, true, SECOND, NO_PATH },
	{ "unlink", SYS_rmdir, true, FIRST, NO_PATH },
	{ "mkdir", SYS_mkdir, true, FIRST, NO_PATH },
	{ "mkdir", SYS_mkdirat, true, SECOND, NO_PATH },
	{ "stat", SYS_stat, false, FIRST, NO_PATH },
	{ "stat", SYS_lstat, false, FIRST, NO_PATH },
	{ "stat", SYS_fstat, false, NO_PATH, NO_PATH },
	{ "stat", SYS_newfstatat, false, SECOND, NO_PATH },
	{ "stat", SYS_access, false, FIRST, NO_PATH },
	{ "stat", SYS_readlink, false, FIRST, NO_PATH },
	{ "list", SYS_getdents64, false, NO_PATH, NO_PATH },
	{ "lock", SYS_flock, true, NO_PATH, NO_PATH },
	{ "chmod", SYS_fchmod, true, NO_PATH, NO_PATH },
	{ "truncate", SYS_ftruncate, true, NO_PATH, NO_PATH },
	{ "seek", SYS_lseek, false, NO_PATH, NO_PATH },
	{ "range", SYS_sync_file_range, false, NO_PATH, NO_PATH },
};

enum { CALLS = sizeof calls / sizeof calls[0], PAGE = 4096, LOG_DESCRIPTOR = 900 };

/* Classes that are counted: one for each name of the table, and these. */
enum { CLASS_ALLOC = CALLS, CLASS_THREAD, CLASS_PRINT, CLASS_ANY, CLASSES };

static enum { DO_NOTHING, DO_FAIL, DO_KILL, DO_DEAD, DO_TORN, DO_SHORT, DO_MOST, DO_GROW } what;
static int wanted_class = -1;
static unsigned long wanted_number;
static bool is_lasting;
static int most_bytes;
static int wanted_error;
static atomic_ulong counts[CLASSES];
static bool is_logging;
static bool is_ready;

typedef long raw_call(long number, long a, long b, long c, long d, long e, long f);
static raw_call *raw;

/* syscall(2) in a page of its own, which the filter lets pass. */
static const unsigned char raw_code[] = {
	0x48, 0x89, 0xf8,		/* mov rax, rdi */
	0x48, 0x89, 0xf7,		/* mov rdi, rsi */
	0x48, 0x89, 0xd6,		/* mov rsi, rdx */
	0x48, 0x89, 0xca,		/* mov rdx, rcx */
	0x4d, 0x89, 0xc2,		/* mov r10, r8 */
	0x4d, 0x89, 0xc8,		/* mov r8, r9 */
	0x4c, 0x8b, 0x4c, 0x24, 0x08,	/* mov r9, [rsp + 8] */
	0x0f, 0x05,			/* syscall */
	0xc3,				/* ret */
};

static void
die(const char *why)
{
	fprintf(stderr, "fail.c: %s\n", why);
	_exit(99);
}

static _Noreturn void
kill_program(void)
{
	raw(SYS_kill, raw(SYS_getpid, 0, 0, 0, 0, 0, 0), SIGKILL, 0, 0, 0, 0);
	for (;;)
		raw(SYS_pause, 0, 0, 0, 0, 0, 0);
}

/* The class of a name: the first row that has it. */
static int
class_of(const char *name)
{
	if (strcmp(name, "alloc") == 0)
		return CLASS_ALLOC;
	if (strcmp(name, "thread") == 0)
		return CLASS_THREAD;
	if (strcmp(name, "print") == 0)
		return CLASS_PRINT;
	if (strcmp(name, "any") == 0)
		return CLASS_ANY;
	for (int i = 0; i < CALLS; i++)
		if (strcmp(calls[i].name, name) == 0)
			return i;
	return -1;
}

/* Counts a call; whether it is one to which something happens. */
static bool
is_hit(int class)
{
	unsigned long number = atomic_fetch_add(&counts[class], 1) + 1;

	if (class != wanted_class || wanted_number == 0)
		return false;
	return is_lasting ? number >= wanted_number : number == wanted_number;
}

static void
log_text(const char *text, size_t len)
{
	raw(SYS_write, LOG_DESCRIPTOR, (long)text, (long)len, 0, 0, 0);
}

/* A path with the folder that it is in, by asking the system what the descriptor is. */
static const char *
name_descriptor(long descriptor, char *room, size_t size)
{
	char link[64];

	snprintf(link, sizeof link, "/proc/self/fd/%ld", descriptor);
	long len = raw(SYS_readlink, (long)link, (long)room, (long)size - 1, 0, 0, 0);
	room[len > 0 ? len : 0] = '\0';
	return room;
}

static void
log_call(const struct call *call, const long *args, const char *described, long result)
{
	static atomic_flag is_taken = ATOMIC_FLAG_INIT;
	char line[3 * PATH_MAX];
	const char *first = call->path == NO_PATH ? described : (const char *)args[call->path];
	const char *second = call->second == NO_PATH ? "" : (const char *)args[call->second];

	int len = snprintf(line, sizeof line, "%s\t%s\t%s\t%ld\n", call->name, first, second, result);
	while (atomic_flag_test_and_set(&is_taken))
		;
	log_text(line, (size_t)len);
	atomic_flag_clear(&is_taken);
}

/* The call with at most half its bytes, at least one. */
static long
call_half(int number, const long *args)
{
	if (number == SYS_writev) {
		const struct { const void *at; size_t len; } *piece = (const void *)args[1];
		return raw(SYS_write, args[0], (long)piece->at, (long)((piece->len + 1) / 2), 0, 0, 0);
	}
	return raw(number, args[0], args[1], (args[2] + 1) / 2, args[3], args[4], args[5]);
}

static long
call_all(int number, const long *args)
{
	return raw(number, args[0], args[1], args[2], args[3], args[4], args[5]);
}

static bool
has_length(const struct call *call)
{
	return call->name[0] == 'w' || call->name[0] == 'r';
}

static long
read_most(const struct call *call, const long *args)
{
	char path[PATH_MAX];

	name_descriptor(args[0], path, sizeof path);
	if (strncmp(path, "/usr/", 5) == 0 || strncmp(path, "/sys/", 5) == 0 || args[2] < most_bytes)
		return call_all(call->number, args);
	return raw(call->number, args[0], args[1], most_bytes, args[3], args[4], args[5]);
}

/* As a program does that is still writing the export. */
static long
read_and_grow(const struct call *call, const long *args)
{
	char path[PATH_MAX];
	char folder[PATH_MAX];
	long result = call_all(call->number, args);
	long len = raw(SYS_getcwd, (long)folder, (long)sizeof folder, 0, 0, 0, 0);

	name_descriptor(args[0], path, sizeof path);
	if (len <= 0 || strncmp(path, folder, strlen(folder)) != 0)
		return result;
	long file = raw(SYS_open, (long)path, O_WRONLY | O_APPEND, 0, 0, 0, 0);
	if (file >= 0) {
		raw(SYS_write, file, (long)"\n", 1, 0, 0, 0);
		raw(SYS_close, file, 0, 0, 0, 0, 0);
	}
	return result;
}

/* What becomes of a call to which something happens. */
static long
spoil(const struct call *call, const long *args)
{
	switch (what) {
	case DO_KILL:
		kill_program();
	case DO_TORN:
		call_half(call->number, args);
		kill_program();
	case DO_DEAD:
		call_all(call->number, args);
		kill_program();
	case DO_SHORT:
		return call_half(call->number, args);
	case DO_MOST:
		return read_most(call, args);
	case DO_GROW:
		return read_and_grow(call, args);
	case DO_FAIL:
		if (call->number == SYS_close)
			call_all(call->number, args);
		return -wanted_error;
	case DO_NOTHING:
		break;
	}
	return call_all(call->number, args);
}

static bool
is_print(const struct call *call, const long *args)
{
	return call->name[0] == 'w' && args[0] <= STDERR_FILENO;
}

/* Opening to read changes nothing. */
static bool
changes_disk(const struct call *call, const long *args)
{
	if (call->number == SYS_openat)
		return args[2] & (O_CREAT | O_TRUNC | O_WRONLY | O_RDWR);
	if (call->number == SYS_open)
		return args[1] & (O_CREAT | O_TRUNC | O_WRONLY | O_RDWR);
	return call->changes && !is_print(call, args);
}

static long
run_call(const struct call *call, const long *args)
{
	char described[PATH_MAX] = "";

	if (is_logging && call->path == NO_PATH)
		name_descriptor(args[0], described, sizeof described);
	/* A torn write of one byte is none. */
	bool counts_as_any = changes_disk(call, args) && !(what == DO_TORN && call->name[0] != 'w');
	bool hit_any = counts_as_any && is_hit(CLASS_ANY);
	bool hit = is_hit(is_print(call, args) ? CLASS_PRINT : class_of(call->name)) || hit_any;
	if ((what == DO_TORN || what == DO_SHORT || what == DO_MOST || what == DO_GROW) && !has_length(call))
		hit = false;
	long result = hit ? spoil(call, args) : call_all(call->number, args);
	if (is_logging)
		log_call(call, args, described, result);
	return result;
}

static void
on_trap(int number, siginfo_t *info, void *context)
{
	greg_t *registers = ((ucontext_t *)context)->uc_mcontext.gregs;
	const long args[] = { registers[REG_RDI], registers[REG_RSI], registers[REG_RDX], registers[REG_R10],
		registers[REG_R8], registers[REG_R9] };
	int saved = errno;

	(void)number;
	for (int i = 0; i < CALLS; i++)
		if (calls[i].number == info->si_syscall)
			registers[REG_RAX] = run_call(&calls[i], args);
	errno = saved;
}

struct range {
	uint64_t begin;
	uint64_t end;
};

/* Code of LeakSanitizer, in whose build leaks are looked for: what it does by itself is not the program's. */
static int
find_sanitizer(struct dl_phdr_info *info, size_t size, void *context)
{
	struct range *found = context;

	(void)size;
	if (!strstr(info->dlpi_name, "/liblsan.so"))
		return 0;
	for (int i = 0; i < info->dlpi_phnum; i++)
		if (info->dlpi_phdr[i].p_type == PT_LOAD && info->dlpi_phdr[i].p_flags & PF_X) {
			found->begin = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr;
			found->end = found->begin + info->dlpi_phdr[i].p_memsz;
		}
	return 1;
}

static struct range
sanitizer_code(void)
{
	struct range found = { 0, 0 };

	dl_iterate_phdr(find_sanitizer, &found);
	if (found.begin >> 32 != found.end >> 32)
		die("LeakSanitizer lies across a border; run again");
	return found;
}

/* Begins the filter with a rule for this code, if there is any; how long the rule is. */
static size_t
let_pass(struct range code, struct sock_filter *program)
{
	const size_t place = offsetof(struct seccomp_data, instruction_pointer);
	const struct sock_filter rule[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, place + 4),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)(code.begin >> 32), 0, 4),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, place),
		BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, (uint32_t)code.begin, 0, 2),
		BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, (uint32_t)code.end, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};

	if (code.end == 0)
		return 0;
	memcpy(program, rule, sizeof rule);
	return sizeof rule / sizeof rule[0];
}

/* Traps the calls of the table, wherever they are made but in the page of raw() and by LeakSanitizer. */
static void
install_filter(void)
{
	struct sock_filter program[CALLS + 22];
	size_t at = 0;
	uint64_t page = (uint64_t)(uintptr_t)raw;

	at += let_pass(sanitizer_code(), program);
	program[at++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch));
	program[at++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 0, CALLS + 6);
	program[at++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		offsetof(struct seccomp_data, instruction_pointer) + 4);
	program[at++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)(page >> 32), 0, 3);
	program[at++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		offsetof(struct seccomp_data, instruction_pointer));
	program[at++] = (struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K, ~(uint32_t)(PAGE - 1));
	program[at++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)page, CALLS + 1, 0);
	program[at++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
	for (int i = 0; i < CALLS; i++)
		program[at++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)calls[i].number,
			(uint8_t)(CALLS - i), 0);
	program[at++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	program[at++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP);
	struct sock_fprog filter = { (unsigned short)at, program };
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0)
		die("no seccomp filter can be set here");
}

static void
read_request(const char *text)
{
	char class[32];
	char action[32];

	if (sscanf(text, "%31[a-z]:%lu:%31[a-z0-9+]", class, &wanted_number, action) != 3)
		die("FAULT is CLASS:N:WHAT");
	wanted_class = class_of(class);
	if (wanted_class < 0)
		die("FAULT names no class of calls");
	is_lasting = strchr(action, '+') != NULL;
	action[strcspn(action, "+")] = '\0';
	wanted_error = atoi(action);
	if (sscanf(action, "most%d", &most_bytes) == 1)
		what = DO_MOST;
	else
		what = wanted_error ? DO_FAIL : strcmp(action, "kill") == 0 ? DO_KILL : strcmp(action, "dead") == 0 ? DO_DEAD
	     : strcmp(action, "torn") == 0 ? DO_TORN : strcmp(action, "short") == 0 ? DO_SHORT : strcmp(action, "grow") == 0 ? DO_GROW : DO_NOTHING;
}

static void
open_log(const char *path)
{
	int descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);

	if (descriptor < 0 || dup2(descriptor, LOG_DESCRIPTOR) < 0)
		die("FAULT_LOG cannot be written");
	close(descriptor);
	is_logging = true;
}

/* For a program that is loaded before its environment says what is to fail (served.c), too. */
void
fail_begin(void)
{
	const char *request = getenv("FAULT");
	const char *log = getenv("FAULT_LOG");
	struct sigaction action = { .sa_sigaction = on_trap, .sa_flags = SA_SIGINFO | SA_NODEFER };

	if (!request)
		return;
	read_request(request);
	if (log)
		open_log(log);
	void *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (page == MAP_FAILED)
		die("no memory");
	memcpy(page, raw_code, sizeof raw_code);
	if (mprotect(page, PAGE, PROT_READ | PROT_EXEC) != 0 || sigaction(SIGSYS, &action, NULL) != 0)
		die("cannot begin");
	raw = (raw_call *)(uintptr_t)page;
	/* Nothing of this is the program's: its environment is what it would be without. */
	unsetenv("FAULT");
	unsetenv("FAULT_LOG");
	install_filter();
	is_ready = true;
}

__attribute__((constructor)) static void
prepare(void)
{
	fail_begin();
}

/* Not for what stdio does after this, at the very end. */
__attribute__((destructor)) static void
finish(void)
{
	char line[64];

	for (int class = 0; is_logging && class < CLASSES; class++) {
		const char *name = class == CLASS_ALLOC ? "alloc" : class == CLASS_THREAD ? "thread"
				 : class == CLASS_PRINT ? "print" : class == CLASS_ANY ? "any" : calls[class].name;
		if (counts[class] == 0)
			continue;
		int len = snprintf(line, sizeof line, "count\t%s\t%lu\n", name, (unsigned long)counts[class]);
		log_text(line, (size_t)len);
	}
}

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);

/* Those of LeakSanitizer, where the program was built with it. */
extern void *__interceptor_malloc(size_t size) __attribute__((weak));
extern void *__interceptor_calloc(size_t count, size_t size) __attribute__((weak));
extern void *__interceptor_realloc(void *old, size_t size) __attribute__((weak));

static bool
fails(void)
{
	if (!is_ready || !is_hit(CLASS_ALLOC) || what != DO_FAIL)
		return false;
	errno = ENOMEM;
	return true;
}

static __thread size_t last_size __attribute__((tls_model("initial-exec")));

/*
 * libxml2 crashes where it has no memory for what it keeps of a thread.  The program takes a larger block and gives it
 * back just before: then the C library has one, as long as nothing but this makes it fail.
 */
static bool
was_given_back(size_t size, const void *caller)
{
	Dl_info info;

	return size > 512 && size <= last_size / 2 && dladdr(caller, &info) && strstr(info.dli_fname, "libxml2");
}

void *
malloc(size_t size)
{
	if (!was_given_back(size, __builtin_return_address(0)) && fails())
		return NULL;
	last_size = size;
	return __interceptor_malloc ? __interceptor_malloc(size) : __libc_malloc(size);
}

void *
calloc(size_t count, size_t size)
{
	if (!was_given_back(count * size, __builtin_return_address(0)) && fails())
		return NULL;
	last_size = count * size;
	return __interceptor_calloc ? __interceptor_calloc(count, size) : __libc_calloc(count, size);
}

void *
realloc(void *old, size_t size)
{
	if (fails())
		return NULL;
	last_size = size;
	return __interceptor_realloc ? __interceptor_realloc(old, size) : __libc_realloc(old, size);
}

int
pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *), void *argument)
{
	static int (*real)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);

	if (!real)
		real = (int (*)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *))
			(uintptr_t)dlsym(RTLD_NEXT, "pthread_create");
	if (is_ready && is_hit(CLASS_THREAD) && what == DO_FAIL)
		return wanted_error;
	return real(thread, attributes, run, argument);
}
