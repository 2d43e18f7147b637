/*
 * p11-kit's anchors and blocklist.
 *
 * It reads the folders that are built into it, or that the configuration of its module
 * p11-kit-trust names instead; `trust anchor` would write to the first of them, and where none of
 * them is a folder, as on Debian, there is nothing to write to.  p11-kit looks at every file of the
 * two folders, but not below.
 */
#include <fcntl.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "deploy/anchor-folder.h"
#include "deploy/distro.h"
#include "deploy/prints.h"
#include "deploy/scratch.h"

#define MODULE       "p11-kit-trust.module"
#define FILE_MOST    (4u << 20)
#define TOOL_SECONDS 300
#define BLOCKED      " (blocked)"

struct token {
	char *folder; /* with anchors/ and blocklist/ in it; NULL: there is none */
	char *reads;  /* what it reads by its configuration; NULL: what was built in */
	char trust[256];
	bool whole; /* of the system itself, so that `trust` sees it */
	struct anchor_folder anchors, blocked;
	struct set in_force, refused, without, moved;
};

static void token_done(struct token *token)
{
	free(token->folder);
	free(token->reads);
	anchor_folder_done(&token->anchors);
	anchor_folder_done(&token->blocked);
	set_done(&token->in_force);
	set_done(&token->refused);
	set_done(&token->without);
	set_done(&token->moved);
}

/* --- where it reads --------------------------------------------------------------------------- */
static bool is_folder(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* The paths= of a line "x-init-reserved: paths='/a:/b' verbose=yes"; NULL where it has none. */
static char *paths_of(char *conf)
{
	char *save = NULL;
	for (char *line = strtok_r(conf, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		char *at = text_starts(line, "x-init-reserved:") ? strstr(line, "paths=") : NULL;
		if (!at)
			continue;
		at += strlen("paths=");
		const char quote[2] = { strchr("'\"", *at) ? *at : ' ', '\0' };
		at += quote[0] != ' ';
		return mem_textn(at, strcspn(at, quote));
	}
	return NULL;
}

static char *configured_in(const char *folder)
{
	struct buf conf = { 0 };
	char *path = mem_format("%s/%s", folder, MODULE);
	char *paths = NULL;
	if (fs_read(AT_FDCWD, path, FS_FOLLOW, FILE_MOST, &conf, NULL, NULL) && conf.data)
		paths = paths_of(conf.data);
	buf_done(&conf);
	free(path);
	return paths;
}

/* As p11-kit looks for it: the user's own configuration first, but never root's. */
static char *configured(void)
{
	const char *home = geteuid() ? secure_getenv("HOME") : NULL;
	char *own = home ? mem_format("%s/.config/pkcs11/modules", home) : NULL;
	char *paths = own ? configured_in(own) : NULL;
	if (!paths)
		paths = configured_in("/etc/pkcs11/modules");
	if (!paths)
		paths = configured_in("/usr/share/p11-kit/modules");
	free(own);
	return paths;
}

static char *first_folder(const char *paths)
{
	for (const char *at = paths; *at; at += *at == ':') {
		size_t len = strcspn(at, ":");
		char *path = mem_textn(at, len);
		if (*path == '/' && is_folder(path))
			return path;
		free(path);
		at += len;
	}
	return NULL;
}

/* Is that folder built into the module?  Where the module can't be found, it may be. */
static bool is_built_in(const char *folder)
{
	glob_t found = { 0 };
	bool is = true;
	glob("/usr/lib/pkcs11/p11-kit-trust.so", 0, NULL, &found);
	glob("/usr/lib64/pkcs11/p11-kit-trust.so", GLOB_APPEND, NULL, &found);
	glob("/usr/lib/*/pkcs11/p11-kit-trust.so", GLOB_APPEND, NULL, &found);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		struct buf module = { 0 };
		if (fs_read(AT_FDCWD, found.gl_pathv[i], FS_FOLLOW, FILE_MOST, &module, NULL, NULL))
			is = memmem(module.data, module.len, folder, strlen(folder));
		buf_done(&module);
	}
	globfree(&found);
	return is;
}

static char *known_folder(const char *root, bool whole)
{
	const struct distro *row;
	for (unsigned i = 0; (row = distro_at(i)); i++) {
		if (!row->blocklist)
			continue;
		char *folder = below(root, row->anchors);
		*strrchr(folder, '/') = '\0';
		if (is_folder(folder) && (!whole || is_built_in(folder)))
			return folder;
		free(folder);
	}
	return NULL;
}

static const char *root_of(const struct target *target)
{
	return target->path ? target->path : "/";
}

static void find_token(const struct target *target, struct token *out)
{
	const char *root = root_of(target);
	*out = (struct token){ .whole = strspn(root, "/") == strlen(root) };
	out->reads = out->whole ? configured() : NULL;
	out->folder = out->reads ? first_folder(out->reads) : known_folder(root, out->whole);
	find_tool("trust", out->trust);
}

/* --- what it sees ----------------------------------------------------------------------------- */
/* `trust extract` writes files only. */
static bool extract(const struct token *token, const char *filter, const char *format,
	struct set *out, struct error *err)
{
	struct scratch scratch;
	if (!scratch_make(&scratch, err))
		return false;
	char *path = scratch_path(&scratch, "out");
	const char *const argv[] = { token->trust, "extract", filter, format,
		"--purpose=server-auth", path, NULL };
	bool ok = run_tool(argv, TOOL_SECONDS, NULL, err) && prints_of_file(path, out, err);
	free(path);
	scratch_done(&scratch);
	return ok;
}

/* OpenSSL's form is the one that holds anchors that are no CA's, too. */
static bool read_force(struct token *token, struct error *err)
{
	return extract(token, "--filter=trust-policy", "--format=openssl-bundle", &token->in_force,
		       err) &&
	       extract(token, "--filter=blocklist", "--format=pem-bundle", &token->refused, err);
}

static bool is_anchor(const struct token *token, const struct fingerprint *print)
{
	return token->whole ? prints_have(&token->in_force, print) &&
				      !prints_have(&token->refused, print)
			    : anchor_folder_ours(&token->anchors, print) != NULL;
}

static bool is_refused(const struct token *token, const struct fingerprint *print)
{
	return token->whole ? prints_have(&token->refused, print)
			    : anchor_folder_ours(&token->blocked, print) != NULL;
}

static bool read_token(struct token *token, struct error *err)
{
	char *anchors = mem_format("%s/anchors", token->folder);
	char *blocked = mem_format("%s/blocklist", token->folder);
	char *former = mem_format("%s/blacklist", token->folder);
	bool old = !is_folder(blocked) && is_folder(former);
	bool ok = anchor_folder_read(anchors, false, &token->anchors, err) &&
		  anchor_folder_read(old ? former : blocked, false, &token->blocked, err) &&
		  (!token->whole || read_force(token, err));
	free(anchors);
	free(blocked);
	free(former);
	return ok;
}

/* --- the plan --------------------------------------------------------------------------------- */
/* The system's target feeds the same folders, and runs the distribution's tool besides. */
static bool is_fed_by_system(const struct visit *visit)
{
	for (size_t i = 0; i < visit->demand->count; i++) {
		const struct target *other = visit->demand->orders[i].target;
		if (strcmp(other->kind->name, "system") != 0 ||
			strcmp(root_of(other), root_of(visit->target)) != 0)
			continue;
		char path[256];
		const char *argv[DISTRO_WORDS];
		const struct distro *distro = distro_find(root_of(other), find_tool, path, argv);
		return distro && distro->blocklist;
	}
	return false;
}

static bool refuse(const struct visit *visit, const struct token *token)
{
	char *reads = token->reads ? text_safe(token->reads, strlen(token->reads)) : NULL;
	char *folder = token->folder ? text_safe(token->folder, strlen(token->folder)) : NULL;
	if (token->whole && !*token->trust)
		unavailable(visit, "the program trust isn't there (of the package p11-kit)");
	else if (!folder && reads)
		unavailable(visit,
			"p11-kit is configured to read %s, and none of it is a folder that takes "
			"anchors",
			reads);
	else if (!folder)
		unavailable(visit,
			"p11-kit reads no folder here that takes anchors: use a target of kind "
			"system, or name a folder in /etc/pkcs11/modules/%s",
			MODULE);
	else if (access(folder, W_OK) != 0)
		unavailable(visit, "%s: no permission to write there (run it as root)", folder);
	free(folder);
	free(reads);
	return visit->plan->outcome == DEPLOY_UNAVAILABLE;
}

static void add_all(const struct anchors *anchors, struct set *out)
{
	for (size_t i = 0; i < anchors->count; i++)
		prints_add(out, &anchors->items[i].print);
}

/* What is in force by other hands gets no file, and is only counted. */
static void leave_out(const struct visit *visit, struct token *token)
{
	const struct anchors *trusted = &visit->demand->trusted;
	size_t ours = 0;
	for (size_t i = 0; token->whole && i < trusted->count; i++)
		if (is_anchor(token, &trusted->items[i].print) &&
			!anchor_folder_ours(&token->anchors, &trusted->items[i].print))
			prints_add(&token->without, &trusted->items[i].print);
	for (size_t i = 0; i < token->anchors.count; i++)
		ours += token->anchors.items[i].ours &&
			is_anchor(token, &token->anchors.items[i].print);
	ours += token->refused.count; /* which are in force, too, in their way */
	size_t all = token->whole ? token->in_force.count : token->anchors.count;
	visit->plan->theirs = all > ours ? all - ours : 0;
	if (token->without.count)
		warn(visit,
			lang_n("%zu of the store's certificates is in force there without certary: no "
			       "file is written for it.",
				"%zu of the store's certificates are in force there without certary: no "
				"file is written for them.",
				token->without.count),
			token->without.count);
}

static bool stage_folders(const struct visit *visit, struct token *token, struct error *err)
{
	const struct demand *demand = visit->demand;
	struct set trusted = { 0 }, none = { 0 };
	add_all(&demand->trusted, &trusted);
	add_all(&demand->blocked, &token->moved);
	const struct anchor_wish anchors = { .wanted = &demand->trusted,
		.without = &token->without,
		.moved = &token->moved,
		.suffix = ".pem",
		.word = "",
		.all_read = true };
	const struct anchor_wish blocked = { .wanted = &demand->blocked,
		.without = &none,
		.moved = &trusted,
		.suffix = ".pem",
		.word = BLOCKED,
		.all_read = true };
	bool ok = anchor_folder_stage(visit, &token->anchors, &anchors, err) &&
		  anchor_folder_stage(visit, &token->blocked, &blocked, err);
	set_done(&trusted);
	return ok;
}

bool p11_kit_stage(const struct visit *visit, struct error *err)
{
	struct token token;
	if (is_fed_by_system(visit)) {
		warn(visit, "The target of kind system feeds the same folders: nothing is left to "
			    "do here.");
		return true;
	}
	find_token(visit->target, &token);
	bool ok = refuse(visit, &token) || read_token(&token, err);
	if (ok && visit->plan->outcome != DEPLOY_UNAVAILABLE) {
		free(visit->plan->place);
		visit->plan->place = text_safe(token.folder, strlen(token.folder));
		visit->plan->shared = true;
		leave_out(visit, &token);
		ok = stage_folders(visit, &token, err);
	}
	token_done(&token);
	return ok;
}

/* --- into force, and read back ---------------------------------------------------------------- */
/* p11-kit reads its folders as they are; what a distribution extracts of them is made by its tool.
 */
bool p11_kit_settle(const struct target *target, struct error *err)
{
	char path[256];
	const char *argv[DISTRO_WORDS];
	struct token token;
	find_token(target, &token);
	const struct distro *distro =
		token.whole && token.folder ? distro_find("/", find_tool, path, argv) : NULL;
	char *anchors = distro && distro->blocklist ? below("/", distro->anchors) : NULL;
	size_t len = anchors ? strlen(token.folder) : 0;
	bool same = anchors && strncmp(anchors, token.folder, len) == 0 && anchors[len] == '/';
	free(anchors);
	token_done(&token);
	return !same || run_tool(argv, TOOL_SECONDS, NULL, err);
}

static bool is_seen(const struct visit *visit, const struct token *token,
	const struct deploy_row *row)
{
	bool blocked = strstr(row->name, BLOCKED);
	if (blocked)
		return is_refused(token, &row->print);
	if (!is_anchor(token, &row->print))
		return false;
	if (row->change != DEPLOY_REMOVE || anchor_folder_ours(&token->anchors, &row->print))
		return true;
	warn(visit, "%s is gone, but its certificate stays in force there by somebody else's hand.",
		row->name);
	return false;
}

bool p11_kit_read_back(const struct visit *visit, struct set *seen, const char **reader,
	struct error *err)
{
	struct token token;
	find_token(visit->target, &token);
	*reader = token.whole ? "trust extract" : N_("certary's own reader");
	bool ok = token.folder || error_set(err, ERROR_FAILED, "the folder is gone");
	ok = ok && read_token(&token, err);
	for (size_t i = 0; ok && i < visit->plan->count; i++)
		if (is_seen(visit, &token, &visit->plan->rows[i]))
			prints_add(seen, &visit->plan->rows[i].print);
	token_done(&token);
	return ok;
}
