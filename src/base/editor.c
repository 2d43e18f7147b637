/*
 * The editor is waited for: the terminal is its own meanwhile, so are the signals of its keys.  It shares
 * our process group, as a shell's job does, so that Ctrl-Z stops both and fg continues both.
 */
#include "base/editor.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/user.h"

#define FILE_NAME  "note.txt"
#define WORDS_MOST 16
#define SETTLE_MS  50 /* until a stop, or its end, has come to all of a job */

bool editor_is_allowed(struct error *err)
{
	return !user_has_borrowed() ||
	       error_set(err, ERROR_FAILED,
		       "no editor is started with rights that aren't the user's own, such as those of "
		       "sudo (give the text as a word, or in the line that the key a opens)");
}

/* --- the program ------------------------------------------------------------------------------ */

struct words {
	char *copy;
	const char *argv[WORDS_MOST + 2]; /* the file's name and NULL behind them */
	size_t count;
};

static bool split(const char *line, struct words *out, struct error *err)
{
	char *save = NULL;
	*out = (struct words){ .copy = mem_text(line) };
	for (char *word = strtok_r(out->copy, " \t", &save); word;
		word = strtok_r(NULL, " \t", &save)) {
		if (out->count == WORDS_MOST)
			return error_set(err, ERROR_USAGE,
				"the editor has more than %d words (VISUAL and EDITOR name it)",
				WORDS_MOST);
		out->argv[out->count++] = word;
	}
	return true;
}

static const char *chosen(void)
{
	static const char *const names[] = { "VISUAL", "EDITOR" };
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *value = getenv(names[i]);
		if (value && value[strspn(value, " \t")])
			return value;
	}
	return NULL;
}

/* What is written to the terminal must reach it also where standard output goes elsewhere. */
static int terminal_for_output(void)
{
	return isatty(STDOUT_FILENO) ? STDOUT_FILENO : isatty(STDERR_FILENO) ? STDERR_FILENO : -1;
}

static int start(struct words *words, const char *path, pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t all, none;
	words->argv[words->count] = path;
	words->argv[words->count + 1] = NULL;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, terminal_for_output(), STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&actions, terminal_for_output(), STDERR_FILENO);
	posix_spawnattr_init(&attributes);
	sigfillset(&all);
	sigemptyset(&none);
	posix_spawnattr_setsigdefault(&attributes, &all);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
	int rc = posix_spawnp(pid, words->argv[0], &actions, &attributes,
		(char *const *)words->argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	return rc;
}

static bool start_named(const char *line, const char *path, pid_t *pid, struct error *err)
{
	struct words words;
	bool ok = split(line, &words, err);
	if (ok) {
		errno = start(&words, path, pid);
		ok = errno == 0 || error_errno(err, "the editor %s", words.argv[0]);
	}
	free(words.copy);
	return ok;
}

static bool start_any(const char *path, pid_t *pid, struct error *err)
{
	static const char *const usual[] = { "sensible-editor", "vi" };
	const char *line = chosen();
	if (line)
		return start_named(line, path, pid, err);
	for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
		if (start_named(usual[i], path, pid, err))
			return true;
	return error_set(err, ERROR_FAILED, "no editor was found (EDITOR names one)");
}

static bool is_stopped(pid_t pid)
{
	siginfo_t info = { 0 };
	return waitid(P_PID, (id_t)pid, &info, WSTOPPED | WNOWAIT | WNOHANG) == 0 &&
	       info.si_pid == pid;
}

/*
 * Ctrl-Z stops us together with the editor, and fg continues both: by the time we look a second time it
 * runs again.  One that stopped itself alone would leave a shell waiting for us: we stop with it.
 */
static bool wait_for(pid_t pid, int *status)
{
	siginfo_t info = { 0 };
	for (;;) {
		int rc = waitid(P_PID, (id_t)pid, &info, WEXITED | WSTOPPED | WNOWAIT);
		if (rc != 0 && errno != EINTR)
			return false;
		if (rc != 0)
			continue;
		if (info.si_code != CLD_STOPPED)
			return waitpid(pid, status, 0) == pid;
		poll(NULL, 0, SETTLE_MS);
		if (!is_stopped(pid))
			continue;
		raise(SIGTSTP);
		kill(pid, SIGCONT);
	}
}

/* What ends us ends the editor first, so that it can put away what is typed, and is then taken note of. */
static struct {
	volatile sig_atomic_t pid; /* 0: there is no editor yet */
	volatile sig_atomic_t came;
} ending;

static void pass_on(int signo)
{
	int saved = errno;
	ending.came = signo;
	if (ending.pid > 0) {
		kill((pid_t)ending.pid, signo);
		kill((pid_t)ending.pid, SIGCONT); /* it may be stopped */
	}
	errno = saved;
}

/* Ctrl-C in an editor is a key of the editor's; Ctrl-Z is for the whole job. */
static const struct {
	int signo;
	void (*handler)(int);
} guards[] = {
	{ SIGINT, SIG_IGN },
	{ SIGQUIT, SIG_IGN },
	{ SIGTSTP, SIG_DFL },
	{ SIGHUP, pass_on },
	{ SIGTERM, pass_on },
};
#define GUARDS (sizeof guards / sizeof *guards)

static void set_guards(struct sigaction old[GUARDS])
{
	ending.pid = ending.came = 0;
	for (size_t i = 0; i < GUARDS; i++) {
		struct sigaction action = { .sa_handler = guards[i].handler };
		sigaction(guards[i].signo, NULL, &old[i]);
		if (guards[i].handler != pass_on || old[i].sa_handler != SIG_IGN)
			sigaction(guards[i].signo, &action, NULL);
	}
}

/* Whoever has a handler learns of the end now; else what became of the text is said first. */
static void drop_guards(const struct sigaction old[GUARDS])
{
	for (size_t i = 0; i < GUARDS; i++)
		sigaction(guards[i].signo, &old[i], NULL);
	for (size_t i = 0; i < GUARDS; i++)
		if (guards[i].signo == ending.came && old[i].sa_handler != SIG_DFL)
			raise(ending.came);
}

/* Where it ran, and how it ended nobody can say, *pid isn't -1. */
static bool run(const char *path, pid_t *pid, int *status, struct error *err)
{
	struct sigaction old[GUARDS];
	set_guards(old);
	bool ok = start_any(path, pid, err);
	ending.pid = ok ? *pid : 0;
	if (ok && ending.came)
		pass_on(ending.came); /* meanwhile */
	if (ok && !wait_for(*pid, status))
		ok = error_errno(err, "waiting for the editor");
	drop_guards(old);
	return ok;
}

/* --- the file --------------------------------------------------------------------------------- */

static int open_folder(const struct edited *edited)
{
	return edited->folder ? open(edited->folder, O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_RDONLY) :
				-1;
}

static bool make_file(const char *text, struct edited *out, struct error *err)
{
	const char *tmp = getenv("TMPDIR");
	struct buf bytes = { 0 };
	out->folder = mem_format("%s/certary-XXXXXX", tmp && tmp[0] == '/' ? tmp : "/tmp");
	if (!mkdtemp(out->folder)) {
		error_errno(err, "%s", out->folder);
		free(out->folder);
		out->folder = NULL;
		return false;
	}
	int dir = open_folder(out);
	buf_format(&bytes, "%s%s", text, *text ? "\n" : "");
	bool ok = dir >= 0 || error_errno(err, "%s", out->folder);
	ok = ok && fs_write(dir, FILE_NAME, 0600, buf_text(&bytes), bytes.len, FS_LATER, err);
	if (dir >= 0)
		close(dir);
	buf_done(&bytes);
	return ok;
}

/* An editor that ends its last line where there was no end has changed nothing. */
static size_t without_end(const char *text, size_t len)
{
	while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == '\r'))
		len--;
	return len;
}

static bool read_back(const char *text, size_t most, struct edited *out, struct error *err)
{
	int dir = open_folder(out);
	if (dir < 0)
		return error_errno(err, "%s", out->folder);
	bool ok = fs_read(dir, FILE_NAME, FS_NOFOLLOW, most, &out->text, NULL, err);
	close(dir);
	size_t was = without_end(text, strlen(text));
	size_t now = ok ? without_end(buf_text(&out->text), out->text.len) : 0;
	out->changed = !ok || was != now || memcmp(text, buf_text(&out->text), was) != 0;
	return ok;
}

static bool failed(int status, struct edited *out, struct error *err)
{
	if (WIFSIGNALED(status))
		error_set(err, ERROR_FAILED, "the editor was ended by signal %d: nothing was changed",
			WTERMSIG(status));
	else
		error_set(err, ERROR_FAILED, "the editor ended with status %d: nothing was changed",
			WEXITSTATUS(status));
	return out->changed ? edited_keep(out, err) : false;
}

bool edit_text(const char *text, size_t most, struct edited *out, struct error *err)
{
	char *path;
	int status = 0;
	pid_t pid = -1;
	struct error unread = { 0 };
	*out = (struct edited){ 0 };
	if (!editor_is_allowed(err))
		return false;
	if (!isatty(STDIN_FILENO) || terminal_for_output() < 0)
		return error_set(err, ERROR_USAGE, "an editor needs a terminal (give the text as a word)");
	if (!make_file(text, out, err)) {
		edited_done(out);
		return false;
	}
	path = mem_format("%s/" FILE_NAME, out->folder);
	bool ok = run(path, &pid, &status, err);
	free(path);
	if (!ok && pid != -1) {
		edited_keep(out, err); /* somebody may be writing in it yet */
	} else if (ok && !read_back(text, most, out, &unread)) {
		*err = unread;
		ok = edited_keep(out, err);
	} else if (ok && status != 0) {
		ok = failed(status, out, err);
	}
	if (!ok)
		edited_done(out);
	return ok;
}

bool edited_keep(struct edited *edited, struct error *err)
{
	char *said = mem_text(err ? err->text : "");
	if (err && edited->folder) {
		bool stale = err->stale;
		error_set(err, err->code, "%s (what was written is kept in %s/%s)", said, edited->folder,
			FILE_NAME);
		err->stale = stale;
	}
	free(edited->folder);
	edited->folder = NULL;
	free(said);
	return false;
}

/* With what editors leave beside a file: copies, swap files. */
static bool remove_one(void *ctx, const char *name)
{
	const int *dir = ctx;
	unlinkat(*dir, name, 0);
	return true;
}

void edited_done(struct edited *edited)
{
	int dir = open_folder(edited);
	if (dir >= 0) {
		fs_list(dir, remove_one, &dir, NULL);
		close(dir);
		rmdir(edited->folder);
	}
	free(edited->folder);
	buf_done(&edited->text);
	*edited = (struct edited){ 0 };
}
