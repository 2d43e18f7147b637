/*
 * drive-tables - what the program has tables of, for tests that must miss nothing:
 *
 *	page TITLE            each page of the console
 *	key TITLE NAME…       the keys of a row of its table, and of the one for everywhere ("*")
 *	command NAME
 *
 * Tabs stand between.
 */
#include <stdio.h>

#include "app/command.h"
#include "console/pages.h"

static void say_keys(const char *title, const struct keymap *map)
{
	for (size_t i = 0; i < map->count; i++)
		printf("key\t%s\t%s\n", title, map->rows[i].keys);
}

int main(void)
{
	for (size_t i = 0; i < PAGE_COUNT; i++) {
		printf("page\t%s\n", pages[i].title);
		say_keys(pages[i].title, pages[i].keys);
	}
	say_keys("*", &everywhere_keys);
	for (size_t i = 0; i < command_table.count; i++)
		printf("command\t%s\n", command_table.rows[i].name);
	return 0;
}
