/*
 * The job of an import: in the child files are read and taken apart, in the parent records arrive
 * that are safe to keep.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "app/import.h"
#include "base/fs.h"
#include "base/job.h"
#include "base/mem.h"
#include "base/text.h"
#include "codec/bag.h"
#include "pki/pack.h"

enum record {
	RECORD_FORMAT = 1,
	RECORD_NOTE,
	RECORD_CERT,
	RECORD_PROBLEM,
	RECORD_REMARK,
	RECORD_KEY,
	RECORD_SECRET,
};

struct import_job {
	struct job *job;
	struct haul haul;
	char *path;  /* NULL: bytes */
	char *label; /* safe text */
	const void *bytes;
	size_t len, file_most;
	struct bag_options bag;
	import_done_fn *done;
	void *ctx;
};

/* ---- in the child ---- */

static void send_packed(struct job_pipe *out, enum record type, struct buf *packed)
{
	job_send(out, type, buf_text(packed), packed->len);
	buf_done(packed);
}

static void send_texts(struct job_pipe *out, enum record type, const char *file, const char *where,
	const char *why)
{
	struct buf packed = { 0 };
	pack_text(&packed, file);
	pack_text(&packed, where);
	pack_text(&packed, why);
	send_packed(out, type, &packed);
}

static void send_cert(struct job_pipe *out, const char *file, const struct bag_item *item,
	const struct cert *cert)
{
	const struct cert_info *info = cert_info(cert);
	size_t len;
	const uint8_t *der = cert_der(cert, &len);
	char *proposed = cert_proposed_name(info);
	struct buf packed = { 0 };
	cert_info_pack(&packed, info);
	pack_bytes(&packed, der, len);
	pack_text(&packed, file);
	pack_text(&packed, item->where);
	pack_text(&packed, proposed);
	pack_text(&packed, item->label);
	send_packed(out, RECORD_CERT, &packed);
	free(proposed);
}

/* A keystore is made to hold keys; in any other file one is a mistake that must be told loudly. */
static void send_key(struct job_pipe *out, const char *file, const struct bag *bag,
	const struct bag_item *item)
{
	bool keystore = strcmp(bag->format, "PEM") != 0 && strcmp(bag->format, "DER") != 0;
	if (keystore)
		send_texts(out, RECORD_REMARK, file, item->where,
			"is a private key and is left out");
	else
		send_texts(out, RECORD_KEY, file, item->where,
			"HOLDS A PRIVATE KEY: refused, nothing was taken from this file (keep keys "
			"apart from certificates; --pick takes the certificates alone)");
}

static void send_items(struct job_pipe *out, const char *file, const struct bag *bag)
{
	const struct cert *cert = NULL;
	for (size_t i = 0; i < bag->count; i++) {
		const struct bag_item *item = &bag->items[i];
		if (item->kind == BAG_CERT) {
			cert = item->cert ? item->cert : cert;
			send_cert(out, file, item, cert);
		} else if (item->kind == BAG_KEY) {
			send_key(out, file, bag, item);
		} else {
			send_texts(out, RECORD_PROBLEM, file, item->where, item->why);
		}
	}
}

static void send_bag(struct job_pipe *out, const struct import_job *job, const char *file,
	const void *bytes, size_t len)
{
	struct bag bag = { 0 };
	struct error err = { 0 };
	if (!bag_read(bytes, len, &job->bag, &bag, &err)) {
		send_texts(out, err.code == ERROR_SECRET ? RECORD_SECRET : RECORD_PROBLEM, file, "",
			err.text);
	} else {
		job_send(out, RECORD_FORMAT, bag.format, strlen(bag.format));
		if (bag.note)
			job_send(out, RECORD_NOTE, bag.note, strlen(bag.note));
	}
	send_items(out, file, &bag);
	bag_done(&bag);
}

/* The file's name stands before every message already. */
static const char *without_name(const char *text, const char *name)
{
	size_t len = strlen(name);
	bool named = strncmp(text, name, len) == 0 && strncmp(text + len, ": ", 2) == 0;
	return named ? text + len + 2 : text;
}

static void send_file(struct job_pipe *out, const struct import_job *job, int dir, const char *name,
	const char *label)
{
	struct buf bytes = { 0 };
	struct error err = { 0 };
	if (fs_read(dir, name, FS_FOLLOW, job->file_most, &bytes, NULL, &err)) {
		send_bag(out, job, label, buf_text(&bytes), bytes.len);
	} else {
		char *safe = text_safe(name, strlen(name));
		send_texts(out, RECORD_PROBLEM, label, "", without_name(err.text, safe));
		free(safe);
	}
	buf_wipe(&bytes);
}

static int is_candidate(const struct dirent *e)
{
	return e->d_type == DT_REG || e->d_type == DT_UNKNOWN || e->d_type == DT_LNK;
}

/* Its own files, also through links, but no folders: what lies below is another decision, and links to
 * folders may lead in circles. */
static bool send_folder(struct job_pipe *out, const struct import_job *job, struct error *err)
{
	struct dirent **names;
	int count = scandir(job->path, &names, is_candidate, alphasort);
	if (count < 0)
		return error_errno(err, "%s", job->label);
	int dir = fs_open_dir(AT_FDCWD, job->path, err);
	size_t files = 0;
	for (int i = 0; i < count; i++) {
		char *safe = text_safe(names[i]->d_name, strlen(names[i]->d_name));
		char *label = mem_format("%s/%s", job->label, safe);
		struct stat st;
		if (dir >= 0 && fstatat(dir, names[i]->d_name, &st, 0) == 0 && S_ISREG(st.st_mode)) {
			send_file(out, job, dir, names[i]->d_name, label);
			files++;
		}
		free(label);
		free(safe);
		free(names[i]);
	}
	free(names);
	if (dir >= 0 && files == 0)
		send_texts(out, RECORD_PROBLEM, job->label, "",
			"is a folder without files of its own (folders in it are left alone)");
	return dir >= 0;
}

static bool read_in_child(struct job_pipe *out, void *arg, struct error *err)
{
	const struct import_job *job = arg;
	struct fs_stamp stamp;
	if (!job->path)
		send_bag(out, job, job->label, job->bytes, job->len);
	else if (fs_stamp(AT_FDCWD, job->path, &stamp) && S_ISDIR(stamp.mode))
		return send_folder(out, job, err);
	else
		send_file(out, job, AT_FDCWD, job->path, job->label);
	return true;
}

/* ---- in the parent ---- */

/* Safe text is the child's promise; the parent doesn't rely on it. */
static char *take_safe(struct unpack *u)
{
	char *text = unpack_text(u);
	struct buf safe = { 0 };
	if (!text)
		return NULL;
	text_guard(&safe, text);
	free(text);
	return buf_take(&safe);
}

static struct import_problem *add_problem(struct haul *haul, const char *file, const char *where,
	const char *why)
{
	haul->problems = mem_grow(haul->problems, haul->problem_count, &haul->problem_cap,
		sizeof *haul->problems);
	struct import_problem *p = &haul->problems[haul->problem_count++];
	*p = (struct import_problem){ .file = mem_text(file),
		.where = mem_text(where ? where : ""),
		.why = mem_text(why ? why : "can't be read") };
	return p;
}

static void take_problem(struct haul *haul, uint32_t type, struct unpack *u)
{
	char *file = take_safe(u), *where = take_safe(u), *why = take_safe(u);
	struct import_problem *p = add_problem(haul, file ? file : "", where, why);
	p->secret = type == RECORD_SECRET;
	p->key = type == RECORD_KEY;
	p->remark = type == RECORD_REMARK;
	haul->secret |= type == RECORD_SECRET;
	free(file);
	free(where);
	free(why);
}

/* The child took hostile bytes apart: its word counts only where it fits the certificate. */
static bool is_whole(const struct import_item *item)
{
	struct fingerprint sha256;
	if (!item->info || !item->der || !item->file || !item->where || !item->proposed)
		return false;
	fingerprint_of(item->der, item->len, &sha256);
	return fingerprint_compare(&sha256, &item->info->sha256) == 0;
}

static void take_cert(struct haul *haul, struct unpack *u)
{
	struct import_item item = { .info = cert_info_unpack(u) };
	const void *der = unpack_bytes(u, &item.len);
	if (der)
		item.der = mem_copy(der, item.len);
	item.file = take_safe(u);
	item.where = take_safe(u);
	item.proposed = take_safe(u);
	item.label = take_safe(u);
	if (!is_whole(&item)) {
		add_problem(haul, item.file ? item.file : "", item.where, "its reader was led astray");
		import_item_done(&item);
		return;
	}
	haul->items = mem_grow(haul->items, haul->count, &haul->cap, sizeof *haul->items);
	haul->items[haul->count++] = item;
}

static void take_text(char **to, const char *bytes, size_t len)
{
	free(*to);
	*to = text_safe(bytes, len);
}

static void take_record(void *ctx, uint32_t type, const char *bytes, size_t len)
{
	struct haul *haul = &((struct import_job *)ctx)->haul;
	struct unpack u = { .at = bytes, .end = bytes + len };
	if (type == RECORD_CERT)
		take_cert(haul, &u);
	else if (type == RECORD_FORMAT)
		take_text(&haul->format, bytes, len);
	else if (type == RECORD_NOTE)
		take_text(&haul->note, bytes, len);
	else
		take_problem(haul, type, &u);
}

static struct job_limits limits_of(const struct app *app, const struct import_options *options)
{
	const struct settings *s = app_settings(app);
	if (options->no_limits)
		return (struct job_limits){ 0 };
	return (struct job_limits){
		.cpu_seconds = (unsigned)settings_int(s, SETTING_LIMIT_CPU_SECONDS),
		.wall_seconds = 30,
		.memory = (size_t)settings_int(s, SETTING_LIMIT_MEMORY_MB) << 20,
	};
}

static void set_limits(struct import_job *job, const struct app *app,
	const struct import_options *options)
{
	const struct settings *s = app_settings(app);
	job->file_most = options->no_limits ?
				 SIZE_MAX / 4 :
				 (size_t)settings_int(s, SETTING_LIMIT_FILE_MB) << 20;
	job->bag.password = options->password;
	if (options->no_limits)
		return;
	job->bag.limits.certificates = (size_t)settings_int(s, SETTING_LIMIT_CERTIFICATES);
	job->bag.limits.kdf_rounds = (uint64_t)settings_int(s, SETTING_LIMIT_KDF_ROUNDS);
}

static void job_done(struct import_job *job)
{
	import_done(&job->haul);
	free(job->path);
	free(job->label);
}

static bool read_now(struct app *app, struct import_job *job, const struct import_options *options,
	struct haul *haul, struct error *err)
{
	struct job_limits limits = limits_of(app, options);
	struct error crash = { 0 };
	set_limits(job, app, options);
	job->haul = *haul;
	if (!job_run(&limits, read_in_child, job, take_record, job, &crash))
		add_problem(&job->haul, job->label, "", without_name(crash.text, job->label));
	*haul = job->haul;
	job->haul = (struct haul){ 0 };
	job_done(job);
	(void)err;
	return true;
}

bool import_haul(struct app *app, const char *path, const struct import_options *options,
	struct haul *haul, struct error *err)
{
	struct import_job job = { .path = mem_text(path), .label = text_safe(path, strlen(path)) };
	return read_now(app, &job, options, haul, err);
}

bool import_haul_bytes(struct app *app, const char *label, const void *bytes, size_t len,
	const struct import_options *options, struct haul *haul, struct error *err)
{
	struct import_job job = { .label = mem_text(label), .bytes = bytes, .len = len };
	return read_now(app, &job, options, haul, err);
}

static void end_on_loop(void *ctx, bool ok, const struct error *err)
{
	struct import_job *job = ctx;
	if (!ok)
		add_problem(&job->haul, job->label, "", without_name(err->text, job->label));
	struct haul haul = job->haul;
	job->haul = (struct haul){ 0 };
	job->done(job->ctx, &haul);
	import_done(&haul);
	job_done(job);
	free(job);
}

struct import_job *import_start(struct app *app, struct loop *loop, const char *path,
	const void *bytes, size_t len, const struct import_options *options, import_done_fn *done,
	void *ctx, struct error *err)
{
	struct import_job *job = mem_new(sizeof *job);
	struct job_limits limits = limits_of(app, options);
	job->path = mem_text(path);
	job->label = path ? text_safe(path, strlen(path)) : mem_text("pasted");
	job->bytes = bytes;
	job->len = len;
	job->done = done;
	job->ctx = ctx;
	set_limits(job, app, options);
	job->job = job_start(loop, &limits, read_in_child, job, take_record, end_on_loop, job, err);
	if (job->job)
		return job;
	job_done(job);
	free(job);
	return NULL;
}

void import_cancel(struct import_job *job)
{
	if (!job)
		return;
	job_cancel(job->job);
	job_done(job);
	free(job);
}
