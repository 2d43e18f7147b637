/*
 * From a file to its row.  The strict reader describes a certificate where nothing about it is odd, at
 * a tenth of what GnuTLS takes; any other is GnuTLS's to judge.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/lang.h"
#include "base/text.h"
#include "pki/quick.h"
#include "store/entryfile.h"
#include "store/limits.h"
#include "store/row.h"

/* A row before its texts are laid down. */
struct draft {
	struct row *row;
	const char *texts[TEXT_COUNT];
	const struct cert_info *info; /* NULL where it is no certificate */
};

static void set_problem(struct draft *d, enum problem_code code, const char *text)
{
	d->row->problem = (uint8_t)code;
	d->row->flags |= ROW_PROBLEM;
	d->texts[TEXT_PROBLEM] = text;
}

static void note_oddities(struct draft *d, const struct entry_file *file)
{
	if (file->has_key)
		set_problem(d, PROBLEM_PRIVATE_KEY, N_("holds a private key: move it to a safe place"));
	else if (file->certs > 1)
		set_problem(d, PROBLEM_SEVERAL,
			N_("holds several certificates: import it, then remove it from here"));
}

/* The digits of an ISO time as one number, which sorts as the time does. */
static int64_t digits_of(const char *added)
{
	int64_t number = 0;
	int digits = 0;
	for (const char *p = added; *p && digits < 14; p++) {
		if (!isdigit((unsigned char)*p))
			continue;
		number = number * 10 + (*p - '0');
		digits++;
	}
	return digits == 14 ? number : 0;
}

static void fill_info(struct draft *d, const struct cert_info *info)
{
	struct row *row = d->row;
	memcpy(row->sha256, info->sha256.bytes, sizeof row->sha256);
	memcpy(row->sha1, info->sha1, sizeof row->sha1);
	memcpy(row->spki, info->spki, sizeof row->spki);
	row->not_before = info->not_before;
	row->not_after = info->not_after;
	row->version = (uint8_t)info->version;
	row->path_len = info->path_len;
	row->key_bits = info->key_bits;
	memcpy(row->algorithm, info->key_algorithm,
		strnlen(info->key_algorithm, sizeof row->algorithm));
	row->sans = (uint32_t)info->san_count;
	row->flags |= ROW_ENTRY | (info->ca ? ROW_CA : 0) |
		      (info->self_signed ? ROW_SELF_SIGNED : 0);
	d->texts[TEXT_SUBJECT] = info->subject;
	d->texts[TEXT_ISSUER] = info->issuer;
	d->texts[TEXT_SERIAL] = info->serial;
	d->texts[TEXT_CN] = info->cn;
	d->texts[TEXT_ORG] = info->org;
	d->texts[TEXT_UNIT] = info->unit;
	d->texts[TEXT_KEY_ALGORITHM] = info->key_algorithm;
	d->texts[TEXT_SIGNATURE] = info->signature;
	d->texts[TEXT_KEY_ID] = info->key_id;
	d->texts[TEXT_ISSUER_KEY_ID] = info->issuer_key_id;
	d->info = info;
}

static const char *header_or_empty(const struct headers *headers, const char *key)
{
	const char *value = headers_get(headers, key);
	return value ? value : "";
}

/* A dropped-in file is named after itself, but for the suffix. */
static const char *name_from_file(struct buf *out, const char *file)
{
	const char *dot = strrchr(file, '.');
	size_t len = dot && dot > file ? (size_t)(dot - file) : strlen(file);
	buf_cut(out, 0);
	text_escape(out, file, len);
	if (out->len > 0)
		text_trim(out->data);
	return buf_text(out);
}

static void fill_headers(struct draft *d, const struct headers *headers, struct buf *names)
{
	const char *name = headers_get(headers, "Name");
	d->texts[TEXT_NAME] = name ? name : name_from_file(names, d->texts[TEXT_FILE]);
	d->texts[TEXT_NOTE] = header_or_empty(headers, "Note");
	d->texts[TEXT_SOURCE] = header_or_empty(headers, "Source");
	d->texts[TEXT_ADDED] = header_or_empty(headers, "Added");
	d->texts[TEXT_SCOPE] = header_or_empty(headers, LIMITS_FOR);
	d->texts[TEXT_UNTIL] = header_or_empty(headers, LIMITS_UNTIL);
	d->texts[TEXT_TICKET] = header_or_empty(headers, LIMITS_TICKET);
	d->row->added = digits_of(d->texts[TEXT_ADDED]);
}

static void fold_line(struct buf *out, const char *text)
{
	text_fold(out, text);
	buf_char(out, '\n');
}

/* A line each, so that no match runs over a border; digests are looked up in the row itself. */
static void lay_fold(const struct draft *d, struct buf *out)
{
	fold_line(out, d->texts[TEXT_NAME]);
	fold_line(out, d->texts[TEXT_SUBJECT]);
	fold_line(out, d->texts[TEXT_ISSUER]);
	for (const char *san = NULL; (san = cert_info_san(d->info, san));)
		fold_line(out, san);
	fold_line(out, d->texts[TEXT_SERIAL]);
	fold_line(out, d->texts[TEXT_NOTE]);
	if (*d->texts[TEXT_SCOPE])
		fold_line(out, d->texts[TEXT_SCOPE]);
	if (*d->texts[TEXT_TICKET])
		fold_line(out, d->texts[TEXT_TICKET]);
}

static void lay_texts(struct draft *d, struct buf *out)
{
	size_t start = out->len;
	for (int i = 0; i < TEXT_COUNT; i++) {
		const char *text = d->texts[i] ? d->texts[i] : "";
		d->row->absent |= d->texts[i] ? 0 : 1u << i;
		buf_add(out, text, strlen(text) + 1);
	}
	if (d->info && d->info->sans)
		buf_add(out, d->info->sans, d->info->sans_len);
	d->row->text = start;
	d->row->text_len = (uint32_t)(out->len - start);
}

/* What became of the certificate: GnuTLS's words where it is none. */
struct outcome {
	struct cert *cert; /* NULL where the strict reader answered */
	struct cert_info info;
	struct error err;
};

static bool describe(struct row_maker *maker, const struct buf *der, struct outcome *out)
{
	buf_cut(&maker->scratch, 0);
	if (cert_info_quick(der->data, der->len, &maker->scratch, &out->info))
		return true;
	if (!cert_parse_slowly(der->data, der->len, &out->cert, &out->err))
		return false;
	out->info = *cert_info(out->cert);
	return true;
}

static void describe_file(struct row_maker *maker, struct draft *d, const struct entry_file *file,
	struct outcome *outcome)
{
	if (file->has_key && file->certs == 0) {
		note_oddities(d, file);
	} else if (file->certs == 0) {
		set_problem(d, PROBLEM_NO_CERTIFICATE, N_("holds no certificate"));
	} else if (file->broken) {
		set_problem(d, PROBLEM_NO_CERTIFICATE, file->broken);
	} else if (!describe(maker, &file->der, outcome)) {
		set_problem(d, PROBLEM_NO_CERTIFICATE, outcome->err.text);
	} else {
		fill_headers(d, &file->headers, &maker->names);
		fill_info(d, &outcome->info);
		note_oddities(d, file);
	}
}

static bool is_certificate_name(const char *file)
{
	static const char *const suffixes[] = { ".pem", ".crt", ".cer", ".der" };
	const char *dot = strrchr(file, '.');
	for (size_t i = 0; dot && i < sizeof suffixes / sizeof *suffixes; i++)
		if (strcasecmp(dot, suffixes[i]) == 0)
			return true;
	return false;
}

/* Links that `openssl rehash` makes: eight hexadecimal digits and a number. */
static bool is_hash_link(const char *file, uint32_t mode)
{
	return S_ISLNK(mode) && strspn(file, "0123456789abcdef") == 8 && file[8] == '.';
}

/* What isn't opened, or couldn't be. */
static void set_aside(struct draft *d, const char *file, uint32_t mode, const char *why)
{
	if (is_hash_link(file, mode))
		return;
	if (S_ISLNK(mode))
		set_problem(d, PROBLEM_LINK, N_("is a symbolic link: put the file itself here"));
	else if (!S_ISREG(mode))
		set_problem(d, PROBLEM_NO_FILE, N_("is no file: remove it"));
	else if (!is_certificate_name(file))
		set_problem(d, PROBLEM_SUFFIX,
			N_("is not looked at: the name should end in .pem, .crt, .cer or .der"));
	else
		set_problem(d, PROBLEM_UNREADABLE, why);
}

static void finish(struct row_maker *maker, struct draft *d)
{
	lay_texts(d, &maker->text);
	if (d->row->flags & ROW_ENTRY)
		lay_fold(d, &maker->fold);
}

static void read_file(struct row_maker *maker, struct draft *d, const char *bytes, size_t len)
{
	struct entry_file file = { 0 };
	struct outcome outcome = { 0 };
	entry_file_read(bytes, len, &file);
	describe_file(maker, d, &file, &outcome);
	finish(maker, d);
	cert_free(outcome.cert);
	entry_file_done(&file);
}

static bool make_row(struct row_maker *maker, int dir, enum state state, const char *file, struct row *out)
{
	struct draft d = { .row = out, .texts[TEXT_FILE] = file };
	struct fs_stamp stamp;
	struct error err = { 0 };
	*out = (struct row){ .flags = (uint8_t)state };
	buf_cut(&maker->file, 0);
	if (is_certificate_name(file) &&
		fs_read(dir, file, FS_NOFOLLOW, FILE_MOST, &maker->file, &stamp, &err)) {
		row_set_stamp(out, &stamp);
		read_file(maker, &d, buf_text(&maker->file), maker->file.len);
		return true;
	}
	if (!fs_stamp(dir, file, &stamp))
		return false;
	row_set_stamp(out, &stamp);
	set_aside(&d, file, stamp.mode, err.text);
	finish(maker, &d);
	return true;
}

/* The index keeps what is wrong with a file, for whoever comes next. */
bool row_make(struct row_maker *maker, int dir, enum state state, const char *file, struct row *out)
{
	bool was = lang_pause();
	bool there = make_row(maker, dir, state, file, out);
	lang_resume(was);
	return there;
}

void row_maker_done(struct row_maker *maker)
{
	buf_done(&maker->text);
	buf_done(&maker->fold);
	buf_done(&maker->scratch);
	buf_done(&maker->names);
	buf_done(&maker->file);
}
