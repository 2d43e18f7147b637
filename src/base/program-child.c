#include "base/program.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* Behind the standard descriptors, so that none of the three is written over before it is used. */
static int lift(int fd)
{
	return fd < 0 ? open("/dev/null", O_RDWR | O_CLOEXEC) : fd <= STDERR_FILENO ?
			fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1) :
			fd;
}

static bool put_descriptors(const int fds[3])
{
	int lifted[3];
	for (int i = 0; i < 3; i++)
		if ((lifted[i] = lift(fds[i])) < 0)
			return false;
	for (int i = 0; i < 3; i++)
		if (dup2(lifted[i], i) < 0)
			return false;
	return true;
}

/* Who comes after one that was killed puts files back: it is to be alone with them. */
static bool bind_to(pid_t parent)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || setpgid(0, 0) != 0 || chdir("/") != 0)
		return false;
	if (getppid() != parent)
		_exit(127);
	return true;
}

/* Between fork and exec: what may be called there only.  Returns where it fails, with errno. */
static void become(const struct program_wish *wish, pid_t parent)
{
	char *const *env = wish->env ? (char *const *)wish->env : environ;
	sigset_t none;
	sigemptyset(&none);
	for (int s = 1; s < NSIG; s++)
		signal(s, SIG_DFL);
	if (wish->bound && !bind_to(parent))
		return;
	if (!put_descriptors(wish->fds) || sigprocmask(SIG_SETMASK, &none, NULL) != 0)
		return;
	if (strchr(wish->argv[0], '/')) /* and none that isn't a program is given to a shell */
		execve(wish->argv[0], (char *const *)wish->argv, env);
	else
		execvpe(wish->argv[0], (char *const *)wish->argv, env);
}

/* Why it couldn't be, 0 where it could: of one that was started the pipe closes without a word. */
static int fate(int fd)
{
	int why = 0;
	ssize_t n;
	while ((n = read(fd, &why, sizeof why)) < 0 && errno == EINTR)
		;
	return n == (ssize_t)sizeof why ? why : 0;
}

int child_start(const struct program_wish *wish, struct program *out)
{
	int word[2];
	sigset_t all, before;
	pid_t parent = getpid();
	*out = (struct program){ .word = -1, .bound = wish->bound };
	if (pipe2(word, O_CLOEXEC) != 0)
		return errno;
	/* No handler of ours is to run in the child. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	out->pid = fork();
	if (out->pid == 0) {
		int said = fcntl(word[1], F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
		become(wish, parent);
		int why = errno;
		_exit(write(said, &why, sizeof why) < 0 ? 126 : 127);
	}
	int rc = out->pid < 0 ? errno : 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	close(word[1]);
	if (out->pid > 0)
		rc = fate(word[0]);
	if (out->pid > 0 && rc != 0)
		waitpid(out->pid, NULL, 0);
	close(word[0]);
	return rc;
}

enum program_news child_next(const struct program *program, bool wait, int *status)
{
	pid_t got;
	do
		got = waitpid(program->pid, status, WUNTRACED | WCONTINUED | (wait ? 0 : WNOHANG));
	while (got < 0 && errno == EINTR);
	if (got == 0)
		return PROGRAM_NONE;
	if (got < 0)
		*status = -1;
	if (got > 0 && WIFSTOPPED(*status))
		return PROGRAM_STOPPED;
	return got > 0 && WIFCONTINUED(*status) ? PROGRAM_CONTINUED : PROGRAM_ENDED;
}

void child_kill(const struct program *program, int signo)
{
	kill(program->bound ? -program->pid : program->pid, signo);
}
