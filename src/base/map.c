#include "base/map.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAPS_MOST 16

/* What the signal handler looks at: an address of NULL is a free slot. */
static struct {
	uint8_t *volatile bytes;
	size_t len;
	volatile sig_atomic_t cut;
} slots[MAPS_MOST];

static long page_size;

/* A page of zeros takes the place of the one that is gone. */
bool map_mend(void *address)
{
	uint8_t *at = address;
	for (size_t i = 0; i < MAPS_MOST; i++) {
		uint8_t *bytes = slots[i].bytes;
		if (!bytes || at < bytes || at >= bytes + slots[i].len)
			continue;
		uint8_t *page = bytes + (size_t)(at - bytes) / (size_t)page_size * (size_t)page_size;
		slots[i].cut = 1;
		const void *zeros = mmap(page, (size_t)page_size, PROT_READ,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
		return zeros == page;
	}
	return false;
}

/* Returning from a fault that wasn't mended meets the default action: the process ends. */
static void on_fault(int signo, siginfo_t *info, void *context)
{
	(void)context;
	if (!map_mend(info->si_addr))
		signal(signo, SIG_DFL);
}

/* Only where nobody else looks after this signal: they call map_mend() then. */
static void catch_faults(void)
{
	struct sigaction now, mine = { .sa_flags = SA_SIGINFO };
	page_size = sysconf(_SC_PAGESIZE);
	mine.sa_sigaction = on_fault;
	sigfillset(&mine.sa_mask);
	if (sigaction(SIGBUS, NULL, &now) == 0 && now.sa_handler == SIG_DFL)
		sigaction(SIGBUS, &mine, NULL);
}

static int free_slot(void)
{
	for (int i = 0; i < MAPS_MOST; i++)
		if (!slots[i].bytes)
			return i;
	return -1;
}

bool map_open(int fd, struct map *out, struct error *err)
{
	struct stat st;
	int slot = free_slot();
	*out = (struct map){ .slot = slot };
	if (slot < 0)
		return error_set(err, ERROR_FAILED, "too many files are mapped");
	if (fstat(fd, &st) != 0 || st.st_size <= 0)
		return error_set(err, ERROR_FAILED, "an empty file can't be mapped");
	catch_faults();
	void *bytes = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0);
	if (bytes == MAP_FAILED)
		return error_errno(err, "a file can't be mapped");
	out->bytes = bytes;
	out->len = (size_t)st.st_size;
	slots[slot].len = out->len;
	slots[slot].cut = 0;
	slots[slot].bytes = bytes;
	return true;
}

void map_close(struct map *map)
{
	if (!map->bytes)
		return;
	slots[map->slot].bytes = NULL;
	munmap((void *)(uintptr_t)map->bytes, map->len);
	*map = (struct map){ 0 };
}

void map_relax(const struct map *map, size_t from, size_t len)
{
	if (!map->bytes)
		return;
	size_t page = (size_t)page_size, start = (from + page - 1) / page * page;
	if (!slots[map->slot].cut && from + len > start)
		madvise((void *)(uintptr_t)(map->bytes + start), from + len - start,
			MADV_DONTNEED);
}

bool map_was_cut(const struct map *map)
{
	return map->bytes && slots[map->slot].cut;
}
