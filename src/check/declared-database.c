/*
 * PostgreSQL, MariaDB, and TeamForge, which sets up PostgreSQL.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "check/declared-reader.h"

/* --- PostgreSQL ------------------------------------------------------------------------------ */

/* Any beginning of a word that is only its own (the server's parse_bool). */
static bool postgres_yes(const char *word)
{
	size_t len = strlen(word);
	return len > 0 && (strncasecmp(word, "true", len) == 0 || strncasecmp(word, "yes", len) == 0 ||
				  (len > 1 && strcasecmp(word, "on") == 0) || strcmp(word, "1") == 0);
}

static const struct {
	const char *name, *otherwise;
	enum declared_role role;
} postgres_files[] = {
	{ "ssl_cert_file", "server.crt", DECLARED_CERTIFICATE },
	{ "ssl_key_file", "server.key", DECLARED_KEY },
	{ "ssl_ca_file", NULL, DECLARED_CLIENT_CA },
	{ "ssl_crl_file", NULL, DECLARED_CRL },
	{ "ssl_crl_dir", NULL, DECLARED_CRL },
};

static unsigned number_or(const char *text, unsigned otherwise)
{
	int64_t number;
	return text && text_number(text, 1, 65535, &number) ? (unsigned)number : otherwise;
}

/* A list with commas or blanks between. */
static void listen_at_each(struct declared_service *service, const char *list, unsigned port,
	const char *dialect, const struct statement *s)
{
	char *copy = mem_text(list), *save;
	for (char *word = strtok_r(copy, ", \t", &save); word; word = strtok_r(NULL, ", \t", &save))
		service_listen(service, word, port, dialect, s);
	free(copy);
}

/* "15/main", as Debian has it: /etc/postgresql/15/main/postgresql.conf. */
static char *cluster_of(const char *folder)
{
	static const char parent[] = "/etc/postgresql/";
	return text_starts(folder, parent) ? mem_text(folder + sizeof parent - 1) : NULL;
}

static void name_unit(struct declared_service *service, const char *cluster)
{
	const char *slash = cluster ? strchr(cluster, '/') : NULL;
	if (!slash)
		return;
	char *raw = mem_format("postgresql@%.*s-%s", (int)(slash - cluster), cluster, slash + 1);
	free(service->unit);
	service->unit = text_safe(raw, strlen(raw));
	free(raw);
}

static void postgres_service(struct source *source, const struct tree *tree, const char *path,
	const char *folder, const char *data)
{
	char *cluster = cluster_of(folder);
	const struct declared_place at = { .file = source_keep_safe(source, path), .line = 1 };
	struct declared_service *service = source_service(source, cluster, &at);
	if (service) {
		const struct statement *ssl = tree_last(tree, NULL, "ssl");
		const struct statement *where = tree_last(tree, NULL, "listen_addresses");
		bool on = ssl && postgres_yes(statement_word(ssl, 1));
		name_unit(service, cluster);
		service_switch(service, on ? DECLARED_ON : DECLARED_OFF, "ssl", ssl);
		for (size_t i = 0; i < sizeof postgres_files / sizeof *postgres_files; i++) {
			const struct statement *s = tree_last(tree, NULL, postgres_files[i].name);
			service_file(service, postgres_files[i].role, 0, postgres_files[i].name, s,
				s ? statement_word(s, 1) : postgres_files[i].otherwise, data);
		}
		listen_at_each(service, where ? statement_word(where, 1) : "localhost",
			number_or(tree_value(tree, "port"), 5432), "postgres", where);
	}
	free(cluster);
}

static void read_postgresql(struct source *source, const char *const *paths, size_t count)
{
	struct tree tree = { .any_case = true };
	(void)count;
	if (scan_file(source, &tree, syntax_postgres, paths[0])) {
		char *folder = path_folder(paths[0]);
		const char *set = tree_value(&tree, "data_directory");
		char *data = path_join(folder, set ? set : "");
		size_t len = strlen(data);
		if (len > 1 && data[len - 1] == '/')
			data[len - 1] = '\0';
		/* What ALTER SYSTEM has set stands behind all else. */
		char *later = path_join(data, "postgresql.auto.conf");
		scan_maybe(source, &tree, syntax_postgres, later);
		free(later);
		postgres_service(source, &tree, paths[0], folder, data);
		free(data);
		free(folder);
	}
	tree_done(&tree);
}

const struct declared_reader reader_postgresql = { .read = read_postgresql };

/* --- MariaDB --------------------------------------------------------------------------------- */

static bool is_server_group(const char *group)
{
	static const char *const all[] = { "mysqld", "server", "mariadb", "mariadbd", "galera", NULL };
	for (size_t i = 0; all[i]; i++) {
		size_t len = strlen(all[i]);
		if (strncmp(group, all[i], len) == 0 && (group[len] == '\0' || group[len] == '-'))
			return strcmp(group + len, "-safe") != 0;
	}
	return false;
}

static const struct statement *ini_last(const struct tree *tree, const char *name)
{
	const struct statement *last = NULL;
	for (size_t i = 0; i < tree->count; i++)
		if (is_server_group(tree->items[i].words) &&
			strcmp(statement_word(&tree->items[i], 1), name) == 0)
			last = &tree->items[i];
	return last;
}

static const char *ini_value(const struct tree *tree, const char *name)
{
	const struct statement *s = ini_last(tree, name);
	return s ? statement_word(s, 2) : NULL;
}

/* "ssl" alone is yes as well. */
static bool ini_yes(const struct statement *s)
{
	return s && (!*statement_word(s, 2) || word_is_yes(statement_word(s, 2)));
}

static void mariadb_switch(struct declared_service *service, const struct tree *tree)
{
	const struct statement *skip = ini_last(tree, "skip-ssl"), *ssl = ini_last(tree, "ssl");
	const struct statement *cert = ini_last(tree, "ssl-cert");
	const struct statement *needed = ini_last(tree, "require-secure-transport");
	if (skip && (!ssl || skip > ssl))
		service_switch(service, DECLARED_OFF, "skip-ssl", skip);
	else if (ssl && !ini_yes(ssl))
		service_switch(service, DECLARED_OFF, "ssl", ssl);
	else if (!cert)
		service_switch(service, DECLARED_OFF, "ssl-cert", NULL);
	else if (ini_yes(needed))
		service_switch(service, DECLARED_REQUIRED, "require-secure-transport", needed);
	else
		service_switch(service, DECLARED_ON, "ssl-cert", cert);
}

static const struct {
	const char *name;
	enum declared_role role;
} mariadb_files[] = {
	{ "ssl-cert", DECLARED_CERTIFICATE },
	{ "ssl-key", DECLARED_KEY },
	{ "ssl-ca", DECLARED_CLIENT_CA },
	{ "ssl-crl", DECLARED_CRL },
};

static void read_mariadb(struct source *source, const char *const *paths, size_t count)
{
	struct tree tree = { 0 };
	bool any = false;
	for (size_t i = 0; i < count; i++)
		any = scan_file(source, &tree, syntax_ini, paths[i]) || any;
	bool server = false;
	for (size_t i = 0; i < tree.count && !server; i++)
		server = is_server_group(tree.items[i].words);
	const struct declared_place at = { .file = source_keep_safe(source, paths[0]), .line = 1 };
	struct declared_service *service = any && server ? source_service(source, NULL, &at) : NULL;
	if (service) {
		const char *data = ini_value(&tree, "datadir");
		const struct statement *where = ini_last(&tree, "bind-address");
		mariadb_switch(service, &tree);
		for (size_t i = 0; i < sizeof mariadb_files / sizeof *mariadb_files; i++) {
			const struct statement *s = ini_last(&tree, mariadb_files[i].name);
			service_file(service, mariadb_files[i].role, 0, mariadb_files[i].name, s,
				s ? statement_word(s, 2) : NULL, data ? data : "/var/lib/mysql");
		}
		if (service->tls != DECLARED_OFF && !ini_last(&tree, "ssl-key"))
			service_missing(service, DECLARED_KEY, "ssl-key");
		if (!ini_yes(ini_last(&tree, "skip-networking")))
			listen_at_each(service, where ? statement_word(where, 2) : "*",
				number_or(ini_value(&tree, "port"), 3306), "mysql", where);
	}
	tree_done(&tree);
}

const struct declared_reader reader_mariadb = { .places = PLACES_TOGETHER, .read = read_mariadb };

/* --- TeamForge ------------------------------------------------------------------------------- */

struct tokens {
	const char *name, *certificate, *key, *chain, *on, *port;
	unsigned usual;
	const char *dialect;
};

static const struct tokens token_sets[] = {
	{ "database", "POSTGRES_SSL_CERT_FILE", "POSTGRES_SSL_KEY_FILE", NULL, "DATABASE_SSL",
		"DATABASE_PORT", 5432, "postgres" },
	{ "baseline database", "POSTGRES_BASELINE_SSL_CERT_FILE", "POSTGRES_BASELINE_SSL_KEY_FILE",
		NULL, "DATABASE_SSL", "BASELINE_DATABASE_PORT", 0, "postgres" },
	{ "web", "SSL_CERT_FILE", "SSL_KEY_FILE", "SSL_CHAIN_FILE", "SSL", "SSL_PORT", 443, "tls" },
};

/* "host:DATABASE_SSL" is of that host; the last of either counts. */
static const struct statement *token(const struct tree *tree, const char *name)
{
	const struct statement *last = NULL;
	for (size_t i = 0; i < tree->count; i++) {
		const char *key = tree->items[i].words, *colon = strrchr(key, ':');
		if (strcmp(colon ? colon + 1 : key, name) == 0)
			last = &tree->items[i];
	}
	return last;
}

static void put_token(struct declared_service *service, enum declared_role role, const char *name,
	const struct statement *s)
{
	if (s && *statement_word(s, 1))
		service_file(service, role, 0, name, s, statement_word(s, 1),
			"/opt/collabnet/teamforge/etc");
	else if (role != DECLARED_CHAIN)
		service_missing(service, role, name);
}

static void teamforge_set(struct source *source, const struct tree *tree, const char *path,
	const struct tokens *set)
{
	const struct statement *on = token(tree, set->on), *cert = token(tree, set->certificate);
	const struct statement *key = token(tree, set->key);
	const struct declared_place at = { .file = source_keep_safe(source, path), .line = 1 };
	/* The database is what is asked about; the others count where they are set up. */
	if (set != token_sets && !cert && !key)
		return;
	struct declared_service *service = source_service(source, set->name, &at);
	if (!service)
		return;
	bool yes = on ? word_is_yes(statement_word(on, 1)) : set == &token_sets[2] && cert;
	const struct statement *port = set->port ? token(tree, set->port) : NULL;
	service_switch(service, yes ? DECLARED_ON : DECLARED_OFF, set->on, on);
	put_token(service, DECLARED_CERTIFICATE, set->certificate, cert);
	put_token(service, DECLARED_KEY, set->key, key);
	if (set->chain)
		put_token(service, DECLARED_CHAIN, set->chain, token(tree, set->chain));
	service_listen(service, "*", number_or(port ? statement_word(port, 1) : NULL, set->usual),
		set->dialect, port);
}

static void read_teamforge(struct source *source, const char *const *paths, size_t count)
{
	struct tree tree = { 0 };
	(void)count;
	if (scan_file(source, &tree, syntax_equals, paths[0]))
		for (size_t i = 0; i < sizeof token_sets / sizeof *token_sets; i++)
			teamforge_set(source, &tree, paths[0], &token_sets[i]);
	tree_done(&tree);
}

const struct declared_reader reader_teamforge = { .read = read_teamforge };
