/*
 * A language that nobody speaks: each text of ours stands in «» there, so what doesn't has been forgotten.
 * What is data, a name or a command is no text of ours and is listed below.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/desk.h"
#include "support/hosts.h"
#include "support/unit.h"

#define ROWS 60
#define COLS 200 /* few texts are wrapped, and none is cut */

/*
 * Words that are the same in every language.  What the store holds isn't listed: names of certificates
 * and whatever else stands behind a "CN=" are taken out of the row first.
 */
static const char *const same[] = {
	/* names of the program, of protocols, algorithms and formats */
	"certary", "SHA", "RSA", "EC", "ECDSA", "TLS", "PEM",
	/* keys on a keyboard */
	"Enter", "Esc", "Space", "Tab", "S-Tab", "Up", "Down", "PgUp", "PgDn", "Left", "Right", "Home", "End",
	"Backspace", "Delete", "Insert", "C-z", "C-l",
	/* settings' values: profiles, kinds of targets; codes of warnings; countries */
	"server", "pem-bundle", "tls", "system", "bidi", "escaped", "not-yet-valid", "any-ca", "DE", "JP",
};

static bool is_same(const char *word)
{
	char host[256] = "";
	gethostname(host, sizeof host - 1); /* setting up proposes a key for it */
	if (strcmp(word, host) == 0)
		return true;
	for (size_t i = 0; i < sizeof same / sizeof *same; i++)
		if (strcmp(same[i], word) == 0)
			return true;
	return false;
}

/* Of the store, the identities and the hosts that the panes show. */
static const char *const data[] = {
	"Example Root CA", "Example Issuing CA", "Old Root", "Test CA", "Issuing CA", "Example AG", "Legacy Ltd",
	"note LDAP (directory): ask Bob before renewal", "LDAP (directory)", "ask Bob before renewal",
	"key also in the safe", ", block 1, line 1", "\\u{202e}txt", "evil ", "alice", "ssh", "desk",
};

/*
 * What the row holds of these becomes blanks, and so do a line of the journal, which is kept as it was
 * written, and a command.
 */
static void take_out_data(char *row)
{
	char *line = strstr(row, "Z alice "), *command = strstr(row, "certary trust ");
	if (line || command)
		*(line ? line : command) = '\0';
	for (size_t i = 0; i < sizeof data / sizeof *data; i++)
		for (char *at = row; (at = strstr(at, data[i]));)
			memset(at, ' ', strlen(data[i]));
}

/* Letters and hyphens alone; numbers, paths, addresses, options and CN=… are no text of ours. */
static bool is_word(const char *token)
{
	size_t len = strlen(token), i = 0;
	if (len == 4 && strspn(token, "0123456789abcdef") == len)
		return false; /* of a fingerprint */
	while (i < len && (isalpha((unsigned char)token[i]) || (i && token[i] == '-') || token[i] == '\''))
		i++;
	return len >= 2 && i == len && !is_same(token);
}

static size_t strange(const char *token, const char *pane)
{
	char bare[256];
	size_t from = strspn(token, "([{\"'<>*!,;:.?~"), len = strlen(token + from);
	snprintf(bare, sizeof bare, "%s", token + from);
	while (len > 0 && len < sizeof bare && strchr(")]}\"'<>*!,;:.?~", bare[len - 1]))
		bare[--len] = '\0';
	if (!is_word(bare))
		return 0;
	print_error("%s: \"%s\"\n", pane, bare);
	return 1;
}

/*
 * One pane of one row.  `open` says whether a text of the row above goes on; a text that is cut ends in an
 * ellipsis, and one that begins below a box has its end alone.
 */
static size_t read_pane(const char *part, int *open, const char *pane)
{
	const char *first = strstr(part, "«"), *last = strstr(part, "»");
	char token[256];
	size_t len = 0, found = 0;
	if (last && (!first || last < first))
		*open = 1;
	for (const char *at = part;; at++) {
		bool begins = strncmp(at, "«", 2) == 0, ends = strncmp(at, "»", 2) == 0;
		bool mark = (unsigned char)*at == 0xe2; /* the first byte of signs and lines */
		bool cut = strncmp(at, "…", 3) == 0 && at > part && (unsigned char)at[-1] != 0xab;
		bool parts = !*at || *at == ' ' || begins || ends || mark;
		if (parts && len) {
			token[len] = '\0';
			found += *open ? 0 : strange(token, pane);
			len = 0;
		}
		if (!*at)
			return found;
		*open = begins ? *open + 1 : ends && *open ? *open - 1 : cut && (!at[3] || at[3] == ' ') ? 0 : *open;
		if (begins || ends)
			at++;
		else if (mark)
			at += 2;
		else if (!parts && len < sizeof token - 1)
			token[len++] = *at;
	}
}

#define PANES 8

static size_t read_row(char *row, int open[PANES], size_t *panes, const char *pane)
{
	size_t count = 0, found = 0;
	char *parts[PANES], *save = NULL;
	for (char *bar; (bar = strstr(row, "│"));)
		memcpy(bar, "\n\n\n", 3);
	for (char *part = strtok_r(row, "\n", &save); part && count < PANES; part = strtok_r(NULL, "\n", &save))
		parts[count++] = part;
	if (count != *panes)
		memset(open, 0, PANES * sizeof *open);
	*panes = count;
	for (size_t i = 0; i < count; i++)
		found += read_pane(parts[i], &open[i], pane);
	return found;
}

/* Of one row, the cells of these columns. */
static char *cells(struct term *t, int row, int from, int to)
{
	struct buf text = { 0 };
	for (int col = from; col < to; col++) {
		struct term_cell cell = term_attr(t, row, col);
		buf_text_add(&text, *cell.text ? cell.text : cell.width ? " " : "");
	}
	return buf_take(&text);
}

struct part {
	int row, col, rows, cols;
};

/* What is to be read: a box that covers other texts, alone; else all of it. */
static struct part part_of(struct term *t)
{
	struct part part = { 0, 0, term_rows(t), term_cols(t) };
	for (int row = 0; row < term_rows(t); row++)
		for (int col = 0; col < term_cols(t); col++) {
			struct term_cell cell = term_attr(t, row, col);
			if (strcmp(cell.text, "┌") == 0)
				part = (struct part){ row, col, 0, 0 };
			else if (strcmp(cell.text, "┐") == 0 && row == part.row)
				part.cols = col - part.col;
			else if (strcmp(cell.text, "└") == 0 && col == part.col && part.rows == 0)
				part.rows = row - part.row + 1;
		}
	return part;
}

static size_t read_screen(struct term *t, const char *pane)
{
	struct part part = part_of(t);
	int open[PANES] = { 0 };
	size_t panes = 0, found = 0;
	for (int i = part.row; i < part.row + part.rows; i++) {
		char *row = cells(t, i, part.col, part.col + part.cols);
		take_out_data(row);
		found += read_row(row, open, &panes, pane);
		free(row);
	}
	if (found) {
		char *screen = term_screen(t);
		print_error("%s\n", screen);
		free(screen);
	}
	return found;
}

/* Keys before the picture; whatever is open then is left by Esc, and y where that is asked. */
static const struct pane {
	const char *name;
	unsigned look;
	const char *keys[8];
} panes[] = {
	{ "list", 0, { "" } },
	{ "search", 0, { "/nothing-like-it-0\r" } },
	{ "marked", 0, { "j  " } },
	{ "filter", 0, { "f" } },
	{ "sort", 0, { "s" } },
	{ "detail", 0, { "jj\r" } },
	{ "detail of another", 0, { "jjjj\r" } },
	{ "trust", 0, { "jjjjjjt" } },
	{ "delete", 0, { "  d" } },
	{ "rename", 0, { "je" } },
	{ "match", 0, { "m" } },
	{ "explain", 0, { "jw" } },
	{ "compare", 0, { "  =a" } },
	{ "export", 0, { "x" } },
	{ "limits", 0, { "L" } },
	{ "import", 0, { "i" } },
	{ "journal", 0, { "5" } },
	{ "journal line", 0, { "5\r" } },
	{ "help", 0, { "?" } },
	{ "read only", DESK_READ_ONLY, { "t" } },
	{ "identities", DESK_IDENTITIES, { "2" } },
	{ "identities none", 0, { "2" } },
	{ "identity", DESK_IDENTITIES, { "2", "G", "\r" } },
	{ "identities filter", DESK_IDENTITIES, { "2", "f" } },
	{ "renew", DESK_IDENTITIES, { "2", "j", "r" } },
	{ "identity export", DESK_IDENTITIES, { "2", "x" } },
	{ "create", 0, { "2", "c" } },
	{ "create form", 0, { "2", "cs", "*.example.com", TERM_TAB, "192.0.2.5\rno..host" } },
	{ "create form options", 0, { "2", "cs", "\r" } },
	{ "create CA", 0, { "2", "cc", "ca.example" } },
	{ "sign", DESK_IDENTITIES, { "2", "S", "app.csr\r", "secret\r" } },
	{ "sign this", DESK_IDENTITIES, { "2", "S", "app.csr\r", "secret\r", TERM_CTRL('s') } },
	{ "issued", DESK_IDENTITIES, { "2", "l" } },
	{ "endpoints none", 0, { "3" } },
	{ "endpoint form", 0, { "3", "c" } },
	{ "probe form", 0, { "p" } },
	{ "targets none", 0, { "4" } },
	{ "target form", 0, { "4", "c" } },
	{ "runbooks none", 0, { "2", "B" } },
	{ "runbook new", 0, { "2", "B", "c" } },
	{ "command", 0, { ":" } },
	{ "columns", 0, { "C" } },
	{ "columns, kind", 0, { "C", "jjjjj ", "\r" } },
	{ "list in words", DESK_SPOKEN, { "" } },
	{ "trust in words", DESK_SPOKEN, { "jjjjjjt" } },
	{ "identities in words", DESK_SPOKEN | DESK_IDENTITIES, { "2" } },
	{ "create in words", DESK_SPOKEN, { "2", "cs" } },
	{ "filter in words", DESK_SPOKEN, { "f" } },
	{ "columns in words", DESK_SPOKEN, { "C" } },
	{ "messages in words", DESK_SPOKEN, { "  d", TERM_ESC, "!" } },
	{ "messages", 0, { "  d", TERM_ESC, "!" } },
};

static void leave_all(struct term *t)
{
	for (int i = 0; i < 4; i++) {
		term_press(t, TERM_ESC);
		if (term_has(t, "throw it away"))
			term_press(t, "y");
	}
}

static size_t read_and_press(struct term *t, const char *pane, const char *keys)
{
	size_t found = read_screen(t, pane);
	term_press(t, keys);
	return found;
}

/* A service that isn't trusted yet, probed and saved; trusted then. */
static void test_services(void **state)
{
	struct desk_test d = { 0 };
	struct host host = { 0 };
	size_t found = 0;
	(void)state;
	host_open(&host, SENDS_ROOT);
	desk_open(&d, ROWS, COLS, DESK_PSEUDO);
	struct term *t = d.term;
	term_press(t, "p");
	term_press(t, host.endpoint);
	term_press(t, TERM_F10);
	term_wait_text(t, "«Not trusted: decide»");
	found += read_and_press(t, "probe, decide", TERM_ESC);
	found += read_and_press(t, "probe", "w");
	found += read_and_press(t, "why of a probe", TERM_ESC);
	term_press(t, "a");
	found += read_and_press(t, "probe, save", TERM_F10);
	term_press(t, "3");
	term_wait_text(t, "«critical»");
	found += read_and_press(t, "endpoints", "\r");
	found += read_and_press(t, "endpoint", "h");
	found += read_and_press(t, "endpoint, history", TERM_ESC);
	assert_int_equal(found, 0);
	leave_all(t);
	desk_close(&d);
	host_close(&host);
}

/* The steps of the wizard. */
static void test_setup(void **state)
{
	struct desk_test d = { 0 };
	size_t found = 0;
	char pane[40];
	(void)state;
	d.tmp = tmp_new();
	tmp_dir(d.tmp, "root/etc");
	const char *env[] = { DESK_CLOCK, desk_locales(), "LANGUAGE=en@pseudo", NULL };
	struct term *t = term_open(ROWS, COLS, "xterm-256color", env,
		ARGV("env", "-C", tmp_path(d.tmp, NULL), run_program(), "--store", "desk", "setup", "--root",
			"root"));
	for (int step = 1; step <= 8; step++) {
		snprintf(pane, sizeof pane, "setup, step %d", step);
		found += read_and_press(t, pane, TERM_PGDN);
	}
	assert_int_equal(found, 0);
	term_press(t, TERM_ESC);
	term_press(t, "Q");
	assert_int_equal(term_close(t), 0);
	tmp_free(d.tmp);
}

static void test_nothing_is_forgotten(void **state)
{
	const char *only = getenv("PANE");
	size_t found = 0;
	(void)state;
	for (size_t i = 0; i < sizeof panes / sizeof *panes; i++) {
		struct desk_test d = { 0 };
		if (only && strcmp(only, panes[i].name) != 0)
			continue;
		desk_open(&d, ROWS, COLS, DESK_PSEUDO | panes[i].look);
		for (size_t k = 0; k < 8 && panes[i].keys[k]; k++)
			if (*panes[i].keys[k])
				term_press(d.term, panes[i].keys[k]);
		found += read_screen(d.term, panes[i].name);
		leave_all(d.term);
		desk_close(&d);
	}
	assert_int_equal(found, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_is_forgotten),
		cmocka_unit_test(test_services),
		cmocka_unit_test(test_setup),
	};
	return cmocka_run_group_tests_name("console/language", tests, hosts_setup, hosts_teardown);
}
