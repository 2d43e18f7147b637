/*
 * Postfix and Dovecot.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "check/declared-reader.h"

/* --- Postfix --------------------------------------------------------------------------------- */

#define VARIABLES 8 /* within each other */

static const char *postfix_default(const char *name)
{
	static const char *const all[][2] = { { "config_directory", "/etc/postfix" },
		{ "queue_directory", "/var/spool/postfix" }, { "data_directory", "/var/lib/postfix" } };
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (strcmp(all[i][0], name) == 0)
			return all[i][1];
	return "";
}

/* $name, ${name} and $(name); the conditions that braces may hold aren't taken apart. */
static void expand_postfix(const struct tree *tree, const char *text, unsigned depth, struct buf *out)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
	while (*text && out->len < 65536) {
		bool braces = *text == '$' && (text[1] == '{' || text[1] == '(');
		size_t len = *text == '$' ? strspn(text + 1 + braces, letters) : 0;
		if (len == 0 || depth >= VARIABLES) {
			buf_char(out, *text++);
			continue;
		}
		char *name = mem_textn(text + 1 + braces, len);
		const char *value = tree_value(tree, name);
		expand_postfix(tree, value ? value : postfix_default(name), depth + 1, out);
		text += 1 + braces + len;
		text += braces && (*text == '}' || *text == ')');
		free(name);
	}
}

static char *postfix_value(const struct tree *tree, const char *name)
{
	struct buf out = { 0 };
	const char *value = tree_value(tree, name);
	expand_postfix(tree, value ? value : "", 0, &out);
	return buf_take(&out);
}

static const struct {
	const char *cert, *key;
} postfix_pairs[] = {
	{ "smtpd_tls_cert_file", "smtpd_tls_key_file" },
	{ "smtpd_tls_eccert_file", "smtpd_tls_eckey_file" },
	{ "smtpd_tls_dcert_file", "smtpd_tls_dkey_file" },
};

static bool is_none(const char *value)
{
	return !*value || strcmp(value, "none") == 0;
}

static void postfix_pair(struct declared_service *service, const struct tree *tree, unsigned pair,
	const char *cert_name, const char *key_name, const char *base)
{
	char *cert = postfix_value(tree, cert_name), *key = postfix_value(tree, key_name);
	if (!is_none(cert)) {
		service_file(service, DECLARED_CERTIFICATE, pair, cert_name,
			tree_last(tree, NULL, cert_name), cert, base);
		service_file(service, DECLARED_KEY, pair, key_name,
			is_none(key) ? NULL : tree_last(tree, NULL, key_name),
			is_none(key) ? cert : key, base);
	}
	free(cert);
	free(key);
}

/* Key and chain in one file, or the key's file before its chain's: what each holds, the file says. */
static void postfix_chains(struct declared_service *service, const struct tree *tree,
	const char *base)
{
	static const char setting[] = "smtpd_tls_chain_files";
	char *list = postfix_value(tree, setting), *save, *last = NULL;
	const struct statement *s = tree_last(tree, NULL, setting);
	unsigned count = 0;
	for (char *file = strtok_r(list, ", \t", &save); file; file = strtok_r(NULL, ", \t", &save)) {
		if (count++ == 0)
			service_file(service, DECLARED_KEY, 0, setting, s, file, base);
		last = file;
	}
	if (count == 1 || count == 2)
		service_file(service, DECLARED_CERTIFICATE, 0, setting, s, last, base);
	free(list);
}

static void postfix_files(struct declared_service *service, const struct tree *tree)
{
	char *base = postfix_value(tree, "queue_directory");
	char *chains = postfix_value(tree, "smtpd_tls_chain_files");
	char *ca = postfix_value(tree, "smtpd_tls_CAfile");
	const char *from = *base ? base : "/var/spool/postfix";
	unsigned pair = 0;
	if (*chains)
		postfix_chains(service, tree, from);
	for (size_t i = 0; !*chains && i < sizeof postfix_pairs / sizeof *postfix_pairs; i++)
		postfix_pair(service, tree, pair++, postfix_pairs[i].cert, postfix_pairs[i].key,
			from);
	service_file(service, DECLARED_CLIENT_CA, 0, "smtpd_tls_CAfile",
		tree_last(tree, NULL, "smtpd_tls_CAfile"), ca, from);
	free(base);
	free(chains);
	free(ca);
}

static void postfix_switch(struct declared_service *service, const struct tree *tree)
{
	char *level = postfix_value(tree, "smtpd_tls_security_level");
	char *use = postfix_value(tree, "smtpd_use_tls"), *all = postfix_value(tree, "smtpd_enforce_tls");
	const char *setting = *level ? "smtpd_tls_security_level" : "smtpd_use_tls";
	enum declared_tls tls =
		*level ? (strcmp(level, "none") == 0 ? DECLARED_OFF :
				 strcmp(level, "may") == 0 ? DECLARED_ON :
							     DECLARED_REQUIRED) :
		word_is_yes(all) ? DECLARED_REQUIRED :
		word_is_yes(use) ? DECLARED_ON :
				   DECLARED_OFF;
	service_switch(service, tls, *level || *use ? setting : "smtpd_tls_security_level",
		tree_last(tree, NULL, setting));
	free(level);
	free(use);
	free(all);
}

static unsigned postfix_port(const char *name)
{
	static const struct {
		const char *name;
		unsigned port;
	} all[] = { { "smtp", 25 }, { "smtps", 465 }, { "submissions", 465 }, { "submission", 587 } };
	int64_t number;
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (strcmp(all[i].name, name) == 0)
			return all[i].port;
	return text_number(name, 1, 65535, &number) ? (unsigned)number : 0;
}

/* The value of "-o name=value" in a line of master.cf; NULL: it isn't there. */
static const char *override_of(const struct statement *s, const char *name)
{
	size_t len = strlen(name);
	const char *found = NULL;
	for (unsigned i = 8; i + 1 < s->count; i++) {
		const char *word = statement_word(s, i + 1);
		if (strcmp(statement_word(s, i), "-o") == 0 && strncmp(word, name, len) == 0 &&
			word[len] == '=')
			found = word + len + 1;
	}
	return found;
}

static void postfix_listen(struct declared_service *service, const struct statement *s)
{
	const char *command = statement_word(s, 7), *where = s->words;
	const char *wrapped = override_of(s, "smtpd_tls_wrappermode");
	const char *level = override_of(s, "smtpd_tls_security_level");
	if (strcmp(statement_word(s, 1), "inet") != 0 ||
		(strcmp(command, "smtpd") != 0 && strcmp(command, "postscreen") != 0))
		return;
	const char *colon = strrchr(where, ':');
	unsigned port = postfix_port(colon ? colon + 1 : where);
	char *address = !colon	      ? mem_text("*") :
			*where == '[' ? mem_textn(where + 1, strcspn(where + 1, "]")) :
					mem_textn(where, (size_t)(colon - where));
	service_listen(service, address, port,
		wrapped && word_is_yes(wrapped)		? "tls" :
		level && strcmp(level, "none") == 0	? "none" :
							  "smtp",
		s);
	free(address);
}

static void read_postfix(struct source *source, const char *const *paths, size_t count)
{
	struct tree tree = { 0 }, master = { 0 };
	(void)count;
	if (scan_file(source, &tree, syntax_postfix, paths[0])) {
		char *folder = path_folder(paths[0]), *path = path_join(folder, "master.cf");
		const struct declared_place at = { .file = source_keep_safe(source, paths[0]),
			.line = 1 };
		struct declared_service *service = source_service(source, NULL, &at);
		scan_maybe(source, &master, syntax_fields, path);
		if (service) {
			postfix_switch(service, &tree);
			postfix_files(service, &tree);
			for (size_t i = 0; i < master.count; i++)
				postfix_listen(service, &master.items[i]);
		}
		free(path);
		free(folder);
	}
	tree_done(&tree);
	tree_done(&master);
}

const struct declared_reader reader_postfix = { .read = read_postfix };

/* --- Dovecot --------------------------------------------------------------------------------- */

static const struct {
	const char *service, *listener, *protocol, *dialect;
	unsigned port;
	bool direct;
} dovecot_listeners[] = {
	{ "imap-login", "imap", "imap", "imap", 143, false },
	{ "imap-login", "imaps", "imap", "tls", 993, true },
	{ "pop3-login", "pop3", "pop3", "pop3", 110, false },
	{ "pop3-login", "pop3s", "pop3", "tls", 995, true },
	{ "managesieve-login", "sieve", "sieve", "sieve", 4190, false },
	{ "submission-login", "submission", "submission", "smtp", 587, false },
	{ "submission-login", "submissions", "submission", "tls", 465, true },
	{ "lmtp", "lmtp", "lmtp", "lmtp", 0, false },
};

/* "$protocols imap" adds to what was there before. */
static void dovecot_protocols(const struct tree *tree, struct buf *out)
{
	buf_text_add(out, " imap pop3 lmtp ");
	for (const struct statement *s = NULL; (s = tree_next(tree, NULL, s, "protocols"));) {
		const char *value = statement_word(s, 1);
		bool adds = text_starts(value, "$protocols");
		if (!adds || !strchr(out->data, '+'))
			buf_cut(out, 0);
		if (out->len == 0)
			buf_text_add(out, "+ ");
		buf_format(out, "%s ", adds ? value + strlen("$protocols") : value);
	}
}

static bool dovecot_speaks(const char *protocols, const char *name)
{
	char *word = mem_format(" %s ", name);
	bool found = strstr(protocols, word);
	free(word);
	return found;
}

static const struct statement *dovecot_block(const struct tree *tree, const struct statement *in,
	const char *kind, const char *name, const char *setting)
{
	const struct statement *last = NULL;
	for (const struct statement *s = NULL; (s = tree_next(tree, in, s, kind));) {
		const struct statement *found;
		if (!s->block || strcmp(statement_word(s, 1), name) != 0)
			continue;
		found = in || !setting ? tree_last(tree, s, setting) : NULL;
		last = found ? found : last;
	}
	return last;
}

/* service NAME { inet_listener NAME { setting = … } }: the last one that says it. */
static const struct statement *dovecot_listener(const struct tree *tree, size_t row,
	const char *setting)
{
	const struct statement *last = NULL;
	for (const struct statement *s = NULL; (s = tree_next(tree, NULL, s, "service"));) {
		const struct statement *found = NULL;
		if (s->block && strcmp(statement_word(s, 1), dovecot_listeners[row].service) == 0)
			found = dovecot_block(tree, s, "inet_listener",
				dovecot_listeners[row].listener, setting);
		last = found ? found : last;
	}
	return last;
}

static void dovecot_listen(struct declared_service *service, const struct tree *tree,
	const char *protocols, size_t row)
{
	const struct statement *port = dovecot_listener(tree, row, "port");
	const struct statement *ssl = dovecot_listener(tree, row, "ssl");
	const struct statement *at = dovecot_listener(tree, row, "address");
	const char *listen = tree_value(tree, "listen");
	int64_t number = dovecot_listeners[row].port;
	if (!dovecot_speaks(protocols, dovecot_listeners[row].protocol) ||
		(port && !text_number(statement_word(port, 1), 1, 65535, &number)))
		return;
	bool direct = ssl ? word_is_yes(statement_word(ssl, 1)) : dovecot_listeners[row].direct;
	char *list = mem_text(at ? statement_word(at, 1) : listen ? listen : "*"), *save;
	for (char *one = strtok_r(list, ", \t", &save); one; one = strtok_r(NULL, ", \t", &save))
		service_listen(service, one, (unsigned)number,
			direct ? "tls" : dovecot_listeners[row].dialect, port);
	free(list);
}

static const struct {
	const char *name;
	enum declared_role role;
	unsigned pair;
} dovecot_files[] = {
	{ "ssl_cert", DECLARED_CERTIFICATE, 0 },
	{ "ssl_key", DECLARED_KEY, 0 },
	{ "ssl_alt_cert", DECLARED_CERTIFICATE, 1 },
	{ "ssl_alt_key", DECLARED_KEY, 1 },
	{ "ssl_ca", DECLARED_CLIENT_CA, 0 },
	/* Since 2.4. */
	{ "ssl_server_cert_file", DECLARED_CERTIFICATE, 0 },
	{ "ssl_server_key_file", DECLARED_KEY, 0 },
	{ "ssl_server_alt_cert_file", DECLARED_CERTIFICATE, 1 },
	{ "ssl_server_alt_key_file", DECLARED_KEY, 1 },
	{ "ssl_server_ca_file", DECLARED_CLIENT_CA, 0 },
};

/* "<file" is read for the value, relative to the file that says so. */
static void put_dovecot_files(struct declared_service *service, const struct tree *tree,
	const struct statement *block)
{
	for (size_t i = 0; i < sizeof dovecot_files / sizeof *dovecot_files; i++) {
		const struct statement *s = tree_above(tree, block, dovecot_files[i].name);
		const char *value = s ? statement_word(s, 1) : "";
		bool is_file = *value == '<' || strstr(dovecot_files[i].name, "_file");
		if (!*value || !is_file)
			continue;
		char *base = path_folder(s->path);
		value += *value == '<';
		value += strspn(value, " \t");
		service_file(service, dovecot_files[i].role, dovecot_files[i].pair,
			dovecot_files[i].name, s, value, base);
		free(base);
	}
}

static void dovecot_switch(struct declared_service *service, const struct tree *tree)
{
	const struct statement *ssl = tree_last(tree, NULL, "ssl");
	const char *value = ssl ? statement_word(ssl, 1) : "yes";
	service_switch(service,
		strcmp(value, "required") == 0 ? DECLARED_REQUIRED :
		word_is_yes(value)	       ? DECLARED_ON :
						 DECLARED_OFF,
		"ssl", ssl);
}

/* local_name NAME { … } and its like may name another certificate. */
static void dovecot_filter(struct source *source, const struct tree *tree, const struct statement *s)
{
	static const char *const kinds[] = { "local_name", "local", "protocol", NULL };
	bool is_filter = false;
	for (size_t i = 0; kinds[i]; i++)
		is_filter = is_filter || strcmp(kinds[i], s->words) == 0;
	if (!s->block || !is_filter ||
		(!tree_last(tree, s, "ssl_cert") && !tree_last(tree, s, "ssl_server_cert_file")))
		return;
	char *name = mem_format("%s %s", s->words, statement_word(s, 1));
	struct declared_service *service = source_service(source, name, &s->at);
	const char *host = strcmp(s->words, "local_name") == 0 ? statement_word(s, 1) : NULL;
	if (service) {
		dovecot_switch(service, tree);
		put_dovecot_files(service, tree, s);
		service->hosts = host ? text_safe(host, strlen(host)) : NULL;
	}
	free(name);
}

static void read_dovecot(struct source *source, const char *const *paths, size_t count)
{
	struct tree tree = { 0 };
	struct buf protocols = { 0 };
	(void)count;
	if (scan_file(source, &tree, syntax_dovecot, paths[0])) {
		const struct declared_place at = { .file = source_keep_safe(source, paths[0]),
			.line = 1 };
		struct declared_service *service = source_service(source, NULL, &at);
		if (service) {
			dovecot_switch(service, &tree);
			put_dovecot_files(service, &tree, NULL);
			dovecot_protocols(&tree, &protocols);
			for (size_t i = 0; i < sizeof dovecot_listeners / sizeof *dovecot_listeners; i++)
				dovecot_listen(service, &tree, buf_text(&protocols), i);
		}
		for (size_t i = 0; i < tree.count; i++)
			dovecot_filter(source, &tree, &tree.items[i]);
	}
	buf_done(&protocols);
	tree_done(&tree);
}

const struct declared_reader reader_dovecot = { .places = PLACES_FIRST, .read = read_dovecot };
