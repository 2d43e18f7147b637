#include "app/written.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "base/user.h"

void written_headers(struct headers *headers, const char *source)
{
	char when[CLOCK_ISO];
	headers_set(headers, "Added", clock_iso(when, clock_now()));
	headers_set(headers, "By", user_name());
	headers_set(headers, "Source", source);
}

void written_typed(struct headers *headers, const char *key, const char *typed)
{
	char *safe = typed ? text_typed(typed) : NULL;
	headers_set(headers, key, safe);
	free(safe);
}

bool name_is_short(const char *safe, struct error *err)
{
	size_t count = 0;
	for (const char *at = safe, *end = safe + strlen(safe); at < end; count++)
		text_next(&at, end);
	return count <= NAME_MOST ||
	       error_set(err, ERROR_USAGE, "a name has at most %d characters, and this one has %zu",
		       NAME_MOST, count);
}
