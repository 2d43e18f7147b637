/*
 * The job of an import, in the parent: records arrive that are safe to keep.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "app/haul.h"
#include "base/mem.h"
#include "base/text.h"

struct import_job {
	struct job *job;
	struct haul haul;
	struct reading reading;
	import_done_fn *done;
	void *ctx;
};

const char *haul_without_name(const char *text, const char *name)
{
	size_t len = strlen(name);
	bool named = strncmp(text, name, len) == 0 && strncmp(text + len, ": ", 2) == 0;
	return named ? text + len + 2 : text;
}

static void take_problem(struct haul *haul, uint32_t type, struct unpack *u)
{
	char *file = haul_text(u), *where = haul_text(u), *why = haul_text(u);
	struct import_problem *p = haul_problem(haul, file, where, why);
	p->secret = type == RECORD_SECRET;
	p->key = type == RECORD_KEY;
	p->remark = type == RECORD_REMARK;
	haul->secret |= type == RECORD_SECRET;
	free(file);
	free(where);
	free(why);
}

static void take_text(char **to, const char *bytes, size_t len)
{
	free(*to);
	*to = text_safe(bytes, len);
}

void haul_record(struct haul *haul, uint32_t type, const char *bytes, size_t len)
{
	struct unpack u = { .at = bytes, .end = bytes + len };
	if (type == RECORD_CERT)
		haul_cert(haul, &u);
	else if (type == RECORD_LIST)
		haul_list(haul, &u);
	else if (type == RECORD_FORMAT)
		take_text(&haul->format, bytes, len);
	else if (type == RECORD_NOTE)
		take_text(&haul->note, bytes, len);
	else
		take_problem(haul, type, &u);
}

static void take_record(void *ctx, uint32_t type, const char *bytes, size_t len)
{
	haul_record(&((struct import_job *)ctx)->haul, type, bytes, len);
}

struct job_limits import_limits(const struct app *app, const struct import_options *options)
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

void import_reading_limits(struct reading *job, const struct app *app,
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
	free(job->reading.path);
	free(job->reading.label);
}

static void tell_crash(struct import_job *job, const struct error *err)
{
	const char *label = job->reading.label;
	haul_problem(&job->haul, label, NULL, haul_without_name(err->text, label));
}

/* A file, and no other; what lies in a folder may be links to anywhere. */
static void let_read(struct job_limits *limits, struct reading *reading)
{
	struct stat st;
	bool folder = reading->path && stat(reading->path, &st) == 0 && S_ISDIR(st.st_mode);
	reading->paths[0] = reading->path;
	limits->walls = (struct confine){ .may = reading->path ? CONFINE_READ : 0,
		.reads = folder ? NULL : reading->paths };
}

static void read_now(struct app *app, struct import_job *job, const struct import_options *options,
	struct haul *haul)
{
	struct job_limits limits = import_limits(app, options);
	struct error crash = { 0 };
	import_reading_limits(&job->reading, app, options);
	let_read(&limits, &job->reading);
	job->haul = *haul;
	if (!job_run(&limits, import_read, &job->reading, take_record, job, &crash))
		tell_crash(job, &crash);
	*haul = job->haul;
	job->haul = (struct haul){ 0 };
	job_done(job);
}

void import_haul(struct app *app, const char *path, const struct import_options *options,
	struct haul *haul)
{
	struct import_job job = { .reading = { .path = mem_text(path),
					  .label = text_safe(path, strlen(path)) } };
	read_now(app, &job, options, haul);
}

void import_haul_bytes(struct app *app, const char *label, const void *bytes, size_t len,
	const struct import_options *options, struct haul *haul)
{
	struct import_job job = { .reading = { .label = mem_text(label), .bytes = bytes,
					  .len = len } };
	read_now(app, &job, options, haul);
}

static void end_on_loop(void *ctx, bool ok, const struct error *err)
{
	struct import_job *job = ctx;
	if (!ok)
		tell_crash(job, err);
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
	struct job_limits limits = import_limits(app, options);
	job->reading = (struct reading){ .path = mem_text(path),
		.label = path ? text_safe(path, strlen(path)) : mem_text("pasted"),
		.bytes = bytes,
		.len = len };
	job->done = done;
	job->ctx = ctx;
	import_reading_limits(&job->reading, app, options);
	let_read(&limits, &job->reading);
	job->job = job_start(loop, &limits, import_read, &job->reading, take_record, end_on_loop, job,
		err);
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
