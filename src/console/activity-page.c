/*
 * The page of what was said and done: the newest stands at the end, where the page opens and where it
 * stays as long as nobody scrolls away from it.
 */
#include <string.h>

#include "base/clock.h"
#include "base/lang.h"
#include "console/pages.h"

#define WIDE      64    /* columns: from there on the day is told as well */
#define COPY_MOST 90000 /* bytes, the newest: terminals take little more */
#define AT_END    ((size_t)1 << 30)

/* "12:00:00Z", or all of it. */
static const char *time_text(char out[CLOCK_ISO], const struct note *note, bool wide)
{
	const char *clock = strchr(clock_iso(out, note->time), 'T');
	return wide || !clock ? lang_time(out, note->time) : clock + 1;
}

/* Columns of the widest of the words. */
static int level_cols(void)
{
	static const enum role roles[] = { ROLE_ERROR, ROLE_WARNING, ROLE_GOOD, ROLE_STATUS };
	int most = 0;
	for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) {
		int cols = area_width(lang_text(activity_level(roles[i])));
		most = cols > most ? cols : most;
	}
	return most;
}

static void fill(struct activity *activity, int cols)
{
	struct pager *pager = &activity->pager;
	bool follows = pager_is_at_end(pager);
	int level = level_cols();
	char time[CLOCK_ISO];
	rows_done(&pager->rows);
	for (size_t i = 0; i < activity->count; i++) {
		const struct note *note = activity_at(activity, i);
		enum role role = note->role == ROLE_STATUS ? ROLE_VALUE : note->role;
		const char *word = lang_text(activity_level(note->role));
		int width = area_width(word);
		rows_format(&pager->rows, role, time_text(time, note, cols >= WIDE), "%s%*s  %s",
			word, level > width ? level - width : 0, "", note->text);
	}
	if (activity->count == 0)
		rows_add(&pager->rows, ROLE_DIM, NULL, _("Nothing was said or done yet."));
	if (follows)
		pager_go(pager, AT_END);
	activity->cols = cols;
	activity->stale = false;
	pager_changed(pager);
}

void activity_page_draw(struct desk *desk, struct area area)
{
	struct activity *activity = &desk->activity;
	if (activity->stale || activity->cols != area.cols)
		fill(activity, area.cols);
	pager_draw(&activity->pager, area);
}

enum reaction action_activity(struct desk *desk)
{
	pager_go(&desk->activity.pager, AT_END);
	desk->activity.stale = true;
	desk_push(desk, PAGE_ACTIVITY);
	return REACT_LAYOUT;
}

static size_t line_length(const struct note *note)
{
	return strlen(note->text) + CLOCK_ISO + 16;
}

enum reaction action_copy_activity(struct desk *desk)
{
	const struct activity *activity = &desk->activity;
	struct buf text = { 0 };
	size_t from = activity->count, len = 0;
	char time[CLOCK_ISO];
	while (from > 0 && (len += line_length(activity_at(activity, from - 1))) < COPY_MOST)
		from--;
	for (size_t i = from; i < activity->count; i++) {
		const struct note *note = activity_at(activity, i);
		buf_format(&text, "%s %s %s\n", clock_iso(time, note->time),
			activity_level(note->role), note->text);
	}
	bool sent = text.len && screen_copy(text.data, text.len);
	buf_done(&text);
	if (sent)
		desk_say(desk, ROLE_STATUS, "sent to the clipboard, if the terminal allows it");
	else
		desk_say(desk, ROLE_STATUS, "nothing was sent to the clipboard");
	return REACT_REPAINT;
}
