#include "store/row.h"

#include <string.h>
#include <time.h>

#include "base/text.h"

#define YOUNG_SECONDS 3

struct fs_stamp row_stamp(const struct row *row)
{
	return (struct fs_stamp){ .inode = row->inode,
		.size = row->size,
		.mtime = row->mtime,
		.mode = row->mode,
		.uid = row->uid };
}

void row_set_stamp(struct row *row, const struct fs_stamp *stamp)
{
	row->inode = stamp->inode;
	row->size = stamp->size;
	row->mtime = stamp->mtime;
	row->mode = stamp->mode;
	row->uid = stamp->uid;
}

/* A place in the texts of one row; bad once something was missing. */
struct reader {
	const char *at, *end;
	bool bad;
};

static bool reader_start(struct reader *r, const struct table *table, uint32_t i)
{
	const struct row *row = &table->rows[i];
	r->bad = row->text > table->text_len || row->text_len > table->text_len - row->text;
	r->at = r->bad ? NULL : table->text + row->text;
	r->end = r->bad ? NULL : r->at + row->text_len;
	return !r->bad;
}

static const char *next(struct reader *r)
{
	const char *text = r->at;
	const char *nul = r->bad || text == r->end ? NULL :
						     memchr(text, '\0', (size_t)(r->end - text));
	r->bad |= !nul;
	if (nul)
		r->at = nul + 1;
	return nul ? text : "";
}

/* Nothing that isn't safe text gets past here, whoever wrote the index. */
static const char *next_safe(struct reader *r)
{
	const char *text = next(r);
	if (!text_is_safe(text)) {
		r->bad = true;
		return "";
	}
	return text;
}

static bool is_file_name(const char *file)
{
	return *file && !strchr(file, '/') && strcmp(file, ".") != 0 && strcmp(file, "..") != 0;
}

const char *row_file(const struct table *table, uint32_t i)
{
	struct reader r;
	if (i >= table->count || !reader_start(&r, table, i))
		return NULL;
	const char *file = next(&r);
	return !r.bad && is_file_name(file) ? file : NULL;
}

const char *row_fold(const struct table *table, uint32_t i, size_t *len)
{
	*len = 0;
	if (i >= table->count)
		return "";
	uint64_t from = table->fold_at[i], to = table->fold_at[i + 1];
	if (from > to || to > table->fold_len)
		return "";
	*len = (size_t)(to - from);
	return table->fold + from;
}

static void fill_texts(struct reader *r, uint32_t absent, const char *texts[TEXT_COUNT])
{
	texts[TEXT_FILE] = next(r);
	for (int i = TEXT_FILE + 1; i < TEXT_COUNT; i++) {
		texts[i] = next_safe(r);
		if (absent & 1u << i)
			texts[i] = NULL;
	}
}

/* The names must all be there; whoever walks them counts on it. */
static void fill_sans(struct reader *r, const struct row *row, struct cert_info *info)
{
	const char *first = r->at;
	for (uint32_t i = 0; i < row->sans && !r->bad; i++)
		next_safe(r);
	info->san_count = row->sans;
	info->sans = row->sans ? first : NULL;
	info->sans_len = row->sans ? (size_t)(r->at - first) : 0;
}

static void fill_info(const struct row *row, const char *const texts[TEXT_COUNT],
	struct cert_info *info)
{
	*info = (struct cert_info){ .subject = texts[TEXT_SUBJECT],
		.issuer = texts[TEXT_ISSUER],
		.cn = texts[TEXT_CN],
		.org = texts[TEXT_ORG],
		.unit = texts[TEXT_UNIT],
		.serial = texts[TEXT_SERIAL],
		.key_algorithm = texts[TEXT_KEY_ALGORITHM],
		.signature = texts[TEXT_SIGNATURE],
		.key_id = texts[TEXT_KEY_ID],
		.issuer_key_id = texts[TEXT_ISSUER_KEY_ID],
		.not_before = row->not_before,
		.not_after = row->not_after,
		.version = row->version,
		.ca = row->flags & ROW_CA,
		.self_signed = row->flags & ROW_SELF_SIGNED,
		.path_len = row->path_len,
		.key_bits = row->key_bits };
	memcpy(info->sha256.bytes, row->sha256, sizeof row->sha256);
	memcpy(info->sha1, row->sha1, sizeof row->sha1);
	memcpy(info->spki, row->spki, sizeof row->spki);
}

/* These are never absent in a row that somebody wrote properly. */
static bool has_all(const char *const texts[TEXT_COUNT])
{
	static const enum row_text always[] = { TEXT_NAME, TEXT_NOTE, TEXT_SOURCE, TEXT_ADDED,
		TEXT_SCOPE, TEXT_UNTIL, TEXT_TICKET, TEXT_SUBJECT, TEXT_ISSUER, TEXT_SERIAL, TEXT_KEY_ALGORITHM, TEXT_SIGNATURE };
	for (size_t i = 0; i < sizeof always / sizeof *always; i++)
		if (!texts[always[i]])
			return false;
	return is_file_name(texts[TEXT_FILE]);
}

bool row_is_unsettled(const struct row *row)
{
	return (row->flags & ROW_PROBLEM) && row->mtime / 1000000000 >= time(NULL) - YOUNG_SECONDS;
}

/* No certificate tells of any other year, and reckoning with other numbers might overflow. */
bool row_dates_fit(const struct row *row)
{
	const int64_t least = -62167219200, most = 253402300799; /* the years 0 to 9999 */
	return row->not_before >= least && row->not_before <= most && row->not_after >= least &&
	       row->not_after <= most;
}

bool row_entry(const struct table *table, uint32_t i, struct entry *out)
{
	struct reader r;
	const char *texts[TEXT_COUNT];
	if (i >= table->count || !reader_start(&r, table, i))
		return false;
	const struct row *row = &table->rows[i];
	fill_texts(&r, row->absent, texts);
	fill_info(row, texts, &out->info);
	fill_sans(&r, row, &out->info);
	if (r.bad || !(row->flags & ROW_ENTRY) || (row->flags & ROW_STATE) >= STATE_COUNT ||
		 !has_all(texts) || !row_dates_fit(row))
		return false;
	out->state = row_state(row->flags);
	out->file = texts[TEXT_FILE];
	out->name = texts[TEXT_NAME];
	out->note = texts[TEXT_NOTE];
	out->source = texts[TEXT_SOURCE];
	out->added = texts[TEXT_ADDED];
	out->scope = texts[TEXT_SCOPE];
	out->until = texts[TEXT_UNTIL];
	out->ticket = texts[TEXT_TICKET];
	out->stamp = row_stamp(row);
	return true;
}

/* What can be wrong with a file; a row keeps the number. */
static const char *const codes[] = { [PROBLEM_NONE] = "",
	[PROBLEM_NO_CERTIFICATE] = "not-a-certificate",
	[PROBLEM_SEVERAL] = "several",
	[PROBLEM_PRIVATE_KEY] = "private-key",
	[PROBLEM_LINK] = "link",
	[PROBLEM_NO_FILE] = "not-a-file",
	[PROBLEM_SUFFIX] = "suffix",
	[PROBLEM_UNREADABLE] = "unreadable" };

bool row_problem(const struct table *table, uint32_t i, const char **code, const char **text)
{
	struct reader r;
	const char *texts[TEXT_COUNT];
	if (i >= table->count || !reader_start(&r, table, i))
		return false;
	const struct row *row = &table->rows[i];
	fill_texts(&r, row->absent, texts);
	if (r.bad || row->problem >= sizeof codes / sizeof *codes)
		return false;
	*code = codes[row->problem];
	*text = texts[TEXT_PROBLEM] ? texts[TEXT_PROBLEM] : "";
	return true;
}
