/*
 * Kinds pem-bundle and postgres-client: one file of PEM blocks.
 *
 * What is ours is told by the file itself: the line before a block of ours is `# certary: NAME`, before
 * one of the system's `# system: NAME`.  Everything else stays as it stands, behind ours, with whatever
 * people wrote between the blocks.  A bundle begins with a line that says whose it is, so that a file of
 * somebody else's is never taken for one.
 */
#include <fcntl.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/crew.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "codec/pem.h"
#include "deploy/kind.h"

#define FILE_MOST (256u << 20)
#define HEAD      "# Written by certary: change the store, not this file\n"

/* What stands in the file now. */
struct there {
	struct set ours; /* fingerprints; the number beside one is the place of its name, from 1 */
	char **names;    /* as they stand behind their marks */
	struct fingerprint *prints;
	size_t count, cap, prints_cap;
	struct set theirs;
	struct buf foreign; /* what isn't ours, as it stands there */
	size_t strangers;   /* certificates in it */
	size_t blocks;      /* of any kind */
	bool has_key, has_head;
};

static void there_done(struct there *there)
{
	for (size_t i = 0; i < there->count; i++)
		free(there->names[i]);
	free(there->names);
	free(there->prints);
	set_done(&there->ours);
	set_done(&there->theirs);
	buf_done(&there->foreign);
}

/* --- reading ------------------------------------------------------------------------------------- */

struct slice {
	const char *at;
	size_t len;
};

static bool begins(struct slice text, const char *with)
{
	size_t len = strlen(with);
	return text.len >= len && memcmp(text.at, with, len) == 0;
}

/* Take the last line off a text; it is empty where the text is. */
static struct slice last_line(struct slice *text)
{
	size_t end = text->len, begin;
	begin = end > 0 && text->at[end - 1] == '\n' ? end - 1 : end;
	while (begin > 0 && text->at[begin - 1] != '\n')
		begin--;
	text->len = begin;
	return (struct slice){ text->at + begin, end - begin };
}

static bool is_blank(struct slice text)
{
	static const char blanks[] = { ' ', '\t', '\r', '\n' };
	while (text.len > 0 && memchr(blanks, text.at[0], sizeof blanks)) {
		text.at++;
		text.len--;
	}
	return text.len == 0;
}

static void keep_text(struct there *there, struct slice text)
{
	if (is_blank(text))
		return;
	buf_add(&there->foreign, text.at, text.len);
	if (text.at[text.len - 1] != '\n')
		buf_char(&there->foreign, '\n');
}

/* A mark that has lost its block would make the next one ours, whoever put it there. */
static void keep_rest(struct there *there, struct slice text)
{
	struct slice before = text, last = last_line(&before);
	while (begins(last, MARK_OURS) || begins(last, MARK_SYSTEM)) {
		text = before;
		last = last_line(&before);
	}
	keep_text(there, text);
}

static void take_ours(struct there *there, const struct fingerprint *print, struct slice name)
{
	char hex[FINGERPRINT_HEX];
	while (name.len > 0 && strchr("\r\n", name.at[name.len - 1]))
		name.len--;
	if (!set_add(&there->ours, fingerprint_hex(print, hex)))
		return;
	there->names = mem_grow(there->names, there->count, &there->cap, sizeof *there->names);
	there->prints = mem_grow(there->prints, there->count, &there->prints_cap,
		sizeof *there->prints);
	there->names[there->count] = mem_textn(name.at, name.len);
	there->prints[there->count++] = *print;
	*set_number(&there->ours, hex) = (unsigned)there->count;
}

static bool is_key(const struct pem_block *block)
{
	return memmem(block->label, block->label_len, "PRIVATE KEY", 11) != NULL;
}

/* `lead` is what stands between the block before and this one. */
static void take_block(struct there *there, struct slice lead, const struct pem_block *block)
{
	char hex[FINGERPRINT_HEX];
	struct fingerprint print;
	struct slice rest = lead, mark = last_line(&rest);
	bool cert = pem_is(block, "CERTIFICATE") && !block->broken;
	there->blocks++;
	there->has_key |= is_key(block);
	if (cert)
		fingerprint_of(block->der.data, block->der.len, &print);
	bool ours = cert && begins(mark, MARK_OURS);
	if (ours)
		take_ours(there, &print, (struct slice){ mark.at + strlen(MARK_OURS),
						mark.len - strlen(MARK_OURS) });
	if (ours || (cert && begins(mark, MARK_SYSTEM))) {
		keep_rest(there, rest);
		return;
	}
	keep_text(there, lead);
	keep_text(there, (struct slice){ block->text, block->end - block->begin });
	if (cert)
		set_add(&there->theirs, fingerprint_hex(&print, hex));
	there->strangers += cert;
}

static void take_all(struct there *there, const struct buf *bytes)
{
	struct pem_block block = { 0 };
	struct pem_reader reader;
	struct slice all = { buf_text(bytes), bytes->len };
	there->has_head = begins(all, HEAD);
	size_t at = there->has_head ? strlen(HEAD) : 0;
	pem_start(&reader, all.at + at, all.len - at);
	size_t base = at;
	while (pem_next(&reader, &block)) {
		size_t begin = base + block.begin;
		take_block(there, (struct slice){ all.at + at, begin - at }, &block);
		at = base + block.end;
		at += at < all.len && all.at[at] == '\r';
		at += at < all.len && all.at[at] == '\n';
	}
	keep_text(there, (struct slice){ all.at + at, all.len - at });
	buf_wipe(&block.der);
}

/* --- planning ------------------------------------------------------------------------------------ */

static char *mark_of(const struct anchor *anchor)
{
	struct buf line = { 0 };
	put_mark(&line, "", anchor->name);
	buf_cut(&line, line.len - 1);
	return buf_take(&line);
}

static enum deploy_change change_of(const struct there *there, const struct anchor *anchor)
{
	char hex[FINGERPRINT_HEX];
	const unsigned *place = set_number(&there->ours, fingerprint_hex(&anchor->print, hex));
	if (!place || !there->names || *place > there->count)
		return DEPLOY_ADD;
	char *mark = mark_of(anchor);
	bool same = strcmp(mark, there->names[*place - 1]) == 0;
	free(mark);
	return same ? DEPLOY_KEEP : DEPLOY_REPLACE;
}

static void system_set(const struct visit *visit, struct set *out)
{
	if (visit->target->with_system)
		anchors_set(&visit->demand->system, out);
}

static void note_removed(const struct visit *visit, const struct there *there, const struct set *wanted)
{
	char hex[FINGERPRINT_HEX];
	struct set system = { 0 };
	system_set(visit, &system);
	for (size_t i = 0; i < there->count; i++) {
		fingerprint_hex(&there->prints[i], hex);
		char *name = text_safe(there->names[i], strlen(there->names[i]));
		if (!set_has(wanted, hex) && set_has(&there->theirs, hex))
			warn(visit, "%s is no longer trusted, but somebody else put it there as well, and that stays.",
				name);
		else if (!set_has(wanted, hex) && set_has(&system, hex))
			warn(visit, "%s is no longer in the store, and stays as one of the system's.", name);
		else if (!set_has(wanted, hex))
			plan_note(visit, DEPLOY_REMOVE, &there->prints[i], name);
		free(name);
	}
	set_done(&system);
}

static void warn_blocked(const struct visit *visit, const struct there *there)
{
	char hex[FINGERPRINT_HEX];
	const struct anchors *blocked = &visit->demand->blocked;
	for (size_t i = 0; there->strangers > 0 && i < blocked->count; i++)
		if (set_has(&there->theirs, fingerprint_hex(&blocked->items[i].print, hex)))
			warn(visit, "%s is blocked here and stays in it: certary didn't put it there.",
				blocked->items[i].name);
}

static void put_anchor(struct buf *out, const char *mark, const struct anchor *anchor)
{
	put_mark(out, mark, anchor->name);
	pem_write(out, "CERTIFICATE", anchor->der, anchor->len);
}

static void put_trusted(const struct visit *visit, const struct there *there, struct set *wanted,
	struct buf *out)
{
	const struct anchors *trusted = &visit->demand->trusted;
	anchors_set(trusted, wanted);
	for (size_t i = 0; i < trusted->count; i++) {
		const struct anchor *anchor = &trusted->items[i];
		put_anchor(out, MARK_OURS, anchor);
		plan_note(visit, change_of(there, anchor), &anchor->print, anchor->name);
	}
}

/* Those that the store has a word on are as it says, or aren't there. */
static void put_system(const struct visit *visit, const struct there *there, const struct set *wanted,
	struct buf *out)
{
	char hex[FINGERPRINT_HEX];
	struct set blocked = { 0 };
	const struct anchors *system = &visit->demand->system;
	anchors_set(&visit->demand->blocked, &blocked);
	for (size_t i = 0; i < system->count; i++) {
		fingerprint_hex(&system->items[i].print, hex);
		if (set_has(wanted, hex) || set_has(&blocked, hex) || set_has(&there->theirs, hex))
			continue;
		put_anchor(out, MARK_SYSTEM, &system->items[i]);
		visit->plan->theirs++;
	}
	set_done(&blocked);
}

static bool stage_blocks(const struct visit *visit, const char *path, const char *head,
	const struct there *there, const struct buf *was, const struct fs_stamp *stamp,
	struct error *err)
{
	struct buf out = { 0 };
	struct set wanted = { 0 };
	buf_text_add(&out, head);
	put_trusted(visit, there, &wanted, &out);
	note_removed(visit, there, &wanted);
	warn_blocked(visit, there);
	visit->plan->theirs = there->strangers;
	buf_add(&out, there->foreign.data, there->foreign.len);
	if (visit->target->with_system)
		put_system(visit, there, &wanted, &out);
	set_done(&wanted);
	bool same = stamp->inode && out.len == was->len && memcmp(buf_text(&out), buf_text(was), out.len) == 0;
	bool ok = same || stage_public(visit, path, &out, stamp, err);
	if (same)
		stage_keep(visit->staging, visit->index, path);
	buf_done(&out);
	return ok;
}

/* What other programs read as something else isn't to begin with certificates. */
static bool is_something_else(const struct buf *bytes, const struct there *there)
{
	return (there->blocks == 0 && there->foreign.len > 0) ||
	       (bytes->len > 0 && memchr(bytes->data, '\0', bytes->len));
}

static bool stage_file(const struct visit *visit, const char *path, const char *head, struct error *err)
{
	struct buf bytes = { .secret = true };
	struct there there = { 0 };
	struct fs_stamp stamp;
	bool ok = read_there(path, FILE_MOST, &bytes, &stamp, err);
	if (ok)
		take_all(&there, &bytes);
	if (!ok || there.has_key) {
		if (ok)
			unavailable(visit, "it holds a private key, and is read by those who look for "
					   "certificates (move the key to a file of its own)");
	} else if (*head && !there.has_head && there.count == 0 && there.foreign.len > 0) {
		unavailable(visit, "a file that certary didn't write is there, with %zu certificates "
				   "(import what it holds and remove it, or name another file)",
			there.strangers);
	} else if (!*head && is_something_else(&bytes, &there)) {
		unavailable(visit, "the file that is there is none of certificates (remove it, or name "
				   "another file)");
	} else {
		ok = stage_blocks(visit, path, head, &there, &bytes, &stamp, err);
	}
	there_done(&there);
	buf_wipe(&bytes);
	return ok;
}

/* A piece of a file, from one mark of ours to the next, and the certificates that are seen in it. */
struct piece {
	struct slice text;
	struct fingerprint *prints;
	size_t count, cap;
};

static void read_piece(void *ctx, size_t i)
{
	struct piece *piece = (struct piece *)ctx + i;
	struct pem_block block = { 0 };
	struct pem_reader blocks;
	pem_start(&blocks, piece->text.at, piece->text.len);
	while (pem_next(&blocks, &block)) {
		if (!pem_is(&block, "CERTIFICATE") || block.broken)
			continue;
		piece->prints = mem_grow(piece->prints, piece->count, &piece->cap, sizeof *piece->prints);
		fingerprint_of(block.der.data, block.der.len, &piece->prints[piece->count++]);
	}
	buf_wipe(&block.der);
}

/* Behind an END line, where no block is open: each of the pieces is read as it would be in one go. */
static struct piece *cut_up(struct slice all, size_t *count)
{
	static const char cut[] = "-----END CERTIFICATE-----\n" MARK_OURS;
	const size_t before = sizeof cut - sizeof MARK_OURS;
	struct piece *pieces = NULL;
	size_t cap = 0;
	*count = 0;
	while (all.len > 0) {
		const char *next = memmem(all.at, all.len, cut, sizeof cut - 1);
		size_t len = next ? (size_t)(next - all.at) + before : all.len;
		pieces = mem_grow(pieces, *count, &cap, sizeof *pieces);
		pieces[(*count)++] = (struct piece){ .text = { all.at, len } };
		all.at += len;
		all.len -= len;
	}
	return pieces;
}

static bool read_blocks(const char *path, struct set *seen, const char **reader, struct error *err)
{
	struct buf bytes = { 0 };
	char hex[FINGERPRINT_HEX];
	size_t count;
	*reader = N_("certary's own reader");
	bool ok = fs_read(AT_FDCWD, path, FS_FOLLOW, FILE_MOST, &bytes, NULL, err);
	struct piece *pieces = cut_up((struct slice){ buf_text(&bytes), bytes.len }, &count);
	crew_work(count, read_piece, pieces);
	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; k < pieces[i].count; k++)
			set_add(seen, fingerprint_hex(&pieces[i].prints[k], hex));
		free(pieces[i].prints);
	}
	free(pieces);
	buf_done(&bytes);
	return ok;
}

/* --- the kinds ----------------------------------------------------------------------------------- */

bool pem_bundle_stage(const struct visit *visit, struct error *err)
{
	return !folder_is_there(visit, visit->target->path) ||
	       stage_file(visit, visit->target->path, HEAD, err);
}

bool pem_bundle_read_back(const struct visit *visit, struct set *seen, const char **reader,
	struct error *err)
{
	return read_blocks(visit->target->path, seen, reader, err);
}

/* libpq asks the system for the user's home, and not the environment: neither do we. */
static char *root_crt(const struct target *target)
{
	if (target->path)
		return mem_text(target->path);
	const struct passwd *user = getpwuid(geteuid());
	return mem_format("%s/.postgresql/root.crt", user ? user->pw_dir : "");
}

bool postgres_client_stage(const struct visit *visit, struct error *err)
{
	char *path = root_crt(visit->target);
	char *folder = mem_textn(path, (size_t)(strrchr(path, '/') - path));
	free(visit->plan->place);
	visit->plan->place = text_safe(path, strlen(path));
	bool ok = visit->target->path ?
			  !folder_is_there(visit, path) || stage_file(visit, path, "", err) :
			  stage_folder(visit->staging, visit->index, folder, 0700, err) &&
				  stage_file(visit, path, "", err);
	free(folder);
	free(path);
	return ok;
}

bool postgres_client_read_back(const struct visit *visit, struct set *seen, const char **reader,
	struct error *err)
{
	char *path = root_crt(visit->target);
	bool ok = read_blocks(path, seen, reader, err);
	free(path);
	return ok;
}
