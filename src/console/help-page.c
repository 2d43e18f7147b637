/*
 * The help: the keys of the page that it was asked on, then those of all others, how things look, and
 * the commands; all of it out of the tables that the program runs by.
 */
#include "app/command.h"
#include "base/lang.h"
#include "console/pages.h"

static void add_commands(struct rows *rows)
{
	rows_heading(rows, "Commands (after : and on the command line)");
	for (size_t i = 0; i < command_table.count; i++) {
		const struct command_row *row = &command_table.rows[i];
		rows_about(rows, ROLE_VALUE, row->name, _(row->help));
	}
}

static void add_own_words(struct rows *rows)
{
	rows_heading(rows, "After : alone");
	rows_add(rows, ROLE_VALUE, "set",
		_("mouse on or off: whose it is; function_keys auto, yes or no: the bar of them"));
	rows_add(rows, ROLE_VALUE, "q, quit", _("leave"));
}

static void add_roles(struct rows *rows)
{
	static const enum role shown[] = { ROLE_TRUSTED, ROLE_LIMITED, ROLE_UNTRUSTED,
		ROLE_BLOCKED, ROLE_TRASH, ROLE_EXPIRED, ROLE_EXPIRING, ROLE_MARKED };
	rows_heading(rows, "How things look");
	for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
		rows_about(rows, shown[i], role_rows[shown[i]].name,
			lang_text(role_rows[shown[i]].help));
}

enum reaction help_open(struct desk *desk)
{
	enum page page = desk_page(desk);
	unsigned without = app_read_only(desk->app) ? BINDING_WRITES : 0;
	rows_done(&desk->help.rows);
	for (size_t i = 0; page == PAGE_FORM && form_keymap(i); i++)
		keymap_help(&desk->help.rows, form_keymap(i), without);
	keymap_help(&desk->help.rows, pages[page].keys, without);
	keymap_help(&desk->help.rows, &everywhere_keys, without);
	for (int i = 0; i < PAGE_COUNT; i++)
		if (i != (int)page && i != PAGE_DETAIL && i != PAGE_OUTPUT && i != PAGE_HELP &&
			i != PAGE_WHY && i != PAGE_IDENTITY && i != PAGE_FORM &&
			i != PAGE_ENDPOINT && i != PAGE_HISTORY && i != PAGE_TARGET)
			keymap_help(&desk->help.rows, pages[i].keys, without);
	add_roles(&desk->help.rows);
	add_commands(&desk->help.rows);
	add_own_words(&desk->help.rows);
	pager_start(&desk->help);
	pager_changed(&desk->help);
	if (page != PAGE_HELP)
		desk_push(desk, PAGE_HELP);
	return REACT_LAYOUT;
}
