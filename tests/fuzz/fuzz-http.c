/* Any bytes as the first words of a server: a status is a status, and a protocol one that has a name. */
#include "fuzz/fuzz.h"

#include <string.h>

#include "base/text.h"
#include "net/probing.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *line = strndup((const char *)data, size);
	must(line != NULL);
	int status = probe_http_status(line);
	must(status >= 0 && status <= 999);
	must(status == 0 || strncmp(line, "HTTP/", 5) == 0);
	const char *protocol = guess_protocol(data, size);
	must(!protocol || (*protocol && text_is_safe(protocol)));
	free(line);
	return 0;
}
