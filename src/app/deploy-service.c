/*
 * Who must be restarted because of a service's own key and certificate: a daemon that read them at its
 * start and closed them isn't seen by looking at processes, but its name says its unit.
 */
#include <stdlib.h>
#include <string.h>

#include "app/deploying.h"
#include "base/mem.h"
#include "check/declared.h"

static const char *unit_of(const struct target *target)
{
	char *name = target->service ? mem_textn(target->service, strcspn(target->service, " ")) : NULL;
	const struct declared_kind *kind = name ? declared_kind_named(name) : NULL;
	free(name);
	return kind ? kind->unit : NULL;
}

void deploy_name_units(struct deployment *deployment)
{
	for (size_t i = 0; i < deployment->plan.count; i++) {
		struct deploy_target_plan *item = &deployment->plan.items[i];
		const char *unit = unit_of(deployment->parts->orders[i].target);
		if (!unit || !item->stale || (item->restart && strstr(item->restart, unit)))
			continue;
		char *before = item->restart;
		item->restart = before ? mem_format("%s\n%s", unit, before) : mem_text(unit);
		free(before);
	}
}
