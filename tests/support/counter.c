#include "support/counter.h"

#include "support/unit.h"

#include <stdlib.h>

#include "base/mem.h"

struct counter *counter_new(size_t count, enum state state)
{
	struct counter *counter = mem_new(sizeof *counter);
	struct error err = { 0 };
	setenv("CERTARY_TEST_CLOCK", COUNTER_NOW, 1);
	counter->depot = depot_new(count, state);
	tmp_text(counter->depot->tmp, "certary.conf", "");
	struct app_options options = { .store = depot_path(counter->depot, NULL),
		.config = tmp_path(counter->depot->tmp, "certary.conf") };
	if (!app_new(&options, &counter->app, &err) ||
		!app_open_store(counter->app, false, &err))
		fail_msg("%s", err.text);
	return counter;
}

void counter_free(struct counter *counter)
{
	app_free(counter->app);
	depot_free(counter->depot);
	free(counter);
	unsetenv("CERTARY_TEST_CLOCK");
}

void counter_reload(struct counter *counter)
{
	app_reload(counter->app, NULL);
	depot_reload(counter->depot);
}

void counter_apply(struct counter *counter, struct plan *plan)
{
	struct error err = { 0 };
	bool ok = app_apply(counter->app, plan, NULL, &err);
	plan_done(plan);
	if (!ok)
		fail_msg("%s", err.text);
	counter_reload(counter);
}

const struct entry *counter_entry(struct counter *counter, size_t i)
{
	struct fingerprint print = depot_fingerprint(counter->depot, i);
	struct entry *entry = &counter->slots[counter->slot++ % DEPOT_SLOTS];
	if (!app_find(counter->app, &print, entry))
		fail_msg("certificate %zu is not in the store", i);
	return entry;
}
