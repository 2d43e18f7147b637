/*
 * Jumps: from a certificate, wherever it is looked at, to the one that signed it and to those that it
 * signed.
 */
#include <stdlib.h>

#include "app/family.h"
#include "base/mem.h"
#include "console/endpoints.h"
#include "console/pages.h"
#include "console/visits.h"

static const struct cert_info *info_of_link(const struct probe_work *work)
{
	const struct probe_link *link = work ? probe_current(work) : NULL;
	return link ? link->info : NULL;
}

static const struct cert_info *info_of_identity(struct desk *desk)
{
	const struct identity *identity = ids_current(desk);
	return identity && identity->cert_count ? cert_info(identity->certs[0]) : NULL;
}

static const struct cert_info *info_explained(struct desk *desk, struct entry *found)
{
	if (desk->why_probe)
		return info_of_link(desk->why_endpoint ? ends_work(desk) : desk->probe);
	if (desk->why_haul || desk->why_path)
		return NULL;
	return app_find(desk->app, &desk->about, found) ? &found->info : NULL;
}

/* What is under the cursor, or looked at; NULL: no certificate.  Borrowed until the next reload. */
static const struct cert_info *info_here(struct desk *desk, struct entry *found)
{
	const struct entry *e;
	switch (desk_page(desk)) {
	case PAGE_LIST:
	case PAGE_DETAIL:
		e = desk_current(desk);
		return e ? &e->info : NULL;
	case PAGE_IDENTITIES:
	case PAGE_IDENTITY:
		return info_of_identity(desk);
	case PAGE_ENDPOINTS:
	case PAGE_ENDPOINT:
		return ends_pin(desk) ? info_of_link(ends_work(desk)) : NULL;
	case PAGE_PROBE:
		return info_of_link(desk->probe);
	case PAGE_WHY:
		return info_explained(desk, found);
	default:
		return NULL;
	}
}

static enum reaction refuse(struct desk *desk)
{
	desk_say(desk, ROLE_STATUS, "no certificate is selected here");
	return REACT_REPAINT;
}

/* In the list the cursor goes there; from elsewhere its properties open, and Esc comes back. */
static enum reaction jump_to(struct desk *desk, const struct entry *e)
{
	struct fingerprint cert = e->info.sha256;
	visits_jump(desk);
	if (e->state == STATE_TRASH) { /* which no list shows unless it is asked for */
		list_page_widen(desk);
		desk->query.states = 1u << STATE_TRASH;
		list_page_reload(desk);
	}
	list_page_select(desk, &cert);
	if (desk_page(desk) != PAGE_LIST)
		desk_push(desk, PAGE_DETAIL);
	return REACT_LAYOUT;
}

enum reaction action_issuer(struct desk *desk)
{
	struct entry found, issuer;
	struct error err = { 0 };
	const struct cert_info *info = info_here(desk, &found);
	if (!info)
		return refuse(desk);
	if (info->self_signed) {
		desk_say(desk, ROLE_STATUS, "it is self-signed: there is nobody above it");
		return REACT_REPAINT;
	}
	size_t count = app_issuer_of(desk->app, info, &issuer);
	if (count == 0) {
		error_set(&err, ERROR_NOT_FOUND, "its issuer isn't in this store: %s", info->issuer);
		return desk_error(desk, &err);
	}
	if (count > 1)
		desk_say(desk, ROLE_STATUS, "one of %zu certificates that this issuer has", count);
	return jump_to(desk, &issuer);
}

/* Several are the list, and nothing else; Esc, or the way back, shows all again. */
static enum reaction show_issued(struct desk *desk, const struct cert_info *info, size_t count)
{
	struct cert_info *issuer = cert_info_copy(info);
	visits_jump(desk);
	action_view_list(desk);
	list_page_widen(desk);
	desk_set_issuer(desk, issuer);
	desk->has_selected = false;
	desk->detail_focus = false;
	list_select(&desk->list, 0);
	desk_say(desk, ROLE_STATUS, "%zu certificates that it signed; [ goes back", count);
	cert_info_free(issuer);
	return REACT_LAYOUT | REACT_RELOAD;
}

enum reaction action_issued_here(struct desk *desk)
{
	struct entry found, first;
	const struct cert_info *info = info_here(desk, &found);
	if (!info)
		return refuse(desk);
	size_t count = app_issued_by(desk->app, info, &first);
	if (count > 1)
		return show_issued(desk, info, count);
	if (count == 1)
		return jump_to(desk, &first);
	desk_say(desk, ROLE_STATUS, "it has signed nothing that is in this store");
	return REACT_REPAINT;
}
