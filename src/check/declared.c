#include "check/declared.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "check/declared-reader.h"

#define PLACES(...) ((const char *const[]){ __VA_ARGS__, NULL })

static const struct declared_kind kinds[] = {
	{ .name = "postgresql",
		.label = N_("PostgreSQL"),
		.unit = "postgresql",
		.owner = "postgres",
		.strict = true,
		.places = PLACES("/etc/postgresql/*/*/postgresql.conf",
			"/var/lib/pgsql/data/postgresql.conf",
			"/var/lib/pgsql/*/data/postgresql.conf",
			"/var/lib/postgres/data/postgresql.conf",
			"/opt/collabnet/*/var/pgsql/*/postgresql.conf"),
		.reader = &reader_postgresql },
	{ .name = "nginx",
		.label = N_("nginx"),
		.unit = "nginx",
		.places = PLACES("/etc/nginx/nginx.conf", "/usr/local/nginx/conf/nginx.conf",
			"/usr/local/etc/nginx/nginx.conf"),
		.reader = &reader_nginx },
	{ .name = "httpd",
		.label = N_("Apache httpd"),
		.unit = "httpd",
		.places = PLACES("/etc/apache2/apache2.conf", "/etc/apache2/httpd.conf",
			"/etc/httpd/conf/httpd.conf", "/usr/local/apache2/conf/httpd.conf"),
		.reader = &reader_httpd },
	{ .name = "slapd",
		.label = N_("OpenLDAP"),
		.unit = "slapd",
		.owner = "openldap",
		.owner_elsewhere = "ldap",
		.places = PLACES("/etc/ldap/slapd.d/cn=config.ldif",
			"/etc/openldap/slapd.d/cn=config.ldif", "/etc/ldap/slapd.conf",
			"/etc/openldap/slapd.conf"),
		.reader = &reader_slapd },
	{ .name = "postfix",
		.label = N_("Postfix"),
		.unit = "postfix",
		.places = PLACES("/etc/postfix/main.cf", "/etc/postfix-*/main.cf"),
		.reader = &reader_postfix },
	{ .name = "dovecot",
		.label = N_("Dovecot"),
		.unit = "dovecot",
		.places = PLACES("/etc/dovecot/dovecot.conf", "/usr/local/etc/dovecot/dovecot.conf"),
		.reader = &reader_dovecot },
	{ .name = "teamforge",
		.label = N_("TeamForge"),
		.unit = "teamforge",
		.places = PLACES("/opt/collabnet/teamforge/etc/site-options.conf",
			"/opt/collabnet/teamforge-installer/*/conf/site-options.conf"),
		.reader = &reader_teamforge },
	{ .name = "mariadb",
		.label = N_("MariaDB"),
		.unit = "mariadb",
		.owner = "mysql",
		.places = PLACES("/etc/my.cnf", "/etc/mysql/my.cnf"),
		.reader = &reader_mariadb },
	{ .name = "vsftpd",
		.label = N_("vsftpd"),
		.unit = "vsftpd",
		.places = PLACES("/etc/vsftpd.conf", "/etc/vsftpd/*.conf"),
		.reader = &reader_vsftpd },
};

const struct declared_kind *declared_kind_at(size_t i)
{
	return i < sizeof kinds / sizeof *kinds ? &kinds[i] : NULL;
}

const struct declared_kind *declared_kind_named(const char *name)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	return NULL;
}

const char *declared_role_name(enum declared_role role)
{
	static const char *const names[DECLARED_ROLE_COUNT] = {
		[DECLARED_CERTIFICATE] = N_("certificate"),
		[DECLARED_KEY] = N_("key"),
		[DECLARED_CHAIN] = N_("chain"),
		[DECLARED_CLIENT_CA] = N_("client CA"),
		[DECLARED_CRL] = N_("revocation list"),
	};
	return names[role];
}

const char *declared_tls_name(enum declared_tls tls)
{
	return tls == DECLARED_OFF ? N_("off") : tls == DECLARED_ON ? N_("on") : N_("required");
}

/* --- reading -------------------------------------------------------------------------------- */

#define PLACES_MOST 64

struct found {
	char *paths[PLACES_MOST];
	size_t count;
};

static void add_place(void *ctx, const char *path)
{
	struct found *found = ctx;
	if (found->count < PLACES_MOST)
		found->paths[found->count++] = mem_text(path);
}

static void read_paths(struct source *source, const struct found *found)
{
	const struct declared_reader *reader = source->kind->reader;
	const char *const *paths = (const char *const *)found->paths;
	size_t step = reader->places == PLACES_TOGETHER ? found->count : 1;
	size_t count = reader->places == PLACES_FIRST && found->count > 0 ? 1 : found->count;
	for (size_t i = 0; i < count; i += step)
		reader->read(source, paths + i, step);
}

/* Each kind has its own limits: one that is too much doesn't hide the others. */
static void read_kind(int root, const struct declared_kind *kind, const char *path,
	struct declared *out)
{
	struct source source = { .root = root, .out = out, .kind = kind };
	struct found found = { .count = 0 };
	if (path)
		add_place(&found, path);
	for (size_t i = 0; !path && kind->places[i]; i++)
		source_expand(&source, kind->places[i], add_place, &found);
	read_paths(&source, &found);
	for (size_t i = 0; i < found.count; i++)
		free(found.paths[i]);
}

static bool read_all(const char *root, const struct declared_kind *kind, const char *path,
	struct declared *out, struct error *err)
{
	*out = (struct declared){ 0 };
	int dir = fs_open_dir(AT_FDCWD, root, err);
	if (dir < 0)
		return false;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (!kind || kind == &kinds[i])
			read_kind(dir, &kinds[i], path, out);
	close(dir);
	return true;
}

bool declared_read(const char *root, const struct declared_kind *kind, struct declared *out,
	struct error *err)
{
	return read_all(root, kind, NULL, out, err);
}

bool declared_read_file(const char *root, const struct declared_kind *kind, const char *path,
	struct declared *out, struct error *err)
{
	return read_all(root, kind, path, out, err);
}

static void service_done(struct declared_service *service)
{
	for (size_t i = 0; i < service->file_count; i++) {
		free(service->files[i].path);
		free(service->files[i].shown);
	}
	for (size_t i = 0; i < service->listen_count; i++)
		free(service->listens[i].address);
	free(service->files);
	free(service->listens);
	free(service->name);
	free(service->unit);
	free(service->hosts);
}

void declared_done(struct declared *declared)
{
	for (size_t i = 0; i < declared->count; i++)
		service_done(&declared->items[i]);
	for (size_t i = 0; i < declared->trouble_count; i++)
		free(declared->troubles[i].text);
	free(declared->items);
	free(declared->troubles);
	set_done(&declared->names);
	*declared = (struct declared){ 0 };
}

/* --- asking --------------------------------------------------------------------------------- */

const struct declared_file *declared_file_of(const struct declared_service *service,
	enum declared_role role, unsigned pair)
{
	for (size_t i = 0; i < service->file_count; i++)
		if (service->files[i].role == role && service->files[i].pair == pair)
			return &service->files[i];
	return NULL;
}

static bool is_any(const char *address)
{
	return !address || !*address || strcmp(address, "*") == 0 || strcmp(address, "::") == 0 ||
	       strcmp(address, "0.0.0.0") == 0;
}

static bool is_loopback(const char *address)
{
	return strcasecmp(address, "localhost") == 0 || strcmp(address, "::1") == 0 ||
	       strncmp(address, "127.", 4) == 0;
}

bool declared_listens(const struct declared_service *service, const char *address, uint16_t port)
{
	for (size_t i = 0; i < service->listen_count; i++) {
		const struct declared_listen *l = &service->listens[i];
		if (l->port == port &&
			(is_any(address) || is_any(l->address) || strcasecmp(address, l->address) == 0 ||
				(is_loopback(address) && is_loopback(l->address))))
			return true;
	}
	return false;
}

char *declared_place_words(const struct declared_place *place)
{
	if (!place->file)
		return mem_text(_("by default"));
	return place->line ? mem_format("%s:%u", place->file, place->line) : mem_text(place->file);
}
