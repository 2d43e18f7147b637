#include "conf/settings.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/user.h"
#include "conf/settings-table.h"
#include "conf/tree.h"

#define SYSTEM_FILE "/etc/certary/certary.conf"

struct value {
	int64_t number;
	char *text;
	bool set;
};

struct settings {
	struct value values[SETTING_COUNT];
};

const struct setting_row *setting_row(enum setting which)
{
	return &setting_rows[which];
}

struct settings *settings_new(void)
{
	struct settings *settings = mem_new(sizeof *settings);
	for (size_t i = 0; i < SETTING_COUNT; i++) {
		settings->values[i].number = setting_rows[i].number;
		settings->values[i].text = mem_text(setting_rows[i].text);
	}
	return settings;
}

static void values_done(struct value *values)
{
	for (size_t i = 0; i < SETTING_COUNT; i++)
		free(values[i].text);
}

void settings_free(struct settings *settings)
{
	if (settings)
		values_done(settings->values);
	free(settings);
}

static size_t row_named(const char *name)
{
	size_t i = 0;
	while (i < SETTING_COUNT && strcmp(setting_rows[i].name, name) != 0)
		i++;
	return i;
}

static bool fail_unknown(const struct conf_node *node, struct error *err)
{
	struct buf names = { 0 };
	for (size_t i = 0; i < SETTING_COUNT; i++)
		buf_format(&names, "%s%s", i ? ", " : "", setting_rows[i].name);
	conf_fail(node, err, "no setting is called '%s' (there are %s)", conf_name(node),
		buf_text(&names));
	buf_done(&names);
	return false;
}

static bool fail_type(
	const struct conf_node *node, const struct setting_row *row, struct error *err)
{
	struct buf want = { 0 };
	if (row->type == SETTING_INT)
		buf_format(&want, _("a number from %lld to %lld"), (long long)row->min,
			(long long)row->max);
	else if (row->type == SETTING_BOOL)
		buf_text_add(&want, _("true or false"));
	else if (row->type == SETTING_TEXT)
		buf_text_add(&want, _("a text in quotes"));
	else
		for (size_t i = 0; row->choices[i]; i++)
			buf_format(&want, "%s\"%s\"", i ? _(" or ") : "", row->choices[i]);
	conf_fail(node, err, "'%s' is to be %s", row->name, buf_text(&want));
	buf_done(&want);
	return false;
}

static bool read_int(const struct conf_node *node, const struct setting_row *row, int64_t *out)
{
	return conf_int(node, out) && *out >= row->min && *out <= row->max;
}

static bool read_choice(const struct conf_node *node, const struct setting_row *row, int64_t *out)
{
	const char *text = conf_bytes(node);
	for (size_t i = 0; text && row->choices[i]; i++) {
		*out = (int64_t)i;
		if (strcmp(text, row->choices[i]) == 0)
			return true;
	}
	return false;
}

static bool read_bool(const struct conf_node *node, int64_t *out)
{
	bool yes = false;
	bool ok = conf_bool(node, &yes);
	*out = yes;
	return ok;
}

static bool read_value(const struct conf_node *node, const struct setting_row *row,
	struct value *value, struct error *err)
{
	int64_t number = 0;
	bool ok = false;
	if (row->type == SETTING_INT)
		ok = read_int(node, row, &number);
	else if (row->type == SETTING_CHOICE)
		ok = read_choice(node, row, &number);
	else if (row->type == SETTING_BOOL)
		ok = read_bool(node, &number);
	else
		ok = conf_bytes(node) != NULL;
	if (!ok)
		return fail_type(node, row, err);
	free(value->text);
	value->text = mem_text(conf_bytes(node));
	value->number = number;
	value->set = true;
	return true;
}

static bool read_tree(const struct conf_node *root, struct value *values, struct error *err)
{
	for (size_t i = 0; i < conf_count(root); i++) {
		const struct conf_node *node = conf_at(root, i);
		size_t row = row_named(conf_name(node));
		if (row == SETTING_COUNT)
			return fail_unknown(node, err);
		if (!read_value(node, &setting_rows[row], &values[row], err))
			return false;
	}
	return true;
}

bool settings_read(struct settings *settings, const char *path, struct error *err)
{
	struct conf *tree;
	if (!conf_read_trusted(path, &tree, err))
		return error_wrap(err, "reading the settings");
	struct settings *fresh = mem_new(sizeof *fresh);
	for (size_t i = 0; i < SETTING_COUNT; i++) {
		fresh->values[i] = settings->values[i];
		fresh->values[i].text = mem_text(settings->values[i].text);
	}
	bool ok = read_tree(conf_root(tree), fresh->values, err);
	if (ok) {
		struct settings old = *settings;
		*settings = *fresh;
		*fresh = old;
	} else {
		error_wrap(err, "reading the settings");
	}
	settings_free(fresh);
	conf_free(tree);
	return ok;
}

static bool read_if_there(struct settings *settings, const char *path, struct error *err)
{
	return access(path, F_OK) != 0 || settings_read(settings, path, err);
}

/* Under sudo HOME may still be that of another user. */
static bool is_ours(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 && (st.st_uid == geteuid() || st.st_uid == 0);
}

static bool read_users(struct settings *settings, struct error *err)
{
	const char *home = user_config_home();
	if (!home)
		return true;
	char *path = mem_format("%s/certary/certary.conf", home);
	bool ok = !is_ours(path) || settings_read(settings, path, err);
	free(path);
	return ok;
}

bool settings_load(struct settings *settings, const char *path, struct error *err)
{
	if (!path)
		path = secure_getenv("CERTARY_CONFIG");
	if (path && *path)
		return settings_read(settings, path, err);
	return read_if_there(settings, SYSTEM_FILE, err) && read_users(settings, err);
}

char *settings_users_file(void)
{
	const char *named = secure_getenv("CERTARY_CONFIG"), *home = user_config_home();
	if (named && *named)
		return mem_text(named);
	if (geteuid() == 0)
		return mem_text(SYSTEM_FILE);
	return home ? mem_format("%s/certary/certary.conf", home) : NULL;
}

const char *settings_text(const struct settings *settings, enum setting which)
{
	const char *text = setting_rows[which].type == SETTING_TEXT ? settings->values[which].text : NULL;
	return text ? text : "";
}

static int64_t number_of(
	const struct settings *settings, enum setting which, enum setting_type type)
{
	return setting_rows[which].type == type ? settings->values[which].number : 0;
}

int64_t settings_int(const struct settings *settings, enum setting which)
{
	return number_of(settings, which, SETTING_INT);
}

bool settings_bool(const struct settings *settings, enum setting which)
{
	return number_of(settings, which, SETTING_BOOL) != 0;
}

int settings_choice(const struct settings *settings, enum setting which)
{
	return (int)number_of(settings, which, SETTING_CHOICE);
}

const char *settings_word(const struct settings *settings, enum setting which)
{
	return setting_rows[which].type == SETTING_CHOICE
		       ? setting_rows[which].choices[settings->values[which].number]
		       : "";
}

bool settings_is_set(const struct settings *settings, enum setting which)
{
	return settings->values[which].set;
}
