#include "deploy/distro.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

/* In mkcert's order, which has met most systems. */
static const struct distro rows[] = {
	{ .name = "Fedora, RHEL",
		.marks = { "etc/pki/ca-trust/source/anchors" },
		.anchors = "etc/pki/ca-trust/source/anchors",
		.blocklist = "etc/pki/ca-trust/source/blocklist",
		.suffix = ".pem",
		.tool = { { "update-ca-trust", "extract" } },
		.bundles = { "etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem" },
		.only_authorities = true },
	{ .name = "Debian, Ubuntu, Alpine",
		.marks = { "usr/local/share/ca-certificates", "etc/ca-certificates.conf" },
		.unless = "etc/ca-certificates/extracted",
		.anchors = "usr/local/share/ca-certificates",
		.suffix = ".crt",
		.tool = { { "update-ca-certificates" } },
		.bundles = { "etc/ssl/certs/ca-certificates.crt" },
		.debian = true },
	{ .name = "Arch",
		.marks = { "etc/ca-certificates/trust-source/anchors" },
		.anchors = "etc/ca-certificates/trust-source/anchors",
		.blocklist = "etc/ca-certificates/trust-source/blocklist",
		.suffix = ".pem",
		.tool = { { "update-ca-trust" }, { "trust", "extract-compat" } },
		.bundles = { "etc/ca-certificates/extracted/tls-ca-bundle.pem" },
		.only_authorities = true },
	{ .name = "SUSE",
		.marks = { "etc/pki/trust/anchors" },
		.anchors = "etc/pki/trust/anchors",
		.blocklist = "etc/pki/trust/blocklist",
		.suffix = ".pem",
		.tool = { { "update-ca-certificates" } },
		.bundles = { "var/lib/ca-certificates/ca-bundle.pem", "etc/ssl/ca-bundle.pem" },
		.only_authorities = true },
};
#define ROWS (sizeof rows / sizeof *rows)

const struct distro *distro_at(unsigned i)
{
	return i < ROWS ? &rows[i] : NULL;
}

char *below(const char *root, const char *path)
{
	size_t len = strlen(root);
	while (len > 0 && root[len - 1] == '/')
		len--;
	return mem_format("%.*s/%s", (int)len, root, path);
}

static bool is_below(const char *root, const char *path)
{
	char *whole = below(root, path);
	bool there = access(whole, F_OK) == 0;
	free(whole);
	return there;
}

static bool marked(const struct distro *row, const char *root)
{
	for (size_t i = 0; i < 2 && row->marks[i]; i++)
		if (!is_below(root, row->marks[i]))
			return false;
	return !row->unless || !is_below(root, row->unless);
}

static bool tool_is_there(const struct distro *row, distro_find_tool *find, char path[static 256],
	const char *argv[DISTRO_WORDS])
{
	for (size_t i = 0; i < 2 && row->tool[i][0]; i++) {
		if (!find(row->tool[i][0], path))
			continue;
		memcpy(argv, row->tool[i], sizeof row->tool[i]);
		argv[0] = path;
		return true;
	}
	return false;
}

const struct distro *distro_find(const char *root, distro_find_tool *find, char path[static 256],
	const char *argv[DISTRO_WORDS])
{
	for (size_t i = 0; i < ROWS; i++)
		if (marked(&rows[i], root) && tool_is_there(&rows[i], find, path, argv))
			return &rows[i];
	return NULL;
}

char *distro_bundle(const struct distro *distro, const char *root)
{
	size_t i = 0;
	while (i < 2 && distro->bundles[i] && !is_below(root, distro->bundles[i]))
		i++;
	return below(root, distro->bundles[i < 2 && distro->bundles[i] ? i : 0]);
}
