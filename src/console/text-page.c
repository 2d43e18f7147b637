/*
 * Pages of text have a pager each, and the keys of it in common: moving, and a search in the text.
 */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "console/pages.h"

static enum reaction typing_key(struct desk *desk, struct pager *pager, const struct key *key)
{
	bool over = key->code == K_ESC || key->code == K_ENTER;
	if (key->code == K_ESC)
		pager_search(pager, NULL);
	if (over) {
		line_free(desk->detail_typing);
		desk->detail_typing = NULL;
		return REACT_REPAINT;
	}
	if (line_key(desk->detail_typing, key) == REACT_UNHANDLED)
		return REACT_NONE;
	const char *typed = line_text(desk->detail_typing);
	char *safe = text_safe(typed, strlen(typed));
	pager_search(pager, *safe ? safe : NULL);
	free(safe);
	return REACT_REPAINT;
}

enum reaction desk_text_key(struct desk *desk, struct pager *pager, const struct key *key)
{
	return desk->detail_typing ? typing_key(desk, pager, key) : pager_key(pager, key);
}

struct pager *desk_text(struct desk *desk)
{
	switch (desk_page(desk)) {
	case PAGE_HELP:
		return &desk->help;
	case PAGE_PROBE:
		return probe_text(desk);
	case PAGE_ENDPOINT:
	case PAGE_HISTORY:
		return ends_text(desk);
	case PAGE_TARGET:
		return targets_text(desk);
	case PAGE_WHY:
		return &desk->why;
	case PAGE_COMPARE:
		return &desk->compare.pager;
	case PAGE_OUTPUT:
		return &desk->text;
	case PAGE_ACTIVITY:
		return &desk->activity.pager;
	case PAGE_IDENTITY:
		return &desk->ids.detail;
	case PAGE_PAPER:
		return desk->paper.alone ? &desk->paper.lines : &desk->paper.words;
	default:
		return &desk->detail;
	}
}

enum reaction text_page_key(struct desk *desk, const struct key *key)
{
	return desk_text_key(desk, desk_text(desk), key);
}

bool text_page_typing(const struct desk *desk)
{
	return desk->detail_typing != NULL;
}

void text_page_draw(struct desk *desk, struct area area)
{
	pager_draw(desk_text(desk), area);
}

/* While something is searched, which of how many is worth more than how far down. */
void desk_text_position(struct pager *pager, char *out, size_t size)
{
	if (!pager_matches(pager, out, size))
		pager_position(pager, out, size);
}

void text_page_position(struct desk *desk, char *out, size_t size)
{
	desk_text_position(desk_text(desk), out, size);
}
