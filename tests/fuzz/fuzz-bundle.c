/*
 * Any bytes as a bundle that another program reads, changed in place: what isn't ours stays, a private
 * key isn't touched, and what was written is left alone the next time.
 */
#include "fuzz/fuzz.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"
#include "deploy/kind.h"

static char folder[] = "/dev/shm/fuzz-XXXXXX", path[64];

static void clean_up(void)
{
	unlink(path);
	rmdir(folder);
}

static void begin(void)
{
	must(mkdtemp(folder) != NULL);
	snprintf(path, sizeof path, "%s/bundle", folder);
	atexit(clean_up);
}

static void put(const void *data, size_t size)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	must(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	close(fd);
}

/* What the file would be; false where it stays as it is or isn't available. */
static bool stage(const struct anchors *trusted, stage_fn *fn, struct buf *out)
{
	struct target target = { .name = (char[]){ "t" }, .path = path, .kind = target_kind_named("pem-bundle") };
	struct order order = { .target = &target };
	struct demand demand = { .orders = &order, .count = 1, .trusted = *trusted, .now = 1767225600 };
	struct deploy_plan plan = { 0 };
	struct error err = { 0 };
	plan.staging = mem_new(sizeof *plan.staging);
	plan.items = mem_new(sizeof *plan.items);
	plan.count = plan.cap = 1;
	struct visit visit = { .demand = &demand, .order = &order, .target = &target,
		.plan = plan.items, .staging = plan.staging };
	must(fn(&visit, &err));
	const struct deploy_target_plan *t = plan.items;
	must(!t->why || text_is_safe(t->why));
	must(!t->warnings || text_is_safe(t->warnings) || strchr(t->warnings, '\n'));
	for (size_t i = 0; i < t->count; i++)
		must(text_is_safe(t->rows[i].name));
	bool written = plan.staging->count > 0;
	must(!written || t->outcome != DEPLOY_UNAVAILABLE);
	if (written)
		buf_add(out, plan.staging->items[0].bytes.data, plan.staging->items[0].bytes.len);
	deploy_plan_done(&plan);
	return written;
}

static void change(const uint8_t *data, size_t size, stage_fn *fn)
{
	struct anchor items[] = {
		{ .der = (const uint8_t *)"one", .len = 3, .name = "a" },
		{ .der = (const uint8_t *)"another", .len = 7, .name = "b--\\n" },
	};
	const struct anchors both = { items, 2 }, none = { NULL, 0 };
	struct buf first = { 0 }, second = { 0 };
	for (size_t i = 0; i < 2; i++)
		fingerprint_of(items[i].der, items[i].len, &items[i].print);
	put(data, size);
	if (stage(&both, fn, &first)) {
		put(first.data, first.len);
		must(!stage(&both, fn, &second));
		buf_cut(&first, 0);
		if (stage(&none, fn, &first))
			must(!memmem(buf_text(&first), first.len, "# certary: a\n", 13) ||
				memmem(data, size, "# certary: a", 12));
	}
	buf_done(&first);
	buf_done(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!*path)
		begin();
	change(data, size, pem_bundle_stage);
	change(data, size, postgres_client_stage);
	return 0;
}
