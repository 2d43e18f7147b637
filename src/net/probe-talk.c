/* From the connection to the first byte of TLS. */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "net/probing.h"

/* False: not all could be sent yet, or the connection broke and the probe is gone. */
static bool send_out(struct probe *probe, struct buf *out)
{
	while (out->len > 0) {
		ssize_t put = send(probe->fd, out->data, out->len, MSG_NOSIGNAL);
		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0 && errno == EAGAIN) {
			probe_want(probe, POLLOUT);
			return false;
		}
		if (put < 0) {
			probe_fail(probe, STEP_DIALECT, ERROR_NETWORK, strerror(errno));
			return false;
		}
		memmove(out->data, out->data + put, out->len - (size_t)put);
		buf_cut(out, out->len - (size_t)put);
	}
	return true;
}

/* Bytes that came between the go-ahead and our hello. */
static bool injected(struct probe *probe)
{
	char bytes[64];
	ssize_t got = recv(probe->fd, bytes, sizeof bytes, MSG_PEEK | MSG_DONTWAIT);
	if (got <= 0)
		return false;
	talk_feed(&probe->talk, bytes, (size_t)got);
	return true;
}

static void conclude(struct probe *probe)
{
	struct talk *talk = &probe->talk;
	enum error_code code = talk->state == TALK_PLAIN || talk->state == TALK_REFUSED
				       ? ERROR_VERDICT
				       : ERROR_FAILED;
	if (talk->state == TALK_GO && !injected(probe)) {
		probe_step(probe, STEP_DIALECT, STEP_PASS, "the server agrees to TLS (%s)",
			talk->dialect->label);
		probe_turn(probe, probe_shake_hands);
		return;
	}
	probe->report->plaintext_only = talk->state == TALK_PLAIN;
	probe_fail(probe, STEP_DIALECT, code, buf_text(&talk->words));
}

static void on_error(struct probe *probe)
{
	if (errno == EAGAIN || errno == EINTR)
		probe_want(probe, POLLIN);
	else
		probe_fail(probe, STEP_DIALECT, ERROR_NETWORK, strerror(errno));
}

void probe_talk(struct probe *probe)
{
	char bytes[4096];
	while (send_out(probe, &probe->talk.out)) {
		if (probe->talk.state != TALK_ON) {
			conclude(probe);
			return;
		}
		ssize_t got = recv(probe->fd, bytes, sizeof bytes, 0);
		if (got < 0) {
			on_error(probe);
			return;
		}
		if (got == 0)
			talk_closed(&probe->talk);
		else
			talk_feed(&probe->talk, bytes, (size_t)got);
	}
}

void probe_connected(struct probe *probe)
{
	const struct dialect *dialect = probe->request.dialect;
	if (!dialect->manner) {
		probe_step(probe, STEP_DIALECT, STEP_IDLE, "TLS begins with the first byte");
		probe_turn(probe, probe_shake_hands);
		return;
	}
	probe->rung = STEP_DIALECT;
	talk_start(&probe->talk, dialect, probe->sni ? probe->sni : probe->ascii);
	probe_turn(probe, probe_talk);
}
