#include "app/family.h"

#include "app/internal.h"

/* The states in the order in which an issuer of that state counts. */
static int rank(const struct entry *e)
{
	static const int ranks[STATE_COUNT] = {
		[STATE_TRUSTED] = 0,
		[STATE_LIMITED] = 1,
		[STATE_UNTRUSTED] = 2,
		[STATE_BLOCKED] = 3,
		[STATE_TRASH] = 4,
	};
	return ranks[e->state];
}

static bool counts_more(const struct entry *a, const struct entry *b)
{
	if (rank(a) != rank(b))
		return rank(a) < rank(b);
	return a->info.not_after > b->info.not_after;
}

size_t app_issuer_of(struct app *app, const struct cert_info *info, struct entry *out)
{
	size_t count = 0, thrown = 0;
	uint32_t cursor = 0;
	struct entry e;
	if (info->self_signed)
		return 0;
	while (store_next_subject(app_store(app), info->issuer, &cursor, &e)) {
		if (!cert_info_issued_by(info, &e.info))
			continue;
		if (count + thrown == 0 || counts_more(&e, out))
			*out = e;
		if (e.state == STATE_TRASH)
			thrown++;
		else
			count++;
	}
	return count ? count : thrown;
}

size_t app_issued_by(struct app *app, const struct cert_info *info, struct entry *out)
{
	size_t count = 0;
	uint32_t cursor = 0;
	struct entry e;
	while (store_next_issuer(app_store(app), info->subject, &cursor, &e)) {
		if (e.state == STATE_TRASH || !cert_info_issued_by(&e.info, info))
			continue;
		if (count++ == 0)
			*out = e;
	}
	return count;
}
