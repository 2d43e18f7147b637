/*
 * A key with its certificate and chain at the paths where a service reads them.
 *
 * Key and certificate must belong together, before it is written and in the files afterwards: a pair that
 * doesn't match keeps a service from starting.  Without a path for the key all of it goes into one file,
 * key first, as some services want it.  What holds the key is readable by its owner alone, unless the
 * file is there and is as narrow as services demand it: no more than reading for its group.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "codec/pem.h"
#include "deploy/kind.h"
#include "pki/cert.h"
#include "pki/privkey.h"

#define FILE_MOST   (1u << 20)
#define KEY_MODE    0600
#define KEY_WIDEST  0640
#define IN_THE_FILE N_("certary's own reader, and they match")

/* --- do they belong together? ---------------------------------------------------------------------- */

static bool matches(const struct buf *key, const uint8_t *der, size_t len, struct error *err)
{
	struct privkey *read = NULL;
	struct cert *cert = NULL;
	bool ok = privkey_read(key->data, key->len, NULL, PRIVKEY_ROUNDS, &read, err) &&
		  cert_parse(der, len, &cert, err);
	if (ok && !privkey_matches(read, cert_info(cert)))
		ok = error_set(err, ERROR_FAILED, "key and certificate don't belong together");
	privkey_free(read);
	cert_free(cert);
	return ok;
}

/* --- what is there --------------------------------------------------------------------------------- */

typedef void block_fn(void *ctx, const struct pem_block *block);

static void each_block(const struct buf *bytes, block_fn *each, void *ctx)
{
	struct pem_block block = { 0 };
	struct pem_reader reader;
	pem_start(&reader, buf_text(bytes), bytes->len);
	while (pem_next(&reader, &block))
		each(ctx, &block);
	buf_wipe(&block.der);
}

struct sorts {
	bool key, cert;
};

static void take_sort(void *ctx, const struct pem_block *block)
{
	struct sorts *sorts = ctx;
	sorts->key |= memmem(block->label, block->label_len, "PRIVATE KEY", 11) != NULL;
	sorts->cert |= pem_is(block, "CERTIFICATE");
}

/* Nothing of it is kept: it must be of the sort that takes its place, or blank. */
static bool may_replace(const struct visit *visit, const char *path, const struct buf *is, bool secret)
{
	struct sorts sorts = { 0 };
	char *safe = text_safe(path, strlen(path));
	bool blank = strspn(buf_text(is), " \t\r\n") == is->len;
	each_block(is, take_sort, &sorts);
	bool lost = sorts.key && !secret;
	bool fits = blank || (secret && sorts.key) || (sorts.cert && !(secret && visit->target->key));
	if (lost)
		unavailable(visit, "%s holds a private key, which would be lost (move it, or name another "
				   "file)",
			safe);
	else if (!fits)
		unavailable(visit,
			secret ? N_("%s is there and holds no private key (remove it, or name another file)") :
				 N_("%s is there and holds no certificate (remove it, or name another file)"),
			safe);
	free(safe);
	return !lost && fits;
}

/* --- what will be written -------------------------------------------------------------------------- */

static void put_chain(const struct key_pair *pair, size_t from, struct buf *out)
{
	for (size_t i = from; i < pair->count; i++)
		pem_write(out, "CERTIFICATE", pair->chain[i].der, pair->chain[i].len);
}

/* The key's file has owner and mode of its own; secret from the first byte on. */
static bool stage_secret(const struct visit *visit, const char *path, struct buf *take,
	const struct fs_stamp *was, struct error *err)
{
	uid_t uid;
	gid_t gid;
	struct file_change *change = NULL;
	bool narrow = was->inode && !(was->mode & 0777 & ~(mode_t)KEY_WIDEST);
	/* 0: as the file is, with those whom it names one by one. */
	mode_t mode = narrow ? 0 : KEY_MODE;
	if (was->inode && !narrow && getxattr(path, "system.posix_acl_access", NULL, 0) > 0)
		warn(visit, "the key's file is open to others than its service: it becomes its owner's "
			    "alone, and those who are named in its list (getfacl) can't read it any more");
	if (target_owner(visit->target, &uid, &gid, err))
		change = stage_write(visit->staging, visit->index, path, mode, take, err);
	if (!change)
		return false;
	change->uid = uid;
	change->gid = gid;
	file_change_read(change, was);
	return true;
}

/* Owner and mode are part of what a service demands. */
static bool is_narrow(const struct target *target, const char *path, struct error *err)
{
	struct stat st;
	uid_t uid;
	gid_t gid;
	if (!target_owner(target, &uid, &gid, err) || stat(path, &st) != 0)
		return false;
	return (st.st_mode & 0777 & ~(mode_t)KEY_WIDEST) == 0 &&
	       (uid == (uid_t)-1 || uid == st.st_uid) && (gid == (gid_t)-1 || gid == st.st_gid);
}

static bool stage_file(const struct visit *visit, const char *path, struct buf *take, struct error *err)
{
	struct error unread = { 0 };
	struct fs_stamp was;
	struct buf is = { .secret = true };
	bool secret = take->secret;
	bool ok = read_there(path, FILE_MOST, &is, &was, &unread);
	bool same = was.inode && is.len == take->len && memcmp(buf_text(&is), buf_text(take), is.len) == 0;
	bool may = ok && may_replace(visit, path, &is, secret);
	buf_wipe(&is);
	if (!ok)
		return unavailable(visit, "%s", unread.text);
	if (!may)
		return true;
	if (same && (!secret || is_narrow(visit->target, path, &unread))) {
		stage_keep(visit->staging, visit->index, path);
		return true;
	}
	if (secret && same)
		warn(visit, "the key's file is open to others than its service, or somebody else's: that is "
			    "put right");
	return secret ? stage_secret(visit, path, take, &was, err)
		      : stage_public(visit, path, take, &was, err);
}

static bool stage_files(const struct visit *visit, struct error *err)
{
	const struct target *target = visit->target;
	const struct key_pair *pair = visit->order->pair;
	struct buf key = { .secret = true }, cert = { .secret = !target->key }, chain = { 0 };
	buf_add(target->key ? &key : &cert, pair->key->data, pair->key->len);
	pem_write(&cert, "CERTIFICATE", pair->chain[0].der, pair->chain[0].len);
	put_chain(pair, 1, target->chain ? &chain : &cert);
	bool ok = (!target->key || stage_file(visit, target->key, &key, err)) &&
		  stage_file(visit, target->path, &cert, err) &&
		  (!target->chain || stage_file(visit, target->chain, &chain, err));
	buf_wipe(&key);
	buf_wipe(&cert);
	buf_done(&chain);
	return ok;
}

/* --- the plan -------------------------------------------------------------------------------------- */

struct first {
	struct fingerprint print;
	bool found;
};

static void take_first(void *ctx, const struct pem_block *block)
{
	struct first *first = ctx;
	if (first->found || block->broken || !pem_is(block, "CERTIFICATE"))
		return;
	fingerprint_of(block->der.data, block->der.len, &first->print);
	first->found = true;
}

/* What the service presents now, as far as its file tells. */
static void look_at_file(const struct visit *visit, struct first *out)
{
	struct buf bytes = { .secret = true };
	struct error ignored = { 0 };
	struct fs_stamp was;
	*out = (struct first){ 0 };
	if (read_there(visit->target->path, FILE_MOST, &bytes, &was, &ignored))
		each_block(&bytes, take_first, out);
	buf_wipe(&bytes);
}

static void note(const struct visit *visit, size_t files)
{
	const struct anchor *leaf = &visit->order->pair->chain[0];
	struct first now;
	look_at_file(visit, &now);
	bool same = now.found && fingerprint_compare(&now.print, &leaf->print) == 0;
	plan_note(visit,
		!now.found			      ? DEPLOY_ADD :
		!same				      ? DEPLOY_REPLACE :
		files < visit->staging->count ? DEPLOY_REPLACE :
						DEPLOY_KEEP,
		&leaf->print, leaf->name);
	visit->plan->shared = false;
}

static void take_print(void *ctx, const struct pem_block *block)
{
	char hex[FINGERPRINT_HEX];
	struct fingerprint print;
	if (block->broken || !pem_is(block, "CERTIFICATE"))
		return;
	fingerprint_of(block->der.data, block->der.len, &print);
	set_add(ctx, fingerprint_hex(&print, hex));
}

static void look_at_prints(const char *path, struct set *out)
{
	struct buf bytes = { .secret = true };
	struct error ignored = { 0 };
	struct fs_stamp was;
	if (read_there(path, FILE_MOST, &bytes, &was, &ignored))
		each_block(&bytes, take_print, out);
	buf_wipe(&bytes);
}

/* The key is sealed, and somebody only looks: what the files hold of certificates tells most of it. */
static void plan_by_certificates(const struct visit *visit)
{
	const struct key_pair *pair = visit->order->pair;
	struct set held = { 0 };
	struct first now;
	char hex[FINGERPRINT_HEX];
	look_at_file(visit, &now);
	look_at_prints(visit->target->path, &held);
	if (visit->target->chain)
		look_at_prints(visit->target->chain, &held);
	bool same = now.found && fingerprint_compare(&now.print, &pair->chain[0].print) == 0;
	for (size_t i = 1; i < pair->count; i++)
		same = same && set_has(&held, fingerprint_hex(&pair->chain[i].print, hex));
	plan_note(visit, same ? DEPLOY_KEEP : now.found ? DEPLOY_REPLACE : DEPLOY_ADD,
		&pair->chain[0].print, pair->chain[0].name);
	visit->plan->stale = !same;
	visit->plan->shared = false;
	warn(visit, "passphrase needed: its key is sealed, so only its certificates were compared.");
	set_done(&held);
}

/* Clients that don't know the missing one find no way; it is the usual mistake, and works for some. */
static void warn_of_chain(const struct visit *visit)
{
	const struct key_pair *pair = visit->order->pair;
	if (pair->incomplete)
		warn(visit, "Its chain ends at %s, whose issuer isn't trusted here: who doesn't know "
			    "that one refuses the service (certary identity attach adds what is missing).",
			pair->chain[pair->count - 1].name);
}

bool server_pair_stage(const struct visit *visit, struct error *err)
{
	const struct key_pair *pair = visit->order->pair;
	size_t files = visit->staging->count;
	if (!pair || pair->count == 0)
		return unavailable(visit, "its identity has no certificate yet");
	warn_of_chain(visit);
	if (!pair->key) {
		plan_by_certificates(visit);
		return true;
	}
	if (!matches(pair->key, pair->chain[0].der, pair->chain[0].len, err) ||
		!stage_files(visit, err))
		return unavailable(visit, "%s", err->text);
	if (visit->plan->outcome != DEPLOY_UNAVAILABLE)
		note(visit, files);
	return true;
}

/* --- read back ------------------------------------------------------------------------------------- */

static bool read_all(const char *path, struct buf *out, struct error *err)
{
	struct fs_stamp was;
	if (!read_there(path, FILE_MOST, out, &was, err))
		return false;
	return was.inode || error_set(err, ERROR_FAILED, "a file of the service is gone");
}

bool server_pair_read_back(const struct visit *visit, struct set *seen, const char **reader,
	struct error *err)
{
	const struct target *target = visit->target;
	const struct anchor *leaf = &visit->order->pair->chain[0];
	struct buf cert = { .secret = true }, key = { .secret = true };
	char hex[FINGERPRINT_HEX];
	*reader = IN_THE_FILE;
	bool ok = read_all(target->path, &cert, err) &&
		  read_all(target->key ? target->key : target->path, &key, err);
	if (ok)
		each_block(&cert, take_print, seen);
	if (ok && set_has(seen, fingerprint_hex(&leaf->print, hex)))
		ok = matches(&key, leaf->der, leaf->len, err);
	buf_wipe(&cert);
	buf_wipe(&key);
	return ok;
}
