#include "support/depot.h"

#include "support/unit.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"
#include "codec/pem.h"
#include "store/folder.h"
#include "store/internal.h"

static void open_it(struct depot *depot, bool create)
{
	struct error err = { 0 };
	struct store_options options = { .path = depot_path(depot, NULL), .create = create };
	if (!store_open(&options, &depot->store, &err))
		fail_msg("%s", err.text);
}

struct depot *depot_new(size_t count, enum state state)
{
	struct depot *depot = mem_new(sizeof *depot);
	struct plan plan = { .op = "import" };
	depot->tmp = tmp_new();
	open_it(depot, true);
	for (size_t i = 0; i < count; i++) {
		char *name = mem_format("cert-%zu", i);
		depot_make(depot, &(struct certgen){ .cn = name });
		depot_plan_create(depot, &plan, i, state, name);
		free(name);
	}
	depot_apply(depot, &plan);
	return depot;
}

void depot_free(struct depot *depot)
{
	store_close(depot->store);
	for (size_t i = 0; i < depot->count; i++)
		generated_free(depot->certs[i]);
	free(depot->certs);
	free(depot->header);
	tmp_free(depot->tmp);
	free(depot);
}

size_t depot_make(struct depot *depot, const struct certgen *wish)
{
	depot->certs =
		mem_grow(depot->certs, depot->count, &depot->cap, sizeof(struct generated *));
	depot->certs[depot->count] = certgen(wish);
	return depot->count++;
}

const uint8_t *depot_der(const struct depot *depot, size_t i, size_t *len)
{
	assert_true(i < depot->count);
	return generated_der(depot->certs[i], len);
}

struct fingerprint depot_fingerprint(const struct depot *depot, size_t i)
{
	struct fingerprint print;
	size_t len;
	const uint8_t *der = depot_der(depot, i, &len);
	fingerprint_of(der, len, &print);
	return print;
}

const char *depot_path(struct depot *depot, const char *name)
{
	char *path = mem_format("store%s%s", name ? "/" : "", name ? name : "");
	const char *whole = tmp_path(depot->tmp, path);
	free(path);
	return whole;
}

/* The name as tmp.h wants it. */
static const char *below(struct depot *depot, const char *name)
{
	return depot_path(depot, name) + strlen(tmp_path(depot->tmp, NULL)) + 1;
}

const char *depot_file(struct depot *depot, size_t i)
{
	struct fingerprint print = depot_fingerprint(depot, i);
	char hex[FINGERPRINT_HEX], name[FINGERPRINT_HEX + 4];
	memcpy(name, fingerprint_hex(&print, hex), sizeof hex - 1);
	memcpy(name + sizeof hex - 1, ".pem", 5);
	const char *path = depot_path(depot, name);
	return path + strlen(path) - strlen(name);
}

void depot_write(struct depot *depot, const char *name, const void *bytes, size_t len)
{
	tmp_write(depot->tmp, below(depot, name), bytes, len);
}

void depot_drop_pem(struct depot *depot, const char *name, size_t i, const char *before)
{
	struct buf text = { 0 };
	size_t len;
	const uint8_t *der = depot_der(depot, i, &len);
	buf_text_add(&text, before);
	pem_write(&text, "CERTIFICATE", der, len);
	depot_write(depot, name, text.data, text.len);
	buf_done(&text);
}

void depot_drop_der(struct depot *depot, const char *name, size_t i)
{
	size_t len;
	const uint8_t *der = depot_der(depot, i, &len);
	depot_write(depot, name, der, len);
}

void depot_close(struct depot *depot)
{
	store_close(depot->store);
	depot->store = NULL;
}

void depot_open(struct depot *depot)
{
	depot_close(depot);
	open_it(depot, false);
}

void depot_reload(struct depot *depot)
{
	struct error err = { 0 };
	if (!store_reload(depot->store, &err))
		fail_msg("%s", err.text);
}

const struct entry *depot_entry(struct depot *depot, size_t i)
{
	struct fingerprint print = depot_fingerprint(depot, i);
	struct entry *entry = &depot->slots[depot->slot++ % DEPOT_SLOTS];
	return store_find(depot->store, &print, entry) ? entry : NULL;
}

int depot_state(struct depot *depot, size_t i)
{
	const struct entry *entry = depot_entry(depot, i);
	return entry ? (int)entry->state : STATE_NONE;
}

static const struct entry *must_have(struct depot *depot, size_t i)
{
	const struct entry *entry = depot_entry(depot, i);
	if (!entry)
		fail_msg("certificate %zu is not in the store", i);
	return entry;
}

static void read_headers(struct depot *depot, const struct entry *entry, struct headers *out)
{
	struct error err = { 0 };
	struct cert *cert;
	if (!store_read_cert(depot->store, entry, &cert, out, NULL, &err))
		fail_msg("%s", err.text);
	cert_free(cert);
}

const char *depot_header(struct depot *depot, size_t i, const char *key)
{
	struct headers headers = { 0 };
	read_headers(depot, must_have(depot, i), &headers);
	const char *value = headers_get(&headers, key);
	free(depot->header);
	depot->header = value ? mem_text(value) : NULL;
	headers_done(&headers);
	return depot->header;
}

void depot_plan_create(struct depot *depot, struct plan *plan, size_t i, enum state to,
	const char *name)
{
	struct headers headers = { 0 };
	struct cert *cert;
	struct error err = { 0 };
	size_t len;
	const uint8_t *der = depot_der(depot, i, &len);
	if (!cert_parse(der, len, &cert, &err))
		fail_msg("%s", err.text);
	headers_set(&headers, "Name", name);
	headers_set(&headers, "Added", CERTGEN_FROM);
	plan_create(plan, to, &headers, &cert_info(cert)->sha256, cert_info(cert)->subject,
		plan_keep(plan, der, len));
	headers_done(&headers);
	cert_free(cert);
}

void depot_plan_name(struct depot *depot, struct plan *plan, size_t i, const char *name)
{
	const struct entry *entry = must_have(depot, i);
	struct headers headers = { 0 };
	size_t len;
	const uint8_t *der = depot_der(depot, i, &len);
	read_headers(depot, entry, &headers);
	headers_set(&headers, "Name", name);
	plan_edit(plan, entry, &headers, der, len, "", entry->name, name);
	headers_done(&headers);
}

int64_t depot_apply(struct depot *depot, struct plan *plan)
{
	struct error err = { 0 };
	int64_t seq = 0;
	/* Nobody else writes here, so there is no need to wait until the folders stand still. */
	bool ok = store_apply(depot->store, plan, &seq, &err) &&
		  store_load(depot->store, false, &err);
	plan_done(plan);
	if (!ok)
		fail_msg("%s", err.text);
	return seq;
}

int64_t depot_create(struct depot *depot, size_t i, enum state to, const char *name)
{
	struct plan plan = { .op = "import" };
	depot_plan_create(depot, &plan, i, to, name);
	return depot_apply(depot, &plan);
}

int64_t depot_move(struct depot *depot, size_t i, enum state to)
{
	static const char *const ops[STATE_COUNT] = { "trust", "trust", "untrust", "block", "delete" };
	struct plan plan = { .op = ops[to] };
	plan_move(&plan, must_have(depot, i), to);
	return depot_apply(depot, &plan);
}

int64_t depot_rename(struct depot *depot, size_t i, const char *name)
{
	struct plan plan = { .op = "rename" };
	depot_plan_name(depot, &plan, i, name);
	return depot_apply(depot, &plan);
}

int64_t depot_remove(struct depot *depot, size_t i)
{
	struct plan plan = { .op = "purge" };
	plan_remove(&plan, must_have(depot, i));
	return depot_apply(depot, &plan);
}

int64_t depot_undo(struct depot *depot, int64_t seq)
{
	struct plan plan = { 0 };
	struct error err = { 0 };
	if (!journal_plan_undo(depot->store, seq, &plan, &err))
		fail_msg("%s", err.text);
	return depot_apply(depot, &plan);
}

void depot_refuse(struct depot *depot, struct plan *plan, const char *want)
{
	struct error err = { 0 };
	const char *picture = depot_picture(depot), *journal = depot_journal(depot);
	assert_false(store_apply(depot->store, plan, NULL, &err));
	plan_done(plan);
	if (!strstr(err.text, want))
		fail_msg("'%s' doesn't say '%s'", err.text, want);
	assert_string_equal(depot_picture(depot), picture);
	assert_string_equal(depot_journal(depot), journal);
}

static void draw_file(struct depot *depot, const char *name, struct buf *out)
{
	const char *path = depot_path(depot, name);
	struct stat st;
	size_t len = 0;
	const char *bytes = "";
	assert_int_equal(lstat(path, &st), 0);
	if (S_ISREG(st.st_mode))
		bytes = tmp_read(depot->tmp, below(depot, name), &len);
	buf_format(out, "== %s %o\n", name, (unsigned)st.st_mode);
	text_escape(out, bytes, len);
	buf_char(out, '\n');
}

static void draw_folder(struct depot *depot, const char *folder, struct buf *out)
{
	struct dirent **names;
	int count = scandir(depot_path(depot, folder), &names, NULL, alphasort);
	for (int i = 0; i < count; i++) {
		char *name = mem_format("%s/%s", folder, names[i]->d_name);
		if (strcmp(names[i]->d_name, ".") != 0 && strcmp(names[i]->d_name, "..") != 0)
			draw_file(depot, name, out);
		free(name);
		free(names[i]);
	}
	if (count >= 0)
		free(names);
}

const char *depot_picture(struct depot *depot)
{
	struct buf out = { 0 };
	for (int s = 0; s < FOLDER_ROOT; s++)
		draw_folder(depot, folder_name(s), &out);
	if (tmp_exists(depot->tmp, "store/endpoints"))
		draw_file(depot, "endpoints", &out);
	/* Written beside the store and read back, so that the folder keeps it. */
	tmp_write(depot->tmp, "picture", buf_text(&out), out.len);
	buf_done(&out);
	return tmp_read(depot->tmp, "picture", NULL);
}

const char *depot_journal(struct depot *depot)
{
	bool there = tmp_exists(depot->tmp, "store/journal");
	return there ? tmp_read(depot->tmp, "store/journal", NULL) : "";
}
