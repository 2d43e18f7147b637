/*
 * One line of the journal: from a plan's row to JSON and back.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/user.h"
#include "store/folder.h"
#include "store/ledger.h"

/*
 * A file's name is bytes, which JSON can't hold: it gets the safe form as its true text, and so the
 * name is escaped once for the name and once for json.h, which takes one of these off again.
 */
static void put_place(struct json *o, const char *key, const struct place *place)
{
	if (place->state == STATE_NONE)
		return;
	char *name = text_safe(place->file, strlen(place->file));
	char *safe = text_safe(name, strlen(name));
	char *path = mem_format("%s/%s", folder_name(place->state), safe);
	json_text(o, key, path);
	free(path);
	free(safe);
	free(name);
}

static char *file_of(const char *safe)
{
	struct buf name = { 0 }, file = { 0 };
	text_unescape(&name, safe);
	text_unescape(&file, buf_text(&name));
	bool good = file.len > 0 && !memchr(file.data, '/', file.len) &&
		    !memchr(file.data, '\0', file.len);
	buf_done(&name);
	if (good)
		return buf_take(&file);
	buf_done(&file);
	return NULL;
}

static bool get_place(const struct json *o, const char *key, struct place *place)
{
	char *path = json_get_text(o, key), *slash = path ? strrchr(path, '/') : NULL;
	int folder;
	bool ok = path == NULL;
	if (slash) {
		*slash = '\0';
		char *file = folder_parse(path, &folder) ? file_of(slash + 1) : NULL;
		ok = file != NULL;
		if (ok)
			*place = (struct place){ .state = folder, .file = file };
	}
	free(path);
	return ok;
}

/* Content that is text stands in the journal as text, so that grep finds it; DER in hexadecimal. */
static void put_content(struct json *o, const struct buf *old)
{
	if (old->len == 0)
		return;
	struct buf safe = { 0 };
	bool is_text = text_is_utf8(old->data, old->len) && !memchr(old->data, '\0', old->len);
	if (is_text)
		text_escape(&safe, old->data, old->len);
	else
		text_hex(&safe, (const uint8_t *)old->data, old->len, 0);
	json_text(o, is_text ? "old" : "old_hex", buf_text(&safe));
	buf_done(&safe);
}

#define NO_DIGIT 16u

static unsigned nibble(char c)
{
	const char *digits = "0123456789abcdef", *at = c ? strchr(digits, c) : NULL;
	return at ? (unsigned)(at - digits) : NO_DIGIT;
}

static void from_hex(struct buf *out, const char *hex)
{
	for (; nibble(hex[0]) < NO_DIGIT && nibble(hex[1]) < NO_DIGIT; hex += 2)
		buf_char(out, (char)(nibble(hex[0]) << 4 | nibble(hex[1])));
}

static void get_content(const struct json *o, struct journal_line *line)
{
	char *text = json_get_text(o, "old"), *hex = json_get_text(o, "old_hex");
	struct buf raw = { 0 };
	if (text)
		text_unescape(&raw, text);
	else if (hex)
		from_hex(&raw, hex);
	if (text || hex) {
		line->old_len = raw.len;
		line->old = buf_take(&raw);
	}
	buf_done(&raw);
	free(text);
	free(hex);
}

static void put_new_hash(struct json *o, const struct plan_row *row)
{
	if (row->writes)
		json_text(o, "new", row->hash);
}

static void format_row(const struct plan *plan, const struct plan_row *row, const struct buf *old,
	const struct ledger_end *end, bool more, struct buf *out)
{
	char when[CLOCK_ISO], hex[FINGERPRINT_HEX];
	struct json *o = json_new_object();
	json_int(o, "seq", end->seq + 1);
	json_text(o, "time", clock_iso(when, clock_now()));
	json_text(o, "who", user_name());
	json_text(o, "from", user_origin());
	json_text(o, "op", row->op);
	json_text(o, "cert", fingerprint_hex(&row->cert, hex));
	json_text(o, "name", row->name);
	json_text(o, "was", row->was);
	json_text(o, "now", row->now);
	json_text(o, "why", plan->why);
	json_text(o, "prev", end->head);
	put_place(o, "src", &row->src);
	put_place(o, "dst", &row->dst);
	bool bulky = row->src.state == FOLDER_CRLS && old->len > JOURNAL_KEEPS;
	if (row->src.state == STATE_NONE || (!folder_row(row->src.state)->secret && !bulky))
		put_content(o, old);
	put_new_hash(o, row);
	if (end->sealed[0]) /* somebody changed the line before: the evidence stays */
		json_text(o, "sealed", end->sealed);
	if (plan->undoes)
		json_int(o, "undoes", plan->undoes);
	if (more)
		json_bool(o, "more", true);
	json_dump(o, out);
	json_free(o);
}

void ledger_format(const struct plan *plan, size_t i, const struct buf *old, struct ledger_end *end,
	struct buf *out)
{
	size_t start = out->len;
	struct fingerprint hash;
	format_row(plan, &plan->rows[i], old, end, i + 1 < plan->count, out);
	fingerprint_of(out->data + start, out->len - start, &hash);
	fingerprint_hex(&hash, end->head);
	buf_char(out, '\n');
	end->sealed[0] = '\0';
	end->size += (int64_t)(out->len - start);
	end->seq++;
}

bool journal_line_parse(const char *text, size_t len, struct journal_line *out, struct error *err)
{
	*out = (struct journal_line){ .src.state = STATE_NONE, .dst.state = STATE_NONE };
	struct json *o = json_parse(text, len, err);
	if (!o)
		return false;
	out->seq = json_get_int(o, "seq", -1);
	out->undoes = json_get_int(o, "undoes", 0);
	out->time = json_get_text(o, "time");
	out->who = json_get_text(o, "who");
	out->from = json_get_text(o, "from");
	out->op = json_get_text(o, "op");
	out->cert = json_get_text(o, "cert");
	out->name = json_get_text(o, "name");
	out->was = json_get_text(o, "was");
	out->now = json_get_text(o, "now");
	out->why = json_get_text(o, "why");
	out->new_hash = json_get_text(o, "new");
	out->more = json_get_bool(o, "more");
	get_content(o, out);
	bool ok = get_place(o, "src", &out->src) && get_place(o, "dst", &out->dst) &&
		  out->seq > 0 && out->time && out->op && out->cert;
	json_free(o);
	if (!ok) {
		journal_line_done(out);
		return error_set(err, ERROR_FAILED, "not a line of a journal");
	}
	return true;
}

void journal_line_done(struct journal_line *line)
{
	char *texts[] = { line->time, line->who, line->from, line->op, line->cert, line->name,
		line->was, line->now, line->why, line->new_hash, line->old, line->src.file,
		line->dst.file };
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		free(texts[i]);
	*line = (struct journal_line){ .src.state = STATE_NONE, .dst.state = STATE_NONE };
}
