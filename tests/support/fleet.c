#include "support/fleet.h"

#include "support/unit.h"

#include <stdlib.h>

#include "app/endpoint.h"
#include "base/mem.h"
#include "store/history.h"

static struct cert *cert_of(const struct depot *depot, size_t i)
{
	size_t len;
	struct cert *cert;
	const uint8_t *der = depot_der(depot, i, &len);
	assert_true(cert_parse(der, len, &cert, NULL));
	return cert;
}

void fleet_see(struct counter *counter, const char *name, const size_t *chain, size_t count)
{
	struct error err = { 0 };
	char verdict[] = "trusted", reason[] = "";
	struct sighting seen = { .first = app_now(),
		.last = app_now(),
		.verdict = verdict,
		.reason = reason,
		.chain = mem_new((count + 1) * sizeof(struct cert *)),
		.chain_count = count };
	for (size_t i = 0; i < count; i++)
		seen.chain[i] = cert_of(counter->depot, chain[i]);
	if (!store_history_add(counter->depot->store, name, &seen, &err))
		fail_msg("%s", err.text);
	for (size_t i = 0; i < count; i++)
		cert_free(seen.chain[i]);
	free(seen.chain);
	counter_reload(counter);
}

void fleet_add(struct counter *counter, const char *name, const size_t *chain, size_t count)
{
	struct plan plan = { 0 };
	struct error err = { 0 };
	struct endpoint e = { .name = (char *)(uintptr_t)name,
		.host = (char *)(uintptr_t)name,
		.port = 443,
		.dialect = dialect_of_port(443) };
	if (!app_plan_endpoint(counter->app, &e, NULL, &plan, &err))
		fail_msg("%s", err.text);
	counter_apply(counter, &plan);
	if (count > 0)
		fleet_see(counter, name, chain, count);
}
