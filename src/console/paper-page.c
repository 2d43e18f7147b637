/*
 * A paper: what was made, or what one looks at, in words; and its PEM block, which `v` puts on the
 * screen alone, flush left and with nothing around it, for those who copy with the mouse.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "console/pages.h"

void paper_close(struct desk *desk)
{
	struct paper *paper = &desk->paper;
	pager_done(&paper->words);
	pager_done(&paper->lines);
	buf_wipe(&paper->pem);
	free(paper->name);
	cert_free(paper->cert);
	*paper = (struct paper){ 0 };
}

static void add_lines(struct rows *rows, const struct buf *pem)
{
	const char *at = buf_text(pem), *end;
	for (; (end = strchr(at, '\n')); at = end + 1)
		rows_format(rows, ROLE_VALUE, NULL, "%.*s", (int)(end - at), at);
}

enum reaction paper_open(struct desk *desk)
{
	struct paper *paper = &desk->paper;
	add_lines(&paper->lines.rows, &paper->pem);
	if (paper->pem.len) {
		rows_heading(&paper->words.rows, "To paste (v shows it alone, y copies it)");
		add_lines(&paper->words.rows, &paper->pem);
	}
	pager_changed(&paper->words);
	pager_changed(&paper->lines);
	desk_push(desk, PAGE_PAPER);
	return REACT_LAYOUT;
}

void paper_page_draw(struct desk *desk, struct area area)
{
	pager_draw(desk_text(desk), area);
}

enum reaction action_paper_alone(struct desk *desk)
{
	desk->paper.alone = !desk->paper.alone && desk->paper.pem.len;
	return REACT_LAYOUT;
}

enum reaction action_paper_copy(struct desk *desk)
{
	if (!desk->paper.pem.len)
		return REACT_NONE;
	screen_copy(desk->paper.pem.data, desk->paper.pem.len);
	desk_say(desk, ROLE_STATUS,
		"the PEM block was sent to the clipboard, if the terminal allows it");
	return REACT_REPAINT;
}

enum reaction action_paper_trust(struct desk *desk)
{
	struct plan plan = { 0 };
	struct error err = { 0 };
	const struct made made = { .cert = desk->paper.cert };
	if (!made.cert) {
		desk_say(desk, ROLE_STATUS, "there is no certificate here to trust");
		return REACT_REPAINT;
	}
	if (desk_refuse_read_only(desk))
		return REACT_REPAINT;
	if (!app_plan_trust_made(desk->app, &made, desk->paper.name, &plan, &err)) {
		plan_done(&plan);
		return desk_error(desk, &err);
	}
	if (plan.count == 0) {
		plan_done(&plan);
		desk_say(desk, ROLE_STATUS, "it is trusted here already");
		return REACT_REPAINT;
	}
	return desk_confirm(desk, &plan, true, false);
}
