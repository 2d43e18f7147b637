/* What setting up asks: the table, and the file that answers it. */
#include <stdlib.h>
#include <string.h>

#include "app/setup.h"
#include "base/lang.h"
#include "base/mem.h"
#include "conf/tree.h"

#define WORDS(...) ((const char *const[]){ __VA_ARGS__, NULL })

static const struct answer_row rows[ANSWER_COUNT] = {
	[ANSWER_STORE] = { .name = "store",
		.label = N_("Folder of the store"),
		.text = "",
		.help = N_("Where certificates and keys are kept. Empty: /etc/certary for root, the "
			"user's own data folder for anybody else. A store that is there already "
			"keeps all it has, and gets what is missing.") },
	[ANSWER_ACCESS] = { .name = "access",
		.label = N_("Who may read it"),
		.kind = ANSWER_CHOICE,
		.text = "everybody",
		.choices = WORDS("everybody", "owner"),
		.meaning = WORDS("whose programs trust by it; keys stay the owner's",
			"nobody else sees even what is trusted"),
		.help = N_("Who may read a new store. Keys are the owner's in any case.") },
	[ANSWER_ANCHORS] = { .name = "anchors",
		.label = N_("Begin with"),
		.kind = ANSWER_CHOICE,
		.text = "system",
		.choices = WORDS("system", "none"),
		.meaning = WORDS("the public CAs that this system trusts",
			"nothing: only what is named below is trusted"),
		.help = N_("Whether the public CAs of this system are taken over as trusted.") },
	[ANSWER_IMPORT] = { .name = "import",
		.label = N_("Certificates to trust"),
		.kind = ANSWER_LIST,
		.text = FOUND_PROPOSED,
		.help = N_("What else is trusted from the beginning: \"found\" is what somebody has put "
			"into /usr/local/share/ca-certificates, Java's truststores and the CA files of "
			"clients on this host; \"all\" is whatever was found, certificates of services "
			"as well; else files, folders, fingerprints of what was found, or the whole "
			"fingerprint of what one of the services presents.") },
	[ANSWER_ENDPOINTS] = { .name = "endpoints",
		.label = N_("Services that this host talks to"),
		.kind = ANSWER_LIST,
		.text = FOUND_PROPOSED,
		.help = N_("Endpoints to watch: \"found\" is what configurations of this host tell of, else "
			"as in \"ldaps://ldap.example\", \"mail.example:587\".") },
	[ANSWER_PROBE] = { .name = "probe",
		.label = N_("Look at them afterwards"),
		.kind = ANSWER_YES_NO,
		.yes = true,
		.help = N_("Whether the endpoints are probed when the store is there.") },
	[ANSWER_TARGETS] = { .name = "targets",
		.label = N_("What is fed from the store"),
		.kind = ANSWER_LIST,
		.help = N_("Targets to save: \"found\", the name of one that was found, or a kind and a path as "
			"in \"java:/opt/app/truststore.jks\".") },
	[ANSWER_DEPLOY] = { .name = "deploy",
		.label = N_("Deploy to them now"),
		.kind = ANSWER_YES_NO,
		.help = N_("Whether what is trusted is written to the targets at once. An undo takes the "
			"store back, and the targets follow when they are deployed again.") },
	[ANSWER_IDENTITY] = { .name = "identity",
		.label = N_("A key for this host"),
		.kind = ANSWER_CHOICE,
		.text = "none",
		.choices = WORDS("none", "self-signed", "request"),
		.meaning = WORDS("this host shows no certificate, or has one",
			"key and certificate at once, trusted in this store",
			"a key, and a request for a CA to answer"),
		.help = N_("Whether a key is made for this host, and what comes with it. The key has no "
			"passphrase, so that services can start with it.") },
	[ANSWER_NAMES] = { .name = "names",
		.label = N_("Names of this host"),
		.kind = ANSWER_LIST,
		.help = N_("The names and addresses that this certificate is for, the main one first. None: "
			"the name that this host has for itself.") },
	[ANSWER_THEME] = { .name = "theme",
		.label = N_("Colours of the console"),
		.text = "",
		.help = N_("A theme of the console: default, dark, light, mono, contrast or the path of a "
			"file. Empty: as the settings say.") },
};

const struct answer_row *answer_row(enum answer which)
{
	return &rows[which];
}

/* --- values ---------------------------------------------------------------------------------- */

void answers_init(struct answers *answers)
{
	*answers = (struct answers){ 0 };
	for (int i = 0; i < ANSWER_COUNT; i++) {
		enum answer which = (enum answer)i;
		answers->values[i].yes = rows[i].yes;
		if (rows[i].kind == ANSWER_LIST && rows[i].text)
			answers_add(answers, which, rows[i].text);
		else if (rows[i].kind != ANSWER_LIST)
			answers_set(answers, which, rows[i].text);
	}
}

void answers_clear(struct answers *answers, enum answer which)
{
	struct answer_value *value = &answers->values[which];
	for (size_t i = 0; i < value->count; i++)
		free(value->items[i]);
	value->count = 0;
}

void answers_done(struct answers *answers)
{
	for (int i = 0; i < ANSWER_COUNT; i++) {
		answers_clear(answers, (enum answer)i);
		free(answers->values[i].items);
		free(answers->values[i].text);
	}
	*answers = (struct answers){ 0 };
}

const char *answers_text(const struct answers *answers, enum answer which)
{
	const char *text = answers->values[which].text;
	return text ? text : "";
}

bool answers_yes(const struct answers *answers, enum answer which)
{
	return answers->values[which].yes;
}

bool answers_is(const struct answers *answers, enum answer which, const char *choice)
{
	return strcmp(answers_text(answers, which), choice) == 0;
}

void answers_set(struct answers *answers, enum answer which, const char *text)
{
	char *copy = mem_text(text);
	free(answers->values[which].text);
	answers->values[which].text = copy;
}

void answers_set_yes(struct answers *answers, enum answer which, bool yes)
{
	answers->values[which].yes = yes;
}

void answers_add(struct answers *answers, enum answer which, const char *item)
{
	struct answer_value *value = &answers->values[which];
	for (size_t i = 0; i < value->count; i++)
		if (strcmp(value->items[i], item) == 0)
			return;
	value->items = mem_grow(value->items, value->count, &value->cap, sizeof *value->items);
	value->items[value->count++] = mem_text(item);
}

/* --- from a file ----------------------------------------------------------------------------- */

static bool unknown(const struct conf_node *node, struct error *err)
{
	struct buf names = { 0 };
	for (size_t i = 0; i < ANSWER_COUNT; i++)
		buf_format(&names, "%s%s", i ? ", " : "", rows[i].name);
	conf_fail(node, err, "no answer is called '%s' (there are %s)", conf_name(node),
		buf_text(&names));
	buf_done(&names);
	return false;
}

static bool wrong_kind(const struct conf_node *node, const struct answer_row *row, struct error *err)
{
	static const char *const wants[] = {
		[ANSWER_TEXT] = N_("a text in quotes"),
		[ANSWER_YES_NO] = N_("true or false"),
		[ANSWER_LIST] = N_("a list of texts, as in [ \"found\" ]"),
	};
	struct buf want = { 0 };
	for (size_t i = 0; row->choices && row->choices[i]; i++)
		buf_format(&want, "%s\"%s\"", i ? _(" or ") : "", row->choices[i]);
	conf_fail(node, err, "'%s' is to be %s", row->name,
		row->choices ? buf_text(&want) : lang_text(wants[row->kind]));
	buf_done(&want);
	return false;
}

static bool is_choice(const struct answer_row *row, const char *text)
{
	for (size_t i = 0; row->choices[i]; i++)
		if (strcmp(row->choices[i], text) == 0)
			return true;
	return false;
}

static bool read_list(struct answers *answers, enum answer which, const struct conf_node *node,
	struct error *err)
{
	if (conf_type(node) != CONF_LIST)
		return wrong_kind(node, &rows[which], err);
	answers_clear(answers, which);
	for (size_t i = 0; i < conf_count(node); i++) {
		const char *item = conf_bytes(conf_at(node, i));
		if (!item || !*item)
			return wrong_kind(conf_at(node, i), &rows[which], err);
		answers_add(answers, which, item);
	}
	return true;
}

static bool read_one(struct answers *answers, enum answer which, const struct conf_node *node,
	struct error *err)
{
	const struct answer_row *row = &rows[which];
	const char *text = conf_bytes(node);
	if (row->kind == ANSWER_LIST)
		return read_list(answers, which, node, err);
	if (row->kind == ANSWER_YES_NO)
		return conf_bool(node, &answers->values[which].yes) || wrong_kind(node, row, err);
	if (!text || (row->kind == ANSWER_CHOICE && !is_choice(row, text)))
		return wrong_kind(node, row, err);
	answers_set(answers, which, text);
	return true;
}

static bool read_node(struct answers *answers, const struct conf_node *node, struct error *err)
{
	for (int i = 0; i < ANSWER_COUNT; i++)
		if (strcmp(rows[i].name, conf_name(node)) == 0)
			return read_one(answers, (enum answer)i, node, err);
	return unknown(node, err);
}

bool answers_read(struct answers *answers, const char *path, struct error *err)
{
	struct conf *tree;
	if (!conf_read(path, &tree, err))
		return error_wrap(err, "reading the answers");
	const struct conf_node *root = conf_root(tree);
	bool ok = true;
	for (size_t i = 0; ok && i < conf_count(root); i++)
		ok = read_node(answers, conf_at(root, i), err);
	conf_free(tree);
	return ok || error_wrap(err, "reading the answers");
}

/* --- into a file ----------------------------------------------------------------------------- */

#define COMMENT_COLUMNS 96

/* Words in lines of comments, broken at blanks. */
static void write_comment(struct buf *out, const char *text)
{
	while (*text) {
		size_t len = strlen(text), fits = len;
		if (len > COMMENT_COLUMNS)
			for (fits = COMMENT_COLUMNS; fits > 1 && text[fits] != ' ';)
				fits--;
		buf_format(out, "# %.*s\n", (int)fits, text);
		text += fits + (text[fits] == ' ');
	}
}

static void write_choices(struct buf *out, const struct answer_row *row)
{
	for (size_t i = 0; row->choices && row->choices[i]; i++)
		buf_format(out, "#   \"%s\": %s\n", row->choices[i], row->meaning[i]);
}

static void write_value(struct buf *out, const struct answer_row *row, const struct answer_value *value)
{
	if (row->kind == ANSWER_YES_NO) {
		buf_text_add(out, value->yes ? "true" : "false");
	} else if (row->kind != ANSWER_LIST) {
		conf_quote(out, value->text ? value->text : "");
	} else {
		buf_text_add(out, "[");
		for (size_t i = 0; i < value->count; i++) {
			buf_text_add(out, i ? ", " : " ");
			conf_quote(out, value->items[i]);
		}
		buf_text_add(out, value->count ? " ]" : "]");
	}
}

void answers_write(const struct answers *answers, struct buf *out)
{
	write_comment(out, "Answers for `certary setup --answers FILE`, in libconfig's syntax. What is left "
			   "out is as it stands here.");
	for (size_t i = 0; i < ANSWER_COUNT; i++) {
		buf_char(out, '\n');
		write_comment(out, rows[i].help);
		write_choices(out, &rows[i]);
		buf_format(out, "%s = ", rows[i].name);
		write_value(out, &rows[i], &answers->values[i]);
		buf_text_add(out, ";\n");
	}
}
