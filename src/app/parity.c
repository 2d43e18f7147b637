/* This store's own manifest, those of the others from files and hosts, and the comparison. */
#include "app/parity.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/asking.h"
#include "app/deploy.h"
#include "app/internal.h"
#include "base/clock.h"
#include "base/fs.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/deploying.h"

char *app_host_name(void)
{
	char name[256] = "";
	if (gethostname(name, sizeof name - 1) != 0)
		return mem_text("localhost");
	return text_safe(name, strlen(name));
}

/* --- this one ------------------------------------------------------------------------------ */

static void add_entry(struct manifest *m, const struct entry *e)
{
	char *key = mem_format("%s %u", e->info.key_algorithm, e->info.key_bits);
	manifest_add(m, &(struct manifest_entry){ .state = e->state,
				.sha256 = e->info.sha256,
				.name = e->name,
				.subject = e->info.subject,
				.key = key,
				.not_before = e->info.not_before,
				.not_after = e->info.not_after });
	free(key);
}

/* Which certificates it has stands in its receipt, where they are few. */
static bool put_prints(struct app *app, const struct target *target, struct manifest_target *out,
	struct error *err)
{
	struct buf text = { 0 };
	char base[FINGERPRINT_HEX];
	bool ok = store_read_receipt(app_store(app), target->name, &text, base, err);
	struct json *receipt = ok && text.len ? json_parse(buf_text(&text), text.len, NULL) : NULL;
	const struct json *prints = json_get(receipt, "prints");
	out->has_certs = prints != NULL;
	for (size_t i = 0; i < json_count(prints); i++) {
		struct fingerprint print;
		char *hex = json_text_of(json_at(prints, i));
		if (hex && fingerprint_parse(hex, &print))
			manifest_target_put(out, &print);
		free(hex);
	}
	manifest_target_sort(out);
	json_free(receipt);
	buf_done(&text);
	return ok;
}

static bool add_target(struct app *app, const struct target *target, const struct target_status *status,
	struct manifest *out, struct error *err)
{
	const char *at = target->path ? target->path : "";
	char *name = text_safe(target->name, strlen(target->name)), *path = text_safe(at, strlen(at));
	struct manifest_target *t = manifest_add_target(
		out, name, target->kind->name, path, target_state_word(status->state));
	t->held = (int64_t)status->count;
	free(path);
	free(name);
	return put_prints(app, target, t, err);
}

static bool add_targets(struct app *app, struct manifest *out, struct error *err)
{
	struct targets all = { 0 };
	struct target_status *statuses = NULL;
	bool ok = app_targets(app, &all, err) && app_target_statuses(app, &all, &statuses, err);
	out->has_targets = ok;
	for (size_t i = 0; ok && i < all.count; i++)
		ok = add_target(app, &all.items[i], &statuses[i], out, err);
	target_statuses_free(statuses, statuses ? all.count : 0);
	targets_done(&all);
	return ok;
}

bool app_manifest(struct app *app, struct manifest *out, struct error *err)
{
	uint32_t cursor = 0;
	struct entry e;
	char when[CLOCK_ISO], *host = app_host_name();
	out->host = arena_text(&out->texts, host);
	out->made = arena_text(&out->texts, clock_iso(when, app_now()));
	free(host);
	if (!app_open_store(app, APP_STORE_IMAGINED, err))
		return false;
	while (app_next(app, &cursor, &e))
		if (e.state != STATE_TRASH)
			add_entry(out, &e);
	return add_targets(app, out, err);
}

struct json *app_manifest_target(const struct manifest_target *target)
{
	struct json *o = json_new_object(), *list = json_new_array();
	char hex[FINGERPRINT_HEX];
	json_text(o, "name", target->name);
	json_text(o, "kind", target->kind);
	json_text(o, "path", target->path);
	json_text(o, "state", target->state);
	json_int(o, "count", target->held);
	for (size_t i = 0; i < target->count; i++)
		json_append_text(list, fingerprint_hex(&target->certs[i], hex));
	if (target->has_certs)
		json_set(o, "certificates", list);
	else
		json_free(list);
	return o;
}

/* --- the others ---------------------------------------------------------------------------- */

/* It becomes an argument of ssh behind "--", and a word of commands that people paste. */
bool parity_host_fits(const char *word, struct error *err)
{
	static const char fine[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				   ".-_@:[]%";
	const char *host = text_starts(word, "ssh://") ? word + 6 : word;
	const char *at = strrchr(host, '@');
	if (!*host || *host == '-' || (at && (!at[1] || at[1] == '-')) ||
		strspn(host, fine) != strlen(host))
		return error_set(err, ERROR_USAGE, "%s: neither a file nor a host", word);
	return true;
}

static bool is_file(const char *word)
{
	struct stat st;
	if (text_starts(word, "ssh://"))
		return false;
	return strchr(word, '/') || (stat(word, &st) == 0 && !S_ISDIR(st.st_mode));
}

static bool read_file(const char *word, struct buf *out, struct error *err)
{
	if (strcmp(word, "-") == 0)
		return fs_read_fd(STDIN_FILENO, "standard input", MANIFEST_MOST, out, err);
	return fs_read(AT_FDCWD, word, FS_FOLLOW, MANIFEST_MOST, out, NULL, err);
}

static void take_answer(struct parity_server *s, const struct buf *bytes)
{
	struct error *err = &s->error;
	s->compared = manifest_read(buf_text(bytes), bytes->len, &s->manifest, err) ||
		      error_wrap(err, "%s", s->label);
}

static void ask_file(struct parity_server *s, const char *word)
{
	struct buf bytes = { 0 };
	if (read_file(word, &bytes, &s->error))
		take_answer(s, &bytes);
	buf_done(&bytes);
	if (s->manifest.host && parity_host_fits(s->manifest.host, NULL))
		s->host = mem_text(s->manifest.host);
}

static bool ask_hosts(struct parities *p, struct asked *asked, size_t count, struct error *err)
{
	if (count && !ask_all(asked, count, ASKING_MS, err))
		return false;
	for (size_t i = 0; i < count; i++) {
		struct parity_server *s = &p->servers[asked[i].number];
		if (asked[i].ok)
			take_answer(s, &asked[i].answer);
		else
			s->error = asked[i].error;
		s->unreached = !s->compared;
		buf_done(&asked[i].answer);
	}
	return true;
}

/* All words are looked at before anybody is asked. */
static bool sort_words(const char *const *words, size_t count, struct error *err)
{
	size_t stdins = 0;
	for (size_t i = 0; i < count; i++) {
		stdins += strcmp(words[i], "-") == 0;
		if (strcmp(words[i], "-") != 0 && !is_file(words[i]) &&
			!parity_host_fits(words[i], err))
			return false;
	}
	return stdins < 2 ||
	       error_set(err, ERROR_USAGE, "parity: standard input can be read once only");
}

static bool ask_others(struct parities *p, const char *const *words, struct error *err)
{
	struct asked *asked = mem_new((p->count + 1) * sizeof *asked);
	size_t hosts = 0;
	for (size_t i = 0; i < p->count; i++) {
		struct parity_server *s = &p->servers[i];
		bool in = strcmp(words[i], "-") == 0;
		s->label = in ? mem_text(_("standard input")) : text_safe(words[i], strlen(words[i]));
		if (in || is_file(words[i])) {
			ask_file(s, words[i]);
		} else {
			s->host = mem_text(s->label);
			asked[hosts++] = (struct asked){ .host = words[i], .number = i };
		}
	}
	bool ok = ask_hosts(p, asked, hosts, err);
	free(asked);
	return ok;
}

bool app_parity(struct app *app, const char *const *words, size_t count, struct parities *out,
	struct error *err)
{
	*out = (struct parities){ 0 };
	if (!sort_words(words, count, err) || !app_manifest(app, &out->here, err))
		return false;
	out->servers = mem_new(count * sizeof *out->servers);
	out->count = count;
	if (!ask_others(out, words, err))
		return false;
	for (size_t i = 0; i < count; i++)
		if (out->servers[i].compared)
			parity_compare(
				&out->here, &out->servers[i].manifest, &out->servers[i].parity);
	return true;
}

void parities_done(struct parities *p)
{
	for (size_t i = 0; i < p->count; i++) {
		struct parity_server *s = &p->servers[i];
		parity_done(&s->parity);
		manifest_done(&s->manifest);
		free(s->label);
		free(s->host);
	}
	free(p->servers);
	manifest_done(&p->here);
	*p = (struct parities){ 0 };
}
