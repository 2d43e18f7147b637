/*
 * The job of an import, in the child: files are read and taken apart, and what they hold is sent.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/haul.h"
#include "base/fs.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "pki/cert.h"
#include "pki/crl.h"

#define MAP_FROM    (1u << 20) /* bytes of a file */
#define FORGET_EACH 1024       /* things found */

/* A file's bytes: read, or mapped where there are many. */
struct foreign {
	struct buf read;
	void *map;
	size_t len;
};

/* One file on its way out. */
struct file {
	struct job_pipe *out;
	const char *label;
	const struct foreign *bytes; /* NULL where they came with the job */
	const struct cert *cert;     /* the last one that was sent */
	size_t sent;
};

static void send_packed(struct job_pipe *out, enum haul_record type, struct buf *packed)
{
	job_send(out, type, buf_text(packed), packed->len);
	buf_done(packed);
}

static void send_texts(struct job_pipe *out, enum haul_record type, const char *file, const char *where,
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
	pack_text(&packed, file);
	pack_text(&packed, proposed);
	pack_bytes(&packed, &info->sha256, sizeof info->sha256);
	pack_bytes(&packed, &info->not_after, sizeof info->not_after);
	pack_bytes(&packed, der, len);
	pack_text(&packed, item->where);
	pack_text(&packed, item->label);
	pack_text(&packed, info->subject);
	pack_text(&packed, info->self_signed ? NULL : info->issuer);
	send_packed(out, RECORD_CERT, &packed);
	free(proposed);
}

/* Read here once, so that what the parent gets is a list, whatever it says. */
static void send_list(struct job_pipe *out, const char *file, const struct bag_item *item)
{
	struct crl *crl;
	struct error err = { 0 };
	struct buf packed = { 0 };
	if (!crl_read(item->der, item->len, &crl, &err)) {
		send_texts(out, RECORD_PROBLEM, file, item->where, err.text);
		return;
	}
	pack_text(&packed, file);
	pack_text(&packed, item->where);
	pack_bytes(&packed, item->der, item->len);
	send_packed(out, RECORD_LIST, &packed);
	crl_free(crl);
}

/* A keystore is made to hold keys; in any other file one is a mistake that must be told loudly. */
static void send_key(struct job_pipe *out, const char *file, const char *format,
	const struct bag_item *item)
{
	bool keystore = strcmp(format, "PEM") != 0 && strcmp(format, "DER") != 0;
	if (keystore)
		send_texts(out, RECORD_REMARK, file, item->where,
			_("is a private key and is left out"));
	else
		send_texts(out, RECORD_KEY, file, item->where,
			_("HOLDS A PRIVATE KEY: refused, nothing was taken from this file (keep keys "
			"apart from certificates; --pick takes the certificates alone)"));
}

/* The pages of a large file needn't stay in memory once they were looked at. */
static void forget(const struct foreign *bytes)
{
	if (bytes && bytes->map)
		madvise(bytes->map, bytes->len, MADV_DONTNEED);
}

static void send_item(void *ctx, const char *format, struct bag_item *item)
{
	struct file *file = ctx;
	if (++file->sent % FORGET_EACH == 0)
		forget(file->bytes);
	if (item->kind == BAG_CERT) {
		file->cert = item->cert ? item->cert : file->cert;
		send_cert(file->out, file->label, item, file->cert);
	} else if (item->kind == BAG_CRL) {
		send_list(file->out, file->label, item);
	} else if (item->kind == BAG_KEY) {
		send_key(file->out, file->label, format, item);
	} else {
		send_texts(file->out, RECORD_PROBLEM, file->label, item->where, item->why);
	}
}

static void send_bag(struct file *file, const struct reading *job, const void *bytes, size_t len)
{
	struct bag rest = { 0 };
	struct error err = { 0 };
	bool ok = bag_walk(bytes, len, &job->bag, send_item, file, &rest, &err) ||
		  bag_count(&rest, BAG_CRL) > 0;
	if (!ok) {
		send_texts(file->out, err.code == ERROR_SECRET ? RECORD_SECRET : RECORD_PROBLEM,
			file->label, "", err.text);
	} else {
		job_send(file->out, RECORD_FORMAT, rest.format, strlen(rest.format));
		if (rest.note)
			job_send(file->out, RECORD_NOTE, rest.note, strlen(rest.note));
	}
	for (size_t i = 0; i < rest.count; i++)
		send_item(file, rest.format, &rest.items[i]);
	bag_done(&rest);
}

/* Whoever cuts a mapped file short meanwhile kills this child, and the parent says so. */
static bool take_in(int dir, const char *name, size_t most, struct foreign *out, struct error *err)
{
	struct fs_stamp stamp;
	int fd = fs_open(dir, name, FS_FOLLOW, most, &stamp, err);
	if (fd < 0)
		return false;
	void *map = stamp.size < MAP_FROM ? MAP_FAILED :
			    mmap(NULL, (size_t)stamp.size, PROT_READ, MAP_PRIVATE, fd, 0);
	bool ok = true;
	if (map != MAP_FAILED)
		*out = (struct foreign){ .map = map, .len = (size_t)stamp.size };
	else
		ok = fs_read_fd(fd, name, most, &out->read, err);
	close(fd);
	return ok;
}

static void foreign_done(struct foreign *foreign)
{
	if (foreign->map)
		munmap(foreign->map, foreign->len);
	buf_wipe(&foreign->read);
}

static void send_file(struct job_pipe *out, const struct reading *job, int dir, const char *name,
	const char *label)
{
	struct foreign bytes = { 0 };
	struct file file = { .out = out, .label = label, .bytes = &bytes };
	struct error err = { 0 };
	if (take_in(dir, name, job->file_most, &bytes, &err)) {
		send_bag(&file, job, bytes.map ? bytes.map : buf_text(&bytes.read),
			bytes.map ? bytes.len : bytes.read.len);
	} else {
		char *safe = text_safe(name, strlen(name));
		send_texts(out, RECORD_PROBLEM, label, "", haul_without_name(err.text, safe));
		free(safe);
	}
	foreign_done(&bytes);
}

static int is_candidate(const struct dirent *e)
{
	return e->d_type == DT_REG || e->d_type == DT_UNKNOWN || e->d_type == DT_LNK;
}

/* Its own files, also through links, but no folders: what lies below is another decision, and links to
 * folders may lead in circles. */
static bool send_folder(struct job_pipe *out, const struct reading *job, struct error *err)
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
			job_flush(out); /* the next one may be its end */
			files++;
		}
		free(label);
		free(safe);
		free(names[i]);
	}
	free(names);
	if (dir >= 0 && files == 0)
		send_texts(out, RECORD_PROBLEM, job->label, "",
			_("is a folder without files of its own (folders in it are left alone)"));
	return dir >= 0;
}

bool import_read(struct job_pipe *out, void *arg, struct error *err)
{
	const struct reading *job = arg;
	struct file file = { .out = out, .label = job->label };
	struct fs_stamp stamp;
	if (!job->path)
		send_bag(&file, job, job->bytes, job->len);
	else if (fs_stamp(AT_FDCWD, job->path, &stamp) && S_ISDIR(stamp.mode))
		return send_folder(out, job, err);
	else
		send_file(out, job, AT_FDCWD, job->path, job->label);
	return true;
}
