/*
 * Which folders the files of a plan stand in, for walls around whoever carries it out: they are raised
 * once it is known what will be written, since targets come and go with the store.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/runner.h"
#include "deploy/deploy.h"
#include "deploy/kind.h"

static bool all_alone(const struct demand *demand, const struct deploy_plan *plan)
{
	for (size_t i = 0; i < plan->count; i++)
		if (plan->items[i].stale && !kind_of(demand->orders[i].target)->alone)
			return false;
	return true;
}

/* "/etc/ssl/x.pem" becomes "/etc/ssl"; at the root false. */
static bool go_up(char *path)
{
	char *slash = strrchr(path, '/');
	if (!slash || (slash == path && !path[1]))
		return false;
	slash[slash == path] = '\0';
	return true;
}

/* A folder that is yet to be made is made in the first one that is there. */
static char *folder_of(const struct file_change *change)
{
	char *path = mem_text(change->path);
	go_up(path);
	if (change->above)
		go_up(path);
	while (access(path, F_OK) != 0 && go_up(path))
		;
	return path;
}

char **deploy_folders(const struct demand *demand, const struct deploy_plan *plan)
{
	if (!runner_stands() && !all_alone(demand, plan))
		return NULL;
	const struct staging *staging = plan->staging;
	size_t count = staging ? staging->count : 0, filled = 0;
	char **folders = mem_new((count + 1) * sizeof *folders);
	for (size_t i = 0; i < count; i++) {
		if (staging->items[i].inside)
			continue;
		char *folder = folder_of(&staging->items[i]);
		if (filled > 0 && strcmp(folders[filled - 1], folder) == 0)
			free(folder);
		else
			folders[filled++] = folder;
	}
	return folders;
}

void deploy_folders_free(char **folders)
{
	for (size_t i = 0; folders && folders[i]; i++)
		free(folders[i]);
	free(folders);
}
