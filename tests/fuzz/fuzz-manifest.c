/* Any bytes as what another server has: what is taken from it is safe, and can be compared. */
#include "fuzz/fuzz.h"

#include "base/text.h"
#include "check/parity.h"

static void check_entry(const struct manifest_entry *e)
{
	must(text_is_safe(e->name) && text_is_safe(e->subject) && text_is_safe(e->key));
	must(e->state >= STATE_TRUSTED && e->state <= STATE_TRASH);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct manifest m = { 0 }, none = { 0 };
	struct error err = { 0 };
	struct parity p;
	if (!manifest_read((const char *)data, size, &m, &err)) {
		must(err.text[0] && text_is_safe(err.text));
		manifest_done(&m);
		return 0;
	}
	must(!m.host || text_is_safe(m.host));
	for (size_t i = 0; i < m.count; i++)
		check_entry(&m.entries[i]);
	for (size_t i = 0; i < m.target_count; i++)
		must(text_is_safe(m.targets[i].name) && text_is_safe(m.targets[i].path));
	parity_compare(&none, &m, &p);
	must(p.counts[PARITY_EXTRA] <= m.count);
	parity_done(&p);
	manifest_done(&m);
	return 0;
}
