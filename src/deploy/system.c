/*
 * The system's own anchors: a file of ours for each certificate in the distribution's folder, its
 * tool run over them, and the bundle that comes of it read back.
 *
 * What the distribution, or somebody beside us, brings into force already gets no file: where they
 * take it back, it is theirs to do.  What it ships and is blocked here goes to its blocklist where
 * it has one.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "deploy/anchor-folder.h"
#include "deploy/debian.h"
#include "deploy/distro.h"
#include "deploy/jvm.h"
#include "deploy/prints.h"
#include "deploy/restart.h"
#include "pki/cert.h"

#define TOOL_SECONDS 900 /* with 10 000 certificates Debian's takes a minute and a half */
#define TOLD         5
#define BLOCKED      " (blocked)"

struct ground {
	const struct distro *distro;
	const char *root;
	char path[256]; /* of the tool */
	const char *argv[DISTRO_WORDS];
	char *folder, *block_folder, *bundle;
	struct anchor_folder anchors, blocked;
	struct debian debian;
	struct set in_force; /* what the tool's bundle holds */
	struct set without, unfit, moved;
};

static bool find_ground(const struct target *target, struct ground *out)
{
	*out = (struct ground){ .root = target->path ? target->path : "/" };
	out->distro = distro_find(out->root, find_tool, out->path, out->argv);
	if (!out->distro)
		return false;
	out->folder = below(out->root, out->distro->anchors);
	out->bundle = distro_bundle(out->distro, out->root);
	if (out->distro->blocklist)
		out->block_folder = below(out->root, out->distro->blocklist);
	return true;
}

static void ground_done(struct ground *ground)
{
	free(ground->folder);
	free(ground->block_folder);
	free(ground->bundle);
	anchor_folder_done(&ground->anchors);
	anchor_folder_done(&ground->blocked);
	debian_done(&ground->debian);
	set_done(&ground->in_force);
	set_done(&ground->without);
	set_done(&ground->unfit);
	set_done(&ground->moved);
}

static bool is_whole_system(const struct ground *ground)
{
	return strspn(ground->root, "/") == strlen(ground->root);
}

/* --- the plan --------------------------------------------------------------------------------- */
/* Somebody's hand other than ours brings it into force. */
static bool is_theirs(const struct ground *ground, const struct fingerprint *print)
{
	if (ground->distro->debian)
		return debian_has(&ground->debian, print);
	return prints_have(&ground->in_force, print) &&
	       !anchor_folder_ours(&ground->anchors, print);
}

static void count_theirs(const struct ground *ground, struct set *bundle, size_t *out)
{
	*out = bundle->count;
	for (size_t i = 0; i < ground->anchors.count; i++)
		if (ground->anchors.items[i].ours &&
			prints_have(bundle, &ground->anchors.items[i].print) &&
			!is_theirs(ground, &ground->anchors.items[i].print))
			--*out;
}

static bool read_ground(struct ground *ground, size_t *theirs, struct error *err)
{
	bool ok =
		anchor_folder_read(ground->folder, ground->distro->debian, &ground->anchors, err) &&
		(!ground->block_folder ||
			anchor_folder_read(ground->block_folder, false, &ground->blocked, err));
	if (!ok)
		return false;
	if (access(ground->bundle, F_OK) == 0 &&
		!prints_of_file(ground->bundle, &ground->in_force, err))
		return false;
	if (ground->distro->debian)
		debian_read(ground->root, &ground->anchors, &ground->debian);
	count_theirs(ground, &ground->in_force, theirs);
	return true;
}

static bool is_authority(const struct anchor *anchor)
{
	struct cert *cert;
	if (!cert_parse(anchor->der, anchor->len, &cert, NULL))
		return false;
	const struct cert_info *info = cert_info(cert);
	bool ca = info->ca || (info->version == 1 && info->self_signed);
	cert_free(cert);
	return ca;
}

/* Which of the wanted get no file: what is in force anyway, and what this tool would leave out. */
static void leave_out(const struct visit *visit, struct ground *ground)
{
	size_t already = 0;
	const struct anchors *trusted = &visit->demand->trusted;
	for (size_t i = 0; i < trusted->count; i++) {
		const struct anchor *anchor = &trusted->items[i];
		bool theirs = is_theirs(ground, &anchor->print);
		bool off = ground->distro->only_authorities && !theirs && !is_authority(anchor);
		already += theirs && !anchor_folder_ours(&ground->anchors, &anchor->print);
		if (theirs)
			prints_add(&ground->without, &anchor->print);
		if (off)
			prints_add(&ground->unfit, &anchor->print);
		if (off && ground->unfit.count <= TOLD)
			warn(visit,
				"%s is no CA's, and this system's tool leaves such out of its bundle: no "
				"file is written for it.",
				anchor->name);
	}
	if (ground->unfit.count > TOLD)
		warn(visit, "%zu more are left out, because they are no CA's.",
			ground->unfit.count - TOLD);
	if (already)
		warn(visit,
			lang_n("%zu of the store's certificates is in force there without certary: no "
			       "file is written for it.",
				"%zu of the store's certificates are in force there without certary: no "
				"file is written for them.",
				already),
			already);
}

static void add_all(const struct anchors *anchors, struct set *out)
{
	for (size_t i = 0; i < anchors->count; i++)
		prints_add(out, &anchors->items[i].print);
}

static bool stage_folders(const struct visit *visit, struct ground *ground, struct error *err)
{
	const struct demand *demand = visit->demand;
	struct set trusted = { 0 }, none = { 0 };
	add_all(&demand->trusted, &trusted);
	if (ground->block_folder)
		add_all(&demand->blocked, &ground->moved);
	const struct anchor_wish anchors = { .wanted = &demand->trusted,
		.without = &ground->without,
		.unfit = &ground->unfit,
		.moved = &ground->moved,
		.suffix = ground->distro->suffix,
		.word = "",
		.all_read = !ground->distro->debian };
	const struct anchor_wish blocked = { .wanted = &demand->blocked,
		.without = &none,
		.moved = &trusted,
		.suffix = ground->distro->suffix,
		.word = BLOCKED,
		.all_read = true };
	bool ok = anchor_folder_stage(visit, &ground->anchors, &anchors, err) &&
		  (!ground->block_folder ||
			  anchor_folder_stage(visit, &ground->blocked, &blocked, err));
	set_done(&trusted);
	return ok;
}

static void tell_tool(const struct visit *visit, const struct ground *ground)
{
	struct buf line = { 0 };
	char *words[DEBIAN_WORDS] = { 0 };
	if (ground->distro->debian)
		debian_words(ground->path, ground->root, false, words);
	for (size_t i = 0; words[i]; i++)
		buf_format(&line, i ? " %s" : "%s", words[i]);
	for (size_t i = 0; !words[0] && i < DISTRO_WORDS && ground->argv[i]; i++)
		buf_format(&line, i ? " %s" : "%s", ground->argv[i]);
	debian_words_done(words);
	free(visit->plan->tool);
	visit->plan->tool = text_safe(line.data, line.len);
	buf_done(&line);
	free(visit->plan->place);
	visit->plan->place = text_safe(ground->folder, strlen(ground->folder));
	visit->plan->shared = true;
}

static bool refuse(const struct visit *visit, const struct ground *ground)
{
	char *safe = text_safe(ground->root, strlen(ground->root));
	bool debian = ground->distro && ground->distro->debian;
	if (!ground->distro)
		unavailable(visit,
			"there is no folder of anchors below %s with a tool for it that certary "
			"knows (of Debian, Alpine, Fedora, RHEL, SUSE or Arch)",
			safe);
	else if (!is_whole_system(ground) && !(debian && debian_takes_root(ground->path)))
		unavailable(visit,
			"%s here puts only the whole system's anchors into force (use the path /)",
			ground->argv[0]);
	else if (access(ground->folder, W_OK) != 0)
		unavailable(
			visit, "%s: no permission to write there (run it as root)", ground->folder);
	free(safe);
	return visit->plan->outcome == DEPLOY_UNAVAILABLE;
}

/* Who reads the bundle; and where Java's is made of it, the programs of those runtimes. */
static void note_readers(const struct visit *visit, const struct ground *ground)
{
	struct readers_wish wish = { .proc = "/proc", .paths = { ground->bundle } };
	struct jvms all = { 0 };
	size_t n = 0;
	if (!visit->plan->stale || !is_whole_system(ground))
		return;
	jvms_find(&all, "/", NULL);
	for (size_t i = 0; i < all.count && n < READERS_PATHS; i++)
		if (jvm_is_regenerated(all.items[i].cacerts))
			wish.runtimes[n++] = all.items[i].home;
	restart_note(visit, &wish);
	jvms_done(&all);
}

bool system_stage(const struct visit *visit, struct error *err)
{
	struct ground ground;
	find_ground(visit->target, &ground);
	bool ok = true;
	if (!refuse(visit, &ground)) {
		tell_tool(visit, &ground);
		ok = read_ground(&ground, &visit->plan->theirs, err);
		if (ok)
			leave_out(visit, &ground);
		ok = ok && stage_folders(visit, &ground, err);
		if (ok)
			note_readers(visit, &ground);
		if (ok && ground.distro->debian)
			debian_warn(visit, ground.root, &ground.anchors, &ground.debian);
	}
	ground_done(&ground);
	return ok;
}

/* --- into force ------------------------------------------------------------------------------- */
static bool run_debian(const struct ground *ground, bool fresh, struct error *err)
{
	char *words[DEBIAN_WORDS];
	debian_words(ground->path, ground->root, fresh, words);
	bool ok = run_tool((const char *const *)words, TOOL_SECONDS, NULL, err);
	debian_words_done(words);
	return ok;
}

bool system_settle(const struct target *target, struct error *err)
{
	struct ground ground;
	bool ok = find_ground(target, &ground) ||
		  error_set(err, ERROR_FAILED, "the tool that puts anchors into force isn't there");
	if (ok && !ground.distro->debian) {
		ok = run_tool(ground.argv, TOOL_SECONDS, NULL, err);
	} else if (ok) {
		bool fresh = debian_links_are_off(ground.root);
		ok = run_debian(&ground, fresh, err);
		if (ok && !fresh && debian_links_are_off(ground.root))
			ok = run_debian(&ground, true, err);
	}
	ground_done(&ground);
	return ok;
}

/* --- read back -------------------------------------------------------------------------------- */
static bool is_blocked(const struct visit *visit, const struct fingerprint *print)
{
	const struct anchors *blocked = &visit->demand->blocked;
	for (size_t i = 0; i < blocked->count; i++)
		if (fingerprint_compare(&blocked->items[i].print, print) == 0)
			return true;
	return false;
}

/*
 * What was removed and is in force all the same, by the distribution's hand or somebody else's, is
 * told, and is no reason to put everything back.
 */
static bool stays_theirs(const struct visit *visit, const struct ground *ground,
	const struct deploy_row *row)
{
	if (row->change != DEPLOY_REMOVE || !is_theirs(ground, &row->print))
		return false;
	if (!strstr(row->name, BLOCKED))
		warn(visit,
			"%s is gone, but its certificate stays in force there by somebody else's "
			"hand: the distribution's, or by a file beside certary's.",
			row->name);
	return true;
}

/* A blocked one is seen where our file is there and the bundle hasn't it. */
static bool is_seen(const struct visit *visit, const struct ground *ground,
	const struct deploy_row *row)
{
	bool in_force = prints_have(&ground->in_force, &row->print);
	if (ground->block_folder && is_blocked(visit, &row->print))
		return anchor_folder_ours(&ground->blocked, &row->print) && !in_force;
	return in_force && !stays_theirs(visit, ground, row);
}

bool system_read_back(const struct visit *visit, struct set *seen, const char **reader,
	struct error *err)
{
	struct ground ground;
	size_t theirs;
	*reader = N_("certary's own reader, in the bundle that the tool made");
	bool ok = find_ground(visit->target, &ground) ||
		  error_set(err, ERROR_FAILED, "the distribution's folder or tool is gone");
	ok = ok && read_ground(&ground, &theirs, err);
	for (size_t i = 0; ok && i < visit->plan->count; i++)
		if (is_seen(visit, &ground, &visit->plan->rows[i]))
			prints_add(seen, &visit->plan->rows[i].print);
	ground_done(&ground);
	return ok;
}
