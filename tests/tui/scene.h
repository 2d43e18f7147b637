/*
 * Scenes: a test program that is its own program under test.
 *
 * Run as "PROGRAM NAME" it starts the screen, paints the scene of that name, paints again for every
 * key and for every change of size, and leaves with q.  A scene's key function sees each key first.
 */
#ifndef CERTARY_TESTS_SCENE_H
#define CERTARY_TESTS_SCENE_H

#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/loop.h"
#include "support/term.h"
#include "support/unit.h"
#include "tui/key.h"
#include "tui/screen.h"

struct scene {
	const char *name;
	void (*paint)(struct area area);
	void (*key)(const struct key *key); /* may be NULL */
	enum setting_ascii ascii;
	bool mouse;
};

static struct loop *scene_loop;
static const struct scene *scene_now;

static void scene_show(void)
{
	screen_clear();
	scene_now->paint(screen_area());
	screen_show();
}

static void scene_turn(void *ctx)
{
	struct key key;
	bool any = false;
	(void)ctx;
	while (key_read(&key)) {
		any = true;
		if (key.code == K_GONE || key_is(&key, "q"))
			loop_stop(scene_loop);
		else if (scene_now->key)
			scene_now->key(&key);
	}
	if (any)
		scene_show();
	if (key_wait() >= 0)
		loop_after(scene_loop, key_wait(), scene_turn, NULL);
	screen_mark();
}

static void scene_input(void *ctx, int fd, short events)
{
	(void)fd;
	(void)events;
	scene_turn(ctx);
}

static void scene_signal(void *ctx, int signo)
{
	(void)ctx;
	if (signo == SIGTERM)
		loop_stop(scene_loop);
	else if (signo == SIGCONT)
		screen_resume();
	else if (signo == SIGTSTP)
		screen_suspend();
	else
		screen_resize();
	scene_show();
	screen_mark();
}

static int scene_run(const struct scene *scene)
{
	static const int signals[] = { SIGTERM, SIGWINCH, SIGCONT, SIGTSTP };
	struct screen_options options = { .ascii = scene->ascii, .mouse = scene->mouse };
	struct error err;
	setlocale(LC_ALL, "");
	scene_now = scene;
	scene_loop = loop_new(&err);
	if (!screen_start(&options, &err)) {
		fprintf(stderr, "scene: %s\n", err.text);
		loop_free(scene_loop);
		return err.code;
	}
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
		loop_signal(scene_loop, signals[i], scene_signal, NULL, &err);
	loop_watch(scene_loop, screen_fd(), POLLIN, scene_input, NULL);
	scene_show();
	screen_mark();
	loop_run(scene_loop);
	screen_stop();
	loop_free(scene_loop);
	return 0;
}

/* The status of the scene that argv names, or -1 where the tests are to be run. */
static int scene_main(int argc, char **argv, const struct scene *scenes, size_t count)
{
	for (size_t i = 0; argc == 2 && i < count; i++)
		if (strcmp(scenes[i].name, argv[1]) == 0)
			return scene_run(&scenes[i]);
	return -1;
}

static const char *scene_program(void)
{
	static char path[4096];
	ssize_t len = readlink("/proc/self/exe", path, sizeof path - 1);
	assert_true(len > 0);
	path[len] = '\0';
	return path;
}

static inline struct term *scene_open(
	int rows, int cols, const char *type, const char *const env[], const char *name)
{
	return term_open(rows, cols, type, env, ARGV(scene_program(), name));
}

static inline void check_row(struct term *t, int row, const char *want)
{
	char *have = term_row(t, row);
	assert_string_equal(have, want);
	free(have);
}

/* The end of every test: the terminal is as it was. */
static inline void scene_leave(struct term *t)
{
	term_keys(t, "q");
	assert_int_equal(term_wait_exit(t), 0);
	term_check_restored(t);
	term_free(t);
}

/* And nothing was sent that a terminal may not get; a vt100 needs shifts that look like it. */
static inline void scene_close(struct term *t)
{
	term_check_raw(t);
	scene_leave(t);
}

#endif
