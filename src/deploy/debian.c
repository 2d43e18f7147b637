#include "deploy/debian.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "deploy/distro.h"
#include "deploy/prints.h"

#define TOLD      5 /* of a kind of warning */
#define FILE_MOST (4u << 20)

void debian_done(struct debian *debian)
{
	for (size_t i = 0; i < debian->count; i++)
		free(debian->items[i].name);
	free(debian->items);
	set_done(&debian->index);
	*debian = (struct debian){ 0 };
}

const struct debian_source *debian_has(const struct debian *debian, const struct fingerprint *print)
{
	char hex[FINGERPRINT_HEX];
	const unsigned *index = set_number(&debian->index, fingerprint_hex(print, hex));
	return index ? &debian->items[*index] : NULL;
}

/* --- what is in force ------------------------------------------------------------------------- */

static struct debian_source *add(struct debian *out, const char *name,
	const struct fingerprint *print)
{
	out->items = mem_grow(out->items, out->count, &out->cap, sizeof *out->items);
	struct debian_source *source = &out->items[out->count++];
	*source = (struct debian_source){ .name = text_safe(name, strlen(name)), .print = *print };
	return source;
}

static void put_in_force(struct debian *out)
{
	char hex[FINGERPRINT_HEX];
	fingerprint_hex(&out->items[out->count - 1].print, hex);
	if (set_add(&out->index, hex))
		*set_number(&out->index, hex) = (unsigned)(out->count - 1);
}

/* A line of the list: the name of a file that is shipped, behind "!" where it isn't wanted. */
static void read_line(const char *root, const char *line, struct debian *out)
{
	struct fingerprint print;
	struct buf bytes = { 0 };
	bool off = *line == '!';
	char *folder = below(root, DEBIAN_SHIPPED);
	char *path = mem_format("%s/%s", folder, line + off);
	if (*line && *line != '#' &&
		fs_read(AT_FDCWD, path, FS_FOLLOW, FILE_MOST, &bytes, NULL, NULL) &&
		prints_of(bytes.data, bytes.len, NULL, &print) > 0) {
		struct debian_source *source = add(out, line + off, &print);
		source->shipped = true;
		source->deselected = off;
		out->deselected += off;
		if (!off)
			put_in_force(out);
	}
	buf_done(&bytes);
	free(path);
	free(folder);
}

static bool ends_in(const char *name, const char *suffix)
{
	size_t len = strlen(name), tail = strlen(suffix);
	return len >= tail && strcmp(name + len - tail, suffix) == 0;
}

static void read_local(const struct anchor_folder *local, struct debian *out)
{
	for (size_t i = 0; i < local->count; i++) {
		const struct anchor_file *file = &local->items[i];
		if (file->ours || file->der || file->certificates == 0 ||
			!ends_in(file->name, ".crt"))
			continue;
		add(out, file->name, &file->print);
		put_in_force(out);
	}
}

void debian_read(const char *root, const struct anchor_folder *local, struct debian *out)
{
	struct buf conf = { 0 };
	char *path = below(root, DEBIAN_CONF), *save = NULL;
	if (fs_read(AT_FDCWD, path, FS_FOLLOW, FILE_MOST, &conf, NULL, NULL) && conf.data)
		for (char *line = strtok_r(conf.data, "\n", &save); line;
			line = strtok_r(NULL, "\n", &save))
			read_line(root, line, out);
	read_local(local, out);
	buf_done(&conf);
	free(path);
}

/* --- warnings --------------------------------------------------------------------------------- */

/* Why the tool doesn't do with a file what its owner thinks; NULL where it does. */
static const char *trouble(const struct anchor_file *file)
{
	if (file->certificates == 0)
		return ends_in(file->name, ".crt")
			       ? N_("%s has no certificate in it, and goes into the bundle as it is.")
			       : NULL;
	if (!ends_in(file->name, ".crt"))
		return N_("%s is ignored, because its name doesn't end in .crt.");
	if (file->der)
		return N_("%s is no PEM: its bytes go into the bundle, where nobody can read them.");
	if (file->certificates > 1)
		return N_("%s has more than one certificate: it gets no hash link, and OpenSSL's "
			  "folder lacks it.");
	return NULL;
}

/* The name of its link, as the tool makes it. */
static char *link_name(const char *name)
{
	const char *slash = strrchr(name, '/');
	char *out = mem_text(slash ? slash + 1 : name);
	for (char *p = out; *p; p++)
		*p = strchr(" ,", *p) ? '_' : strchr("()", *p) ? '=' : *p;
	return out;
}

struct few {
	const struct visit *visit;
	size_t told;
};

static void tell(struct few *few, const char *name, const char *what)
{
	char *safe = text_safe(name, strlen(name));
	if (few->told++ < TOLD)
		warn(few->visit, what, safe);
	free(safe);
}

static void tell_rest(const struct few *few)
{
	if (few->told > TOLD)
		warn(few->visit, "%zu more files there are like these.", few->told - TOLD);
}

static void warn_files(const struct visit *visit, const struct anchor_folder *local,
	const struct debian *debian)
{
	struct few few = { .visit = visit };
	struct set links = { 0 };
	for (size_t i = 0; i < debian->count; i++) {
		char *link = debian->items[i].shipped ? link_name(debian->items[i].name) : NULL;
		if (link && !debian->items[i].deselected)
			set_add(&links, link);
		free(link);
	}
	for (size_t i = 0; i < local->count; i++) {
		const struct anchor_file *file = &local->items[i];
		const char *what = file->ours ? NULL : trouble(file);
		char *link = link_name(file->name);
		if (!what && ends_in(file->name, ".crt") && !set_add(&links, link))
			what = N_("%s has the same link as another file, so that OpenSSL's folder "
				  "lacks one of them.");
		if (what)
			tell(&few, file->name, what);
		free(link);
	}
	tell_rest(&few);
	set_done(&links);
}

static bool in_anchors(const struct anchors *anchors, const struct fingerprint *print,
	const char **name)
{
	for (size_t i = 0; i < anchors->count; i++) {
		if (fingerprint_compare(&anchors->items[i].print, print) != 0)
			continue;
		*name = anchors->items[i].name;
		return true;
	}
	return false;
}

static void warn_deselected(const struct visit *visit, const struct debian *debian)
{
	size_t others = 0;
	const char *name;
	for (size_t i = 0; i < debian->count; i++) {
		const struct debian_source *source = &debian->items[i];
		if (!source->deselected)
			continue;
		if (in_anchors(&visit->demand->trusted, &source->print, &name))
			warn(visit,
				"%s is deselected in /%s (!%s), and comes in again by a file of "
				"certary's.",
				name, DEBIAN_CONF, source->name);
		else
			others++;
	}
	if (others)
		warn(visit,
			lang_n("/%s deselects %zu certificate that the distribution ships; that stays.",
				"/%s deselects %zu certificates that the distribution ships; that stays.",
				others),
			DEBIAN_CONF, others);
}

static void warn_blocked(const struct visit *visit, const struct debian *debian)
{
	struct few few = { .visit = visit };
	const struct anchors *blocked = &visit->demand->blocked;
	for (size_t i = 0; i < blocked->count; i++) {
		const struct debian_source *source = debian_has(debian, &blocked->items[i].print);
		if (!source || few.told++ >= TOLD)
			continue;
		if (source->shipped)
			warn(visit,
				"%s is blocked here, but shipped and in force: put an exclamation "
				"mark before %s in /%s (or run dpkg-reconfigure ca-certificates).",
				blocked->items[i].name, source->name, DEBIAN_CONF);
		else
			warn(visit,
				"%s is blocked here, but in force by somebody's file %s: remove "
				"that file.",
				blocked->items[i].name, source->name);
	}
	tell_rest(&few);
}

static void warn_hooks(const struct visit *visit, const char *root)
{
	char *path = below(root, DEBIAN_HOOKS);
	DIR *dir = opendir(path);
	for (const struct dirent *entry; dir && (entry = readdir(dir));) {
		if (entry->d_name[0] == '.')
			continue;
		bool java = strstr(entry->d_name, "java") || strstr(entry->d_name, "jks");
		char *safe = text_safe(entry->d_name, strlen(entry->d_name));
		warn(visit,
			java ? N_("The tool's hook %s changes Java's cacerts as well: every Java "
				  "program that has no truststore of its own.")
			     : N_("The tool runs the hook %s as well."),
			safe);
		free(safe);
	}
	if (dir)
		closedir(dir);
	free(path);
}

void debian_warn(const struct visit *visit, const char *root, const struct anchor_folder *local,
	const struct debian *debian)
{
	warn_files(visit, local, debian);
	warn_deselected(visit, debian);
	warn_blocked(visit, debian);
	warn_hooks(visit, root);
}

/* --- the tool --------------------------------------------------------------------------------- */
bool debian_takes_root(const char *tool)
{
	struct buf script = { 0 };
	bool takes = fs_read(AT_FDCWD, tool, FS_FOLLOW, FILE_MOST, &script, NULL, NULL) &&
		     script.len > 2 && memcmp(script.data, "#!", 2) == 0 &&
		     strstr(buf_text(&script), "--etccertsdir");
	buf_done(&script);
	return takes;
}

void debian_words(const char *tool, const char *root, bool fresh, char *argv[DEBIAN_WORDS])
{
	static const char *const places[][2] = { { "--certsconf", DEBIAN_CONF }, { "--certsdir", DEBIAN_SHIPPED },
		{ "--localcertsdir", DEBIAN_LOCAL },
		{ "--etccertsdir", DEBIAN_LINKS }, { "--hooksdir", DEBIAN_HOOKS } };
	size_t n = 0;
	memset(argv, 0, DEBIAN_WORDS * sizeof *argv);
	argv[n++] = mem_text(tool);
	if (fresh)
		argv[n++] = mem_text("--fresh");
	for (size_t i = 0; root[strspn(root, "/")] && i < sizeof places / sizeof *places; i++) {
		argv[n++] = mem_text(places[i][0]);
		argv[n++] = below(root, places[i][1]);
	}
}

void debian_words_done(char *argv[DEBIAN_WORDS])
{
	for (size_t i = 0; i < DEBIAN_WORDS; i++)
		free(argv[i]);
}

/* "0123abcd.0" */
static bool is_hash_link(const char *name)
{
	return strspn(name, "0123456789abcdef") == 8 && name[8] == '.' && name[9] >= '0' &&
	       name[9] <= '9';
}

bool debian_links_are_off(const char *root)
{
	struct set wanted = { 0 }, linked = { 0 };
	char to[PATH_MAX];
	char *path = below(root, DEBIAN_LINKS);
	DIR *dir = opendir(path);
	bool off = false;
	size_t hit = 0;
	for (const struct dirent *entry; dir && (entry = readdir(dir));) {
		ssize_t n = readlinkat(dirfd(dir), entry->d_name, to, sizeof to - 1);
		if (n <= 0)
			continue;
		to[n] = '\0';
		if (text_starts(entry->d_name, "certary-")) {
			set_add(&wanted, entry->d_name);
			off |= faccessat(dirfd(dir), entry->d_name, F_OK, 0) != 0;
		} else if (is_hash_link(entry->d_name) && text_starts(to, "certary-")) {
			hit += set_add(&linked, to);
		}
	}
	if (dir)
		closedir(dir);
	off |= hit != wanted.count;
	set_done(&wanted);
	set_done(&linked);
	free(path);
	return off;
}
