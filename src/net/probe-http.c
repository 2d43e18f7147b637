/*
 * Four requests of HTTP, each on a connection of its own, of which nothing but the status line counts.
 *
 * The first goes over the session whose handshake was taken down; its answer also tells whether our
 * certificate is taken.  The bodies are empty.
 */
#include <ctype.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"
#include "net/probing.h"

static const char *const methods[] = { "GET", "POST", "PUT", "DELETE" };

#define METHODS (sizeof methods / sizeof methods[0])
#define LINE    1024 /* bytes of a status line */

static void ask(struct probe *probe)
{
	const char *method = methods[probe->method];
	bool v6 = strchr(probe->ascii, ':');
	buf_format(&probe->out, "%s %s HTTP/1.1\r\nHost: %s%s%s", method, probe->http,
		v6 ? "[" : "", probe->sni ? probe->sni : probe->ascii, v6 ? "]" : "");
	if (probe->report->port != 443)
		buf_format(&probe->out, ":%u", probe->report->port);
	buf_text_add(&probe->out, "\r\nUser-Agent: certary\r\nAccept: */*\r\n");
	if (strcmp(method, "POST") == 0 || strcmp(method, "PUT") == 0)
		buf_text_add(&probe->out, "Content-Length: 0\r\n");
	buf_text_add(&probe->out, "Connection: close\r\n\r\n");
	buf_cut(&probe->in, 0);
}

/* Three digits and no more: "2000" is no status. */
int probe_http_status(const char *line)
{
	const char *blank = strncmp(line, "HTTP/", 5) == 0 ? strchr(line, ' ') : NULL;
	int status = 0;
	for (int i = 1; i <= 3; i++) {
		if (!blank || !isdigit((unsigned char)blank[i]))
			return 0;
		status = status * 10 + blank[i] - '0';
	}
	return isdigit((unsigned char)blank[4]) ? 0 : status;
}

static void sum_up(struct probe *probe)
{
	const struct report *r = probe->report;
	bool reached = true;
	struct buf text = { 0 };
	for (size_t i = 0; i < r->http_count; i++) {
		const struct report_http *h = &r->http[i];
		reached = reached && h->status && h->status != 401 && h->status != 403;
		if (h->status)
			buf_format(&text, "%s%s %d", i ? ", " : "", h->method, h->status);
		else
			buf_format(&text, "%s%s: %s", i ? ", " : "", h->method, h->line);
	}
	if (reached) {
		probe_step(probe, STEP_ACCESS, STEP_PASS, "%s", buf_text(&text));
		probe_end(probe);
	} else {
		probe_fail(probe, STEP_ACCESS, ERROR_VERDICT, buf_text(&text));
	}
	buf_done(&text);
}

static void hang_up(struct probe *probe)
{
	probe_want(probe, 0);
	tls_free(probe->tls);
	probe->tls = NULL;
	if (probe->fd >= 0)
		close(probe->fd);
	probe->fd = -1;
	buf_cut(&probe->out, 0);
}

static void answered(struct probe *probe, const char *said, size_t len);

static void hands_again(struct probe *probe)
{
	if (!probe->tls && !probe_hands(probe, NULL))
		return;
	enum tls_turn turn = tls_handshake(probe->tls);
	if (probe_waits(probe, turn))
		return;
	if (turn == TLS_DONE)
		probe_turn(probe, probe_http);
	else
		answered(probe, tls_failure(probe->tls), strlen(tls_failure(probe->tls)));
}

static void on_dialled(void *ctx, int fd, int at)
{
	static const char none[] = "no connection";
	struct probe *probe = ctx;
	(void)at;
	probe->dial = NULL;
	probe->fd = fd;
	if (fd < 0)
		answered(probe, none, sizeof none - 1);
	else
		probe_turn(probe, hands_again);
}

/* A status line, or why there is none: take it down and go on. */
static void answered(struct probe *probe, const char *said, size_t len)
{
	struct report *r = probe->report;
	struct report_http *h = &r->http[r->http_count++];
	char *line = mem_textn(said, len);
	h->method = methods[probe->method];
	h->status = probe_http_status(line);
	h->line = text_safe(said, len);
	free(line);
	if (++probe->method == METHODS) {
		sum_up(probe);
		return;
	}
	hang_up(probe);
	probe->dial = dial_start(probe->loop, &probe->used, NULL, on_dialled, probe);
}

/* Is the line complete, or long enough? */
static bool complete(struct probe *probe, size_t *len)
{
	const char *end = memchr(probe->in.data, '\n', probe->in.len);
	*len = end ? (size_t)(end - probe->in.data) : probe->in.len;
	while (*len > 0 && probe->in.data[*len - 1] == '\r')
		--*len;
	return end || probe->in.len >= LINE;
}

static void give_up(struct probe *probe, enum tls_turn turn)
{
	const char *why = turn == TLS_CLOSED ? "the server hung up" : tls_failure(probe->tls);
	if (probe->method == 0)
		probe_refused(probe, turn);
	else
		answered(probe, why, strlen(why));
}

static void read_answer(struct probe *probe)
{
	char bytes[LINE];
	size_t got, len;
	enum tls_turn turn;
	while ((turn = tls_receive(probe->tls, bytes, sizeof bytes, &got)) == TLS_DONE) {
		buf_add(&probe->in, bytes, got);
		if (!complete(probe, &len))
			continue;
		probe_accepted(probe, "the server answers");
		char *line = mem_textn(probe->in.data, len);
		answered(probe, line, len);
		free(line);
		return;
	}
	if (!probe_waits(probe, turn))
		give_up(probe, turn);
}

static void http_turn(struct probe *probe)
{
	enum tls_turn turn = tls_send(probe->tls, &probe->out);
	if (probe_waits(probe, turn))
		return;
	if (turn == TLS_DONE)
		read_answer(probe);
	else
		give_up(probe, turn);
}

void probe_http(struct probe *probe)
{
	if (!probe->report->http)
		probe->report->http = mem_new(METHODS * sizeof *probe->report->http);
	probe->rung = STEP_ACCESS;
	ask(probe);
	probe_turn(probe, http_turn);
}
