/*
 * nginx and Apache httpd: services are their server blocks and virtual hosts.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "check/declared-reader.h"

/* --- nginx ----------------------------------------------------------------------------------- */

static bool has_word(const struct statement *s, const char *word)
{
	for (unsigned i = 1; i < s->count; i++)
		if (strcasecmp(statement_word(s, i), word) == 0)
			return true;
	return false;
}

/* Every file of that name in the nearest block that has one. */
static void put_all(struct declared_service *service, const struct tree *tree,
	const struct statement *block, enum declared_role role, const char *setting)
{
	unsigned pair = 0;
	const struct statement *nearest = tree_above(tree, block, setting);
	if (!nearest)
		return;
	const struct statement *around = tree_parent(tree, nearest);
	for (const struct statement *s = NULL; (s = tree_next(tree, around, s, setting));)
		service_file(service, role, pair++, setting, s, statement_word(s, 1), tree->base);
}

static bool nginx_listens_tls(const struct tree *tree, const struct statement *server)
{
	const struct statement *old = tree_above(tree, server, "ssl");
	if (old && word_is_yes(statement_word(old, 1)))
		return true;
	for (const struct statement *s = NULL; (s = tree_next(tree, server, s, "listen"));)
		if (has_word(s, "ssl") || has_word(s, "quic"))
			return true;
	return false;
}

/* In a mail block STARTTLS comes before TLS, in the protocol that the server speaks. */
static const char *nginx_dialect(const struct tree *tree, const struct statement *server,
	const struct statement *s)
{
	const struct statement *starttls = tree_above(tree, server, "starttls");
	const struct statement *protocol = tree_last(tree, server, "protocol");
	if (has_word(s, "ssl") || !protocol || !starttls ||
		strcmp(statement_word(starttls, 1), "off") == 0)
		return "tls";
	return statement_word(protocol, 1);
}

static void nginx_listen(struct declared_service *service, const struct tree *tree,
	const struct statement *server)
{
	const struct statement *old = tree_above(tree, server, "ssl");
	const struct statement *mail = tree_above(tree, server, "starttls");
	bool all = (old && word_is_yes(statement_word(old, 1))) || mail;
	for (const struct statement *s = NULL; (s = tree_next(tree, server, s, "listen"));) {
		char *address;
		unsigned port;
		bool wanted = all || has_word(s, "ssl");
		if (wanted && listen_parse(statement_word(s, 1), 80, &address, &port))
			service_listen(service, address, port, nginx_dialect(tree, server, s), s);
		else if (!wanted)
			continue;
		else
			address = NULL;
		free(address);
	}
}

/* Names with a variable or a regular expression say nothing here. */
static void put_hosts(struct declared_service *service, const struct tree *tree,
	const struct statement *block, const char *const *settings)
{
	struct buf names = { 0 };
	for (size_t i = 0; settings[i]; i++)
		for (const struct statement *s = NULL;
			(s = tree_next(tree, block, s, settings[i]));)
			for (unsigned w = 1; w < s->count; w++) {
				const char *name = statement_word(s, w);
				if (*name && *name != '~' && !strpbrk(name, "$ ") &&
					strcmp(name, "_") != 0)
					buf_format(&names, "%s%s", names.len ? " " : "", name);
			}
	service->hosts = names.len > 0 ? text_safe(names.data, names.len) : NULL;
	buf_done(&names);
}

static void nginx_server(struct source *source, const struct tree *tree,
	const struct statement *server)
{
	static const char *const names[] = { "server_name", NULL };
	const struct statement *starttls = tree_above(tree, server, "starttls");
	const struct statement *mute = tree_last(tree, server, "ssl_reject_handshake");
	const struct statement *name = tree_last(tree, server, "server_name");
	bool on = nginx_listens_tls(tree, server) ||
		  (starttls && strcmp(statement_word(starttls, 1), "off") != 0);
	bool own = tree_last(tree, server, "ssl_certificate");
	if ((!on && !own) || (mute && word_is_yes(statement_word(mute, 1))))
		return;
	const struct statement *listen = tree_last(tree, server, "listen");
	struct declared_service *service = source_service(source,
		name && name->count > 1	  ? statement_word(name, 1) :
		listen && listen->count > 1 ? statement_word(listen, 1) :
					      NULL,
		&server->at);
	if (!service)
		return;
	service_switch(service, on ? DECLARED_ON : DECLARED_OFF, "listen … ssl", listen);
	put_all(service, tree, server, DECLARED_CERTIFICATE, "ssl_certificate");
	put_all(service, tree, server, DECLARED_KEY, "ssl_certificate_key");
	put_all(service, tree, server, DECLARED_CLIENT_CA, "ssl_client_certificate");
	put_all(service, tree, server, DECLARED_CRL, "ssl_crl");
	put_hosts(service, tree, server, names);
	nginx_listen(service, tree, server);
}

static bool is_nginx_server(const struct tree *tree, const struct statement *s)
{
	return s->block && strcmp(s->words, "server") == 0 && s->count == 1 && tree_parent(tree, s);
}

static void read_nginx(struct source *source, const char *const *paths, size_t count)
{
	struct tree tree = { 0 };
	char *folder = path_folder(paths[0]);
	(void)count;
	tree.base = folder;
	if (scan_file(source, &tree, syntax_nginx, paths[0]))
		for (size_t i = 0; i < tree.count; i++)
			if (is_nginx_server(&tree, &tree.items[i]))
				nginx_server(source, &tree, &tree.items[i]);
	tree_done(&tree);
	free(folder);
}

const struct declared_reader reader_nginx = { .places = PLACES_FIRST, .read = read_nginx };

/* --- Apache httpd ---------------------------------------------------------------------------- */

static void httpd_ports(struct declared_service *service, const struct tree *tree,
	const struct statement *host)
{
	char *address;
	unsigned port;
	for (unsigned i = 1; host && i < host->count; i++)
		if (listen_parse(statement_word(host, i), 443, &address, &port)) {
			bool any = strcmp(address, "_default_") == 0;
			service_listen(service, any ? "*" : address, port, "tls", host);
			free(address);
		}
	for (const struct statement *s = NULL; !host && (s = tree_next(tree, NULL, s, "Listen"));)
		if (listen_parse(statement_word(s, 1), 443, &address, &port)) {
			service_listen(service, address, port, "tls", s);
			free(address);
		}
}

/* The chain in a file of its own; the key is in the certificate's where none is named. */
static void httpd_files(struct declared_service *service, const struct tree *tree,
	const struct statement *host)
{
	put_all(service, tree, host, DECLARED_CERTIFICATE, "SSLCertificateFile");
	put_all(service, tree, host, DECLARED_KEY, "SSLCertificateKeyFile");
	put_all(service, tree, host, DECLARED_CHAIN, "SSLCertificateChainFile");
	put_all(service, tree, host, DECLARED_CLIENT_CA, "SSLCACertificateFile");
	put_all(service, tree, host, DECLARED_CRL, "SSLCARevocationFile");
	const struct declared_file *cert = declared_file_of(service, DECLARED_CERTIFICATE, 0);
	if (cert && cert->path && !declared_file_of(service, DECLARED_KEY, 0)) {
		char *path = mem_text(cert->path);
		service_file(service, DECLARED_KEY, 0, "SSLCertificateKeyFile", NULL, path, NULL);
		free(path);
	}
}

static void httpd_host(struct source *source, const struct tree *tree, const struct statement *host)
{
	static const char *const names[] = { "ServerName", "ServerAlias", NULL };
	const struct statement *engine = tree_above(tree, host, "SSLEngine");
	const struct statement *name = tree_last(tree, host, "ServerName");
	bool own = tree_last(tree, host, "SSLCertificateFile");
	bool on = engine && strcasecmp(statement_word(engine, 1), "off") != 0;
	if (!on && !own)
		return;
	const struct declared_place *at = host ? &host->at : &tree->items[0].at;
	struct declared_service *service = source_service(source,
		name ? statement_word(name, 1) :
		host ? statement_word(host, 1) :
		       NULL,
		at);
	if (!service)
		return;
	if (strstr(at->file, "apache2")) {
		free(service->unit);
		service->unit = mem_text("apache2");
	}
	service_switch(service, on ? DECLARED_ON : DECLARED_OFF, "SSLEngine", engine);
	httpd_files(service, tree, host);
	put_hosts(service, tree, host, names);
	httpd_ports(service, tree, host);
}

/* "export NAME=value" of envvars becomes a Define; what the shell would add to it is left away. */
static void read_envvars(struct source *source, struct tree *tree, const char *folder)
{
	struct tree variables = { 0 };
	char *path = path_join(folder, "envvars");
	scan_maybe(source, &variables, syntax_shell, path);
	for (size_t i = 0; i < variables.count; i++) {
		struct statement *v = &variables.items[i];
		struct buf words = { 0 };
		const char *value = statement_word(v, 1);
		buf_add(&words, "Define", sizeof "Define");
		buf_add(&words, v->words, strlen(v->words) + 1);
		buf_add(&words, value, strcspn(value, "$"));
		buf_char(&words, '\0');
		free(v->words);
		v->words = buf_take(&words);
		v->count = 3;
	}
	*tree = variables;
	free(path);
}

static void read_httpd(struct source *source, const char *const *paths, size_t count)
{
	struct tree tree;
	char *folder = path_folder(paths[0]);
	(void)count;
	read_envvars(source, &tree, folder);
	tree.any_case = true;
	size_t len = strlen(folder);
	if (len > 5 && strcmp(folder + len - 5, "/conf") == 0)
		folder[len - 5] = '\0';
	tree.base = folder;
	size_t first = tree.count;
	if (scan_file(source, &tree, syntax_httpd, paths[0])) {
		for (size_t i = first; i < tree.count; i++)
			if (tree.items[i].block && tree.items[i].parent == TREE_TOP &&
				strcasecmp(tree.items[i].words, "VirtualHost") == 0)
				httpd_host(source, &tree, &tree.items[i]);
		if (source->services == 0 && tree.count > first)
			httpd_host(source, &tree, NULL);
	}
	tree_done(&tree);
	free(folder);
}

const struct declared_reader reader_httpd = { .places = PLACES_FIRST, .read = read_httpd };
