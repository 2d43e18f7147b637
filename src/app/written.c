#include "app/written.h"

#include <stdlib.h>

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
