#include "console/marks.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* A fingerprint is as good as a hash of itself. */
static size_t slot_of(const struct marks *m, const struct fingerprint *cert)
{
	size_t at;
	memcpy(&at, cert->bytes, sizeof at);
	for (at &= m->slot_count - 1; m->slots[at]; at = (at + 1) & (m->slot_count - 1))
		if (fingerprint_compare(&m->items[m->slots[at] - 1], cert) == 0)
			break;
	return at;
}

static void place_all(struct marks *m, size_t slots)
{
	free(m->slots);
	m->slots = mem_new(slots * sizeof *m->slots);
	m->slot_count = slots;
	for (size_t i = 0; i < m->count; i++)
		m->slots[slot_of(m, &m->items[i])] = i + 1;
}

bool marks_has(const struct marks *m, const struct fingerprint *cert)
{
	return m->count > 0 && m->slots[slot_of(m, cert)] != 0;
}

void marks_add(struct marks *m, const struct fingerprint *cert)
{
	if (marks_has(m, cert))
		return;
	if (m->slot_count < 2 * (m->count + 1))
		place_all(m, m->slot_count ? 2 * m->slot_count : 64);
	m->items = mem_grow(m->items, m->count, &m->cap, sizeof *m->items);
	m->slots[slot_of(m, cert)] = m->count + 1;
	m->items[m->count++] = *cert;
}

void marks_remove(struct marks *m, const struct fingerprint *cert)
{
	if (!marks_has(m, cert))
		return;
	size_t at = m->slots[slot_of(m, cert)] - 1;
	m->items[at] = m->items[--m->count];
	place_all(m, m->slot_count);
}

void marks_clear(struct marks *m)
{
	m->count = 0;
	if (m->slots)
		memset(m->slots, 0, m->slot_count * sizeof *m->slots);
}

void marks_done(struct marks *m)
{
	free(m->items);
	free(m->slots);
	*m = (struct marks){ 0 };
}
