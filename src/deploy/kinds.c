/* The table of kinds: a row each, and a file each beside this one. */
#include <string.h>

#include "base/lang.h"
#include "deploy/kind.h"

static const struct kind_row rows[] = {
	{
		.facts = { .name = "pem-bundle",
			.help = N_("one file with all trusted certificates, names as comments"),
			.needs = TARGET_PATH,
			.takes = TARGET_WITH_SYSTEM },
		.alone = true,
		.stage = pem_bundle_stage,
		.read_back = pem_bundle_read_back,
	},
	{
		.facts = { .name = "openssl-dir",
			.help = N_("a hashed folder: -CApath, SSL_CERT_DIR, every libssl"),
			.needs = TARGET_PATH },
		.stage = openssl_dir_stage,
		.read_back = openssl_dir_read_back,
	},
	{
		.facts = { .name = "java",
			.help = N_("a truststore of Java, or the cacerts of a JVM"),
			.needs = TARGET_PATH,
			.takes = TARGET_FORMAT | TARGET_PASSWORD,
			.formats = "jks pkcs12" },
		.stage = java_stage,
		.settle = java_settle,
		.read_back = java_read_back,
	},
	{
		.facts = { .name = "system",
			.help = N_("the system's own anchors, by the distribution's tool"),
			.blocks = true,
			.takes = TARGET_PATH,
			.usual = "/",
			.shared = true },
		.stage = system_stage,
		.settle = system_settle,
		.read_back = system_read_back,
	},
	{
		.facts = { .name = "p11-kit",
			.help = N_("p11-kit's anchors and blocklist"),
			.blocks = true,
			.takes = TARGET_PATH,
			.usual = "/",
			.shared = true },
		.stage = p11_kit_stage,
		.settle = p11_kit_settle,
		.read_back = p11_kit_read_back,
	},
	{
		.facts = { .name = "nss",
			.help = N_("the certificate database of a profile (Firefox, Chromium)"),
			.needs = TARGET_PATH,
			.blocks = true,
			.takes = TARGET_PASSWORD },
		.stage = nss_stage,
		.read_back = nss_read_back,
	},
	{
		.facts = { .name = "postgres-client",
			.help = N_("root.crt of libpq"),
			.takes = TARGET_PATH },
		.alone = true,
		.stage = postgres_client_stage,
		.read_back = postgres_client_read_back,
	},
	{
		.facts = { .name = "server-pair",
			.help = N_("key, certificate and chain of an identity, for a service"),
			.needs = TARGET_PATH | TARGET_IDENTITY },
		.alone = true,
		.stage = server_pair_stage,
		.read_back = server_pair_read_back,
	},
	{
		.facts = { .name = "file",
			.help = N_("a file in any format that export knows"),
			.needs = TARGET_PATH,
			.takes = TARGET_FORMAT | TARGET_PASSWORD,
			.formats = "pem pkcs7 pkcs12 jks" },
		.alone = true,
		.stage = file_stage,
		.read_back = file_read_back,
	},
};
#define ROWS (sizeof rows / sizeof *rows)

const struct kind_row *kind_of(const struct target *target)
{
	for (size_t i = 0; i < ROWS; i++)
		if (&rows[i].facts == target->kind)
			return &rows[i];
	return NULL;
}

const struct target_kind *target_kind_at(size_t i)
{
	return i < ROWS ? &rows[i].facts : NULL;
}

const struct target_kind *target_kind_named(const char *name)
{
	for (size_t i = 0; i < ROWS; i++)
		if (strcmp(rows[i].facts.name, name) == 0)
			return &rows[i].facts;
	return NULL;
}
