#include "deploy/nss-db.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "deploy/prints.h"

#define MOST    (256u << 20)
#define SECONDS 900
#define PREFIX  "certary-"
#define DIGITS  8u

const char *const nss_files[3] = { "cert9.db", "key4.db", "pkcs11.txt" };

/* --- the copy --------------------------------------------------------------------------------- */

static void forget(struct nss_db *db)
{
	for (size_t i = 0; i < db->count; i++)
		free(db->items[i].nick);
	db->count = 0;
	set_done(&db->ours);
	set_done(&db->theirs);
}

void nss_db_close(struct nss_db *db)
{
	if (!db->where)
		return;
	forget(db);
	free(db->items);
	free(db->where);
	if (db->password > 0)
		close(db->password);
	scratch_done(&db->scratch);
	*db = (struct nss_db){ 0 };
}

static bool copy_file(struct nss_db *db, const char *folder, size_t i, struct error *err)
{
	const char *name = nss_files[i];
	struct buf bytes = { .secret = true };
	char *path = mem_format("%s/%s", folder, name);
	bool ok = access(path, F_OK) != 0 ||
		  (fs_read(AT_FDCWD, path, FS_FOLLOW, MOST, &bytes, &db->was[i], err) &&
			  scratch_write(&db->scratch, name, buf_text(&bytes), bytes.len, err));
	buf_wipe(&bytes);
	free(path);
	return ok;
}

/*
 * In memory alone, whatever becomes of us, and the standard input of the tools: by its place in /proc nobody
 * but root could open it, since our memory isn't to be looked at.
 */
static bool keep_password(struct nss_db *db, const char *password, struct error *err)
{
	if (!password)
		return true;
	db->password = memfd_create("password", MFD_CLOEXEC);
	if (db->password < 0 || !fs_write_fd(db->password, password, strlen(password)))
		return error_errno(err, "memory for the password of the database");
	return true;
}

/* Any command of certutil, with the password where there is one. */
static bool certutil(const struct nss_db *db, const char *command, const char *option,
	const char *value, struct buf *out, struct error *err)
{
	const char *argv[10] = { db->certutil, command, "-d", db->where };
	size_t n = 4;
	if (option)
		argv[n++] = option;
	if (value)
		argv[n++] = value;
	if (db->password > 0 && strcmp(command, "-L") != 0) {
		argv[n++] = "-f";
		argv[n++] = NSS_PASSWORD_AT;
	}
	return run_tool_with(argv, db->password, SECONDS, out, err);
}

/* It lists keys only for who knows the password; that there is none is no reason to stop. */
static bool check_password(const struct nss_db *db, struct error *err)
{
	struct error why = { 0 };
	if (certutil(db, "-K", NULL, NULL, NULL, &why) || !strstr(why.text, "PASSWORD"))
		return true;
	return error_set(err, ERROR_SECRET,
		db->password > 0 ?
			N_("the password of the database is another one") :
			N_("the database has a password (give it with --password-file)"));
}

static bool make(const struct nss_db *db, struct error *err)
{
	return certutil(db, "-N", db->password > 0 ? NULL : "--empty-password", NULL, NULL, err) ||
	       error_wrap(err, "a new database can't be made");
}

bool nss_db_open(struct nss_db *db, const char *folder, const char *password, bool *fresh,
	struct error *err)
{
	if (!find_tool("certutil", db->certutil))
		return error_set(err, ERROR_FAILED,
			"the program certutil isn't there (of the package libnss3-tools or "
			"nss-tools)");
	if (!scratch_make(&db->scratch, err))
		return false;
	db->where = mem_format("sql:%s", db->scratch.path);
	char *certificates = mem_format("%s/%s", folder, nss_files[0]);
	*fresh = access(certificates, F_OK) != 0;
	free(certificates);
	bool ok = keep_password(db, password, err);
	for (size_t i = 0; ok && !*fresh && i < 3; i++)
		ok = copy_file(db, folder, i, err);
	if (ok && *fresh)
		ok = make(db, err);
	return ok && check_password(db, err);
}

/* --- batches ---------------------------------------------------------------------------------- */
static void put_password(const struct nss_db *db, struct buf *batch)
{
	if (db->password > 0)
		buf_format(batch, " -f %s", NSS_PASSWORD_AT);
	buf_char(batch, '\n');
}

void nss_add(struct nss_db *db, const struct anchor *anchor, const char *nick, const char *flags,
	struct buf *batch)
{
	char hex[FINGERPRINT_HEX];
	fingerprint_hex(&anchor->print, hex);
	unlinkat(db->scratch.dir, hex, 0);
	scratch_write(&db->scratch, hex, anchor->der, anchor->len, NULL);
	buf_format(batch, "-A -n %s -t %s -i %s/%s", nick, flags, db->scratch.path, hex);
	put_password(db, batch);
}

void nss_remove(const struct nss_db *db, const char *nick, struct buf *batch)
{
	buf_format(batch, "-D -n %s", nick);
	put_password(db, batch);
}

bool nss_db_run(struct nss_db *db, const struct buf *batch, struct buf *out, struct error *err)
{
	if (batch->len == 0)
		return true;
	unlinkat(db->scratch.dir, "batch", 0);
	char *path = scratch_path(&db->scratch, "batch");
	const char *const argv[] = { db->certutil, "-B", "-i", path, "-d", db->where, NULL };
	bool ok = scratch_write(&db->scratch, "batch", batch->data, batch->len, err) &&
		  run_tool_with(argv, db->password, SECONDS, out, err);
	free(path);
	return ok;
}

/* --- what is in it ---------------------------------------------------------------------------- */
/* Does a nickname look like one of ours?  Then no quotes are needed around it either. */
static const char *digits_of(const char *nick)
{
	size_t len = strlen(nick);
	const char *tail = len > DIGITS ? nick + len - DIGITS : nick;
	bool plain = strspn(nick, "abcdefghijklmnopqrstuvwxyz0123456789.-") == len;
	return plain && text_starts(nick, PREFIX) && tail[-1] == '-' &&
			       strspn(tail, "0123456789abcdef") == DIGITS
		       ? tail
		       : NULL;
}

/* A line of the list: the nickname, blanks, and what it is trusted for. */
static void take_line(struct nss_db *db, char *line)
{
	size_t len = strlen(line);
	while (len > 0 && line[len - 1] == ' ')
		line[--len] = '\0';
	char *flags = strrchr(line, ' ');
	if (!flags || strspn(flags + 1, "pPcCTuwg,") != strlen(flags + 1) || !strchr(flags, ','))
		return;
	struct nss_entry entry = { 0 };
	memcpy(entry.flags, flags + 1, strnlen(flags + 1, sizeof entry.flags - 1));
	while (flags > line && flags[-1] == ' ')
		flags--;
	entry.nick = mem_textn(line, (size_t)(flags - line));
	db->items = mem_grow(db->items, db->count, &db->cap, sizeof *db->items);
	db->items[db->count++] = entry;
}

/* Nicknames that a batch takes between quotes as they are. */
static bool is_plain(const char *nick)
{
	return *nick && !strpbrk(nick, "\"'\\:\r\n\t");
}

static void read_each(const struct nss_db *db, struct buf *pem)
{
	for (size_t i = 0; i < db->count; i++) {
		const char *const argv[] = { db->certutil, "-L", "-d", db->where, "-n",
			db->items[i].nick, "-a", NULL };
		if (!digits_of(db->items[i].nick))
			run_tool(argv, SECONDS, pem, NULL);
	}
}

/* All certificates; those of others that certutil can't name stay unknown. */
static bool read_all(struct nss_db *db, struct buf *pem, struct error *err)
{
	struct buf ours = { 0 }, others = { 0 };
	bool plain = true;
	for (size_t i = 0; i < db->count; i++) {
		const char *nick = db->items[i].nick;
		plain &= is_plain(nick);
		buf_format(digits_of(nick) ? &ours : &others, "-L -n \"%s\" -a\n", nick);
	}
	bool ok = nss_db_run(db, &ours, pem, err);
	if (ok && (!plain || !nss_db_run(db, &others, pem, NULL)))
		read_each(db, pem);
	buf_done(&ours);
	buf_done(&others);
	return ok;
}

/* Where the certificates of ours stand in the list, by the digits in their nicknames. */
struct matching {
	struct nss_db *db;
	struct set digits;
};

static void match_one(void *ctx, const struct fingerprint *print)
{
	const struct matching *matching = ctx;
	struct nss_db *db = matching->db;
	char hex[FINGERPRINT_HEX], digits[DIGITS + 1] = "";
	memcpy(digits, fingerprint_hex(print, hex), DIGITS);
	const unsigned *index = set_number(&matching->digits, digits);
	if (!index) {
		set_add(&db->theirs, hex);
		return;
	}
	db->items[*index].print = *print;
	db->items[*index].ours = true;
	if (set_add(&db->ours, hex))
		*set_number(&db->ours, hex) = *index;
}

static void match(struct nss_db *db, const struct buf *pem)
{
	struct matching matching = { .db = db };
	for (size_t i = 0; i < db->count; i++) {
		const char *digits = digits_of(db->items[i].nick);
		if (digits && set_add(&matching.digits, digits))
			*set_number(&matching.digits, digits) = (unsigned)i;
	}
	prints_each(pem->data, pem->len, match_one, &matching);
	set_done(&matching.digits);
}

bool nss_db_list(struct nss_db *db, struct error *err)
{
	struct buf list = { 0 }, pem = { 0 };
	char *save = NULL;
	forget(db);
	bool ok = certutil(db, "-L", NULL, NULL, &list, err);
	for (char *line = ok && list.data ? strtok_r(list.data, "\n", &save) : NULL; line;
		line = strtok_r(NULL, "\n", &save))
		take_line(db, line);
	ok = ok && read_all(db, &pem, err);
	if (ok)
		match(db, &pem);
	buf_done(&list);
	buf_done(&pem);
	return ok;
}

const struct nss_entry *nss_db_ours(const struct nss_db *db, const struct fingerprint *print)
{
	char hex[FINGERPRINT_HEX];
	const unsigned *index = set_number(&db->ours, fingerprint_hex(print, hex));
	return index ? &db->items[*index] : NULL;
}
