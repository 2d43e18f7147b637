#include "store/view.h"

#include <string.h>

#include "base/lang.h"
#include "store/index.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

static const struct view_column column_table[] = {
	{ "name", N_("Name"), N_("the name that people gave"), ORDER_NAME },
	{ "state", N_("State"), N_("trusted, limited, untrusted, blocked, trash"), ORDER_NONE },
	{ "days", N_("Days"), N_("days until it expires"), ORDER_DAYS },
	{ "subject", N_("Subject"), N_("whom it is about"), ORDER_SUBJECT },
	{ "issuer", N_("Issuer"), N_("who signed it"), ORDER_ISSUER },
	{ "added", N_("Added"), N_("when it came into the store"), ORDER_ADDED },
	{ "key", N_("Key"), N_("algorithm and size of its key"), ORDER_KEY },
	{ "fingerprint", N_("Fingerprint"), N_("its SHA-256"), ORDER_FINGERPRINT },
};

const struct view_column *view_columns(size_t *count)
{
	*count = COUNT(column_table);
	return column_table;
}

const struct view_column *view_column_find(const char *name)
{
	for (size_t i = 0; i < COUNT(column_table); i++)
		if (strcmp(column_table[i].name, name) == 0)
			return &column_table[i];
	return NULL;
}

static const struct view_filter filter_table[] = {
	{ FILTER_EXPIRED, N_("expired"), N_("is over") },
	{ FILTER_EXPIRING, N_("expiring"), N_("ends soon") },
	{ FILTER_SELF_SIGNED, N_("self-signed"), N_("signed by its own key") },
	{ FILTER_CA, N_("ca"), N_("may sign others") },
	{ FILTER_LEAF, N_("leaf"), N_("may not sign others") },
};

const struct view_filter *view_filters(size_t *count)
{
	*count = COUNT(filter_table);
	return filter_table;
}

const struct view_filter *view_filter_find(const char *name)
{
	for (size_t i = 0; i < COUNT(filter_table); i++)
		if (strcmp(filter_table[i].name, name) == 0)
			return &filter_table[i];
	return NULL;
}

enum validity entry_validity(const struct entry *entry, int64_t now, int64_t days, int percent)
{
	const struct cert_info *info = &entry->info;
	if (now > info->not_after)
		return VALIDITY_EXPIRED;
	if (now < info->not_before)
		return VALIDITY_FUTURE;
	bool few_days = days == 0 || cert_days_left(info, now) < days;
	bool small_share = percent == 0 || cert_percent_left(info, now) < percent;
	bool soon = (days || percent) && few_days && small_share;
	return soon ? VALIDITY_EXPIRING : VALIDITY_VALID;
}
