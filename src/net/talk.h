/*
 * The machines that speak the dialects: bytes in, bytes out, no socket.
 *
 *	talk_start(&talk, dialect, host);
 *	while (talk.state == TALK_ON) { send and empty talk.out; talk_feed(&talk, what came) }
 *	… TLS …; talk_ask(&talk); the same loop once more; talk_done(&talk)
 *
 * Nothing may follow the go-ahead: the server has to wait for the client's first TLS message, so that
 * bytes behind it were put there by somebody on the way, to be read as if they had come protected.
 */
#ifndef CERTARY_SRC_NET_TALK_H
#define CERTARY_SRC_NET_TALK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "net/dialect.h"

#define TALK_LINE 4096        /* bytes of one line */
#define TALK_MOST (64u << 10) /* bytes before the go-ahead, and in an answer */

enum talk_state {
	TALK_ON,      /* more has to come */
	TALK_GO,      /* send what is in out, then TLS begins; after talk_ask(): a friendly answer */
	TALK_PLAIN,   /* it speaks the protocol, but no TLS */
	TALK_REFUSED, /* it speaks the protocol, but not with us */
	TALK_ALIEN,   /* another protocol */
	TALK_BROKEN,  /* what came follows no protocol, has no end, or was injected */
};

struct talk {
	const struct dialect *dialect;
	const struct manner *manner;
	const char *host; /* ASCII, borrowed */
	enum talk_state state;
	int stage;     /* the manner's own */
	bool offered;  /* the server has offered TLS */
	bool asking;   /* within TLS */
	bool blames;   /* refused for the client certificate, or for want of one */
	size_t heard;  /* bytes so far */
	struct buf in; /* the line or message under way */
	struct buf out;
	struct buf words; /* safe text: why it ended; what the server answered */
};

struct manner {
	void (*open)(struct talk *talk); /* what the client says first; NULL: the server begins */
	/* One of them: a whole line without its end, or one byte more in talk->in. */
	void (*line)(struct talk *talk, const char *line);
	void (*hear)(struct talk *talk);
	/* A question that changes nothing, asked within TLS; NULL: there is none. */
	void (*ask)(struct talk *talk);
};

/* The dialect has a manner. */
void talk_start(struct talk *talk, const struct dialect *dialect, const char *host);
void talk_feed(struct talk *talk, const void *bytes, size_t len);
bool talk_ask(struct talk *talk); /* false: there is nothing to ask */
void talk_done(struct talk *talk);

/* The peer has closed: what that means at this point, as words. */
void talk_closed(struct talk *talk);

/* --- for the manners ------------------------------------------------------------------------ */

void talk_say(struct talk *talk, int stage, const char *text);

/* End it.  What the server said goes through talk_quote() into the words. */
void talk_end(struct talk *talk, enum talk_state state, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void talk_end_quoting(struct talk *talk, enum talk_state state, const char *what,
	const void *said, size_t len);

/* "This isn't LDAP: it looks like SSH", or how it begins. */
void talk_alien(struct talk *talk);

/*
 * A line of SMTP, FTP or NNTP: "250-more", "250 last".  The code of a last line; 0 of another one;
 * -1 where it is no such line: then the conversation has ended.
 */
int talk_reply(struct talk *talk, const char *line);

/* Does the text hold the word, in any case, between blanks or quotes? */
bool talk_word(const char *text, const char *word);

extern const struct manner manner_smtp, manner_lmtp, manner_imap, manner_pop3, manner_sieve;
extern const struct manner manner_ftp, manner_nntp, manner_xmpp;
extern const struct manner manner_ldap, manner_postgres, manner_mysql;

/* --- guess.c -------------------------------------------------------------------------------- */

/* The protocol that begins like this: "HTTP", "SSH", …; NULL: none that is known. */
const char *guess_protocol(const void *bytes, size_t len);

#endif
