#include "deploy/java-items.h"

#include "base/lang.h"
#include "base/mem.h"
#include "pki/cert.h"

#define NAMED_MOST 3

/* Some are named, of the others it is said how many there are. */
struct odd {
	size_t expired, nameless;
};

static void warn_of(const struct visit *visit, const char *format, const char *name, size_t *count)
{
	if ((*count)++ < NAMED_MOST)
		warn(visit, format, name);
}

/*
 * Java doesn't look at an anchor's dates, where OpenSSL and GnuTLS do.  A certificate that names no issuer
 * it can't read at all, and one of them in a truststore is the end of all the others.
 */
static bool may_have(const struct visit *visit, const struct anchor *anchor, struct odd *odd)
{
	struct cert *cert = NULL;
	struct error ignored = { 0 };
	if (!cert_parse(anchor->der, anchor->len, &cert, &ignored))
		return true;
	const struct cert_info *info = cert_info(cert);
	bool named = *info->issuer, expired = info->not_after < visit->demand->now;
	cert_free(cert);
	if (!named)
		warn_of(visit, "%s names no issuer, which Java can't read: it is left out", anchor->name,
			&odd->nameless);
	else if (expired)
		warn_of(visit, "%s is over, and Java trusts it all the same: it doesn't look at an "
			       "anchor's dates", anchor->name, &odd->expired);
	return named;
}

static void warn_of_more(const struct visit *visit, size_t count)
{
	if (count > NAMED_MOST)
		warn(visit, "the same goes for %zu more", count - NAMED_MOST);
}

struct export_item *java_items(const struct visit *visit, size_t *count)
{
	const struct anchors *anchors = &visit->demand->trusted;
	struct export_item *items = mem_new((anchors->count + 1) * sizeof *items);
	struct odd odd = { 0 };
	*count = 0;
	for (size_t i = 0; i < anchors->count; i++)
		if (may_have(visit, &anchors->items[i], &odd))
			items[(*count)++] = (struct export_item){ .der = anchors->items[i].der,
				.len = anchors->items[i].len,
				.name = anchors->items[i].name,
				.sha256 = anchors->items[i].print };
	warn_of_more(visit, odd.nameless);
	warn_of_more(visit, odd.expired);
	return items;
}
