/*
 * Carrying out a plan: atomic, then durable.
 *
 *   1  under the lock, look at every file again: is it still what the plan was made from?
 *   2  write new contents under temporary names and make them last, then the folders that they are in
 *   3  set the mark in .lock: the journal was this long; make it last
 *   4  write the plan into the journal (all its lines in one append) and make it last
 *   5  rename and remove; make the folders last
 *   6  clear the mark, seal the journal; make it last
 *
 * Each wait for the disk is there for what comes after it.  2 and 3 come before 4 because a journal
 * that lasts is a promise: its contents must be there to be renamed, under their names, and the mark
 * must tell that somebody has to.  5 comes before 6 because the mark is all that brings anyone back,
 * and 6 lasts before the command returns, so that nobody comes back after a power cut and does over
 * what people have changed by hand since.  A few contents are made to last one by one, many with one
 * barrier for the whole file system.
 *
 * A crash before 4 is done leaves temporaries and a journal to be cut back to the mark; after it,
 * whoever takes the lock next does step 5 again (recover.c).  An error is answered by going back
 * step by step, and each step back leaves what the step forward needs to be done again: whoever
 * comes after a crash in the middle of going back goes forward.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/set.h"
#include "base/text.h"
#include "pki/privkey.h"
#include "store/account.h"
#include "store/entryfile.h"
#include "store/internal.h"
#include "store/ledger.h"
#include "store/lock.h"

/* From here on one barrier for the file system is cheaper than a sync for each file. */
#define BARRIER_FROM 64

struct transaction {
	struct store *store;
	struct plan *plan;
	struct buf *olds; /* what each row destroys */
	struct lock lock;
	struct ledger_end start, end;
	struct account account;
	size_t temps;   /* temporaries written */
	size_t applied; /* rows carried out */
};

static bool needs_old(const struct plan_row *row)
{
	return row->src.state != STATE_NONE && (row->writes || row->dst.state == STATE_NONE);
}

static bool is_base(const struct plan_row *row, const struct buf *bytes)
{
	struct fingerprint hash;
	char hex[FINGERPRINT_HEX];
	fingerprint_of(bytes->data, bytes->len, &hash);
	return !row->base || strcmp(fingerprint_hex(&hash, hex), row->base) == 0;
}

static bool was_changed(struct error *err)
{
	error_set(err, ERROR_FAILED, "somebody changed it meanwhile (look at it again)");
	return error_stale(err);
}

/* What a row destroys goes into the journal, which many may read. */
static bool refuse_key(struct error *err)
{
	return error_set(err, ERROR_FAILED,
		"its file holds a private key (move the key to a safe place first)");
}

static bool holds_key(const struct buf *bytes)
{
	struct entry_file file = { 0 };
	entry_file_read(buf_text(bytes), bytes->len, &file);
	bool holds = file.has_key || privkey_seal(bytes->data, bytes->len) != PRIVKEY_NONE;
	entry_file_done(&file);
	return holds;
}

/* A file of an identity: what an edit was made from must be there still, and what is moved at all. */
static bool check_record(struct transaction *t, size_t i, struct error *err)
{
	const struct plan_row *row = &t->plan->rows[i];
	struct buf bytes = { .secret = true };
	bool ok = fs_read(t->store->dirs[row->src.state], row->src.file, FS_NOFOLLOW,
		folder_row(row->src.state)->most, &bytes, NULL, err);
	if (!ok)
		error_stale(err);
	else if (!is_base(row, &bytes))
		ok = was_changed(err);
	if (ok && needs_old(row) && !folder_row(row->src.state)->secret && holds_key(&bytes))
		ok = refuse_key(err);
	if (ok && needs_old(row))
		buf_add(&t->olds[i], bytes.data, bytes.len);
	buf_wipe(&bytes);
	return ok;
}

/* The file of a row must still hold the certificate that the operator saw. */
static bool check_source(struct transaction *t, size_t i, struct error *err)
{
	const struct plan_row *row = &t->plan->rows[i];
	struct buf bytes = { 0 };
	struct entry_file file = { 0 };
	struct fingerprint now = { 0 };
	bool ok = fs_read(t->store->dirs[row->src.state], row->src.file, FS_NOFOLLOW, FILE_MOST,
		&bytes, NULL, err);
	if (ok) {
		entry_file_read(buf_text(&bytes), bytes.len, &file);
		fingerprint_of(file.der.data, file.der.len, &now);
	}
	else
		error_stale(err);
	if (ok && (fingerprint_compare(&now, &row->cert) != 0 || !is_base(row, &bytes)))
		ok = was_changed(err);
	if (ok && needs_old(row) && file.certs > 1)
		ok = error_set(err, ERROR_FAILED,
			"its file holds several certificates (import it, then remove it by hand)");
	if (ok && needs_old(row) && file.has_key)
		ok = refuse_key(err);
	if (ok && needs_old(row))
		buf_add(&t->olds[i], bytes.data, bytes.len);
	entry_file_done(&file);
	buf_done(&bytes);
	return ok;
}

static bool is_moved(const struct plan_row *row)
{
	return row->src.state != row->dst.state || strcmp(row->src.file, row->dst.file) != 0;
}

/* Made again beside what was deleted, it could never be deleted: both would have one name there. */
static bool is_discarded(const struct store *store, const struct plan_row *row)
{
	if (row->dst.state < STATE_COUNT)
		return false;
	char *name = discarded_name(row->dst.state, row->dst.file);
	bool found = fs_exists(store->dirs[FOLDER_DISCARDED], name);
	free(name);
	return found;
}

static bool check_row(struct transaction *t, size_t i, struct error *err)
{
	const struct plan_row *row = &t->plan->rows[i];
	struct store *store = t->store;
	struct entry known;
	bool is_entry = row->src.state < STATE_COUNT && row->dst.state < STATE_COUNT;
	if (is_entry && row->src.state == STATE_NONE && store_find(store, &row->cert, &known)) {
		error_set(err, ERROR_FAILED, "somebody else added it meanwhile");
		return error_stale(err);
	}
	if (row->src.state != STATE_NONE &&
		!(is_entry ? check_source(t, i, err) : check_record(t, i, err)))
		return false;
	bool arrives = row->dst.state != STATE_NONE && (row->src.state == STATE_NONE || is_moved(row));
	if (row->dst.state != STATE_NONE && store->dirs[row->dst.state] < 0)
		return error_set(err, ERROR_FAILED, "%s can't be opened (who owns that folder?)",
			folder_name(row->dst.state));
	if (row->src.state == STATE_NONE && is_discarded(store, row))
		return error_set(err, ERROR_FAILED, "it is in the trash (restore it from there: "
			"certary identity restore)");
	if (arrives && fs_exists(store->dirs[row->dst.state], row->dst.file))
		return error_set(err, ERROR_FAILED, "a file of that name is in %s already",
			folder_name(row->dst.state));
	return true;
}

static bool check_rows(struct transaction *t, struct error *err)
{
	for (size_t i = 0; i < t->plan->count; i++) {
		const struct plan_row *row = &t->plan->rows[i];
		if (!check_row(t, i, err))
			return error_wrap(err, "%s %s", row->op, row->name);
	}
	return true;
}

/* Two files of one name may be bound for one folder: dropped-in ones are called as people like. */
static bool check_places(const struct plan *plan, struct error *err)
{
	struct set places[FOLDER_COUNT] = { 0 };
	bool ok = true;
	for (size_t i = 0; ok && i < plan->count; i++) {
		const struct plan_row *row = &plan->rows[i];
		if (row->dst.state == STATE_NONE || set_lend(&places[row->dst.state], row->dst.file))
			continue;
		error_set(err, ERROR_FAILED, "two files of that name would meet in %s",
			folder_name(row->dst.state));
		ok = error_wrap(err, "%s %s", row->op, row->name);
	}
	for (int s = 0; s < FOLDER_COUNT; s++)
		set_done(&places[s]);
	return ok;
}

static void temp_name(const struct transaction *t, size_t i, char *out, size_t size)
{
	change_temp_name(out, size, t->start.seq + 1 + (int64_t)i);
}

static bool write_temp(struct transaction *t, size_t i, enum fs_durable durable, struct buf *bytes,
	struct error *err)
{
	struct plan_row *row = &t->plan->rows[i];
	struct fingerprint hash;
	char temp[40];
	temp_name(t, i, temp, sizeof temp);
	buf_cut(bytes, 0);
	if (!plan_row_bytes(row, bytes, err))
		return false;
	fingerprint_of(bytes->data, bytes->len, &hash);
	fingerprint_hex(&hash, row->hash);
	char *told = text_safe(row->dst.file, strlen(row->dst.file));
	bool ok = fs_write_as(t->store->dirs[row->dst.state], temp, told,
		folder_row(row->dst.state)->file_mode, bytes->data, bytes->len, durable, err);
	free(told);
	return ok;
}

static bool write_temps(struct transaction *t, struct error *err)
{
	enum fs_durable durable = t->plan->count >= BARRIER_FROM ? FS_LATER : FS_DURABLE;
	struct buf bytes = { .secret = true };
	bool ok = true;
	for (size_t i = 0; ok && i < t->plan->count; i++) {
		const struct plan_row *row = &t->plan->rows[i];
		if (!row->writes)
			continue;
		t->temps = i + 1;
		account_before(&t->account, t->store, row->dst.state, STATE_NONE);
		ok = write_temp(t, i, durable, &bytes, err) ||
		     error_wrap(err, "%s %s", row->op, row->name);
		account_after(&t->account, t->store, row->dst.state, STATE_NONE);
	}
	buf_wipe(&bytes);
	if (!ok || t->temps == 0)
		return ok;
	if (durable == FS_LATER && !fs_barrier(t->store->root, err))
		return false;
	return change_sync(t->store, t->plan->rows, t->plan->count, err);
}

static void remove_temps(struct transaction *t)
{
	char temp[40];
	for (size_t i = 0; i < t->temps; i++) {
		const struct plan_row *row = &t->plan->rows[i];
		temp_name(t, i, temp, sizeof temp);
		if (row->writes)
			fs_remove(t->store->dirs[row->dst.state], temp, NULL);
	}
}

static bool write_journal(struct transaction *t, struct error *err)
{
	t->end = t->start;
	return lock_mark(&t->lock, t->start.size, err) &&
	       ledger_write(t->store->root, t->plan, t->olds, &t->end, err);
}

static bool apply_rows(struct transaction *t, struct error *err)
{
	for (size_t i = 0; i < t->plan->count; i++) {
		const struct plan_row *row = &t->plan->rows[i];
		int64_t seq = t->start.seq + 1 + (int64_t)i;
		account_before(&t->account, t->store, row->src.state, row->dst.state);
		bool ok = change_forward(t->store, row, seq, err);
		account_after(&t->account, t->store, row->src.state, row->dst.state);
		t->applied = i + 1; /* also of a row that failed: going back finds what is to do */
		if (!ok)
			return error_wrap(err, "%s %s", row->op, row->name);
	}
	return change_sync(t->store, t->plan->rows, t->plan->count, err);
}

static void seal(struct transaction *t)
{
	struct error ignored;
	account_end(&t->account, t->store, t->end.size, &t->lock);
	/* What was asked for is done and lasts; a seal that can't be written costs only itself. */
	lock_seal(&t->lock, t->end.head, t->end.size, &ignored);
}

/* Back to how it was.  Where even that fails the mark stays, and the next writer goes forward. */
static void roll_back(struct transaction *t, struct error *err)
{
	bool ok = true;
	while (ok && t->applied > 0) {
		size_t i = t->applied - 1;
		ok = change_backward(t->store, &t->plan->rows[i], t->start.seq + 1 + (int64_t)i,
			&t->olds[i], NULL);
		if (ok)
			t->applied--;
	}
	ok = ok && change_sync(t->store, t->plan->rows, t->plan->count, NULL);
	ok = ok && ledger_cut(t->store->root, t->start.size, NULL);
	const char *head = t->start.sealed[0] ? t->start.sealed : t->start.head;
	ok = ok && lock_seal(&t->lock, head, t->start.size, NULL);
	if (ok)
		remove_temps(t);
	else
		error_wrap(err, "half done; the next certary command on this store finishes it");
}

static unsigned needed_folders(const struct plan *plan)
{
	unsigned needed = 0;
	for (size_t i = 0; i < plan->count; i++)
		if (plan->rows[i].dst.state != STATE_NONE)
			needed |= 1u << plan->rows[i].dst.state;
	return needed;
}

static bool prepare(struct transaction *t, struct error *err)
{
	struct store *store = t->store;
	bool ok = store_recover(store, &t->lock, err) &&
		  store_make_folders(store, needed_folders(t->plan), err) &&
		  store_load(store, false, err) && store_sweep_temps(store, err) &&
		  ledger_find_end(store->root, &t->start, err) && check_rows(t, err) &&
		  check_places(t->plan, err);
	account_begin(&t->account, store, t->start.size, &t->lock, t->plan->count);
	if (ok && store->incomplete)
		ok = error_set(err, ERROR_FAILED,
			"the certificates are still being read (try again in a moment)");
	if (ok && t->lock.head[0] && strcmp(t->lock.head, t->start.head) != 0)
		memcpy(t->start.sealed, t->lock.head, sizeof t->start.sealed);
	return ok;
}

static bool carry_out(struct transaction *t, struct error *err)
{
	if (!prepare(t, err))
		return false;
	if (!write_temps(t, err)) {
		remove_temps(t);
		return false;
	}
	if (!write_journal(t, err) || !apply_rows(t, err)) {
		roll_back(t, err);
		return false;
	}
	seal(t);
	return true;
}

bool store_apply(struct store *store, struct plan *plan, int64_t *seq, struct error *err)
{
	struct transaction t = { .store = store, .plan = plan };
	if (store->read_only)
		return error_set(err, ERROR_FAILED, "the store was opened read-only");
	if (plan->count == 0)
		return true;
	if (!lock_take(store->root, store->lock_wait, &t.lock, err))
		return false;
	t.olds = mem_new(plan->count * sizeof *t.olds);
	bool ok = carry_out(&t, err);
	for (size_t i = 0; i < plan->count; i++)
		buf_wipe(&t.olds[i]);
	free(t.olds);
	if (ok && seq)
		*seq = t.start.seq + 1;
	store->changed |= ok && plan->count > FRESH_MOST;
	lock_release(&t.lock);
	return ok;
}
