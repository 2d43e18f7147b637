/*
 * A command is kept to the files that it is there to write: its store, what its options name, and where
 * big things wait.  Commands that work on targets or look at other processes can't be: what they write is
 * known late (see raise_walls() in app/deploy.c), or Landlock would hide what they look at.  They are kept
 * from other programs all the same, and from what only those need; a runner starts the few that they use.
 */
#include "cli/walls.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/programs.h"
#include "base/confine.h"
#include "base/mem.h"

/* Those that start programs, that write to more places or look at processes. */
static const struct manner {
	enum command command;
	unsigned programs;
	bool roams;
} manners[] = {
	{ COMMAND_DEPLOY, PROGRAMS_TOOLS, true },
	{ COMMAND_TARGET_ADD, PROGRAMS_TOOLS, true },
	{ COMMAND_TARGET_LIST, PROGRAMS_TOOLS, true },
	{ COMMAND_TARGET_SHOW, PROGRAMS_TOOLS, true },
	{ COMMAND_TARGET_REMOVE, PROGRAMS_TOOLS, true },
	{ COMMAND_SETUP, PROGRAMS_TOOLS, true },
	{ COMMAND_CHECK, 0, true },
	{ COMMAND_SERVICES, 0, true },
	{ COMMAND_DOCTOR, 0, true },
	{ COMMAND_PARITY, PROGRAMS_SSH, false },
};

struct places {
	char *paths[16];
	size_t count;
};

static struct manner manner_of(const struct arguments *args)
{
	struct manner manner = { .command = args->command };
	for (size_t i = 0; i < sizeof manners / sizeof *manners; i++)
		if (manners[i].command == args->command)
			manner = manners[i];
	if (args->set[OPTION_EDIT])
		manner.programs |= PROGRAMS_EDITOR;
	return manner;
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

static void fill(struct places *places, const struct run *run)
{
	add(places, mem_text("/dev/null"));
	add(places, mem_text("/dev/tty"));
	if (app_read_only(run->app))
		return;
	add_store(places, app_store_folder(run->app));
	add_outputs(places, run->args);
	add_waiting(places);
}

#define MAY (CONFINE_READ | CONFINE_WRITE | CONFINE_NET | CONFINE_FORK)

bool walls_raise(const struct run *run, struct error *err)
{
	const struct manner manner = manner_of(run->args);
	struct places places = { .count = 0 };
	/* Without a runner its programs could only be started where there are no walls. */
	if (manner.programs && !app_programs_begin(run->app, manner.programs, err))
		return false;
	if (manner.roams) {
		confine(&(struct confine){ .may = MAY | CONFINE_LOOK });
		return true;
	}
	fill(&places, run);
	confine(&(struct confine){ .may = MAY, .writes = (const char *const *)places.paths });
	for (size_t i = 0; i < places.count; i++)
		free(places.paths[i]);
	return true;
}
