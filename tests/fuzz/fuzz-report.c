/* Any bytes as a report out of a job: it is none, or its texts are safe and its counts bounded. */
#include "fuzz/fuzz.h"

#include "base/text.h"
#include "net/report.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct unpack u = { .at = (const char *)data, .end = (const char *)data + size };
	struct report *r = report_unpack(&u);
	must(!r == u.bad);
	if (!r)
		return 0;
	struct buf notes = { 0 };
	report_chain_notes(r, &notes);
	must(text_is_safe(r->host) && text_is_safe(r->err.text));
	must(r->chain_count <= REPORT_CHAIN && r->address_count <= REPORT_ADDRESSES);
	for (size_t i = 0; i < STEP_COUNT; i++)
		must(!r->steps[i].text || text_is_safe(r->steps[i].text));
	buf_done(&notes);
	report_free(r);
	return 0;
}
