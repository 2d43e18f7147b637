/* Any bytes as a record that comes over a job's pipe. */
#include "fuzz/fuzz.h"

#include "pki/pack.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct unpack u = { .at = (const char *)data, .end = (const char *)data + size };
	free(unpack_text(&u));
	size_t len;
	unpack_bytes(&u, &len);
	cert_info_free(cert_info_unpack(&u));
	return 0;
}
