/*
 * The chain of a probe as a tree: the path that the judgement found, from the leaf up, with what is
 * held here in the gaps of what was sent; then what was sent and belongs to no path.
 */
#include <string.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "console/probe.h"

#define LINKS_MOST (sizeof((struct probe_work *)0)->links / sizeof(struct probe_link))

static struct probe_link *add_link(struct probe_work *work)
{
	struct probe_link *link = &work->links[work->link_count];
	*link = (struct probe_link){ 0 };
	work->link_count += work->link_count + 1 < LINKS_MOST;
	return link;
}

/* Its place in what was sent, from 1 on; 0: it wasn't. */
static size_t number_of(const struct report *report, const struct fingerprint *print)
{
	for (size_t i = 0; i < report->chain_count; i++) {
		const struct cert *cert = report->chain[i].cert;
		if (cert && fingerprint_compare(&cert_info(cert)->sha256, print) == 0)
			return i + 1;
	}
	return 0;
}

static void add_path(struct probe_work *work)
{
	const struct explained_path *path = &work->probed.why.paths[0];
	for (size_t i = 0; i < path->step_count; i++) {
		struct probe_link *link = add_link(work);
		link->info = path->steps[i].info;
		link->name = path->steps[i].name;
		link->by_system = path->steps[i].by_system;
		link->number = number_of(work->probed.report, &link->info->sha256);
		link->depth = i;
	}
	const struct cert_info *top = path->steps[path->step_count - 1].info;
	if (path->anchored || top->self_signed || strcmp(top->subject, top->issuer) == 0)
		return;
	struct probe_link *missing = add_link(work);
	missing->name = top->issuer;
	missing->depth = path->step_count;
}

static bool is_linked(const struct probe_work *work, size_t number)
{
	for (size_t i = 0; i < work->link_count; i++)
		if (work->links[i].number == number)
			return true;
	return false;
}

/* What stands on no path, twice or more often as it may have been sent, once. */
static void add_others(struct probe_work *work)
{
	const struct report *report = work->probed.report;
	for (size_t i = 0; i < report->chain_count; i++) {
		const struct report_cert *sent = &report->chain[i];
		const struct cert_info *info = sent->cert ? cert_info(sent->cert) : NULL;
		size_t number = info ? number_of(report, &info->sha256) : i + 1;
		if (is_linked(work, number))
			continue;
		struct probe_link *link = add_link(work);
		link->info = info;
		link->name = !info ? sent->why : info->cn ? info->cn : info->subject;
		link->number = number;
		link->stranger = true;
	}
}

/* What counts in a judgement: whether it waits, or isn't there at all, doesn't. */
static int standing(const struct desk *desk, const struct probe_link *link)
{
	struct entry e;
	bool held = link->info && app_find(desk->app, &link->info->sha256, &e);
	bool decided = held && (e.state == STATE_TRUSTED || e.state == STATE_LIMITED ||
					 e.state == STATE_BLOCKED);
	return decided ? (int)e.state : STATE_NONE;
}

void probe_find_links(const struct desk *desk, struct probe_work *work)
{
	work->link_count = work->link = 0;
	if (work->probed.judged)
		add_path(work);
	add_others(work);
	for (size_t i = 0; i < work->link_count; i++)
		work->links[i].standing = standing(desk, &work->links[i]);
}

bool probe_stands(const struct desk *desk, const struct probe_work *work)
{
	for (size_t i = 0; i < work->link_count; i++)
		if (work->links[i].standing != standing(desk, &work->links[i]))
			return false;
	return true;
}

const struct cert *probe_sent(const struct probe_work *work, const struct probe_link *link)
{
	return link->number ? work->probed.report->chain[link->number - 1].cert : NULL;
}

/* Nothing signs the leaf's own certificate: it is no CA of this chain. */
const struct probe_link *probe_top_ca(const struct probe_work *work)
{
	const struct probe_link *top = NULL;
	for (size_t i = 0; i < work->link_count; i++) {
		const struct probe_link *link = &work->links[i];
		if (!link->stranger && link->depth > 0 && link->info && link->info->ca)
			top = link;
	}
	return top;
}

/* --- in words ----------------------------------------------------------------------------- */

enum role probe_held(const struct desk *desk, const struct probe_link *link, struct buf *out)
{
	static const struct {
		enum role role;
		const char *words;
	} states[STATE_COUNT] = {
		[STATE_TRUSTED] = { ROLE_TRUSTED, N_("trusted") },
		[STATE_LIMITED] = { ROLE_LIMITED, N_("limited") },
		[STATE_UNTRUSTED] = { ROLE_UNTRUSTED, N_("untrusted") },
		[STATE_BLOCKED] = { ROLE_BLOCKED, N_("blocked") },
		[STATE_TRASH] = { ROLE_TRASH, N_("in the trash") },
	};
	struct entry e;
	bool held = link->info && app_find(desk->app, &link->info->sha256, &e);
	if (!link->info) {
		buf_text_add(
			out, link->number ? _("can't be read") : _("missing: not sent, not held"));
		return ROLE_ERROR;
	}
	buf_text_add(out, held              ? _(states[e.state].words)
			  : link->by_system ? _("trusted by system")
					    : _("not in the store"));
	if (!link->number)
		buf_text_add(out, _(", not sent"));
	if (link->stranger)
		buf_text_add(out, _(", a stranger here"));
	return held ? states[e.state].role : link->by_system ? ROLE_TRUSTED : ROLE_VALUE;
}

const char *probe_mark(bool good)
{
	return screen_is_plain() ? "" : good ? "✓ " : "✗ ";
}

char *probe_tree_line(const struct desk *desk, const struct probe_link *link, size_t columns)
{
	struct buf line = { 0 };
	struct entry e;
	bool held = link->info && app_find(desk->app, &link->info->sha256, &e);
	const char *name = held ? e.name : link->name ? link->name : "";
	if (screen_is_plain())
		return mem_text(name);
	for (size_t i = 1; i < link->depth; i++)
		buf_text_add(&line, "  ");
	if (link->depth)
		buf_text_add(&line, "└ ");
	size_t used = text_width(buf_text(&line)), room = columns > used + 8 ? columns - used : 8;
	size_t fits = text_fit(name, room, NULL);
	bool cut = name[fits] != '\0';
	if (cut)
		fits = text_fit(name, room - 1, NULL);
	buf_format(&line, "%.*s%s", (int)fits, name, cut ? "…" : "");
	return buf_take(&line);
}
