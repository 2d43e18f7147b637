/*
 * Looking around, in the child: whatever other people's files say is read here, and what leaves are
 * records whose texts are safe.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/setting-up.h"
#include "base/fs.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "check/declared.h"
#include "codec/truststore.h"
#include "deploy/jvm.h"

#define NAMES_MOST 1000 /* of a folder */

struct look {
	struct job_pipe *out;
	const struct looking *job;
	struct set seen; /* files that were sent already */
};

static void send(struct look *look, enum setup_record type, unsigned flags, const char *const *texts,
	size_t count)
{
	struct buf packed = { 0 };
	buf_char(&packed, (char)flags);
	for (size_t i = 0; i < count; i++) {
		char *safe = texts[i] ? text_safe(texts[i], strlen(texts[i])) : NULL;
		pack_text(&packed, safe);
		free(safe);
	}
	job_send(look->out, (uint32_t)type, buf_text(&packed), packed.len);
	buf_done(&packed);
}

#define SEND(look, type, flags, ...) \
	send(look, type, flags, (const char *const[]){ __VA_ARGS__ }, \
		sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *))

/* --- certificates ---------------------------------------------------------------------------- */

static void send_bytes(struct look *look, const char *path, const struct buf *bytes,
	const char *password)
{
	struct reading reading = look->job->reading;
	struct error ignored;
	char *label = text_safe(path, strlen(path));
	reading.path = NULL;
	reading.label = label;
	reading.bytes = buf_text(bytes);
	reading.len = bytes->len;
	reading.bag.password = password;
	import_read(look->out, &reading, &ignored);
	job_flush(look->out); /* the next one may be its end */
	free(label);
}

/* What isn't there isn't found; a file may be named by many, and is told of once. */
static void look_into(struct look *look, const char *path, unsigned flags, const char *what)
{
	struct buf bytes = { .secret = true };
	struct error ignored;
	if (set_has(&look->seen, path) ||
		!fs_read_within(look->job->root, path, look->job->reading.file_most, &bytes, NULL,
			&ignored))
		return;
	set_add(&look->seen, path);
	SEND(look, SETUP_SOURCE, flags, path, what);
	send_bytes(look, path, &bytes, flags & SETUP_JAVA ? TRUSTSTORE_PASSWORD : NULL);
	buf_wipe(&bytes);
}

struct names {
	char *items[NAMES_MOST];
	size_t count;
};

static bool keep_name(void *ctx, const char *name)
{
	struct names *names = ctx;
	names->items[names->count++] = mem_text(name);
	return names->count < NAMES_MOST;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* A folder that the administrator fills for the distribution's tool, and the folders in it. */
static void look_below(struct look *look, const char *folder, unsigned depth)
{
	struct names *names = mem_new(sizeof *names);
	struct error ignored;
	int dir = fs_open_dir_within(look->job->root, folder, &ignored);
	if (dir >= 0) {
		fs_list(dir, keep_name, names, &ignored);
		close(dir);
	}
	if (names->count)
		qsort(names->items, names->count, sizeof *names->items, by_name);
	for (size_t i = 0; i < names->count; i++) {
		char *path = mem_format("%s/%s", folder, names->items[i]);
		struct fs_stamp stamp;
		if (fs_stamp_within(look->job->root, path, &stamp) && S_ISREG(stamp.mode))
			look_into(look, path, SETUP_PROPOSED, _("an anchor that was added to this system"));
		else if (depth > 0)
			look_below(look, path, depth - 1);
		free(path);
		free(names->items[i]);
	}
	free(names);
}

static void look_at_system(struct look *look)
{
	const char *path;
	for (size_t i = 0; (path = import_bundle_at(i)); i++) {
		size_t before = look->seen.count;
		look_into(look, path, SETUP_SYSTEM, _("what this system trusts"));
		if (look->seen.count > before)
			break;
	}
	for (size_t i = 0; (path = import_bundle_at(i)); i++)
		set_add(&look->seen, path); /* configurations name it, and mean all of it */
	look_below(look, "/usr/local/share/ca-certificates", 2);
	look_below(look, "/etc/pki/ca-trust/source/anchors", 0);
}

static void look_at_named(struct look *look)
{
	const struct setup_wish *wish = &look->job->wish;
	for (size_t i = 0; i < wish->path_count; i++) {
		struct reading reading = look->job->reading;
		struct error err = { 0 };
		char *label = text_safe(wish->paths[i], strlen(wish->paths[i]));
		SEND(look, SETUP_SOURCE, SETUP_PROPOSED | SETUP_NAMED, wish->paths[i], _("was named"));
		reading.path = mem_text(wish->paths[i]);
		reading.label = label;
		import_read(look->out, &reading, &err);
		job_flush(look->out);
		free(reading.path);
		free(label);
	}
}

/* Behind files: what stands in one of them as well was decided by somebody here. */
static void look_at_presented(struct look *look)
{
	const struct setup_wish *wish = &look->job->wish;
	for (size_t i = 0; i < wish->presented_count; i++) {
		const struct setup_presented *p = &wish->presented[i];
		struct buf bytes = { 0 };
		buf_add(&bytes, p->der, p->len);
		SEND(look, SETUP_SOURCE, SETUP_PRESENTED, p->place, _("presented by this service"));
		send_bytes(look, p->place, &bytes, NULL);
		buf_done(&bytes);
	}
}

/* --- clients --------------------------------------------------------------------------------- */

static void tell_endpoint(void *ctx, const struct config_word *word)
{
	char *where = mem_format("%s:%u", word->file, word->line);
	SEND(ctx, SETUP_ENDPOINT, word->proposed ? SETUP_PROPOSED : 0, word->text, word->purpose, where);
	free(where);
}

static void tell_authority(void *ctx, const struct config_word *word)
{
	char *what = mem_format(_("what %s:%u believes"), word->file, word->line);
	look_into(ctx, word->text, SETUP_PROPOSED, what);
	free(what);
}

static void look_at_postgres_client(struct look *look)
{
	static const char *const homes[] = { "/root", "/var/lib/postgresql" };
	for (size_t i = 0; i < sizeof homes / sizeof *homes; i++) {
		char *path = mem_format("%s/.postgresql/root.crt", homes[i]);
		char *whole = mem_format("%s%s", strcmp(look->job->wish.root, "/") ?
			look->job->wish.root : "", path);
		size_t before = look->seen.count;
		look_into(look, path, SETUP_PROPOSED, _("what PostgreSQL's clients believe"));
		if (look->seen.count > before)
			SEND(look, SETUP_TARGET, 0, i ? "postgres-client-server" : "postgres-client",
				"postgres-client", whole, NULL, _("root.crt of PostgreSQL's clients"));
		free(whole);
		free(path);
	}
}

/* --- Java ------------------------------------------------------------------------------------ */

/* As it is called below the root. */
static const char *below(const struct look *look, const char *path)
{
	size_t len = strlen(look->job->wish.root);
	bool within = len > 1 && strncmp(path, look->job->wish.root, len) == 0;
	return within ? path + len : path;
}

static void look_at_java(struct look *look)
{
	struct jvms all = { 0 };
	bool here = strcmp(look->job->wish.root, "/") == 0; /* of another system it says nothing */
	jvms_find(&all, look->job->wish.root, here ? getenv("JAVA_HOME") : NULL);
	for (size_t i = 0; i < all.count; i++) {
		const struct jvm *jvm = &all.items[i];
		const char *slash = strrchr(jvm->home, '/');
		const char *name = slash ? slash + 1 : jvm->home;
		char *what = mem_format(_("the truststore of %s"), name);
		struct buf bytes = { 0 };
		struct error ignored;
		const char *path = below(look, jvm->cacerts);
		/* JAVA_HOME may lie elsewhere, and its owner is who calls. */
		if (!set_has(&look->seen, path) &&
			fs_read(AT_FDCWD, jvm->cacerts, FS_FOLLOW, look->job->reading.file_most, &bytes,
				NULL, &ignored)) {
			set_add(&look->seen, path);
			SEND(look, SETUP_SOURCE, SETUP_PROPOSED | SETUP_JAVA, path, what);
			send_bytes(look, path, &bytes, TRUSTSTORE_PASSWORD);
		}
		if (!jvm_is_regenerated(jvm->cacerts))
			SEND(look, SETUP_TARGET, SETUP_PROPOSED, name, "java", jvm->cacerts, NULL, what);
		buf_done(&bytes);
		free(what);
	}
	jvms_done(&all);
}

/* Debian makes Java's truststore of the system's anchors: who looks for Java is to find it here. */
static void tell_system(struct look *look)
{
	struct jvms all = { 0 };
	bool java = false;
	jvms_find(&all, look->job->wish.root, NULL);
	for (size_t i = 0; i < all.count && !java; i++)
		java = jvm_is_regenerated(all.items[i].cacerts);
	jvms_done(&all);
	SEND(look, SETUP_TARGET, 0, "system", "system",
		look->job->wish.root, NULL,
		java ? N_("every program that follows them, Java too")
		     : N_("every program that follows them"));
}

/* --- services -------------------------------------------------------------------------------- */

static void tell_pair(struct look *look, const struct declared_service *service)
{
	const struct declared_file *file = declared_file_of(service, DECLARED_CERTIFICATE, 0);
	if (!file || !file->path)
		return;
	char *what = mem_format(_("key and certificate of %s"), service->name);
	SEND(look, SETUP_TARGET, SETUP_PAIR, service->name, "server-pair", file->path, service->name, what);
	free(what);
}

static void tell_listens(struct look *look, const struct declared_service *service, const char *host)
{
	for (size_t i = 0; i < service->listen_count && host; i++) {
		const struct declared_listen *l = &service->listens[i];
		char *where = declared_place_words(&l->at);
		char *place = mem_format("%s://%s:%u", l->dialect->name, host, l->port);
		if (!l->off && service->tls != DECLARED_OFF)
			SEND(look, SETUP_ENDPOINT, 0, place, service->kind->label, where);
		free(place);
		free(where);
	}
}

static void look_at_service(struct look *look, const struct declared_service *service, const char *host)
{
	for (size_t i = 0; i < service->file_count; i++) {
		const struct declared_file *file = &service->files[i];
		if (!file->path || (file->role != DECLARED_CERTIFICATE && file->role != DECLARED_CLIENT_CA))
			continue;
		char *what = mem_format(_("the %s of %s"), lang_text(declared_role_name(file->role)),
			service->name);
		look_into(look, file->path, 0, what);
		free(what);
	}
	tell_pair(look, service);
	tell_listens(look, service, host);
}

/* --- all of it ------------------------------------------------------------------------------- */

static char *host_name(const struct look *look)
{
	struct buf bytes = { 0 };
	struct error ignored;
	char name[256] = "";
	if (fs_read_within(look->job->root, "/etc/hostname", 4096, &bytes, NULL, &ignored)) {
		size_t len = strcspn(buf_text(&bytes), " \t\r\n#");
		snprintf(name, sizeof name, "%.*s", (int)(len < 255 ? len : 255), buf_text(&bytes));
	}
	if (!*name && gethostname(name, sizeof name - 1) != 0)
		*name = '\0';
	buf_done(&bytes);
	return *name ? mem_text(name) : NULL;
}

bool setup_look(struct job_pipe *out, void *arg, struct error *err)
{
	struct looking *job = arg;
	struct look look = { .out = out, .job = job };
	struct declared declared;
	job->root = fs_open_dir(AT_FDCWD, job->wish.root, err);
	if (job->root < 0)
		return false;
	char *host = host_name(&look);
	if (host)
		SEND(&look, SETUP_HOST, 0, host);
	look_at_system(&look);
	look_at_named(&look);
	look_at_presented(&look);
	setup_configs(job->root, strcmp(job->wish.root, "/") == 0, tell_endpoint, tell_authority, &look);
	look_at_postgres_client(&look);
	tell_system(&look);
	look_at_java(&look);
	if (declared_read(job->wish.root, NULL, &declared, err)) {
		for (size_t i = 0; i < declared.count; i++)
			look_at_service(&look, &declared.items[i], host);
		declared_done(&declared);
	}
	set_done(&look.seen);
	free(host);
	close(job->root);
	return true;
}
