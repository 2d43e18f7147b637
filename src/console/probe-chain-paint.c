/*
 * The chain of a probe as a tree, leaf first, and below it the certificate that is selected in it.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "console/probe-paint.h"

#define NAMES_MOST 30 /* alternative names; Enter shows all of them */

/* Of the words that say how each is held, the longest. */
static size_t held_columns(const struct desk *desk, const struct probe_work *work)
{
	size_t most = 0;
	for (size_t i = 0; i < work->link_count; i++) {
		struct buf held = { 0 };
		probe_held(desk, &work->links[i], &held);
		size_t width = text_width(buf_text(&held));
		most = work->links[i].info && width > most ? width : most;
		buf_done(&held);
	}
	return most;
}

static size_t tree_columns(const struct desk *desk, const struct probe_work *work)
{
	size_t most = 0, held = held_columns(desk, work);
	size_t width_least = held + 32;
	size_t room = (size_t)work->width > width_least ? (size_t)work->width - 10 - held : 22;
	if (work->width >= PROBE_COLUMNS_FROM)
		room -= 18;
	for (size_t i = 0; i < work->link_count; i++) {
		char *line = probe_tree_line(desk, &work->links[i], room);
		size_t width = text_width(line);
		most = width > most ? width : most;
		free(line);
	}
	return most;
}

/* "> 2": which one is selected, and its place in what was sent. */
static void label_link(const struct probe_work *work, size_t at, struct buf *out)
{
	buf_text_add(out, at == work->link ? "> " : "  ");
	if (work->links[at].number)
		buf_format(out, "%zu", work->links[at].number);
	else
		buf_text_add(out, "-");
}

/* Name, how it is held, and until when: in columns, or as a sentence. */
static void describe_link(const struct probe_work *work, const struct cert_info *info,
	const char *line, const char *held, size_t columns, size_t held_cols, struct buf *out)
{
	char until[CLOCK_ISO];
	int pad = (int)(columns - text_width(line)) + 2;
	int gap = (int)held_cols + 2 - (int)text_width(held);
	if (screen_is_plain())
		buf_format(out, "%s, %s%s%s", line, held, info ? _(", until ") : "",
			info ? lang_date(until, info->not_after) : "");
	else
		buf_format(out, "%s%*s%s", line, pad, "", held);
	if (!screen_is_plain() && info && work->width >= PROBE_COLUMNS_FROM)
		buf_format(out, "%*s%s %s", gap > 2 ? gap : 2, "", _("until"),
			lang_date(until, info->not_after));
}

static void add_link(struct desk *desk, struct probe_work *work, size_t at, size_t columns,
	size_t held_cols)
{
	const struct probe_link *link = &work->links[at];
	struct buf held = { 0 }, label = { 0 }, text = { 0 };
	char *line = probe_tree_line(desk, link, columns);
	enum role role = probe_held(desk, link, &held);
	label_link(work, at, &label);
	describe_link(work, link->info, line, buf_text(&held), columns, held_cols, &text);
	work->rows[at] = work->text.rows.count;
	rows_add(&work->text.rows, role, buf_text(&label), buf_text(&text));
	free(line);
	buf_done(&text);
	buf_done(&label);
	buf_done(&held);
}

static void add_notes(struct rows *rows, const struct report *report)
{
	struct buf notes = { 0 };
	report_chain_notes(report, &notes);
	const char *at = buf_text(&notes), *end;
	for (; (end = strchr(at, '\n')); at = end + 1)
		rows_about_format(rows, ROLE_WARNING, "!", "%.*s", (int)(end - at), at);
	buf_done(&notes);
}

void probe_chain_rows(struct desk *desk, struct probe_work *work)
{
	struct rows *rows = &work->text.rows;
	size_t columns = tree_columns(desk, work), held = held_columns(desk, work);
	size_t sent = work->probed.report->chain_sent;
	if (work->link_count == 0)
		return;
	char *title = mem_format(_("Chain (%zu sent)"), sent);
	rows_heading(rows, title);
	free(title);
	for (size_t i = 0; i < work->link_count; i++)
		add_link(desk, work, i, columns, held);
	add_notes(rows, work->probed.report);
}

/* --- the selected certificate ------------------------------------------------------------- */

static void add_names(struct rows *rows, const struct cert_info *info)
{
	struct buf names = { 0 };
	size_t count = 0;
	for (const char *san = NULL; count < NAMES_MOST && (san = cert_info_san(info, san)); count++)
		buf_format(&names, "%s%s", count ? ", " : "", san);
	if (info->san_count > count)
		buf_format(&names,
			lang_n(" and %zu more", " and %zu more", info->san_count - count),
			info->san_count - count);
	if (names.len)
		rows_add(rows, ROLE_VALUE, "Names", buf_text(&names));
	buf_done(&names);
}

static void add_print(struct rows *rows, const struct fingerprint *print)
{
	char *groups = fingerprint_groups(print->bytes, FINGERPRINT_SIZE);
	rows_lines(rows, ROLE_VALUE, "SHA-256", groups);
	free(groups);
}

void probe_selected_rows(struct rows *rows, const struct probe_work *work)
{
	const struct probe_link *link = probe_current(work);
	const struct cert_info *info = link ? link->info : NULL;
	char from[CLOCK_ISO], to[CLOCK_ISO];
	if (!info)
		return;
	char *title = link->number ? mem_format(_("Certificate %zu"), link->number)
				   : mem_text(_("Certificate that wasn't sent"));
	int64_t days = cert_days_left(info, app_now());
	rows_heading(rows, title);
	free(title);
	rows_add(rows, ROLE_VALUE, "Subject", *info->subject ? info->subject : _("(empty)"));
	rows_add(rows, ROLE_VALUE, "Issuer", info->self_signed ? _("itself") : info->issuer);
	add_names(rows, info);
	size_t count = (size_t)(days < 0 ? -days : days);
	rows_format(rows, days < 0 ? ROLE_EXPIRED : ROLE_VALUE, N_("Valid"),
		days < 0 ? lang_n("%s to %s, %zu days over", "%s to %s, %zu days over", count)
			 : lang_n("%s to %s, %zu days left", "%s to %s, %zu days left", count),
		lang_date(from, info->not_before), lang_date(to, info->not_after), count);
	rows_format(rows, ROLE_VALUE, N_("Key"), info->ca ? N_("%s %u, a CA's") : "%s %u",
		info->key_algorithm, info->key_bits);
	add_print(rows, &info->sha256);
}
