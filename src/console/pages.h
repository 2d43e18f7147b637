/*
 * What the pages offer to their table.
 */
#ifndef CERTARY_SRC_CONSOLE_PAGES_H
#define CERTARY_SRC_CONSOLE_PAGES_H

#include "app/check.h"
#include "console/desk.h"

extern const struct keymap everywhere_keys;

typedef void page_draw_fn(struct desk *desk, struct area area);
typedef enum reaction page_key_fn(struct desk *desk, const struct key *key);
typedef void page_reload_fn(struct desk *desk);
typedef void page_position_fn(struct desk *desk, char *out, size_t size);
typedef bool page_typing_fn(const struct desk *desk);

page_draw_fn probe_page_draw, list_page_draw, detail_page_draw, import_page_draw, journal_page_draw,
	explain_page_draw, text_page_draw, identities_page_draw, identity_page_draw,
	issued_page_draw, sheet_page_draw, paper_page_draw, compare_page_draw, endpoints_page_draw,
	endpoint_page_draw, endpoint_history_draw, targets_page_draw, runbooks_page_draw,
	runbook_page_draw, setup_page_draw, columns_page_draw, activity_page_draw;
page_key_fn probe_page_key, list_page_key, detail_page_key, import_page_key, journal_page_key, text_page_key,
	identities_page_key, issued_page_key, sheet_page_key, endpoints_page_key,
	targets_page_key, runbooks_page_key, runbook_page_key, setup_page_key, columns_page_key;
page_reload_fn probe_page_reload, list_page_reload, detail_page_reload, journal_page_reload, explain_page_reload,
	identities_page_reload, issued_page_reload, compare_page_reload, endpoints_page_reload,
	targets_page_reload, runbooks_page_reload;
page_position_fn probe_page_position, list_page_position, detail_page_position, import_page_position,
	journal_page_position, text_page_position, identities_page_position, issued_page_position,
	sheet_page_position, endpoints_page_position, targets_page_position,
	runbooks_page_position, runbook_page_position, columns_page_position;
bool explain_page_mends(struct desk *desk);
/* A click on a head of desk->grid. */
typedef enum reaction page_sort_fn(struct desk *desk, size_t column);

page_sort_fn list_page_sort, endpoints_page_sort;
page_typing_fn list_page_typing, detail_page_typing, import_page_typing, text_page_typing,
	sheet_page_typing, setup_page_typing;

enum reaction identities_paste(struct desk *desk, const char *bytes, size_t len);
bool ids_shows(const struct desk *desk, const struct identity *identity);
void identities_narrowing(const struct desk *desk, struct buf *out); /* for the status line */

enum role runbook_role_look(enum runbook_role role);

void endpoints_narrowing(const struct desk *desk, struct buf *out);
size_t ends_count_level(const struct desk *desk, enum outcome_level level); /* of those known */

#endif
