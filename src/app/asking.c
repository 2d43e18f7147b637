#include "app/asking.h"

#include <stdlib.h>
#include <string.h>

#include "base/loop.h"
#include "base/mem.h"
#include "base/spawn.h"
#include "base/text.h"
#include "check/manifest.h"

#define AT_ONCE        16
#define COMPLAINT_MOST 4096

struct asking {
	struct loop *loop;
	struct asked *asked;
	size_t count, next, running;
	int64_t ms;
	struct one *ones;
};

struct one {
	struct asking *all;
	struct asked *asked;
	struct spawn *spawn;
	struct buf complaint;
	unsigned timer;
};

static void start_more(struct asking *all);

/* The last line says why ssh gave up, those before it are greetings. */
static char *last_line(struct buf *complaint)
{
	while (complaint->len && strchr("\r\n ", complaint->data[complaint->len - 1]))
		buf_cut(complaint, complaint->len - 1);
	const char *text = buf_text(complaint), *line = strrchr(text, '\n');
	line = line ? line + 1 : text;
	return text_safe(line, strlen(line));
}

static void over(struct one *one)
{
	struct asking *all = one->all;
	loop_cancel(all->loop, one->timer);
	buf_done(&one->complaint);
	one->spawn = NULL;
	all->running--;
	start_more(all);
	if (all->running == 0)
		loop_stop(all->loop);
}

static void take_output(void *ctx, const char *bytes, size_t len)
{
	struct one *one = ctx;
	if (one->asked->answer.len + len <= MANIFEST_MOST) {
		buf_add(&one->asked->answer, bytes, len);
		return;
	}
	spawn_cancel(one->spawn);
	error_set(&one->asked->error, ERROR_NETWORK, "%s: it answered with more than %u bytes",
		one->asked->host, MANIFEST_MOST);
	over(one);
}

static void take_complaint(void *ctx, const char *bytes, size_t len)
{
	struct one *one = ctx;
	size_t room = COMPLAINT_MOST - one->complaint.len;
	buf_add(&one->complaint, bytes, len < room ? len : room);
}

static void set_error(struct one *one, int status)
{
	struct error *err = &one->asked->error;
	char *said = last_line(&one->complaint);
	if (*said)
		error_set(err, ERROR_NETWORK, "%s: %s", one->asked->host, said);
	else
		error_set(err, ERROR_NETWORK, "%s: ssh ended with status %d", one->asked->host,
			status);
	free(said);
}

static void ended(void *ctx, int status)
{
	struct one *one = ctx;
	one->asked->ok = status == 0;
	if (!one->asked->ok)
		set_error(one, status);
	over(one);
}

static void too_late(void *ctx)
{
	struct one *one = ctx;
	one->timer = 0;
	spawn_cancel(one->spawn);
	error_set(&one->asked->error, ERROR_NETWORK, "%s: it hasn't answered within %lld seconds",
		one->asked->host, (long long)one->all->ms / 1000);
	over(one);
}

#define HOST_AT 4

static const char *const question[] = { "ssh", "-o", "BatchMode=yes", "--", "", "certary", "list", "--json",
	NULL };

bool asks_by_ssh(const char *const *argv)
{
	size_t i = 0;
	while (argv[i] && question[i] && (i == HOST_AT || strcmp(argv[i], question[i]) == 0))
		i++;
	return !argv[i] && !question[i];
}

static void start_one(struct one *one)
{
	const char *argv[sizeof question / sizeof *question];
	memcpy(argv, question, sizeof question);
	argv[HOST_AT] = one->asked->host;
	struct asking *all = one->all;
	one->spawn = spawn_start_apart(all->loop, argv, take_output, take_complaint, ended, one,
		&one->asked->error);
	if (!one->spawn) {
		one->asked->error.code = ERROR_NETWORK;
		return;
	}
	one->timer = loop_after(all->loop, all->ms, too_late, one);
	all->running++;
}

static void start_more(struct asking *all)
{
	while (all->next < all->count && all->running < AT_ONCE) {
		struct one *one = &all->ones[all->next];
		*one = (struct one){ .all = all, .asked = &all->asked[all->next] };
		all->next++;
		start_one(one);
	}
}

bool ask_all(struct asked *asked, size_t count, int64_t ms, struct error *err)
{
	struct asking all = { .loop = loop_new(err), .asked = asked, .count = count, .ms = ms };
	if (!all.loop)
		return false;
	all.ones = mem_new(count * sizeof *all.ones);
	start_more(&all);
	if (all.running)
		loop_run(all.loop);
	loop_free(all.loop);
	free(all.ones);
	return true;
}
