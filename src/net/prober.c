/* Who runs and who waits; the beginning and the end of each probe. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <poll.h>
#include <stdarg.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "net/probing.h"

struct list {
	struct probe *first, *last;
	size_t count;
};

struct prober {
	struct loop *loop;
	size_t most;
	struct list running, waiting;
};

static void append(struct list *list, struct probe *probe)
{
	probe->before = list->last;
	probe->after = NULL;
	*(list->last ? &list->last->after : &list->first) = probe;
	list->last = probe;
	list->count++;
}

static void remove_from(struct list *list, struct probe *probe)
{
	*(probe->before ? &probe->before->after : &list->first) = probe->after;
	*(probe->after ? &probe->after->before : &list->last) = probe->before;
	list->count--;
}

struct prober *prober_new(struct loop *loop, size_t most)
{
	struct prober *prober = mem_new(sizeof *prober);
	*prober = (struct prober){ .loop = loop, .most = most ? most : PROBE_MOST };
	return prober;
}

size_t prober_count(const struct prober *prober)
{
	return prober->running.count + prober->waiting.count;
}

/* --- the end ---------------------------------------------------------------------------------- */

static void dispose(struct probe *probe)
{
	loop_cancel(probe->loop, probe->begin);
	loop_cancel(probe->loop, probe->deadline);
	loop_cancel(probe->loop, probe->quiet);
	lookup_cancel(probe->lookup);
	dial_cancel(probe->dial);
	probe_want(probe, 0);
	tls_free(probe->tls);
	if (probe->fd >= 0)
		close(probe->fd);
	talk_done(&probe->talk);
	buf_done(&probe->in);
	buf_done(&probe->out);
	probe_forget(probe);
	report_free(probe->report);
	free(probe);
}

static void start_next(struct prober *prober);

static void leave(struct probe *probe)
{
	struct prober *prober = probe->prober;
	remove_from(probe->running ? &prober->running : &prober->waiting, probe);
	dispose(probe);
	start_next(prober);
}

void probe_cancel(struct probe *probe)
{
	if (probe)
		leave(probe);
}

void probe_end(struct probe *probe)
{
	struct report *report = probe->report;
	probe_done_fn *done = probe->done;
	void *ctx = probe->ctx;
	if (probe->tls && !report->handshake)
		tls_look(probe->tls);
	if (probe->tls && report->handshake)
		tls_bye(probe->tls);
	report->ms = clock_ms() - report->begun;
	probe->report = NULL;
	tls_free(probe->tls); /* it points into the report */
	probe->tls = NULL;
	leave(probe);
	done(ctx, report);
}

static void dispose_all(struct list *list)
{
	for (struct probe *probe = list->first, *after; probe; probe = after) {
		after = probe->after;
		dispose(probe);
	}
}

void prober_free(struct prober *prober)
{
	if (!prober)
		return;
	dispose_all(&prober->waiting);
	dispose_all(&prober->running);
	free(prober);
}

void probe_fail(struct probe *probe, enum report_rung rung, enum error_code code,
	const char *text)
{
	error_set(&probe->report->err, code, "%s", text);
	report_step(probe->report, rung, STEP_FAIL, "%s", text);
	probe_end(probe);
}

/* --- waiting ---------------------------------------------------------------------------------- */

void probe_step(struct probe *probe, enum report_rung rung, enum report_outcome outcome,
	const char *format, ...)
{
	char text[1024];
	va_list args;
	va_start(args, format);
	vsnprintf(text, sizeof text, lang_text(format), args);
	va_end(args);
	report_step(probe->report, rung, outcome, "%s", text);
	if (probe->progress)
		probe->progress(probe->ctx, probe->report);
}

static void serve(void *ctx, int fd, short events)
{
	struct probe *probe = ctx;
	(void)fd;
	(void)events;
	probe->turn(probe);
}

void probe_want(struct probe *probe, short events)
{
	if (events == probe->events)
		return;
	if (probe->events)
		loop_unwatch(probe->loop, probe->fd);
	probe->events = events;
	if (events)
		loop_watch(probe->loop, probe->fd, events, serve, probe);
}

void probe_turn(struct probe *probe, void (*turn)(struct probe *probe))
{
	probe->turn = turn;
	turn(probe);
}

bool probe_waits(struct probe *probe, enum tls_turn turn)
{
	if (turn != TLS_READ && turn != TLS_WRITE)
		return false;
	probe_want(probe, turn == TLS_READ ? POLLIN : POLLOUT);
	return true;
}

/* --- the beginning ---------------------------------------------------------------------------- */

static void on_deadline(void *ctx)
{
	static const char *const words[STEP_COUNT] = {
		[STEP_RESOLVE] = N_("the name server doesn't answer within %g s"),
		[STEP_CONNECT] = N_("no address answers within %g s"),
		[STEP_DIALECT] = N_("the server doesn't get to the go-ahead for TLS within %g s"),
		[STEP_HELLO] = N_("the server doesn't answer the hello of TLS within %g s"),
		[STEP_PRESENTS] = N_("the server goes silent before its certificate is complete within %g s"),
		[STEP_ACCEPTED] = N_("the server goes silent before the handshake is complete within %g s"),
		[STEP_ACCESS] = N_("the service doesn't answer within %g s"),
	};
	struct probe *probe = ctx;
	struct buf text = { 0 };
	probe->deadline = 0;
	buf_format(&text, lang_text(words[probe->rung]), probe->request.deadline_ms / 1000.0);
	if (probe->rung == STEP_DIALECT && probe->talk.heard == 0)
		buf_text_add(&text, _(", not a word: perhaps it wants TLS from the first byte"));
	else if (probe->http && probe->report->http)
		buf_format(&text, _(" (%zu of 4 requests answered)"), probe->report->http_count);
	else if (probe->rung == STEP_DIALECT && probe->talk.in.len > 0) {
		buf_text_add(&text, _("; it stopped in the middle of: "));
		text_escape(&text, probe->talk.in.data,
			probe->talk.in.len < 80 ? probe->talk.in.len : 80);
	}
	probe_fail(probe, probe->rung, ERROR_NETWORK, buf_text(&text));
	buf_done(&text);
}

static void list_addresses(struct probe *probe, const struct lookup_answer *answer)
{
	struct report *report = probe->report;
	struct buf text = { 0 };
	report->addresses = mem_new((answer->count + 1) * sizeof *report->addresses);
	for (size_t i = 0; i < answer->count; i++) {
		report->addresses[i].text = lookup_text(&answer->items[i]);
		report->addresses[i].outcome = mem_text(_("not tried"));
		buf_format(&text, "%s%s", i ? ", " : "", report->addresses[i].text);
	}
	report->address_count = answer->count;
	probe_step(probe, STEP_RESOLVE, STEP_PASS, "%s", buf_text(&text));
	buf_done(&text);
}

static char *unreachable(const struct report *report)
{
	struct buf text = { 0 };
	buf_text_add(&text, _("no connection"));
	for (size_t i = 0; i < report->address_count; i++)
		buf_format(&text, _("%s%s port %u: %s"), i ? "; " : ": ", report->addresses[i].text,
			report->port, report->addresses[i].outcome);
	return buf_take(&text);
}

static void on_dialled(void *ctx, int fd, int at)
{
	struct probe *probe = ctx;
	struct report *report = probe->report;
	probe->dial = NULL;
	if (fd < 0) {
		char *text = unreachable(report);
		probe_fail(probe, STEP_CONNECT, ERROR_NETWORK, text);
		free(text);
		return;
	}
	probe->fd = fd;
	probe->used.items[0] = probe->used.items[at];
	probe->used.count = 1;
	report->addresses[at].used = true;
	report->address = report->addresses[at].text;
	probe_step(probe, STEP_CONNECT, STEP_PASS, "connected to %s, port %u", report->address,
		report->port);
	probe_connected(probe);
}

static void on_found(void *ctx, const struct lookup_answer *answer)
{
	struct probe *probe = ctx;
	probe->lookup = NULL;
	if (answer->code != 0) {
		probe_fail(probe, STEP_RESOLVE, ERROR_NETWORK, lookup_words(answer->code));
		return;
	}
	list_addresses(probe, answer);
	probe->rung = STEP_CONNECT;
	probe->used = *answer;
	probe->dial = dial_start(probe->loop, answer, probe->report, on_dialled, probe);
}

static void begin(void *ctx)
{
	struct probe *probe = ctx;
	struct lookup_answer answer;
	struct error err;
	probe->begin = 0;
	probe->report->begun = clock_ms();
	probe->report->when = clock_now();
	probe->deadline =
		loop_after(probe->loop, probe->request.deadline_ms, on_deadline, probe);
	if (lookup_address(probe->ascii, probe->report->port, &answer)) {
		on_found(probe, &answer);
		return;
	}
	probe->lookup = lookup_start(
		probe->loop, probe->ascii, probe->report->port, on_found, probe, &err);
	if (!probe->lookup)
		probe_fail(probe, STEP_RESOLVE, err.code, err.text);
}

static void start_next(struct prober *prober)
{
	struct probe *probe = prober->waiting.first;
	if (!probe || prober->running.count >= prober->most)
		return;
	remove_from(&prober->waiting, probe);
	append(&prober->running, probe);
	probe->running = true;
	probe->begin = loop_after(prober->loop, 0, begin, probe);
}

struct probe *probe_start(struct prober *prober, const struct probe_request *request,
	probe_done_fn *done, probe_progress_fn *progress, void *ctx, struct error *err)
{
	struct probe *probe = mem_new(sizeof *probe);
	probe->prober = prober;
	probe->loop = prober->loop;
	probe->fd = -1;
	probe->done = done;
	probe->progress = progress;
	probe->ctx = ctx;
	if (!probe_fill(probe, request, err)) {
		dispose(probe);
		return NULL;
	}
	append(&prober->waiting, probe);
	start_next(prober);
	return probe;
}
