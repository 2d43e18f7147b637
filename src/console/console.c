/*
 * Start, loop, end.  Whatever happens in one round of the loop (keys, a job's records, a change from
 * outside) leaves reactions behind; then records are loaded, and the screen is painted once.
 */
#include "console/console.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "app/programs.h"
#include "base/clock.h"
#include "base/confine.h"
#include "base/mem.h"
#include "base/text.h"
#include "console/command-run.h"
#include "console/mouse.h"
#include "console/paint.h"
#include "console/visits.h"
#include "console/targets.h"

#define RELAX_AFTER    8   /* screens: some megabytes of a large store */
#define SECONDS_TO_END 3   /* when told to, and the terminal takes nothing */
#define LOCK_WAIT_MS   400 /* the keyboard must answer: no long wait for another writer */

static enum reaction close_dialog(struct desk *desk, bool done)
{
	struct dialog *dialog = desk->dialog;
	dialog_end_fn *end = desk->dialog_end;
	desk->dialog = NULL;
	desk->dialog_end = NULL;
	enum reaction r = end ? end(desk, dialog, done) : REACT_NONE;
	dialog_free(dialog);
	return r | REACT_REPAINT;
}

static enum reaction to_dialog(struct desk *desk, const struct key *key)
{
	enum dialog_answer answer = dialog_key(desk->dialog, key);
	if (answer == DIALOG_PENDING)
		return REACT_REPAINT |
		       (desk->dialog_moved ? desk->dialog_moved(desk, desk->dialog) : REACT_NONE);
	if (answer == DIALOG_THIRD)
		return desk->dialog_third ? desk->dialog_third(desk) : REACT_NONE;
	if (answer == DIALOG_FOURTH)
		return desk->dialog_fourth ? desk->dialog_fourth(desk) : REACT_NONE;
	return close_dialog(desk, answer == DIALOG_DONE);
}

static enum reaction run_binding(struct desk *desk, const struct keymap *map, const struct key *key)
{
	const struct binding *binding = keymap_find(map, key);
	action_fn *fn = binding ? action_find((enum action)binding->action) : NULL;
	return fn ? fn(desk) : REACT_UNHANDLED;
}

static bool is_pem(const struct key *key)
{
	return key->code == K_PASTE && memmem(key->paste, key->paste_len, "-----BEGIN", 10);
}

static bool is_key_block(const struct key *key)
{
	return memmem(key->paste, key->paste_len, "PRIVATE KEY-----", 16) != NULL;
}

/* It would be refused among certificates, and belongs to the identities. */
static enum reaction paste_key(struct desk *desk, const struct key *key)
{
	enum reaction r = action_view_identities(desk);
	return r | attach_paste(desk, key->paste, key->paste_len);
}

/* A key goes to the text being typed, else to the page's table, the page itself, the table of all. */
static enum reaction to_page(struct desk *desk, const struct key *key)
{
	const struct page_row *page = &pages[desk_page(desk)];
	if (is_pem(key) && !page->whole)
		list_page_end_typing(desk);
	if (is_pem(key) && page->paste)
		return page->paste(desk, key->paste, key->paste_len);
	if (is_pem(key) && !page->whole && is_key_block(key))
		return paste_key(desk, key);
	if (is_pem(key) && !page->whole)
		return import_paste(desk, key->paste, key->paste_len);
	if (key->code == K_PASTE && !(page->typing && page->typing(desk))) {
		desk_say(desk, ROLE_WARNING, "what was pasted holds no PEM block");
		return REACT_REPAINT;
	}
	if (page->typing && page->typing(desk))
		return page->key(desk, key);
	enum reaction r = run_binding(desk, page->keys, key);
	if (r == REACT_UNHANDLED)
		r = page->key(desk, key);
	if (r == REACT_UNHANDLED)
		r = run_binding(desk, &everywhere_keys, key);
	return r == REACT_UNHANDLED ? REACT_NONE : r;
}

/* A question must be seen before it is answered: what was typed ahead doesn't count. */
static void start_afresh(const struct desk *desk, const struct dialog *before)
{
	if (desk->dialog && desk->dialog != before && desk->plan.count)
		key_discard();
}

/* From anywhere: a question that is open is answered by no. */
static enum reaction leave(struct desk *desk)
{
	enum reaction r = desk->dialog ? close_dialog(desk, false) : REACT_NONE;
	return desk->dialog ? r : r | action_quit(desk);
}

static bool is_wheel(const struct key *key)
{
	return key->code == K_MOUSE && key->mouse != MOUSE_PRESS;
}

static enum reaction on_key(struct desk *desk, const struct key *key)
{
	enum reaction before = REACT_NONE;
	desk->key_ms = clock_ms();
	if (key->code == K_GONE)
		return REACT_QUIT;
	free(desk->unheard);
	desk->unheard = NULL;
	bool form = desk_page(desk) == PAGE_FORM || desk_page(desk) == PAGE_SETUP; /* there it means: done, and fingers are quick */
	if (!form && key_is(key, "F10"))
		return leave(desk);
	if (key_is(key, "C-l"))
		return action_redraw(desk);
	if (key_is(key, "C-z"))
		return action_suspend(desk);
	if (desk->message && !is_wheel(key)) {
		desk_heard(desk);
		before = REACT_REPAINT;
	}
	if (!desk->typing)
		list_page_settle(desk);
	const struct dialog *open = desk->dialog;
	enum reaction r = before | (open ? to_dialog(desk, key) : to_page(desk, key));
	start_afresh(desk, open);
	return r;
}

/* Load, lay out, paint: each at most once, whatever came in. */
static void react(struct desk *desk)
{
	enum reaction r = desk->reaction;
	desk->reaction = REACT_NONE;
	if (r & REACT_QUIT)
		desk->quit = true;
	if (r & REACT_RELOAD) {
		upkeep_lapse(desk);
		desk_reload(desk);
		upkeep_go_on(desk);
	}
	if (r & (REACT_REPAINT | REACT_LAYOUT | REACT_RELOAD | REACT_MOVED))
		desk_paint(desk, !(r & (REACT_REPAINT | REACT_LAYOUT | REACT_RELOAD)));
	visits_note(desk);
	if (++desk->paints % RELAX_AFTER == 0)
		app_relax(desk->app);
}

/* A click is about what is on the screen, so that must be what it is about. */
static void take_mouse(struct desk *desk, const struct key *key)
{
	if (!screen_has_mouse())
		return; /* on its way when it was let go, or nobody asked for it */
	if (key->mouse == MOUSE_PRESS && desk->reaction)
		react(desk);
	if (!desk->quit)
		desk->reaction |= mouse_key(desk, key, on_key);
}

/*
 * Nothing here is called by Alt and a letter: it is Esc and a letter that came quickly, which must not
 * be lost.  What Esc has left behind is done before the letter counts.
 */
static void take_key(struct desk *desk, const struct key *key)
{
	static const struct key esc = { .code = K_ESC };
	struct key second = *key;
	if (key->code == K_MOUSE) {
		take_mouse(desk, key);
		return;
	}
	second.mods &= ~(unsigned)K_ALT;
	if (!(key->mods & K_ALT) || !key_is_text(&second)) {
		desk->reaction |= on_key(desk, key);
		return;
	}
	desk->reaction |= on_key(desk, &esc);
	if (desk->reaction & (REACT_LAYOUT | REACT_RELOAD))
		react(desk);
	if (!desk->quit && !(desk->reaction & REACT_QUIT))
		desk->reaction |= on_key(desk, &second);
}

/* Keys typed ahead must meet the page that the ones before them opened. */
static void read_keys(void *ctx, int fd, short events)
{
	struct desk *desk = ctx;
	struct key key;
	(void)fd;
	(void)events;
	while (!desk->quit && !(desk->reaction & REACT_QUIT)) {
		if (desk->reaction & (REACT_LAYOUT | REACT_RELOAD))
			react(desk); /* what is borrowed from the store may be gone */
		if (!key_read(&key))
			break;
		take_key(desk, &key);
	}
}

static void on_signal(void *ctx, int signo)
{
	struct desk *desk = ctx;
	switch (signo) {
	case SIGWINCH:
		screen_resize();
		desk->reaction |= REACT_LAYOUT;
		break;
	case SIGCONT:
		screen_resume();
		desk->reaction |= REACT_LAYOUT;
		break;
	case SIGTSTP:
		screen_suspend();
		desk->reaction |= REACT_LAYOUT;
		break;
	default:
		desk->reaction |= REACT_QUIT;
	}
}

static bool watch_signals(struct desk *desk, struct error *err)
{
	static const int signals[] = { SIGWINCH, SIGCONT, SIGTSTP };
	static const int ends[] = { SIGTERM, SIGHUP, SIGINT };
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
		if (!loop_signal(desk->loop, signals[i], on_signal, desk, err))
			return false;
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
		if (!loop_signal_end(desk->loop, ends[i], SECONDS_TO_END, on_signal, desk, err))
			return false;
	return true;
}

static bool start_screen(struct desk *desk, const struct console_options *options,
	struct error *err)
{
	const struct settings *s = app_settings(desk->app);
	struct screen_options screen = { .ascii = (enum setting_ascii)settings_choice(s, SETTING_ASCII),
		.colour = (enum setting_colour)settings_choice(s, SETTING_COLOUR),
		.mouse = settings_bool(s, SETTING_MOUSE),
		.plain = options->plain || settings_bool(s, SETTING_PLAIN),
		.theme = &desk->theme };
	desk->function_keys = (enum setting_bar)settings_choice(s, SETTING_FUNCTION_KEYS);
	theme_start(desk, options->theme);
	return screen_start(&screen, err);
}

static bool is_new(struct desk *desk)
{
	return app_count(desk->app) == 0 && !app_is_incomplete(desk->app) && store_is_new(desk);
}

/* Nobody who only looks leaves a trace. */
static void start_memory(struct desk *desk, bool read_only)
{
	char *path = remember_path();
	struct error broken = { 0 };
	desk->memory = remember_new(path);
	if (!remember_load(desk->memory, &broken))
		desk_say(desk, ROLE_WARNING, "%s (it is passed over)", broken.text);
	desk->memory_kept = !read_only;
	free(path);
}

/*
 * Its targets come and go while it runs, and so do the files that it is told to write: from files it isn't
 * kept.  What it starts is started by a runner, before which there must be no thread.
 */
static bool raise_walls(struct app *app, struct error *err)
{
	if (!app_programs_begin(app, PROGRAMS_TOOLS | PROGRAMS_EDITOR | PROGRAMS_SELF, err))
		return false;
	confine(&(struct confine){ .may = CONFINE_READ | CONFINE_WRITE | CONFINE_NET |
					  CONFINE_FORK | CONFINE_LOOK });
	return true;
}

static bool start(struct desk *desk, const struct console_options *options, struct error *err)
{
	struct app_options app = { .store = options->store,
		.config = options->config,
		.read_only = options->read_only,
		.background = true,
		.lock_wait = LOCK_WAIT_MS };
	enum app_store how = options->read_only ? APP_STORE_CREATE : APP_STORE_IMAGINED;
	if (!app_new(&app, &desk->app, err) || !app_open_store(desk->app, how, err) ||
		!raise_walls(desk->app, err))
		return false;
	desk->query = app_query(desk->app);
	desk->config = options->config;
	desk->loop = loop_new(err);
	desk->depth = 1;
	start_memory(desk, options->read_only);
	if (!desk->loop || !watch_signals(desk, err) || !start_screen(desk, options, err))
		return false;
	loop_watch(desk->loop, screen_fd(), POLLIN, read_keys, desk);
	upkeep_lapse(desk);
	desk_reload(desk);
	if (!options->read_only && (options->setup || is_new(desk)))
		setup_open(desk, options->root);
	else
		upkeep_start(desk);
	targets_mend(desk);
	return true;
}

static void run(struct desk *desk)
{
	desk->reaction = REACT_REPAINT;
	react(desk);
	if (desk->pending == 0)
		screen_mark();
	while (!desk->quit) {
		loop_step(desk->loop, key_wait());
		read_keys(desk, -1, 0);
		react(desk);
		if (desk->pending == 0)
			screen_mark();
	}
}

static void stop(struct desk *desk)
{
	screen_stop();
	alarm(0); /* from here on nothing waits for the terminal */
	if (desk->unheard)
		fprintf(stderr, "certary: %s\n", desk->unheard);
	if (desk->memory && desk->memory_kept)
		remember_save(desk->memory);
	while (desk->changing) /* a change that was begun is finished */
		loop_step(desk->loop, -1);
	wait_over(desk);
	ask_key_close(desk);
	import_close(desk);
	export_close(desk);
	command_close(desk);
	journal_page_close(desk);
	sheet_close(desk);
	setup_close(desk);
	make_close(desk);
	sign_close(desk);
	file_work_close(desk);
	out_close(desk);
	issued_close(desk);
	paper_close(desk);
	probe_done(desk);
	ends_done(desk);
	targets_free(desk);
	ids_done(desk);
	runbooks_view_done(desk);
	dialog_free(desk->dialog);
	theme_done(desk);
	loop_free(desk->loop);
	view_done(&desk->view);
	plan_done(&desk->plan);
	pager_done(&desk->detail);
	pager_done(&desk->text);
	pager_done(&desk->help);
	pager_done(&desk->why);
	pager_done(&desk->compare.pager);
	pager_done(&desk->problems);
	buf_done(&desk->log_search);
	line_free(desk->typing);
	line_free(desk->detail_typing);
	buf_done(&desk->search);
	buf_done(&desk->import_name);
	buf_done(&desk->output);
	for (size_t i = 0; i < desk->history_count; i++)
		free(desk->history[i]);
	free(desk->history);
	marks_done(&desk->marks);
	marks_done(&desk->limiting);
	free(desk->found);
	free(desk->message);
	free(desk->unheard);
	activity_done(&desk->activity);
	free(desk->command_raw);
	free(desk->why_path);
	remedies_done(&desk->remedies);
	free(desk->plan_word);
	free(desk->folder);
	remember_free(desk->memory);
	free(desk->choosing.before);
	visits_done(desk);
	cert_info_free(desk->issuer);
	app_free(desk->app);
}

bool console_run(const struct console_options *options, struct error *err)
{
	struct desk desk = { .reading = -1 };
	bool ok = start(&desk, options, err);
	if (ok)
		run(&desk);
	stop(&desk);
	return ok;
}
