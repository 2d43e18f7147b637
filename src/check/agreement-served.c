/*
 * What lies in the files beside what the port serves.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "check/agreeing.h"

static char *port_of(const struct served *served)
{
	const struct declared_listen *l = served->listen;
	if (!l)
		return mem_text(_("the port"));
	return strchr(l->address, ':') ? mem_format("[%s]:%u", l->address, l->port) :
					 mem_format("%s:%u", l->address, l->port);
}

/* --- whether TLS is spoken ------------------------------------------------------------------- */

static void judge_speech(const struct agreeing *a, const struct served *served, const char *port)
{
	const struct declared_service *s = a->q->service;
	bool may = served->listen && served->listen->off;
	if (s->tls == DECLARED_OFF || may)
		return;
	if (served->no_tls)
		disagree(a, AGREE_NO_TLS, OUTCOME_CRITICAL, &s->tls_at,
			"%s is %s, but %s answers without TLS: restart %s", s->setting,
			_(declared_tls_name(s->tls)), port, s->unit);
	else if (served->plain)
		disagree(a, AGREE_PLAIN, OUTCOME_WARNING, &s->tls_at,
			"%s is %s, but %s takes sessions without TLS as well, from this host at "
			"least (hostssl in pg_hba.conf refuses them)",
			s->setting, _(declared_tls_name(s->tls)), port);
}

/* --- which certificate ----------------------------------------------------------------------- */

struct candidate {
	const struct cert_info *leaf;
	size_t number; /* of its file */
};

#define NAMES_MOST   64
#define CLOCKS_APART 2 /* seconds: the kernel counts a process's beginning from a rounded boot */

static bool has_name(const struct cert_info *info, const char *name)
{
	size_t left = NAMES_MOST;
	for (const char *san = NULL; left-- > 0 && (san = cert_info_san(info, san));)
		if (strcasecmp(san, name) == 0)
			return true;
	return false;
}

/* Of one service: a name or the key stayed. */
static bool is_related(const struct cert_info *a, const struct cert_info *b)
{
	size_t left = NAMES_MOST;
	if (memcmp(a->spki, b->spki, FINGERPRINT_SIZE) == 0 ||
		(*a->subject && strcmp(a->subject, b->subject) == 0))
		return true;
	for (const char *san = NULL; left-- > 0 && (san = cert_info_san(a, san));)
		if (has_name(b, san))
			return true;
	return false;
}

/* True where one of the files has what is served; else the candidate that it is compared with. */
static bool is_stored(const struct agreeing *a, const struct cert_info *served,
	struct candidate *nearest)
{
	const struct declared_service *s = a->q->service;
	*nearest = (struct candidate){ 0 };
	for (size_t i = 0; i < s->file_count; i++) {
		const struct cert_info *leaf = s->files[i].role == DECLARED_CERTIFICATE ?
						       agreeing_leaf(a, i) :
						       NULL;
		if (!leaf)
			continue;
		if (memcmp(leaf->sha256.bytes, served->sha256.bytes, FINGERPRINT_SIZE) == 0)
			return true;
		if (!nearest->leaf || (!is_related(nearest->leaf, served) && is_related(leaf, served)))
			*nearest = (struct candidate){ leaf, i };
	}
	return false;
}

/* The file has what came after: the process has read it before that. */
static bool is_renewed(const struct agreeing *a, const struct served *served,
	const struct candidate *c)
{
	if (served->started && a->q->stored[c->number].changed > served->started + CLOCKS_APART)
		return true;
	return is_related(c->leaf, served->leaf) && c->leaf->not_before >= served->leaf->not_before;
}

static void judge_leaf(const struct agreeing *a, const struct served *served, const char *port)
{
	char date[CLOCK_ISO];
	struct candidate c;
	const struct declared_service *s = a->q->service;
	if (s->tls == DECLARED_OFF || is_stored(a, served->leaf, &c) || !c.leaf)
		return;
	const struct declared_file *file = &s->files[c.number];
	if (is_renewed(a, served, &c))
		disagree(a, AGREE_RESTART, OUTCOME_WARNING, &file->at,
			"%s was renewed on %s, but %s still serves the one before: restart %s",
			file->shown, lang_date(date, a->q->stored[c.number].changed), port,
			s->unit);
	else if (is_related(c.leaf, served->leaf))
		disagree(a, AGREE_OTHER, OUTCOME_WARNING, &file->at,
			"%s holds an older certificate than %s serves: a restart of %s would go back",
			file->shown, port, s->unit);
	else
		disagree(a, AGREE_OTHER, OUTCOME_WARNING, &file->at,
			"%s serves %s, which isn't the certificate in %s: another server answers "
			"there, or %s has another configuration",
			port, *served->leaf->subject ? served->leaf->subject : _("a certificate"),
			file->shown, s->unit);
}

/* Switched off since the process began: it goes on with what it has. */
static void judge_switched(const struct agreeing *a, const struct served *served, const char *port)
{
	const struct declared_service *s = a->q->service;
	if (s->tls == DECLARED_OFF && !(served->listen && served->listen->dialect->manner == NULL))
		disagree(a, AGREE_RESTART, OUTCOME_WARNING, &s->tls_at,
			"%s still has TLS, though it is switched off (%s): restart %s", port,
			s->setting, s->unit);
}

void agree_served(const struct agreeing *a)
{
	for (size_t i = 0; i < a->q->served_count; i++) {
		const struct served *served = &a->q->served[i];
		char *port = port_of(served);
		if (served->answered)
			judge_speech(a, served, port);
		if (served->answered && served->leaf) {
			judge_leaf(a, served, port);
			judge_switched(a, served, port);
		}
		free(port);
	}
}
