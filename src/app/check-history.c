/*
 * What was seen of the endpoints is taken down, so that later somebody can tell what changed.
 */
#include <stdlib.h>
#include <string.h>

#include "app/check.h"
#include "app/internal.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/history.h"

/*
 * How a connection failed is told in the language of who looks; where that isn't English, what was kept of
 * the same failure before says more than what can be kept now, and goes on.
 */
static char *reason_to_keep(struct app *app, const struct checked *item, const char *verdict)
{
	struct history before = { 0 };
	char *reason = mem_text(probed_kept(&item->probed));
	bool vague = item->probed.kept && !item->probed.judged;
	if (vague && app_endpoint_history(app, item->endpoint, &before, NULL) && before.count > 0 &&
		strcmp(before.items[0].verdict, verdict) == 0) {
		free(reason);
		reason = mem_text(before.items[0].reason);
	}
	history_done(&before);
	return reason;
}

static bool remember(struct app *app, const struct checked *item, struct error *err)
{
	const struct report *r = item->probed.report;
	char *version = r->version ? text_safe(r->version, strlen(r->version)) : NULL;
	char *verdict = mem_text(probe_verdict_name(item->probed.verdict));
	char *reason = reason_to_keep(app, item, verdict);
	struct sighting seen = { .first = r->when,
		.last = r->when,
		.verdict = verdict,
		.reason = reason,
		.address = (char *)(uintptr_t)r->address,
		.protocol = version,
		.waits = item->change.waits };
	seen.chain = mem_new((r->chain_count + 1) * sizeof(struct cert *));
	/* Without a leaf nothing else is one. */
	bool readable = r->chain_count > 0 && r->chain[0].cert;
	for (size_t i = 0; readable && i < r->chain_count; i++)
		if (r->chain[i].cert)
			seen.chain[seen.chain_count++] = r->chain[i].cert;
	bool ok = store_history_add(app_store(app), item->endpoint->name, &seen, err);
	free(seen.chain);
	free(verdict);
	free(reason);
	free(version);
	return ok;
}

bool checks_remember(struct checks *checks, struct error *err)
{
	for (size_t i = 0; i < checks->count; i++)
		if (checks->items[i].done && !checks->at &&
			!remember(checks->app, &checks->items[i], err))
			return false;
	return true;
}

bool app_endpoint_history(struct app *app, const struct endpoint *endpoint, struct history *out,
	struct error *err)
{
	return app_open_store(app, APP_STORE_IMAGINED, err) &&
	       store_history(app_store(app), endpoint->name, out, err);
}
