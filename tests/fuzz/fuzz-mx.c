/* Any bytes as a resolver's answer: names are few, in order, and none without a record. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "net/mx.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mx mx;
	bool any = mx_read(data, size, &mx);
	if (mx.count > MX_MOST || (mx.count > 0 && !any))
		abort();
	for (size_t i = 1; i < mx.count; i++)
		if (strcmp(mx.hosts[i - 1], mx.hosts[i]) > 0)
			abort();
	mx_done(&mx);
	return 0;
}
