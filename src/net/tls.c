/*
 * GnuTLS reads through our own function, for three reasons: a peer that never stops sending would
 * keep a handshake inside GnuTLS and everything else waiting; whatever isn't TLS is remembered from
 * its first bytes, to tell what it is; and what a handshake may read in all is bounded.
 */
#include "net/tls-session.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/text.h"

#define TURN_BYTES      (64u << 10) /* that one turn reads */
#define HANDSHAKE_BYTES (1u << 20)  /* that a handshake reads: framing may be lavish */
#define RECORD          (16u << 10) /* bytes of the largest record */
#define WARNINGS        8           /* that a handshake puts up with */

/* --- the socket ------------------------------------------------------------------------------- */

static ssize_t fail_read(struct tls *tls, int code)
{
	if (code != EAGAIN && code != EINTR)
		tls->read_errno = code;
	gnutls_transport_set_errno(tls->session, code);
	return -1;
}

ssize_t tls_pull(gnutls_transport_ptr_t ctx, void *bytes, size_t size)
{
	struct tls *tls = ctx;
	if (!tls->finished && tls->total >= HANDSHAKE_BYTES) {
		tls->flood = true;
		return fail_read(tls, EMSGSIZE);
	}
	if (tls->turn >= TURN_BYTES)
		return fail_read(tls, EAGAIN);
	ssize_t got = recv(tls->fd, bytes, size, 0);
	if (got < 0)
		return fail_read(tls, errno);
	tls->turn += (size_t)got;
	tls->total += (size_t)got;
	for (ssize_t i = 0; i < got && tls->first_len < TLS_FIRST; i++)
		tls->first[tls->first_len++] = ((char *)bytes)[i];
	return got;
}

/*
 * A peer that refuses says so and hangs up, and may have done both while we speak: then nothing can be
 * sent any more, and the reason lies there to be read.  So this isn't the end; reading is, whatever it
 * brings.
 */
ssize_t tls_push(gnutls_transport_ptr_t ctx, const void *bytes, size_t size)
{
	struct tls *tls = ctx;
	ssize_t put = send(tls->fd, bytes, size, MSG_NOSIGNAL | (tls->more ? MSG_MORE : 0));
	if (put < 0 && !tls->passing && (errno == EPIPE || errno == ECONNRESET))
		return (ssize_t)size;
	return put < 0 ? fail_read(tls, errno) : put;
}

/* --- turns ------------------------------------------------------------------------------------- */

static enum tls_turn wait_turn(const struct tls *tls)
{
	return gnutls_record_get_direction(tls->session) ? TLS_WRITE : TLS_READ;
}

static bool is_patient(struct tls *tls, int code)
{
	if (code == GNUTLS_E_WARNING_ALERT_RECEIVED || code == GNUTLS_E_GOT_APPLICATION_DATA)
		return ++tls->warnings <= WARNINGS;
	return code == GNUTLS_E_INTERRUPTED;
}

enum tls_turn tls_handshake(struct tls *tls)
{
	int code;
	tls->turn = 0;
	do
		code = gnutls_handshake(tls->session);
	while (is_patient(tls, code));
	tls_look(tls);
	if (code == GNUTLS_E_AGAIN)
		return wait_turn(tls);
	if (code < 0)
		return tls_failed(tls, code);
	tls->finished = true;
	tls->report->handshake = true;
	return TLS_DONE;
}

enum tls_turn tls_send(struct tls *tls, struct buf *out)
{
	tls->turn = 0;
	while (out->len > 0) {
		ssize_t put = gnutls_record_send(tls->session, out->data, out->len);
		if (put == GNUTLS_E_AGAIN || put == GNUTLS_E_INTERRUPTED)
			return wait_turn(tls);
		if (put < 0)
			return tls_failed(tls, (int)put);
		memmove(out->data, out->data + put, out->len - (size_t)put);
		buf_cut(out, out->len - (size_t)put);
	}
	return TLS_DONE;
}

enum tls_turn tls_write(struct tls *tls, const void *bytes, size_t len, size_t *put)
{
	tls->turn = 0;
	tls->more = len > RECORD;
	tls->passing = true;
	ssize_t done = gnutls_record_send(tls->session, bytes, len);
	tls->more = tls->passing = false;
	*put = done > 0 ? (size_t)done : 0;
	if (done == GNUTLS_E_AGAIN || done == GNUTLS_E_INTERRUPTED)
		return wait_turn(tls);
	return done < 0 ? tls_failed(tls, (int)done) : TLS_DONE;
}

enum tls_turn tls_finish(struct tls *tls)
{
	int code = gnutls_bye(tls->session, GNUTLS_SHUT_WR);
	if (code == GNUTLS_E_AGAIN || code == GNUTLS_E_INTERRUPTED)
		return TLS_WRITE;
	return code < 0 ? tls_failed(tls, code) : TLS_DONE;
}

enum tls_turn tls_receive(struct tls *tls, void *bytes, size_t size, size_t *got)
{
	ssize_t len;
	tls->turn = 0;
	*got = 0;
	do
		len = gnutls_record_recv(tls->session, bytes, size);
	while (is_patient(tls, (int)len) || len == GNUTLS_E_REHANDSHAKE);
	if (len == GNUTLS_E_AGAIN)
		return wait_turn(tls);
	if (len == 0)
		return TLS_CLOSED;
	if (len < 0)
		return tls_failed(tls, (int)len);
	*got = (size_t)len;
	return TLS_DONE;
}

void tls_bye(struct tls *tls)
{
	gnutls_bye(tls->session, GNUTLS_SHUT_WR);
}

char *tls_name_asked(const struct tls *tls)
{
	char name[256];
	size_t len = sizeof name;
	unsigned type;
	if (gnutls_server_name_get(tls->session, name, &len, &type, 0) < 0)
		return NULL;
	return text_safe(name, strnlen(name, len));
}

bool tls_is_13(const struct tls *tls)
{
	return gnutls_protocol_get_version(tls->session) == GNUTLS_TLS1_3;
}

bool tls_is_verified(const struct tls *tls)
{
	return tls->verified;
}

bool tls_is_turned_down(const struct tls *tls)
{
	return tls->refused && !tls->server;
}

void tls_free(struct tls *tls)
{
	if (!tls)
		return;
	gnutls_deinit(tls->session);
	gnutls_certificate_free_credentials(tls->credentials);
	for (unsigned i = 0; i < tls->chain_count; i++)
		gnutls_pcert_deinit(&tls->chain[i]);
	if (tls->key)
		gnutls_privkey_deinit(tls->key);
	report_done(&tls->own);
	free(tls->failure);
	free(tls);
}
