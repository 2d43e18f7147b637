/*
 * A tunnel that is open, and what moves in it.
 */
#ifndef CERTARY_SRC_NET_TUNNELLING_H
#define CERTARY_SRC_NET_TUNNELLING_H

#include "net/probing.h"
#include "net/spout.h"
#include "net/tunnel.h"

#define TUNNEL_FLOW (64u << 10) /* bytes of a direction that are under way */

struct flow {
	char *bytes;
	size_t from, to;
	uint64_t passed;
	bool ended;  /* nothing follows from its source */
	bool closed; /* its sink was told so, or takes nothing any longer */
};

struct tunnel {
	struct loop *loop;
	struct prober *prober;
	tunnel_verify_fn *verify;
	tunnel_done_fn *done;
	void *ctx;
	int given_in, given_out;

	struct report *report; /* from the end of the handshake on */
	struct tls *tls;
	int fd;
	int events;    /* of fd, as those of a spout */
	bool readable; /* worth a try */
	short blocked; /* what TLS waits for in order to send; 0: nothing */
	short starved; /* the same in order to receive */
	struct spout in, out;
	struct flow up, down;
	bool opened;
	bool broken;    /* receiving failed */
	bool lost;      /* sending failed; lost_why says how */
	char *lost_why;
	unsigned again; /* a timer: the round wasn't finished */
	bool is_person; /* a terminal is read: nobody wants to end what has ended */
};

static inline size_t flow_room(const struct flow *flow)
{
	return TUNNEL_FLOW - flow->to;
}

/* tunnel.c: it is over, and gone. */
void tunnel_end(struct tunnel *t);

/* --- tunnel-flow.c ---------------------------------------------------------------------------- */

enum flow_step {
	FLOW_STAYS,
	FLOW_MOVED,
	FLOW_OVER, /* the tunnel is gone */
};

enum flow_step flow_all(struct tunnel *t); /* once through everything that may move */

/* The ends: each of them frees the tunnel. */
void flow_fail(struct tunnel *t, enum report_rung rung, enum error_code code, const char *why);
void flow_end_well(struct tunnel *t);
void flow_end_by_peer(struct tunnel *t);
void flow_end_by_us(struct tunnel *t, const char *what, int code);

#endif
