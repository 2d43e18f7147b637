#include "app/endpoint.h"

#include <stdlib.h>
#include <string.h>

#include "app/internal.h"
#include "app/listed.h"
#include "app/written.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "net/probe.h"
#include "store/folder.h"

#define LIST "endpoints"

/* The texts of an endpoint, a row each: reading and writing go through the same table. */
static const struct field {
	const char *key;
	size_t offset;
} texts[] = {
	{ "name", offsetof(struct endpoint, name) },
	{ "host", offsetof(struct endpoint, host) },
	{ "sni", offsetof(struct endpoint, sni) },
	{ "tls", offsetof(struct endpoint, tls) },
	{ "identity", offsetof(struct endpoint, identity) },
	{ "purpose", offsetof(struct endpoint, purpose) },
	{ "note", offsetof(struct endpoint, note) },
};
#define TEXTS (sizeof texts / sizeof *texts)

static char **text_of(struct endpoint *e, const struct field *field)
{
	return (char **)(void *)((char *)e + field->offset);
}

char *endpoint_place(const struct endpoint *endpoint)
{
	bool address = strchr(endpoint->host, ':') != NULL;
	return mem_format(address ? "[%s]:%u" : "%s:%u", endpoint->host, endpoint->port);
}

/* --- from the file ------------------------------------------------------------------------- */

static bool take_number(const struct conf_node *node, const char *key, int64_t most, int64_t *out,
	struct error *err)
{
	const struct conf_node *field = conf_get(node, key);
	*out = 0;
	if (!field)
		return true;
	return (conf_int(field, out) && *out >= 0 && *out <= most) ||
	       conf_fail(field, err, "%s: give a number up to %lld", key, (long long)most);
}

static bool take_dialect(const struct conf_node *node, struct endpoint *e, struct error *err)
{
	const struct conf_node *field = conf_get(node, "dialect");
	const char *name = conf_bytes(field);
	e->dialect = name ? dialect_named(name) : dialect_of_port(e->port);
	return e->dialect || conf_fail(field, err, "dialect: there is no %s", conf_text(field));
}

static bool take_endpoint(const struct conf_node *node, struct endpoint *e, struct error *err)
{
	int64_t port, days, percent;
	for (size_t i = 0; i < TEXTS; i++)
		if (!listed_text(node, texts[i].key, text_of(e, &texts[i]), err))
			return false;
	if (!e->host || !*e->host)
		return conf_fail(node, err, "an endpoint without a host");
	if (!take_number(node, "port", 65535, &port, err) ||
		!take_number(node, "days", 36500, &days, err) ||
		!take_number(node, "percent", 100, &percent, err))
		return false;
	if (port == 0)
		return conf_fail(node, err, "an endpoint without a port");
	e->port = (uint16_t)port;
	e->days = (unsigned)days;
	e->percent = (unsigned)percent;
	if (!e->name || !*e->name) {
		free(e->name);
		e->name = endpoint_place(e);
	}
	return take_dialect(node, e, err);
}

static bool take_next(void *ctx, const struct conf_node *node, struct error *err)
{
	return take_endpoint(node, endpoints_add(ctx), err);
}

bool app_endpoints(struct app *app, struct endpoints *out, struct error *err)
{
	bool ok = listed_read(app, NULL, LIST, take_next, out, err);
	if (!ok)
		endpoints_done(out);
	return ok;
}

typedef bool called_fn(const struct endpoint *e, const char *text);

static bool is_named(const struct endpoint *e, const char *text)
{
	return strcmp(e->name, text) == 0;
}

static bool is_placed(const struct endpoint *e, const char *text)
{
	char *place = endpoint_place(e);
	bool is = strcmp(place, text) == 0;
	free(place);
	return is;
}

/* Whoever bears the text for a name is meant, and not the others at the place that it may be, too. */
static called_fn *how_called(const struct endpoints *all, const char *text)
{
	for (size_t i = 0; i < all->count; i++)
		if (is_named(&all->items[i], text))
			return is_named;
	return is_placed;
}

static bool no_endpoint(const char *text, struct error *err)
{
	char *safe = text_safe(text, strlen(text));
	error_set(err, ERROR_NOT_FOUND, "%s: there is no such endpoint (certary endpoint list)", safe);
	free(safe);
	return false;
}

bool app_endpoint_find(const struct endpoints *all, const char *text, const struct endpoint **out,
	struct error *err)
{
	size_t count = 0;
	called_fn *is_called = how_called(all, text);
	for (size_t i = 0; i < all->count; i++)
		if (is_called(&all->items[i], text) && count++ == 0)
			*out = &all->items[i];
	if (count == 0)
		return no_endpoint(text, err);
	return count == 1 || error_set(err, ERROR_NOT_FOUND,
		"%s: %zu endpoints are there (say one by its name)", text, count);
}

/* Every name must be somebody's. */
bool endpoints_choose(const struct endpoints *all, const char *const *names, size_t count,
	bool *wanted, struct error *err)
{
	for (size_t k = 0; k < all->count; k++)
		wanted[k] = count == 0;
	for (size_t i = 0; i < count; i++) {
		bool found = false;
		called_fn *is_called = how_called(all, names[i]);
		for (size_t k = 0; k < all->count; k++)
			if (is_called(&all->items[k], names[i]))
				found = wanted[k] = true;
		if (!found)
			return no_endpoint(names[i], err);
	}
	return true;
}

/* --- into the file ------------------------------------------------------------------------- */

static size_t fill_fields(const struct endpoint *e, struct list_field *out)
{
	size_t n = 0;
	struct endpoint *texts_of = (struct endpoint *)(uintptr_t)e;
	for (size_t i = 0; i < TEXTS; i++) {
		const char *text = *text_of(texts_of, &texts[i]);
		if (text && *text)
			out[n++] = (struct list_field){ .key = texts[i].key, .text = text };
		if (i == 1) { /* behind the host, as people read it */
			out[n++] = (struct list_field){ .key = "port", .number = e->port };
			out[n++] = (struct list_field){ .key = "dialect",
				.text = e->dialect->name };
		}
	}
	if (e->days)
		out[n++] = (struct list_field){ .key = "days", .number = e->days };
	if (e->percent)
		out[n++] = (struct list_field){ .key = "percent", .number = e->percent };
	return n;
}

/* What could never be probed isn't saved, however it came here. */
static bool fits(const struct endpoint *e, struct error *err)
{
	if (e->name && !text_is_safe(e->name))
		return error_set(err, ERROR_USAGE,
			"%s: a name holds no characters that can't be seen", e->name);
	return (!e->name || name_is_short(e->name, err)) &&
	       probe_words_fit(e->host, e->sni, e->tls, err);
}

bool app_plan_endpoint(struct app *app, const struct endpoint *endpoint, const char *instead,
	struct plan *plan, struct error *err)
{
	if (!fits(endpoint, err))
		return false;
	struct endpoint named = *endpoint;
	char *place = endpoint_place(endpoint), *safe = text_safe(place, strlen(place));
	if (!named.name || !*named.name)
		named.name = place;
	bool other = instead && strcmp(instead, named.name) != 0;
	char *was = other ? text_safe(instead, strlen(instead)) : NULL;
	struct list_field fields[TEXTS + 4];
	size_t count = fill_fields(&named, fields);
	const struct listed_change change = { .list = LIST,
		.what = N_("endpoint"),
		.name = named.name,
		.instead = other ? instead : NULL,
		.fields = fields,
		.count = count,
		.was = was,
		.now = safe };
	bool ok = listed_plan(app, &change, plan, err);
	free(was);
	free(safe);
	free(place);
	return ok;
}

bool app_plan_endpoint_remove(struct app *app, const struct endpoint *endpoint, struct plan *plan,
	struct error *err)
{
	char *place = endpoint_place(endpoint), *safe = text_safe(place, strlen(place));
	const struct listed_change change = { .list = LIST,
		.what = N_("endpoint"),
		.name = endpoint->name,
		.was = safe };
	bool ok = listed_plan(app, &change, plan, err);
	free(safe);
	free(place);
	return ok;
}

bool plan_row_is_endpoint(const struct plan_row *row)
{
	int state = row->dst.state == STATE_NONE ? row->src.state : row->dst.state;
	return state == FOLDER_ROOT || state == FOLDER_RUNBOOKS;
}

void endpoint_wish(const struct endpoint *endpoint, struct probe_wish *out)
{
	*out = (struct probe_wish){ .host = mem_text(endpoint->host),
		.port = endpoint->port,
		.dialect = endpoint->dialect,
		.sni = mem_text(endpoint->sni),
		.tls = mem_text(endpoint->tls) };
}
