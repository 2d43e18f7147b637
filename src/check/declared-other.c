/*
 * slapd and vsftpd.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "check/declared-reader.h"

/* --- slapd ----------------------------------------------------------------------------------- */

static const struct {
	const char *name, *attribute;
	enum declared_role role;
} slapd_files[] = {
	{ "TLSCertificateFile", "olcTLSCertificateFile", DECLARED_CERTIFICATE },
	{ "TLSCertificateKeyFile", "olcTLSCertificateKeyFile", DECLARED_KEY },
	{ "TLSCACertificateFile", "olcTLSCACertificateFile", DECLARED_CLIENT_CA },
	{ "TLSCRLFile", "olcTLSCRLFile", DECLARED_CRL },
};

/* "ldap://127.0.0.1:9009/ ldaps:/// ldapi:///", as the service is told on its command line. */
static void slapd_urls(struct declared_service *service, const char *urls, const struct statement *s)
{
	char *copy = mem_text(urls), *save;
	for (char *url = strtok_r(copy, " \t\"", &save); url; url = strtok_r(NULL, " \t\"", &save)) {
		bool direct = text_starts(url, "ldaps://");
		char *address;
		unsigned port;
		if (!direct && !text_starts(url, "ldap://"))
			continue;
		char *host = url + strlen(direct ? "ldaps://" : "ldap://");
		host[strcspn(host, "/")] = '\0';
		if (listen_parse(host, direct ? 636 : 389, &address, &port)) {
			service_listen(service, address, port, direct ? "tls" : "ldap", s);
			free(address);
		}
	}
	free(copy);
}

static void slapd_listen(struct source *source, struct declared_service *service)
{
	static const struct {
		const char *path, *name;
	} places[] = { { "/etc/default/slapd", "SLAPD_SERVICES" },
		{ "/etc/sysconfig/slapd", "SLAPD_URLS" } };
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		struct tree tree = { 0 };
		scan_maybe(source, &tree, syntax_shell, places[i].path);
		const struct statement *s = tree_last(&tree, NULL, places[i].name);
		if (s)
			slapd_urls(service, statement_word(s, 1), s);
		tree_done(&tree);
	}
	if (service->listen_count == 0)
		slapd_urls(service, "ldap:///", NULL);
}

static void read_slapd(struct source *source, const char *const *paths, size_t count)
{
	struct tree tree = { .any_case = true };
	size_t len = strlen(paths[0]);
	bool ldif = len > 5 && strcmp(paths[0] + len - 5, ".ldif") == 0;
	const struct declared_place at = { .file = source_keep_safe(source, paths[0]), .line = 1 };
	(void)count;
	bool ok = scan_file(source, &tree, ldif ? syntax_ldif : syntax_slapd, paths[0]);
	struct declared_service *service = ok ? source_service(source, NULL, &at) : NULL;
	if (service) {
		for (size_t i = 0; i < sizeof slapd_files / sizeof *slapd_files; i++) {
			const char *name = ldif ? slapd_files[i].attribute : slapd_files[i].name;
			const struct statement *s = tree_last(&tree, NULL, name);
			service_file(service, slapd_files[i].role, 0, name, s,
				s ? statement_word(s, 1) : NULL, "/");
		}
		const char *name = ldif ? slapd_files[0].attribute : slapd_files[0].name;
		const struct statement *cert = tree_last(&tree, NULL, name);
		service_switch(service, cert ? DECLARED_ON : DECLARED_OFF, name, cert);
		if (cert && !declared_file_of(service, DECLARED_KEY, 0))
			service_missing(service, DECLARED_KEY,
				ldif ? slapd_files[1].attribute : slapd_files[1].name);
		slapd_listen(source, service);
	}
	tree_done(&tree);
}

const struct declared_reader reader_slapd = { .places = PLACES_FIRST, .read = read_slapd };

/* --- vsftpd ---------------------------------------------------------------------------------- */

static bool vsftpd_yes(const struct tree *tree, const char *name, bool otherwise)
{
	const char *value = tree_value(tree, name);
	return value ? word_is_yes(value) : otherwise;
}

static void vsftpd_files(struct declared_service *service, const struct tree *tree)
{
	const struct statement *cert = tree_last(tree, NULL, "rsa_cert_file");
	const struct statement *key = tree_last(tree, NULL, "rsa_private_key_file");
	const struct statement *ca = tree_last(tree, NULL, "ca_certs_file");
	const char *path = cert ? statement_word(cert, 1) : "/usr/share/ssl/certs/vsftpd.pem";
	if (service->tls == DECLARED_OFF && !cert)
		return;
	service_file(service, DECLARED_CERTIFICATE, 0, "rsa_cert_file", cert, path, "/");
	service_file(service, DECLARED_KEY, 0, "rsa_private_key_file", key,
		key ? statement_word(key, 1) : path, "/");
	service_file(service, DECLARED_CLIENT_CA, 0, "ca_certs_file", ca,
		ca ? statement_word(ca, 1) : NULL, "/");
}

static void read_vsftpd(struct source *source, const char *const *paths, size_t count)
{
	struct tree tree = { 0 };
	const struct declared_place at = { .file = source_keep_safe(source, paths[0]), .line = 1 };
	(void)count;
	bool ok = scan_file(source, &tree, syntax_equals, paths[0]);
	struct declared_service *service = ok ? source_service(source, NULL, &at) : NULL;
	if (service) {
		const char *port = tree_value(&tree, "listen_port");
		const char *address = tree_value(&tree, "listen_address");
		bool on = vsftpd_yes(&tree, "ssl_enable", false);
		int64_t number = vsftpd_yes(&tree, "implicit_ssl", false) ? 990 : 21;
		service_switch(service, on ? DECLARED_ON : DECLARED_OFF, "ssl_enable",
			tree_last(&tree, NULL, "ssl_enable"));
		vsftpd_files(service, &tree);
		if (port)
			text_number(port, 1, 65535, &number);
		service_listen(service, address, (unsigned)number,
			vsftpd_yes(&tree, "implicit_ssl", false) ? "tls" : "ftp",
			tree_last(&tree, NULL, "listen_port"));
	}
	tree_done(&tree);
}

const struct declared_reader reader_vsftpd = { .read = read_vsftpd };
