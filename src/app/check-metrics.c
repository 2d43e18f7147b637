/*
 * What Prometheus reads.  Names and meanings are those of blackbox_exporter, so that dashboards and
 * alerts that people have go on to work.
 */
#include <stdio.h>
#include <string.h>

#include "app/check.h"

/* Label values: backslash, quote and line feed are escaped. */
static void put_value(struct buf *out, const char *text)
{
	buf_char(out, '"');
	for (; *text; text++) {
		if (*text == '\n')
			buf_text_add(out, "\\n");
		else if (*text == '"' || *text == '\\')
			buf_format(out, "\\%c", *text);
		else
			buf_char(out, *text);
	}
	buf_char(out, '"');
}

static void put_sample(struct buf *out, const char *metric, const struct checked *item,
	const char *more, double value)
{
	char port[8];
	snprintf(port, sizeof port, "%u", item->endpoint->port);
	buf_format(out, "%s{endpoint=", metric);
	put_value(out, item->endpoint->name);
	buf_text_add(out, ",host=");
	put_value(out, item->endpoint->host);
	buf_format(out, ",port=\"%s\"%s} %.15g\n", port, more, value);
}

typedef bool value_fn(const struct checked *item, double *out);

static bool success(const struct checked *item, double *out)
{
	*out = item->done && item->probed.verdict == PROBE_TRUSTED;
	return true;
}

static bool duration(const struct checked *item, double *out)
{
	*out = item->done ? (double)item->probed.report->ms / 1000 : 0;
	return item->done;
}

static bool leaf_expiry(const struct checked *item, double *out)
{
	bool has = item->done && item->probed.report->chain_count && item->probed.report->chain[0].cert;
	*out = has ? (double)cert_info(item->probed.report->chain[0].cert)->not_after : 0;
	return has;
}

static bool chain_expiry(const struct checked *item, double *out)
{
	*out = (double)item->expiry.when;
	return item->expiry.first != NULL;
}

static bool level(const struct checked *item, double *out)
{
	*out = OUTCOME_OK - item->level;
	return true;
}

static const struct metric {
	const char *name, *help;
	value_fn *value;
} metrics[] = {
	{ "probe_success", "1 where the chain is trusted and the server takes us", success },
	{ "probe_duration_seconds", "how long the probe took", duration },
	{ "probe_ssl_earliest_cert_expiry", "when the presented certificate ends", leaf_expiry },
	{ "probe_ssl_last_chain_expiry_timestamp_seconds",
		"when the first certificate of the trusted chain ends", chain_expiry },
	{ "certary_endpoint_level", "0 is ok, 1 a warning, 2 critical", level },
};

static void put_version(const struct checks *checks, struct buf *out)
{
	buf_text_add(out, "# HELP probe_tls_version_info the version of TLS\n"
			  "# TYPE probe_tls_version_info gauge\n");
	for (size_t i = 0; i < checks->count; i++) {
		const struct checked *item = &checks->items[i];
		struct buf more = { 0 };
		if (!item->done || !item->probed.report->version)
			continue;
		buf_text_add(&more, ",version=");
		put_value(&more, item->probed.report->version);
		put_sample(out, "probe_tls_version_info", item, buf_text(&more), 1);
		buf_done(&more);
	}
}

/* Nobody else has targets, so the name is our own. */
static void put_targets(const struct checks *checks, struct buf *out)
{
	static const char name[] = "certary_target_current";
	if (!checks->fed || checks->targets.count == 0)
		return;
	buf_format(out, "# HELP %s Whether a consumer has what the store says.\n# TYPE %s gauge\n", name,
		name);
	for (size_t i = 0; i < checks->targets.count; i++) {
		buf_format(out, "%s{target=", name);
		put_value(out, checks->targets.items[i].name);
		buf_format(out, ",state=\"%s\"} %d\n", target_state_word(checks->fed[i].state),
			checks->fed[i].state == TARGET_CURRENT);
	}
}

void checks_prometheus(const struct checks *checks, struct buf *out)
{
	for (size_t m = 0; m < sizeof metrics / sizeof *metrics; m++) {
		buf_format(out, "# HELP %s %s\n# TYPE %s gauge\n", metrics[m].name, metrics[m].help,
			metrics[m].name);
		for (size_t i = 0; i < checks->count; i++) {
			double value;
			if (metrics[m].value(&checks->items[i], &value))
				put_sample(out, metrics[m].name, &checks->items[i], "", value);
		}
	}
	put_version(checks, out);
	put_targets(checks, out);
}
