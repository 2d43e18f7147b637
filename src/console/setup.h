/*
 * The wizard of a new installation: steps, what was answered so far, and what runs beside the loop.
 */
#ifndef CERTARY_SRC_CONSOLE_SETUP_H
#define CERTARY_SRC_CONSOLE_SETUP_H

#include "app/probe.h"
#include "app/setup.h"
#include "console/pages.h"

enum setup_step {
	SETUP_STORE,
	SETUP_ANCHORS,
	SETUP_CERTS,
	SETUP_ENDPOINTS,
	SETUP_TARGETS,
	SETUP_IDENTITY,
	SETUP_THEME,
	SETUP_SUMMARY,
	SETUP_COUNT
};

/* Something to tick. */
struct setup_item {
	char *text;  /* what stands in the list; safe text */
	char *where; /* where it was found; safe text, or NULL */
	char *what;  /* more of it, for the line below the list; safe text, or NULL */
	char *key;   /* what the answers call it; as typed */
	bool ticked, typed;
	bool probing;
	char *state; /* what a probe found, safe text; NULL: none yet */
	enum role role;
	struct report *report; /* what it presented, to be judged again when other anchors are ticked */
	char *host;
};

struct setup_items {
	struct setup_item *items;
	size_t count, cap;
	struct list list;
};

/* A step is a row: a form, or a list, or the summary. */
struct setup_step_row {
	const char *title; /* "what is already here" */
	const char *help;  /* sentences, above a list and in the help */
	enum answer first, last; /* whose help belongs to it */
	const struct form_field *fields; /* of a form; NULL: none */
	size_t field_count;
	enum answer answer; /* of a list */
	const char *add;    /* what `a` asks for; NULL: nothing */
};
extern const struct setup_step_row setup_steps[SETUP_COUNT];

struct setup_work {
	struct answers answers;
	struct setup_found found;
	bool has_found;
	struct setup_job *looking;
	struct setup_take { /* what services presented, and is to be trusted */
		char *place;
		struct buf der;
	} *takes;
	size_t take_count, take_cap;
	struct fingerprint asked; /* what the question is about whether to trust it */
	char **paths; /* added by hand */
	size_t path_count, path_cap;
	char *root;
	enum setup_step step;
	struct form *form; /* of the step, where it has one */
	size_t opened, changed; /* how often the form was changed, when it was made and in all */
	struct setup_items lists[SETUP_COUNT];
	struct probe_job *probing;
	struct probe_wish *wishes;
	size_t *probed_items;
	size_t probe_count;
	struct pager summary;
	struct key_job *key_job;
	struct making making;
	struct theme_list themes;
	struct form_option *theme_options; /* of themes, one more in front */
	char *theme_before; /* what is shown again unless it was done */
	bool done;
	bool touched; /* something was answered: leaving asks */
};

/* setup-steps.c: forms and answers. */
void setup_form_open(struct setup_work *work);
void setup_form_close(struct setup_work *work); /* its values become answers */

void setup_themes_open(struct setup_work *work);
void setup_themes_done(struct setup_work *work);
void setup_theme_show(struct desk *desk); /* the one that the form names */

/* setup-lists.c */
void setup_lists_fill(struct setup_work *work); /* anew from what was found; ticks stay */
void setup_lists_answer(struct setup_work *work);
void setup_lists_done(struct setup_work *work);
void setup_list_draw(struct desk *desk, struct area area);
enum reaction setup_list_key(struct desk *desk, const struct key *key);
void setup_judge(struct desk *desk); /* what was probed, by what is ticked now */
enum reaction setup_look_around(struct desk *desk);
void setup_probe_stop(struct desk *desk);

/* setup-trust.c */
enum reaction setup_trust(struct desk *desk); /* ask: what the selected service presented */
void setup_takes_done(struct setup_work *work);

/* setup-do.c */
void setup_sum_up(struct desk *desk);
enum reaction setup_do(struct desk *desk);
enum reaction setup_save(struct desk *desk); /* the answers, for other hosts */

/* setup-page.c */
enum reaction setup_finish(struct desk *desk); /* the wizard is closed, the console goes on */

#endif
