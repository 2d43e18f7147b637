/*
 * A command is kept to the files that it is there to write: its store, what its options name, and where
 * big things wait.  Commands that work on targets, look at other processes or start programs can't be: the
 * walls would stand around those programs as well.  What they write is planned first and, where no program
 * is needed for it, walled in then (see raise_walls() in app/deploy.c).
 */
#include "cli/walls.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/confine.h"
#include "base/mem.h"

static const enum command roaming[] = { COMMAND_DEPLOY, COMMAND_TARGET_ADD, COMMAND_TARGET_LIST,
	COMMAND_TARGET_SHOW, COMMAND_TARGET_REMOVE, COMMAND_CHECK, COMMAND_SERVICES, COMMAND_DOCTOR,
	COMMAND_PARITY, COMMAND_SETUP };

struct places {
	char *paths[16];
	size_t count;
};

static bool roams(const struct arguments *args)
{
	for (size_t i = 0; i < sizeof roaming / sizeof *roaming; i++)
		if (roaming[i] == args->command)
			return true;
	return args->set[OPTION_EDIT];
}

static void add(struct places *p, char *path)
{
	if (p->count + 1 < sizeof p->paths / sizeof *p->paths)
		p->paths[p->count++] = path;
	else
		free(path);
}

/* The folder of a path, where it will be once links are followed; of one that isn't there the one that is. */
static void add_folder_of(struct places *p, const char *path)
{
	char *real = realpath(path, NULL), *at = real ? real : mem_text(path), *slash;
	while ((slash = strrchr(at, '/'))) {
		*slash = '\0';
		if (access(*at ? at : "/", F_OK) == 0)
			break;
	}
	add(p, mem_text(slash ? (*at ? at : "/") : "."));
	free(at);
}

static void add_store(struct places *p, const char *store)
{
	if (access(store, F_OK) == 0)
		add(p, mem_text(store));
	else
		add_folder_of(p, store);
}

static void add_outputs(struct places *p, const struct arguments *args)
{
	static const enum option outputs[] = { OPTION_OUTPUT, OPTION_KEY_OUTPUT };
	for (size_t i = 0; i < sizeof outputs / sizeof *outputs; i++)
		if (args->text[outputs[i]])
			add_folder_of(p, args->text[outputs[i]]);
	if (args->command == COMMAND_EXCHANGE)
		add(p, mem_text("."));
}

static void add_waiting(struct places *p)
{
	const char *folder = getenv("TMPDIR");
	if (folder && *folder)
		add(p, mem_text(folder));
	add(p, mem_text("/tmp"));
}

void walls_raise(const struct run *run)
{
	struct places places = { .count = 0 };
	if (roams(run->args))
		return;
	add(&places, mem_text("/dev/null"));
	add(&places, mem_text("/dev/tty"));
	if (!app_read_only(run->app)) {
		add_store(&places, app_store_folder(run->app));
		add_outputs(&places, run->args);
		add_waiting(&places);
	}
	const char *const *writes = (const char *const *)places.paths;
	confine(&(struct confine){
		.may = CONFINE_READ | CONFINE_WRITE | CONFINE_NET | CONFINE_FORK, .writes = writes });
	for (size_t i = 0; i < places.count; i++)
		free(places.paths[i]);
}
