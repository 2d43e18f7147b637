/*
 * Configurations of clients: which services they name, and which CAs they are told to believe.
 *
 * Most of them say services as URLs, wherever else they differ; so a line is searched for these, and for
 * one word that names a file of CAs.  What holds variables, or can't be a service, is passed over.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "app/probe.h"
#include "app/setting-up.h"
#include "base/fs.h"
#include "base/mem.h"
#include "net/mx.h"

#define CONFIG_MOST   (1u << 20) /* bytes */
#define FOUND_MOST    200        /* services of one file */

static const struct config {
	const char *path;
	const char *purpose;
	const char *authority; /* the word that a file of CAs stands behind; NULL */
	const char *relay;     /* the word that a mail relay stands behind; NULL */
} configs[] = {
	{ "/etc/ldap/ldap.conf", "LDAP", "TLS_CACERT", NULL },
	{ "/etc/openldap/ldap.conf", "LDAP", "TLS_CACERT", NULL },
	{ "/etc/sssd/sssd.conf", "LDAP", "ldap_tls_cacert", NULL },
	{ "/etc/nslcd.conf", "LDAP", "tls_cacertfile", NULL },
	{ "/etc/postfix/main.cf", "mail", "smtp_tls_CAfile", "relayhost" },
	{ "/opt/collabnet/teamforge/etc/site-options.conf", "TeamForge", NULL, NULL },
	{ "/etc/tomcat9/context.xml", "database", NULL, NULL },
	{ "/etc/tomcat10/context.xml", "database", NULL, NULL },
	{ "/etc/tomcat/context.xml", "database", NULL, NULL },
};

/* A client of these wants TLS, or would without being told. */
static const struct {
	const char *name;
	bool tls;
} schemes[] = {
	{ "ldaps", true }, { "ldap", false }, { "smtps", true }, { "smtp", false }, { "imaps", true },
	{ "postgresql", false }, { "mariadb", false }, { "https", true },
};

struct line {
	const struct config *config;
	config_word_fn *endpoint, *authority;
	void *ctx;
	bool ask; /* the resolver */
	unsigned number;
	size_t found;
};

static void tell(struct line *line, config_word_fn *fn, const char *text, bool proposed)
{
	const struct config_word word = { .text = text,
		.purpose = line->config->purpose,
		.file = line->config->path,
		.line = line->number,
		.proposed = proposed };
	if (line->found++ < FOUND_MOST)
		fn(line->ctx, &word);
}

static void tell_service(struct line *line, const char *text, bool proposed)
{
	struct probe_wish wish;
	struct error ignored;
	if (strpbrk(text, "${}%@*") || !probe_wish_parse(text, NULL, &wish, &ignored))
		return;
	probe_wish_done(&wish);
	tell(line, line->endpoint, text, proposed);
}

static const char *scheme_before(const char *begin, const char *colon, bool *tls)
{
	const char *at = colon;
	while (at > begin && isalpha((unsigned char)at[-1]))
		at--;
	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
		size_t len = strlen(schemes[i].name);
		if ((size_t)(colon - at) == len && strncasecmp(at, schemes[i].name, len) == 0) {
			*tls = schemes[i].tls;
			return schemes[i].name;
		}
	}
	return NULL;
}

static void find_services(struct line *line, const char *text)
{
	for (const char *at = text, *colon; (colon = strstr(at, "://")); at = colon + 3) {
		bool tls;
		const char *scheme = scheme_before(at, colon, &tls);
		size_t len = strcspn(colon + 3, " \t\r\"'<>;,/?&)\\");
		if (!scheme || len == 0)
			continue;
		const char *rest = colon + 3 + len;
		size_t more = strcspn(rest, " \t\"'<>");
		char *place = mem_format("%s://%.*s", scheme, (int)len, colon + 3);
		tell_service(line, place, tls || memmem(rest, more, "ssl", 3));
		free(place);
	}
}

/* The value behind a word that begins the line: "WORD value", "word = value", in quotes or not. */
static char *value_of(const char *text, const char *word)
{
	size_t len = strlen(word);
	text += strspn(text, " \t");
	if (strncasecmp(text, word, len) != 0 || !strchr(" \t=", text[len]))
		return NULL;
	text += len;
	text += strspn(text, " \t=\"'");
	len = strcspn(text, " \t\r\"'");
	return len ? mem_textn(text, len) : NULL;
}

static void tell_relay(struct line *line, const char *host, const char *port)
{
	char *place = mem_format(strchr(host, ':') ? "smtp://[%s]:%s" : "smtp://%s:%s", host,
		port && *port ? port : "25");
	tell_service(line, place, true);
	free(place);
}

static bool is_name(const char *text)
{
	return text[strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-")] ==
	       '\0';
}

/* A domain, whose mail others may take; of an image nobody is asked. */
static void tell_domain(struct line *line, const char *domain, const char *port)
{
	struct mx mx = { 0 };
	bool known = line->ask && is_name(domain) && mx_find(domain, &mx);
	line->ask = false; /* one has a meaning, and each takes its time */
	for (size_t i = 0; i < mx.count; i++)
		tell_relay(line, mx.hosts[i], port);
	if (!known)
		tell_relay(line, domain, port);
	mx_done(&mx);
}

/* "[mail.example]:587" is a host, "example:587" a domain. */
static void find_relay(struct line *line, const char *text)
{
	char *value = line->config->relay ? value_of(text, line->config->relay) : NULL;
	char *host = value, *port = NULL, *close;
	bool is_host = value && *value == '[';
	if (!value)
		return;
	if (*host == '[' && (close = strchr(host, ']'))) {
		port = close[1] == ':' ? close + 2 : NULL;
		*close = '\0';
		host++;
	} else if ((close = strrchr(host, ':'))) {
		*close = '\0';
		port = close + 1;
	}
	if (is_host)
		tell_relay(line, host, port);
	else
		tell_domain(line, host, port);
	free(value);
}

static void read_line(struct line *line, const char *text)
{
	const char *first = text + strspn(text, " \t");
	if (*first == '#' || *first == ';' || *first == '\0')
		return;
	find_services(line, text);
	find_relay(line, text);
	char *path = line->config->authority ? value_of(text, line->config->authority) : NULL;
	if (path && *path == '/')
		tell(line, line->authority, path, true);
	free(path);
}

static void read_config(const struct config *config, struct buf *bytes, struct line *line)
{
	char *at = bytes->data, *end = bytes->data + bytes->len;
	*line = (struct line){ .config = config,
		.endpoint = line->endpoint,
		.authority = line->authority,
		.ctx = line->ctx,
		.ask = line->ask };
	while (at < end) {
		char *feed = memchr(at, '\n', (size_t)(end - at));
		if (feed)
			*feed = '\0';
		line->number++;
		read_line(line, at); /* behind the last line buf_char() has put a NUL */
		at = feed ? feed + 1 : end;
	}
}

void setup_configs(int root, bool ask, config_word_fn *endpoint, config_word_fn *authority, void *ctx)
{
	struct line line = { .endpoint = endpoint, .authority = authority, .ctx = ctx, .ask = ask };
	for (size_t i = 0; i < sizeof configs / sizeof *configs; i++) {
		struct buf bytes = { 0 };
		struct error ignored;
		if (fs_read_within(root, configs[i].path, CONFIG_MOST, &bytes, NULL, &ignored)) {
			buf_char(&bytes, '\0');
			bytes.len--;
			read_config(&configs[i], &bytes, &line);
		}
		buf_done(&bytes);
	}
}
