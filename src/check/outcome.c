#include "check/outcome.h"

#include "base/lang.h"

static const char *const names[OUTCOME_COUNT] = {
	[OUTCOME_CRITICAL] = N_("critical"),
	[OUTCOME_WARNING] = N_("warning"),
	[OUTCOME_OK] = N_("ok"),
};

const char *outcome_name(enum outcome_level level)
{
	return names[level];
}

void expiry_of(const struct cert_info *const *chain, size_t count, int64_t now, struct expiry *out)
{
	*out = (struct expiry){ 0 };
	for (size_t i = 0; i < count; i++) {
		if (out->first && chain[i]->not_after >= out->when)
			continue;
		out->first = chain[i];
		out->when = chain[i]->not_after;
		out->days_left = cert_days_left(chain[i], now);
		out->percent_left = cert_percent_left(chain[i], now);
	}
}

enum outcome_level expiry_level(const struct expiry *expiry, const struct thresholds *thresholds)
{
	if (!expiry->first)
		return OUTCOME_OK;
	bool over = expiry->days_left < 0;
	bool few = thresholds->days && expiry->days_left <= thresholds->days;
	bool little = thresholds->percent && expiry->percent_left < thresholds->percent;
	bool fewer = thresholds->days && expiry->days_left <= thresholds->days / 4;
	bool least = thresholds->percent && expiry->percent_left < thresholds->percent / 4;
	return over || fewer || least ? OUTCOME_CRITICAL :
	       few || little	      ? OUTCOME_WARNING :
					OUTCOME_OK;
}
