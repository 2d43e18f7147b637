/* Remedies in words: what the other side must do, whom else it helps, and what to type. */
#include "app/mending.h"

#include <stdlib.h>
#include <string.h>

#include "app/endpoint.h"
#include "app/internal.h"
#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/word.h"

#define NAME_COLUMNS 60
#define NAMED_MOST   3
#define HOSTS_MOST   6
#define JUDGED_MOST  200 /* a person waits */

static void put_name(const char *name, struct buf *out)
{
	size_t len = text_fit(name, NAME_COLUMNS, NULL);
	buf_format(out, "%.*s%s", (int)len, name, name[len] ? "…" : "");
}

/* ---- what to type ---- */

char *app_shell_word(const char *text)
{
	return shell_word(text);
}

/* Safe text stands for other bytes where it has a backslash; a name may be another one's, too. */
static bool is_name_enough(struct app *app, const struct entry *e)
{
	struct entry found;
	struct error ignored;
	return *e->name && *e->name != '-' && !strchr(e->name, '\\') &&
	       text_width(e->name) <= NAME_COLUMNS && app_resolve(app, e->name, &found, &ignored) &&
	       fingerprint_compare(&found.info.sha256, &e->info.sha256) == 0;
}

char *app_cert_word(struct app *app, const struct fingerprint *print)
{
	struct entry e;
	char hex[FINGERPRINT_HEX];
	if (app_find(app, print, &e) && is_name_enough(app, &e))
		return app_shell_word(e.name);
	return mem_textn(fingerprint_hex(print, hex), 16);
}

/* ---- what the other side must do ---- */

bool is_host_san(const char *san)
{
	return text_starts(san, "DNS:") || text_starts(san, "IP:");
}

bool remedy_waits(const struct mending *m, const struct variant *v)
{
	return v->late && v->question.now > m->x->asked.now;
}

/* Of the first and of those after it. */
static const char *late_words(bool more, bool waits)
{
	if (waits)
		return more ? _(", and %s, which begins on %s") : _("wait for %s, which begins on %s");
	return more ? _(", and %s, which ended on %s") : _("renew %s, which ended on %s");
}

static void put_late(const struct mending *m, const struct variant *v, struct buf *out)
{
	char date[CLOCK_ISO], now[CLOCK_ISO];
	bool waits = remedy_waits(m, v), any = false;
	for (size_t i = 0; i < v->late->step_count; i++) {
		const struct cert_info *info = v->late->steps[i].info;
		if (waits ? info->not_before <= m->x->asked.now : info->not_after >= m->x->asked.now)
			continue;
		struct buf name = { 0 };
		put_name(v->late->steps[i].name, &name);
		lang_date(date, waits ? info->not_before : info->not_after);
		buf_format(out, late_words(any, waits), buf_text(&name), date);
		buf_done(&name);
		any = true;
	}
	if (waits)
		buf_format(out, _(" (this machine's clock says %s)"),
			lang_date(now, m->x->asked.now));
}

static void put_hosts(const struct mending *m, struct buf *out)
{
	size_t count = 0;
	const struct cert_info *leaf = m->x->paths[0].steps[0].info;
	buf_text_add(out, _("call it by a name that it has: "));
	for (const char *san = NULL; (san = cert_info_san(leaf, san)) && count <= HOSTS_MOST;) {
		if (!is_host_san(san))
			continue;
		buf_text_add(out, count ? ", " : "");
		if (count++ < HOSTS_MOST)
			put_name(strchr(san, ':') + 1, out);
		else
			buf_text_add(out, "…");
	}
}

void remedy_put_peer(const struct mending *m, const struct variant *v, struct buf *out)
{
	if (v->late) {
		buf_text_add(out, out->len ? _("; besides, ") : "");
		put_late(m, v, out);
	}
	if (v->host) {
		buf_text_add(out, out->len ? _("; besides, ") : "");
		put_hosts(m, out);
	}
}

/* ---- whom else it helps ---- */

static bool is_this_one(const struct mending *m, const struct service *s)
{
	const char *host = m->x->asked.host;
	return host && strcmp(host, endpoint_host(s->endpoint)) == 0 &&
	       fingerprint_compare(&cert_info(s->last.chain[0])->sha256,
		       &m->x->paths[0].steps[0].info->sha256) == 0;
}

static bool turns_green(struct mending *m, struct service *s, const struct pretence *item,
	bool *warned)
{
	struct judgement j;
	if (service_is_green(&m->services, s))
		return false;
	service_judge(&m->services, s, item, 1, 0, &j);
	bool green = j.trusted;
	char *warning = green ? service_warning(&m->services, s, &j.paths[0]) : NULL;
	*warned = warning != NULL;
	free(warning);
	judgement_done(&j);
	return green;
}

void remedy_put_others(struct mending *m, const struct pretence *item, struct remedy *remedy,
	struct buf *out)
{
	struct reach reach;
	struct buf names = { 0 };
	size_t judged = 0;
	bool warned = false;
	reach_init(app_store(m->app), item, 1, &reach);
	for (size_t i = 0; i < m->services.count && judged < JUDGED_MOST; i++) {
		struct service *s = &m->services.items[i];
		if (!reach_touches(&reach, s) || is_this_one(m, s))
			continue;
		judged++;
		if (!turns_green(m, s, item, &warned))
			continue;
		if (remedy->others++ < NAMED_MOST) {
			char *name = text_safe(s->endpoint->name, strlen(s->endpoint->name));
			buf_text_add(&names, names.len ? ", " : "");
			put_name(name, &names);
			buf_text_add(&names, warned ? _(" (with a warning)") : "");
			free(name);
		}
	}
	if (remedy->others)
		buf_format(out,
			judged == JUDGED_MOST ?
				lang_n("; makes at least %zu endpoint green, too: %s%s",
					"; makes at least %zu endpoints green, too: %s%s",
					remedy->others) :
				lang_n("; makes %zu endpoint green, too: %s%s",
					"; makes %zu endpoints green, too: %s%s", remedy->others),
			remedy->others, buf_text(&names), remedy->others > NAMED_MOST ? ", …" : "");
	buf_done(&names);
	reach_done(&reach);
}

/* ---- what looks like it and isn't ---- */

static const struct cert_info *missing_below(const struct explained_path *path)
{
	for (size_t i = 0; i < path->reason_count; i++)
		if (strcmp(path->reasons[i].code, "issuer-missing") == 0)
			return path->steps[path->reasons[i].at].info;
	return NULL;
}

/* The store has no order of key identifiers: all of it is looked at, for a question of one person. */
char *remedy_nearest(struct mending *m)
{
	struct buf text = { 0 };
	const struct cert_info *child = NULL;
	struct entry e;
	for (size_t p = 0; p < m->x->path_count && !child; p++)
		child = missing_below(&m->x->paths[p]);
	if (!child || !child->issuer_key_id)
		return NULL;
	for (uint32_t at = 0; text.len == 0 && app_next(m->app, &at, &e);) {
		if (!e.info.key_id || strcmp(e.info.key_id, child->issuer_key_id) != 0 ||
			strcmp(e.info.subject, child->issuer) == 0)
			continue;
		struct buf name = { 0 }, subject = { 0 };
		put_name(e.name, &name);
		put_name(e.info.subject, &subject);
		buf_format(&text, _("%s (%s) has the key identifier of the missing issuer but another "
				    "name, %s: it can't be the issuer as it is."),
			buf_text(&name), lang_text(state_name((int)e.state)), buf_text(&subject));
		buf_done(&name);
		buf_done(&subject);
	}
	return text.len ? buf_take(&text) : NULL;
}
