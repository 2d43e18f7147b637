/* An explanation in words: the lines that both faces show. */
#include "app/explain.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"

#define NAME_COLUMNS 60
#define GAP          3

/* A name of any length, shortened to what a line can bear. */
static char *short_name(const char *name)
{
	size_t len = text_fit(name, NAME_COLUMNS, NULL);
	return mem_format("%.*s%s", (int)len, name, name[len] ? "…" : "");
}

static struct explained_line *add_line(struct explained_lines *out, enum explained_kind kind,
	const char *name, char *take)
{
	out->items = mem_grow(out->items, out->count, &out->cap, sizeof *out->items);
	struct explained_line *line = &out->items[out->count++];
	*line = (struct explained_line){
		.kind = kind,
		.state = STATE_NONE,
		.name = name ? short_name(name) : NULL,
		.text = take,
	};
	return line;
}

static const char *reason_name(const struct explained_path *path, const struct judge_reason *reason)
{
	return path->steps[reason->at].name;
}

bool reason_is_revocation(const struct judge_reason *reason)
{
	return strcmp(reason->code, "revoked") == 0 || strcmp(reason->code, "must-staple") == 0 ||
	       strncmp(reason->code, "crl-", 4) == 0 || strncmp(reason->code, "ocsp-", 5) == 0;
}

/* ---- what was said already ---- */

static bool is_same(const struct explained_path *a, const struct judge_reason *one,
	const struct explained_path *b, const struct judge_reason *other)
{
	const struct cert_info *x = a->steps[one->at].info, *y = b->steps[other->at].info;
	return strcmp(one->code, other->code) == 0 && strcmp(one->text, other->text) == 0 &&
	       fingerprint_compare(&x->sha256, &y->sha256) == 0;
}

static bool was_said(const struct explanation *x, size_t number, const struct judge_reason *reason)
{
	for (size_t p = 0; p < number; p++)
		for (size_t i = 0; i < x->paths[p].reason_count; i++)
			if (is_same(&x->paths[p], &x->paths[p].reasons[i], &x->paths[number],
				    reason))
				return true;
	return false;
}

static bool was_told(const struct explanation *x, size_t number, size_t at)
{
	const struct explained_step *step = &x->paths[number].steps[at];
	for (size_t p = 0; p < number; p++)
		for (size_t i = 0; i < x->paths[p].step_count; i++) {
			const struct explained_step *other = &x->paths[p].steps[i];
			if (other->revocation && strcmp(other->revocation, step->revocation) == 0 &&
				fingerprint_compare(&other->info->sha256, &step->info->sha256) == 0)
				return true;
		}
	return false;
}

/* What the verdict is given with; NULL where all that breaks the path was said of others. */
static const struct judge_reason *main_reason(const struct explanation *x, size_t number)
{
	const struct explained_path *path = &x->paths[number];
	for (size_t i = 0; i < path->reason_count; i++) {
		const struct judge_reason *reason = &path->reasons[i];
		if (reason->weight == JUDGE_BREAKS && !was_said(x, number, reason))
			return reason;
	}
	return NULL;
}

/* ---- the lines of a path ---- */

/* The day alone, where it is a time. */
static char *day_of(const char *added)
{
	int64_t when;
	char day[CLOCK_ISO];
	if (strlen(added) <= 10 || added[10] != 'T')
		return mem_text(added);
	return clock_parse(added, &when) ? mem_text(lang_date(day, when)) : mem_textn(added, 10);
}

/* " (added 2026-01-12 by alice from corp-root.pem)", as far as it is known. */
static void put_origin(struct buf *out, const struct explanation *x)
{
	char *day = day_of(x->added);
	const char *by = x->by, *from = x->source;
	switch ((*day ? 1 : 0) | (*by ? 2 : 0) | (*from ? 4 : 0)) {
	case 1:
		buf_format(out, _(" (added %s)"), day);
		break;
	case 2:
		buf_format(out, _(" (by %s)"), by);
		break;
	case 3:
		buf_format(out, _(" (added %s by %s)"), day, by);
		break;
	case 4:
		buf_format(out, _(" (from %s)"), from);
		break;
	case 5:
		buf_format(out, _(" (added %s from %s)"), day, from);
		break;
	case 6:
		buf_format(out, _(" (by %s from %s)"), by, from);
		break;
	case 7:
		buf_format(out, _(" (added %s by %s from %s)"), day, by, from);
		break;
	}
	free(day);
}

static void add_trusted(const struct explanation *x, size_t number, struct explained_lines *out)
{
	const struct explained_path *path = &x->paths[number];
	struct buf text = { 0 };
	char *name = short_name(path->steps[path->step_count - 1].name);
	bool itself = path->step_count == 1;
	if (number > 0)
		buf_format(&text, itself ? _("another path, trusted, too itself, as %s") :
					   _("another path, trusted, too, through %s"), name);
	else
		buf_format(&text, itself ? _("trusted itself, as %s") : _("trusted, through %s"), name);
	if (number == 0)
		put_origin(&text, x);
	add_line(out, EXPLAINED_TRUSTED, NULL, buf_take(&text));
	free(name);
}

static void add_refused(const struct explanation *x, size_t number,
	const struct judge_reason *reason, struct explained_lines *out)
{
	struct buf text = { 0 };
	char *name = reason ? short_name(reason_name(&x->paths[number], reason)) : NULL;
	if (reason)
		buf_format(&text, number > 0 ? _("another path, not trusted: %s: %s") :
					       _("not trusted: %s: %s"), name, reason->text);
	else
		buf_text_add(&text, number > 0 ? _("another path, not trusted") : _("not trusted"));
	free(name);
	add_line(out, EXPLAINED_REFUSED, NULL, buf_take(&text));
}

/* "limited: trusted for ldap:636 until 2026-12-01 only (OPS-123; on 2026-01-12 by alice: they renew)" */
static char *limited_words(const struct explained_step *step)
{
	bool both = step->ticket && step->decided;
	char *limits = mem_format(step->holds ? _("trusted %s") : _("limited: trusted %s only"), step->limits);
	char *words = mem_format("%s%s%s%s%s%s", limits, step->ticket || step->decided ? " (" : "",
		step->ticket ? step->ticket : "", both ? "; " : "", step->decided ? step->decided : "",
		step->ticket || step->decided ? ")" : "");
	free(limits);
	return words;
}

/* A server that doesn't send what stands between it and an anchor is mended there, and not here. */
static bool is_withheld(const struct explanation *x, const struct explained_step *step)
{
	return x->asked.live && !step->presented && step->state == STATE_UNTRUSTED;
}

static char *state_words(const struct explanation *x, const struct explained_step *step)
{
	static const char *const words[STATE_COUNT] = {
		[STATE_LIMITED] = N_("limited"),
		[STATE_TRUSTED] = N_("trusted"),
		[STATE_UNTRUSTED] = N_("untrusted, in the store"),
		[STATE_BLOCKED] = N_("blocked"),
		[STATE_TRASH] = N_("in the trash"),
	};
	if (step->state == STATE_NONE)
		return mem_text(step->by_system ? _("trusted by this system") : _("not in the store"));
	if (step->limits)
		return limited_words(step);
	if (is_withheld(x, step))
		return mem_text(_("not sent; untrusted, in the store"));
	return mem_text(lang_text(words[step->state]));
}

/* A step stands two columns to the right of the one before. */
static void align(struct explained_line *steps, size_t count)
{
	size_t most = 0;
	for (size_t i = 0; i < count; i++) {
		steps[i].gap = text_width(steps[i].name) + 2 * i;
		most = steps[i].gap > most ? steps[i].gap : most;
	}
	for (size_t i = 0; i < count; i++)
		steps[i].gap = most - steps[i].gap + GAP;
}

/* Where a path ends below its root: the name of that; NULL: it doesn't. */
static const char *missing_root(const struct explained_path *path)
{
	const struct cert_info *top = path->steps[path->step_count - 1].info;
	bool ends = path->trusted || path->anchored || top->self_signed || strcmp(top->subject, top->issuer) == 0;
	return ends ? NULL : top->issuer;
}

static void add_steps(const struct explanation *x, const struct explained_path *path,
	struct explained_lines *out)
{
	size_t first = out->count;
	const char *missing = missing_root(path);
	for (size_t i = 0; i < path->step_count; i++) {
		const struct explained_step *step = &path->steps[i];
		struct explained_line *line = add_line(out, EXPLAINED_STEP, step->name,
			state_words(x, step));
		line->depth = i;
		line->state = step->state;
	}
	if (missing)
		add_line(out, EXPLAINED_MISSING, missing,
			mem_text(x->asked.live ? _("missing: not sent, not held") :
						 _("missing: not held")))->depth = path->step_count;
	align(&out->items[first], out->count - first);
}

static void add_path(const struct explanation *x, size_t number, struct explained_lines *out)
{
	const struct explained_path *path = &x->paths[number];
	const struct judge_reason *first = path->trusted ? NULL : main_reason(x, number);
	if (path->trusted)
		add_trusted(x, number, out);
	else
		add_refused(x, number, first, out);
	add_steps(x, path, out);
	for (size_t i = 0; i < path->step_count; i++)
		if (path->steps[i].revocation && !was_told(x, number, i))
			add_line(out, EXPLAINED_TELLS, path->steps[i].name,
				mem_text(path->steps[i].revocation));
	for (size_t i = 0; i < path->reason_count; i++) {
		const struct judge_reason *reason = &path->reasons[i];
		bool breaks = reason->weight == JUDGE_BREAKS;
		if (reason != first && !was_said(x, number, reason))
			add_line(out, breaks ? EXPLAINED_BREAKS : EXPLAINED_MARKS,
				reason_name(path, reason), mem_text(reason->text));
	}
}

void explanation_lines(const struct explanation *x, struct explained_lines *out)
{
	for (size_t i = 0; i < x->path_count; i++)
		add_path(x, i, out);
	if (x->cut)
		add_line(out, EXPLAINED_NOTE, NULL,
			mem_text(_("There is more than was looked at: other paths may exist.")));
}

void explained_lines_done(struct explained_lines *lines)
{
	for (size_t i = 0; i < lines->count; i++) {
		free(lines->items[i].name);
		free(lines->items[i].text);
	}
	free(lines->items);
	*lines = (struct explained_lines){ 0 };
}
