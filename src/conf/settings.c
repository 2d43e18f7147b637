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
#include "conf/tree.h"

#define SYSTEM_FILE "/etc/certary/certary.conf"

static const char *const ascii_choices[] = { "auto", "yes", "no", NULL };
static const char *const colour_choices[] = { "auto", "always", "never", NULL };

/* The table of kinds in pki; a test compares the two. */
static const char *const key_choices[] = { "ec256", "rsa2048", "rsa3072", "rsa4096", "ec384",
	"ed25519", NULL };

static const struct setting_row rows[SETTING_COUNT] = {
	[SETTING_STORE] = {
		.name = "store",
		.type = SETTING_TEXT,
		.text = "",
		.help = N_("the folder of the store; empty is /etc/certary for root, and certary in the "
			"user's data folder for others"),
	},
	[SETTING_THEME] = {
		.name = "theme",
		.type = SETTING_TEXT,
		.text = "default",
		.help = N_("the colours of the console: default, dark, light, mono, contrast, a theme of "
			"one's own, or the path of a theme file"),
	},
	[SETTING_LANGUAGE] = {
		.name = "language",
		.type = SETTING_TEXT,
		.text = "",
		.help = N_("what people are spoken to in: en, de or ja; empty is as the environment says.  "
			"Pipes, --json and the store are English whatever this says"),
	},
	[SETTING_ASCII] = {
		.name = "ascii",
		.type = SETTING_CHOICE,
		.number = ASCII_AUTO,
		.choices = ascii_choices,
		.help = N_("draw lines and marks in ASCII; auto does where the locale isn't UTF-8"),
	},
	[SETTING_COLOUR] = {
		.name = "colour",
		.type = SETTING_CHOICE,
		.number = COLOUR_AUTO,
		.choices = colour_choices,
		.help = N_("use colours; auto does where the terminal has them and NO_COLOR isn't set"),
	},
	[SETTING_MOUSE] = {
		.name = "mouse",
		.type = SETTING_BOOL,
		.number = false,
		.help = N_("let the console have the mouse; text is then selected with Shift held"),
	},
	[SETTING_FUNCTION_KEYS] = {
		.name = "function_keys",
		.type = SETTING_CHOICE,
		.number = BAR_AUTO,
		.choices = ascii_choices,
		.help = N_("show a bar of the function keys in the last row; auto does from 30 rows and 80 "
			"columns on, and where there are fewer yes shows it instead of the hints"),
	},
	[SETTING_PLAIN] = {
		.name = "plain",
		.type = SETTING_BOOL,
		.number = false,
		.help = N_("write for ears and fingers: no boxes and no columns, every mark as a word, the "
			"cursor where the matter is; --plain does so once"),
	},
	[SETTING_CONFIRM] = {
		.name = "confirm",
		.type = SETTING_BOOL,
		.number = true,
		.help = N_("ask before a change in the console that the store can undo; what widens "
			"trust or loses something is always asked there"),
	},
	[SETTING_USE_SYSTEM_TRUST] = {
		.name = "use_system_trust",
		.type = SETTING_BOOL,
		.number = false,
		.help = N_("trust the public CAs of this system as well, but for those that the store blocks "
			"or distrusts"),
	},
	[SETTING_FETCH_CRLS] = {
		.name = "fetch_crls",
		.type = SETTING_BOOL,
		.number = false,
		.help = N_("let check fetch the revocation lists that services' certificates name, where "
			"they are missing or outdated; else only crl fetch does"),
	},
	[SETTING_EXPIRING_DAYS] = {
		.name = "expiring_days",
		.type = SETTING_INT,
		.number = 30,
		.min = 0,
		.max = 3650,
		.help = N_("a certificate is expiring when fewer days than this are left"),
	},
	[SETTING_EXPIRING_PERCENT] = {
		.name = "expiring_percent",
		.type = SETTING_INT,
		.number = 15,
		.min = 0,
		.max = 100,
		.help = N_("and only once less than this share of its lifetime is left, so that "
			"short-lived ones aren't always expiring; 100 turns it off"),
	},
	[SETTING_LOCK_WAIT_SECONDS] = {
		.name = "lock_wait_seconds",
		.type = SETTING_INT,
		.number = 5,
		.min = 0,
		.max = 3600,
		.help = N_("how long a change waits for another operator's before it gives up"),
	},
	[SETTING_LIMIT_FILE_MB] = {
		.name = "limit_file_mb",
		.type = SETTING_INT,
		.number = 16,
		.min = 1,
		.max = 4096,
		.help = N_("the largest file that is imported, in megabytes"),
	},
	[SETTING_LIMIT_CERTIFICATES] = {
		.name = "limit_certificates",
		.type = SETTING_INT,
		.number = 10000,
		.min = 1,
		.max = 10000000,
		.help = N_("how many certificates one file may hold"),
	},
	[SETTING_LIMIT_KDF_ROUNDS] = {
		.name = "limit_kdf_rounds",
		.type = SETTING_INT,
		.number = 10000000,
		.min = 1,
		.max = 2147483647,
		.help = N_("how many rounds of key derivation a keystore may ask for"),
	},
	[SETTING_LIMIT_CPU_SECONDS] = {
		.name = "limit_cpu_seconds",
		.type = SETTING_INT,
		.number = 5,
		.min = 1,
		.max = 86400,
		.help = N_("how much processor time reading one file may take"),
	},
	[SETTING_LIMIT_MEMORY_MB] = {
		.name = "limit_memory_mb",
		.type = SETTING_INT,
		.number = 512,
		.min = 16,
		.max = 1048576,
		.help = N_("how much memory reading one file may take, in megabytes"),
	},
	[SETTING_SUBJECT_REQUIRED] = {
		.name = "subject_required",
		.type = SETTING_TEXT,
		.text = "",
		.help = N_("fields that the subject of each new certificate must have, by their keys: "
			"\"C O CN\""),
	},
	[SETTING_LEAST_RSA_BITS] = {
		.name = "least_rsa_bits",
		.type = SETTING_INT,
		.number = 2048,
		.min = 2048,
		.max = 16384,
		.help = N_("the smallest RSA key that a new certificate is made for"),
	},
	[SETTING_LEAST_EC_BITS] = {
		.name = "least_ec_bits",
		.type = SETTING_INT,
		.number = 256,
		.min = 224,
		.max = 521,
		.help = N_("the smallest elliptic curve that a new certificate is made for"),
	},
	[SETTING_LONGEST_SERVER_DAYS] = {
		.name = "longest_server_days",
		.type = SETTING_INT,
		.number = 0,
		.min = 0,
		.max = 36525,
		.help = N_("how many days a new certificate of a server may be valid; 0 leaves it at "
			"warnings about what browsers and public CAs allow"),
	},
	[SETTING_DEFAULT_KEY] = {
		.name = "default_key",
		.type = SETTING_CHOICE,
		.number = 0,
		.choices = key_choices,
		.help = N_("the kind of key that is proposed for new certificates"),
	},
	[SETTING_DEFAULT_DAYS] = {
		.name = "default_days",
		.type = SETTING_INT,
		.number = 365,
		.min = 1,
		.max = 36525,
		.help = N_("for how many days new certificates are proposed to be valid"),
	},
	[SETTING_DEFAULT_COUNTRY] = {
		.name = "default_country",
		.type = SETTING_TEXT,
		.text = "",
		.help = N_("the country that forms propose, in two letters"),
	},
	[SETTING_DEFAULT_STATE] = {
		.name = "default_state",
		.type = SETTING_TEXT,
		.text = "",
		.help = N_("the state or province that forms propose"),
	},
	[SETTING_DEFAULT_LOCALITY] = {
		.name = "default_locality",
		.type = SETTING_TEXT,
		.text = "",
		.help = N_("the town that forms propose"),
	},
	[SETTING_DEFAULT_ORGANISATION] = {
		.name = "default_organisation",
		.type = SETTING_TEXT,
		.text = "",
		.help = N_("the organisation that forms propose, as it is registered"),
	},
	[SETTING_DEFAULT_UNIT] = {
		.name = "default_unit",
		.type = SETTING_TEXT,
		.text = "",
		.help = N_("the department that forms propose; public CAs no longer take one"),
	},
};

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
	return &rows[which];
}

struct settings *settings_new(void)
{
	struct settings *settings = mem_new(sizeof *settings);
	for (size_t i = 0; i < SETTING_COUNT; i++) {
		settings->values[i].number = rows[i].number;
		settings->values[i].text = mem_text(rows[i].text);
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
	while (i < SETTING_COUNT && strcmp(rows[i].name, name) != 0)
		i++;
	return i;
}

static bool fail_unknown(const struct conf_node *node, struct error *err)
{
	struct buf names = { 0 };
	for (size_t i = 0; i < SETTING_COUNT; i++)
		buf_format(&names, "%s%s", i ? ", " : "", rows[i].name);
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
		if (!read_value(node, &rows[row], &values[row], err))
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
	const char *text = rows[which].type == SETTING_TEXT ? settings->values[which].text : NULL;
	return text ? text : "";
}

static int64_t number_of(
	const struct settings *settings, enum setting which, enum setting_type type)
{
	return rows[which].type == type ? settings->values[which].number : 0;
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
	return rows[which].type == SETTING_CHOICE
		       ? rows[which].choices[settings->values[which].number]
		       : "";
}

bool settings_is_set(const struct settings *settings, enum setting which)
{
	return settings->values[which].set;
}
