/*
 * Which certificates the list shows, and in which order: the text that is searched for, one issuer's,
 * states and filters, the column it is sorted by.  Each is written into the query; the caller reloads.
 */
#include <stdlib.h>

#include "base/lang.h"
#include "base/text.h"
#include "console/pages.h"

void desk_set_search(struct desk *desk, const char *text)
{
	struct buf folded = { 0 };
	buf_cut(&desk->search, 0);
	buf_text_add(&desk->search, text ? text : "");
	char *safe = text_safe(buf_text(&desk->search), desk->search.len);
	text_fold(&folded, safe);
	free(safe);
	free(desk->found);
	desk->found = folded.len ? buf_take(&folded) : NULL;
	buf_done(&folded);
}

/* The view has a copy of its own, so that this one can go before it is made anew. */
void desk_set_issuer(struct desk *desk, const struct cert_info *issuer)
{
	struct cert_info *old = desk->issuer;
	desk->issuer = issuer ? cert_info_copy(issuer) : NULL;
	desk->query.issuer = desk->issuer;
	cert_info_free(old);
}

void list_page_widen(struct desk *desk)
{
	desk_set_search(desk, NULL);
	desk_set_issuer(desk, NULL);
	desk->query.states = desk->query.filters = 0;
}

/* Filters: a state is chosen, the others are switched; they all hold together. */
static enum reaction filter_end(struct desk *desk, struct dialog *dialog, bool done)
{
	size_t count;
	const struct view_filter *rows = view_filters(&count);
	int value = done ? dialog_value(dialog) : -1;
	if (value == 0) {
		desk->query.states = desk->query.filters = 0;
		desk_set_issuer(desk, NULL);
	}
	if (value > 0 && value <= STATE_COUNT)
		desk->query.states = 1u << (value - 1);
	else if (value > STATE_COUNT && value <= STATE_COUNT + (int)count)
		desk->query.filters ^= (unsigned)rows[value - STATE_COUNT - 1].bit;
	return REACT_RELOAD;
}

enum reaction action_filter(struct desk *desk)
{
	static const char *const keys[] = { "t", "L", "u", "b", "x", "e", "w", "s", "c", "l" };
	struct dialog_option options[1 + STATE_COUNT + 8];
	size_t count, n = 0;
	const struct view_filter *rows = view_filters(&count);
	options[n++] = (struct dialog_option){
		.key = "a",
		.text = N_("all but the trash, nothing filtered"),
	};
	for (int s = 0; s < STATE_COUNT; s++, n++)
		options[n] = (struct dialog_option){
			.key = keys[s],
			.text = state_name(s),
			.value = s + 1,
		};
	for (size_t i = 0; i < count; i++, n++)
		options[n] = (struct dialog_option){
			.key = keys[STATE_COUNT + i],
			.text = rows[i].name,
			.value = (int)n,
		};
	return desk_ask(desk, dialog_choose(N_("Show only"), NULL, options, n), filter_end);
}

/* The same once more: the other way round. */
static enum reaction sort_by(struct desk *desk, const struct view_column *chosen)
{
	size_t count;
	const struct view_column *now = desk->query.sort ? desk->query.sort : view_columns(&count);
	desk->query.reverse = now == chosen && !desk->query.reverse;
	desk->query.sort = chosen;
	return REACT_RELOAD;
}

static enum reaction sort_end(struct desk *desk, struct dialog *dialog, bool done)
{
	size_t count;
	return done ? sort_by(desk, &view_columns(&count)[dialog_value(dialog)]) : REACT_REPAINT;
}

enum reaction list_page_sort(struct desk *desk, size_t column)
{
	const struct view_column *chosen = view_column_find(grid_name(&desk->grid, column));
	return chosen ? sort_by(desk, chosen) : REACT_NONE;
}

enum reaction action_sort(struct desk *desk)
{
	static const char *const keys[] = { "n", "s", "d", "u", "i", "a", "k", "f" };
	struct dialog_option options[16];
	size_t count, n;
	const struct view_column *rows = view_columns(&count);
	for (n = 0; n < count && n < sizeof keys / sizeof *keys; n++)
		options[n] = (struct dialog_option){
			.key = keys[n],
			.text = rows[n].title,
			.value = (int)n,
		};
	return desk_ask(desk, dialog_choose(N_("Sort by"), NULL, options, n), sort_end);
}
