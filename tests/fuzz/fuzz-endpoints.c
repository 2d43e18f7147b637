/* Any bytes as the file of endpoints and targets, with its meaning: what is taken can be called, or fed. */
#include "fuzz/file.h"
#include "fuzz/lsan.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/endpoint.h"
#include "app/target.h"
#include "base/text.h"
#include "store/endpoints.h"

static char folder[] = "/dev/shm/fuzz-XXXXXX";
static struct app *app;

static int drop(const char *path, const struct stat *st, int type, struct FTW *where)
{
	(void)st;
	(void)type;
	(void)where;
	return remove(path);
}

static void clean_up(void)
{
	app_free(app);
	nftw(folder, drop, 8, FTW_DEPTH | FTW_PHYS);
}

static void begin(void)
{
	struct fuzz_file settings;
	fuzz_file(&settings, NULL, 0);
	const struct app_options options = { .store = folder, .config = settings.path };
	must(mkdtemp(folder) && app_new(&options, &app, NULL));
	fuzz_file_done(&settings);
	must(app_open_store(app, APP_STORE_CREATE, NULL));
	atexit(clean_up);
}

static void put(const uint8_t *data, size_t size)
{
	char path[64];
	snprintf(path, sizeof path, "%s/%s", folder, ENDPOINTS_FILE);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	must(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	close(fd);
}

static void check_endpoints(void)
{
	struct endpoints all = { 0 };
	struct error err = { 0 };
	if (!app_endpoints(app, &all, &err))
		must(err.text[0] && text_is_safe(err.text) && all.count == 0);
	for (size_t i = 0; i < all.count; i++) {
		const struct endpoint *e = &all.items[i];
		must(*e->name && *e->host && e->port && e->dialect && e->percent <= 100);
		free(endpoint_place(e));
	}
	endpoints_done(&all);
}

static void check_targets(void)
{
	struct targets all = { 0 };
	struct error err = { 0 };
	if (!app_targets(app, &all, &err))
		must(err.text[0] && text_is_safe(err.text) && all.count == 0);
	for (size_t i = 0; i < all.count; i++) {
		const struct target *t = &all.items[i];
		must(*t->name && t->kind && t->mode <= 0777 && target_check(t, NULL));
		must(!t->path || *t->path == '/');
	}
	targets_done(&all);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!app)
		begin();
	put(data, size);
	check_endpoints();
	check_targets();
	return 0;
}
