#include "console/set.h"

#include <string.h>

#include "base/text.h"

static void set_mouse(struct desk *desk, int value)
{
	(void)desk;
	screen_mouse(value == 1);
}

static int get_mouse(const struct desk *desk)
{
	(void)desk;
	return screen_has_mouse();
}

static void set_keys(struct desk *desk, int value)
{
	desk->function_keys = (enum setting_bar)value;
}

static int get_keys(const struct desk *desk)
{
	return (int)desk->function_keys;
}

/* A value's number is its place. */
static const struct variable {
	const char *name;
	const char *values[4];
	void (*set)(struct desk *desk, int value);
	int (*get)(const struct desk *desk);
} variables[] = {
	{ "mouse", { "off", "on" }, set_mouse, get_mouse },
	{ "function_keys", { "auto", "yes", "no" }, set_keys, get_keys },
};
#define VARIABLES (sizeof variables / sizeof *variables)

static const struct variable *find_variable(const char *word, size_t len)
{
	for (size_t i = 0; i < VARIABLES; i++)
		if (strlen(variables[i].name) == len && memcmp(variables[i].name, word, len) == 0)
			return &variables[i];
	return NULL;
}

static int find_value(const struct variable *variable, const char *word, size_t len)
{
	for (int i = 0; i < 4 && variable->values[i]; i++)
		if (strlen(variable->values[i]) == len && memcmp(variable->values[i], word, len) == 0)
			return i;
	return -1;
}

static const char *now_of(const struct desk *desk, const struct variable *variable)
{
	return variable->values[variable->get(desk)];
}

static enum reaction tell_all(struct desk *desk)
{
	desk_say(desk, ROLE_STATUS, "mouse is %s, function_keys is %s",
		now_of(desk, &variables[0]), now_of(desk, &variables[1]));
	return REACT_REPAINT;
}

static enum reaction set(struct desk *desk, const struct variable *variable, int value)
{
	variable->set(desk, value);
	if (variable->get(desk) != value)
		desk_say(desk, ROLE_WARNING, "this terminal doesn't do that: %s stays %s",
			variable->name, now_of(desk, variable));
	else
		desk_say(desk, ROLE_GOOD, "%s is %s, until you leave",
			variable->name, now_of(desk, variable));
	return REACT_LAYOUT;
}

/* "NAME VALUE", "NAME=VALUE", or nothing: then all is told. */
bool set_line(struct desk *desk, const char *line, enum reaction *reaction)
{
	if (strcmp(line, "set") != 0 && !text_starts(line, "set "))
		return false;
	const char *name = line + 3 + strspn(line + 3, " ");
	size_t len = strcspn(name, " =");
	const char *value = name + len + strspn(name + len, " =");
	const struct variable *variable = find_variable(name, len);
	int number = variable ? find_value(variable, value, strcspn(value, " ")) : -1;
	bool over = !value[strcspn(value, " ") + strspn(value + strcspn(value, " "), " ")];
	*reaction = REACT_REPAINT;
	if (!*name)
		*reaction = tell_all(desk);
	else if (variable && number >= 0 && over)
		*reaction = set(desk, variable, number);
	else
		desk_say(desk, ROLE_WARNING,
			"set knows: mouse on or off; function_keys auto, yes or no");
	return true;
}

/* Whatever begins like the last word; what all of those have in common is put. */
static void complete_word(struct buf *text, size_t from, const char *const *words, size_t count,
	struct buf *choices)
{
	const char *found = NULL, *begun = buf_text(text) + from;
	size_t same = 0, n = 0;
	for (size_t i = 0; i < count && words[i]; i++) {
		if (!text_starts(words[i], begun))
			continue;
		buf_format(choices, "%s%s", n++ ? "  " : "", words[i]);
		size_t k = 0;
		while (found && k < same && found[k] == words[i][k])
			k++;
		same = found ? k : strlen(words[i]);
		found = words[i];
	}
	if (!found)
		return;
	buf_cut(text, from);
	buf_add(text, found, same);
	if (n == 1)
		buf_char(text, ' ');
}

bool set_complete(struct buf *text, struct buf *choices)
{
	const char *line = buf_text(text), *names[VARIABLES];
	if (!text_starts(line, "set "))
		return false;
	size_t from = 4 + strspn(line + 4, " "), len = strcspn(line + from, " ");
	for (size_t i = 0; i < VARIABLES; i++)
		names[i] = variables[i].name;
	if (!line[from + len]) {
		complete_word(text, from, names, VARIABLES, choices);
		return true;
	}
	const struct variable *variable = find_variable(line + from, len);
	from += len + strspn(line + from + len, " ");
	if (variable && !strchr(line + from, ' '))
		complete_word(text, from, variable->values, 4, choices);
	return true;
}
