#include "base/set.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static int compare(const void *a, const void *b)
{
	return strcmp(a, b);
}

static const char *put(struct set *set, const char *text, bool *fresh)
{
	char *copy = mem_text(text);
	char *const *kept = tsearch(copy, &set->tree, compare);
	if (!kept)
		mem_die("out of memory");
	*fresh = *kept == copy;
	if (!*fresh)
		free(copy);
	return *kept;
}

bool set_add(struct set *set, const char *text)
{
	bool fresh;
	put(set, text, &fresh);
	return fresh;
}

const char *set_keep(struct set *set, const char *text)
{
	bool fresh;
	return put(set, text, &fresh);
}

bool set_has(const struct set *set, const char *text)
{
	return tfind(text, &set->tree, compare) != NULL;
}

void set_done(struct set *set)
{
	tdestroy(set->tree, free);
	set->tree = NULL;
}
