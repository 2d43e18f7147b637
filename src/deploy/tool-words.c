/*
 * All that is ever said to the programs that targets need.  Most of them load code that they are told to load
 * ("-engine", "-J-javaagent:…", a database's pkcs11.txt), and the runner, which starts them, can't know who
 * asks: so whole lines are compared, and what has a free place in it stands behind walls of its own, for what
 * lies at that place may name code as well.
 */
#include <stdlib.h>
#include <string.h>

#include "base/confine.h"
#include "base/mem.h"
#include "base/text.h"
#include "codec/truststore.h"
#include "deploy/debian.h"
#include "deploy/deploy.h"
#include "deploy/kind.h"
#include "deploy/nss-db.h"
#include "deploy/scratch.h"

/*
 * In a word, one of these may stand for something: a file, a nickname, and the one folder that the program
 * writes to, which is the same wherever it is named: a private one of ours, or another system's root.
 */
#define ANY_PATH "<path>"
#define NICK     "<nick>"
#define SCRATCH  "<scratch>"
#define ROOT     "<root>"
#define OUT      (SCRATCH "/out")
#define BATCH    (SCRATCH "/batch")
#define DATABASE ("sql:" SCRATCH)
#define BELOW(p) (ROOT "/" p)

#define WORDS_MOST 13

struct shape {
	const char *program;
	const char *words[WORDS_MOST];
	bool free; /* no walls: the words are fixed, and it does to the system what it is there for */
};

static const struct shape shapes[] = {
	{ .program = "openssl", .words = { "x509", "-noout", "-subject_hash", "-in", ANY_PATH } },
	{ .program = "keytool", .words = { "-J-Duser.language=en", "-list", "-keystore", ANY_PATH, "-storepass",
		TRUSTSTORE_PASSWORD } },
	{ .program = "keytool", .words = { "-J-Duser.language=en", "-list", "-keystore", ANY_PATH, "-storepass:file",
		ANY_PATH } },
	{ .program = "trust", .words = { "extract", "--filter=trust-policy", "--format=openssl-bundle",
		"--purpose=server-auth", OUT } },
	{ .program = "trust", .words = { "extract", "--filter=blocklist", "--format=pem-bundle",
		"--purpose=server-auth", OUT } },
	{ .program = "certutil", .words = { "-N", "-d", DATABASE, "--empty-password" } },
	{ .program = "certutil", .words = { "-N", "-d", DATABASE, "-f", NSS_PASSWORD_AT } },
	{ .program = "certutil", .words = { "-K", "-d", DATABASE } },
	{ .program = "certutil", .words = { "-K", "-d", DATABASE, "-f", NSS_PASSWORD_AT } },
	{ .program = "certutil", .words = { "-L", "-d", DATABASE } },
	{ .program = "certutil", .words = { "-L", "-d", DATABASE, "-n", NICK, "-a" } },
	{ .program = "certutil", .words = { "-B", "-i", BATCH, "-d", DATABASE } },
	{ .program = "update-ca-certificates", .words = { NULL }, .free = true },
	{ .program = "update-ca-certificates", .words = { "--fresh" }, .free = true },
	{ .program = "update-ca-certificates",
		.words = { "--certsconf", BELOW(DEBIAN_CONF), "--certsdir", BELOW(DEBIAN_SHIPPED),
		"--localcertsdir", BELOW(DEBIAN_LOCAL), "--etccertsdir", BELOW(DEBIAN_LINKS), "--hooksdir",
		BELOW(DEBIAN_HOOKS) } },
	{ .program = "update-ca-certificates",
		.words = { "--fresh", "--certsconf", BELOW(DEBIAN_CONF), "--certsdir",
		BELOW(DEBIAN_SHIPPED), "--localcertsdir", BELOW(DEBIAN_LOCAL), "--etccertsdir",
		BELOW(DEBIAN_LINKS), "--hooksdir", BELOW(DEBIAN_HOOKS) } },
	{ .program = "update-ca-trust", .words = { NULL }, .free = true },
	{ .program = "update-ca-trust", .words = { "extract" }, .free = true },
	{ .program = "trust", .words = { "extract-compat" }, .free = true },
};
#define SHAPES (sizeof shapes / sizeof *shapes)

/* What stands in a free place. */
struct filling {
	const char *at;
	size_t len;
};

static bool is_path(const struct filling *is)
{
	return is->len > 1 && *is->at == '/';
}

static bool is_nick(const struct filling *is)
{
	return is->len > 0 && *is->at != '-';
}

static bool is_scratch(const struct filling *is)
{
	return scratch_is(is->at, is->len);
}

static const struct place {
	const char *name;
	bool (*fits)(const struct filling *is);
	bool written;
} places[] = {
	{ ANY_PATH, is_path, false },
	{ NICK, is_nick, false },
	{ SCRATCH, is_scratch, true },
	{ ROOT, is_path, true },
};

static const struct place *place_in(const char *pattern)
{
	for (size_t i = 0; i < sizeof places / sizeof *places; i++)
		if (strstr(pattern, places[i].name))
			return &places[i];
	return NULL;
}

/* What is around the place is as it is written, and all that is written to is one folder. */
static bool fits(const char *pattern, const char *word, struct filling *folder)
{
	const struct place *place = place_in(pattern);
	if (!place)
		return strcmp(pattern, word) == 0;
	const size_t before = (size_t)(strstr(pattern, place->name) - pattern), len = strlen(word);
	const char *behind = pattern + before + strlen(place->name);
	const size_t after = strlen(behind);
	if (len < before + after || memcmp(word, pattern, before) != 0 ||
		strcmp(word + len - after, behind) != 0)
		return false;
	const struct filling is = { .at = word + before, .len = len - before - after };
	if (!place->fits(&is))
		return false;
	if (place->written && !folder->at)
		*folder = is;
	return !place->written || (folder->len == is.len && memcmp(folder->at, is.at, is.len) == 0);
}

static const struct shape *shape_of(const char *const *argv, struct filling *folder)
{
	char usual[256];
	for (size_t i = 0; i < SHAPES; i++) {
		size_t n = 0;
		*folder = (struct filling){ .at = NULL };
		if (!find_tool(shapes[i].program, usual) || strcmp(argv[0], usual) != 0)
			continue;
		while (shapes[i].words[n] && argv[n + 1] && fits(shapes[i].words[n], argv[n + 1], folder))
			n++;
		if (!shapes[i].words[n] && !argv[n + 1])
			return &shapes[i];
	}
	return NULL;
}

bool deploy_is_tool(const char *const *argv)
{
	struct filling folder;
	return shape_of(argv, &folder) != NULL;
}

void deploy_confine_tool(const char *const *argv)
{
	struct filling folder;
	const struct shape *shape = shape_of(argv, &folder);
	const char *writes[] = { "/dev/null", NULL, NULL, NULL };
	if (!shape || shape->free)
		return;
	char *written = folder.at ? mem_textn(folder.at, folder.len) : NULL;
	writes[1] = written;
	if (written && !scratch_is(folder.at, folder.len))
		writes[2] = "/tmp"; /* where Debian's script notes what it has added */
	confine(&(struct confine){ .may = CONFINE_READ | CONFINE_WRITE | CONFINE_RUN, .writes = writes });
	free(written);
}
