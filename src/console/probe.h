/*
 * What the console remembers of probes: the form as it was filled in last, the probe under way, and
 * what the last one saw.
 */
#ifndef CERTARY_SRC_CONSOLE_PROBE_H
#define CERTARY_SRC_CONSOLE_PROBE_H

#include "app/probe.h"
#include "base/buf.h"
#include "console/desk.h"
#include "tui/form.h"

/* A certificate of the chain from the leaf upwards: sent, or held here, or neither. */
struct probe_link {
	const struct cert_info *info; /* NULL: one that can't be read, or is missing */
	const char *name;             /* of a missing one: as its subject names it */
	size_t number;                /* its place in what was sent, from 1 on; 0: it wasn't sent */
	size_t depth;                 /* below it there are so many; strangers have none */
	bool stranger;                /* sent, but no part of the path */
	bool by_system;               /* an anchor of the system's, where these count */
	int standing;                 /* trusted or blocked when it was judged; else STATE_NONE */
};

struct probe_work {
	/* as typed last; NULL: nothing yet */
	char *endpoint, *sni, *http;
	size_t dialect, tls;         /* options of the form */
	struct fingerprint identity; /* whose certificate we present */
	bool presents;

	struct identities all;       /* for the form to choose from: the clients' first */
	size_t clients;              /* how many of them aren't for servers alone */

	struct probe_wish wish; /* of the probe that runs, or ran last */
	struct identity mine;   /* lent to the wish, as the key is */
	struct new_key key;
	struct probe_job *job; /* NULL: none runs */
	unsigned timer;        /* the clock on the page */
	int64_t begun, took;   /* ms */
	struct report *live; /* a copy of the report as it grows; NULL: nothing came yet */
	struct probed probed;
	bool done;       /* `probed` is there */
	bool cancelled;
	struct error err; /* the job broke */
	struct buf kept;  /* what became of it, in words; "" for nothing */
	bool fresh;       /* something was kept that wasn't there */
	bool offer;       /* ask for the decision when it ends */

	struct pager text;
	bool stale;
	int width; /* for which it was filled */
	size_t verdict_row;
	bool show_verdict; /* it is news: have it in sight */
	bool outdated;     /* somebody has decided since */
	struct probe_link links[64]; /* of `probed` */
	size_t link_count, link;     /* the selected one */
	size_t rows[64];             /* of each link, in the pager */

	/* A decision that is being asked about: once it is taken, the probe is made again. */
	struct fingerprint decided;
	enum state goal;
	bool deciding;
};

/* probe-form.c */
struct probe_work *probe_of(struct desk *desk); /* made where there is none */

/* What forms of services share: a choice of dialects (the first: as the port says), of versions. */
#define PROBE_TLS_COUNT 5
extern const struct form_option probe_tls[];
void probe_form_dialects(struct form *form);
const char *probe_form_dialect(const struct form *form); /* the name of the chosen one, or NULL */
size_t probe_dialect_option(const struct dialect *wanted);
bool probe_may_present(const struct identity *identity); /* no CA, and it has its certificate */

/* probe-page.c */
enum reaction probe_begin(struct desk *desk, struct probe_wish *take,
	const struct identity *identity, struct new_key *key); /* takes wish and key */
enum reaction probe_again(struct desk *desk, bool offer);
void probe_stop(struct desk *desk);

/* probe-chain.c: the links of what came; how each is held, in words. */
void probe_find_links(const struct desk *desk, struct probe_work *work);
bool probe_stands(const struct desk *desk, const struct probe_work *work); /* as it was judged */
enum role probe_held(const struct desk *desk, const struct probe_link *link, struct buf *out);
const struct probe_link *probe_top_ca(const struct probe_work *work); /* NULL: there is none */
const struct cert *probe_sent(const struct probe_work *work, const struct probe_link *link);
const char *probe_mark(bool good); /* before a verdict; in plain words that says it alone */
char *probe_tree_line(const struct desk *desk, const struct probe_link *link, size_t columns);

/* probe-cert.c */
const struct probe_link *probe_current(const struct probe_work *work); /* NULL: there is none */
char *probe_place(const struct probe_work *work); /* of one that is done: HOST:PORT; the caller frees */

/* probe-paint.c: the rows of the page. */
void probe_fill_rows(struct desk *desk, struct probe_work *work);

enum reaction probe_open_link(struct desk *desk, const struct probe_work *work,
	const struct probe_link *link);

/* The probe that the page is about: the last one made, or that of the selected endpoint. */
struct probe_work *probe_subject(struct desk *desk);
struct probe_work *ends_work(struct desk *desk); /* endpoint-view.c */

/* probe-decide.c */
enum reaction probe_decide(struct desk *desk);
bool probe_is_anchored(const struct probe_work *work);
const struct probe_link *probe_leaf(const struct probe_work *work); /* NULL: none that can be read */

#endif
