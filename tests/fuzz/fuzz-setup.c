/* Any bytes as the configuration of a client: services and files of CAs that setting up finds in it. */
#include "fuzz/fuzz.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/probe.h"
#include "app/setting-up.h"

static char root[] = "/dev/shm/fuzz-XXXXXX";
static const char *const folders[] = { "etc", "etc/postfix", "etc/ldap" };
static const char *const files[] = { "etc/postfix/main.cf", "etc/ldap/ldap.conf" };

static void clean_up(void)
{
	char path[80];
	for (size_t i = 0; i < 2; i++) {
		snprintf(path, sizeof path, "%s/%s", root, files[i]);
		unlink(path);
	}
	for (size_t i = 3; i-- > 0;) {
		snprintf(path, sizeof path, "%s/%s", root, folders[i]);
		rmdir(path);
	}
	rmdir(root);
}

static void begin(void)
{
	char path[80];
	must(mkdtemp(root) != NULL);
	for (size_t i = 0; i < 3; i++) {
		snprintf(path, sizeof path, "%s/%s", root, folders[i]);
		must(mkdir(path, 0700) == 0);
	}
	atexit(clean_up);
}

static void put(const char *name, const uint8_t *data, size_t size)
{
	char path[80];
	snprintf(path, sizeof path, "%s/%s", root, name);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	must(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	close(fd);
}

/* Whatever is told can be probed. */
static void service(void *ctx, const struct config_word *word)
{
	struct probe_wish wish;
	struct error err;
	(void)ctx;
	must(word->line > 0 && word->file && probe_wish_parse(word->text, NULL, &wish, &err));
	must(wish.port && wish.dialect && *wish.host);
	probe_wish_done(&wish);
}

static void authority(void *ctx, const struct config_word *word)
{
	(void)ctx;
	must(word->line > 0 && *word->text == '/');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool made;
	if (!made)
		begin();
	made = true;
	for (size_t i = 0; i < 2; i++)
		put(files[i], data, size);
	int dir = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	must(dir >= 0);
	setup_configs(dir, false, service, authority, NULL);
	close(dir);
	return 0;
}
