#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "app/limits.h"
#include "cli/run.h"

static void put_hex(struct json *o, const char *key, const uint8_t *bytes, size_t len)
{
	struct buf hex = { 0 };
	text_hex(&hex, bytes, len, 0);
	json_text(o, key, buf_text(&hex));
	buf_done(&hex);
}

static struct json *sans_json(const struct cert_info *info)
{
	struct json *sans = json_new_array();
	for (const char *san = NULL; (san = cert_info_san(info, san));)
		json_append_text(sans, san);
	return sans;
}

static struct json *key_json(const struct cert_info *info)
{
	struct json *key = json_new_object();
	json_text(key, "algorithm", info->key_algorithm);
	json_int(key, "bits", info->key_bits);
	return key;
}

void info_json(struct json *o, const struct cert_info *info)
{
	char time[CLOCK_ISO];
	put_hex(o, "fingerprint", info->sha256.bytes, sizeof info->sha256.bytes);
	json_text(o, "subject", info->subject);
	json_text(o, "issuer", info->issuer);
	json_text(o, "serial", info->serial);
	json_text(o, "not_before", clock_iso(time, info->not_before));
	json_text(o, "not_after", clock_iso(time, info->not_after));
	json_int(o, "days_left", cert_days_left(info, app_now()));
	json_bool(o, "ca", info->ca);
	json_bool(o, "self_signed", info->self_signed);
	json_set(o, "sans", sans_json(info));
	json_set(o, "key", key_json(info));
}

static const char *or_null(const char *text)
{
	return *text ? text : NULL;
}

static void put_limits(struct json *o, const struct entry *entry)
{
	const struct limits limits = limits_of(entry);
	struct json *places = *entry->scope ? json_new_array() : NULL;
	const char *place;
	size_t len, cursor = 0;
	while (limits_next(&limits, &cursor, &place, &len)) {
		char *one = mem_textn(place, len);
		json_append_text(places, one);
		free(one);
	}
	if (places)
		json_set(o, "for", places);
	else
		json_text(o, "for", NULL);
	json_text(o, "until", or_null(entry->until));
	json_text(o, "ticket", or_null(entry->ticket));
}

struct json *entry_json(const struct entry *entry)
{
	struct json *o = json_new_object();
	json_text(o, "name", entry->name);
	json_text(o, "state", state_name((int)entry->state));
	info_json(o, &entry->info);
	json_text(o, "source", or_null(entry->source));
	json_text(o, "added", or_null(entry->added));
	json_text(o, "note", or_null(entry->note));
	if (entry->state == STATE_LIMITED)
		put_limits(o, entry);
	return o;
}

struct json *plan_json(const struct plan *plan)
{
	struct json *rows = json_new_array();
	for (size_t i = 0; i < plan->count; i++) {
		const struct plan_row *row = &plan->rows[i];
		struct json *o = json_new_object();
		json_text(o, "op", row->op);
		json_text(o, "does", plan_row_kind(row));
		put_hex(o, "cert", row->cert.bytes, sizeof row->cert.bytes);
		json_text(o, "name", row->name);
		json_text(o, "was", row->was);
		json_text(o, "now", row->now);
		json_append(rows, o);
	}
	return rows;
}

struct json *advice_json(const struct advice *advice)
{
	static const char *const weights[] = { [ADVICE_REFUSES] = "refuses",
		[ADVICE_WARNS] = "warns",
		[ADVICE_TELLS] = "tells" };
	struct json *rows = json_new_array();
	for (size_t i = 0; i < advice->count; i++) {
		struct json *o = json_new_object();
		json_text(o, "weight", weights[advice->items[i].weight]);
		json_text(o, "code", advice->items[i].code);
		json_text(o, "text", advice->items[i].text);
		json_append(rows, o);
	}
	return rows;
}
