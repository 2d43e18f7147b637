/* Programs that put files into force, or that look with a consumer's eyes. */
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/spawn.h"
#include "base/text.h"
#include "deploy/deploy.h"
#include "deploy/kind.h"

#define OUTPUT_MOST (64u << 20) /* a listing of many certificates */
#define PATH_VALUE  "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

static const char *home(void)
{
	const char *named = secure_getenv("HOME");
	if (named && *named == '/')
		return named;
	const struct passwd *user = getpwuid(geteuid());
	return user ? user->pw_dir : "/";
}

/* Most programs say in their last line what went wrong, on standard error if they know how. */
static char *last_line(const struct spawn_result *result)
{
	const struct buf *from = result->err.len > 0 ? &result->err : &result->out;
	size_t end = from->len, begin;
	while (end > 0 && strchr(" \r\n\t", from->data[end - 1]))
		end--;
	for (begin = end; begin > 0 && from->data[begin - 1] != '\n'; begin--)
		;
	if (end - begin > 300)
		end = begin + 300;
	return text_safe(from->data ? from->data + begin : "", end - begin);
}

static bool told(const char *name, unsigned seconds, const struct spawn_result *result,
	struct error *err)
{
	if (result->status == 0)
		return true;
	if (result->late)
		return error_set(err, ERROR_FAILED, "%s: didn't end within %u s and was ended", name,
			seconds);
	char *line = last_line(result);
	if (result->status < 0)
		error_set(err, ERROR_FAILED, "%s: was killed%s%s", name, *line ? ": " : "", line);
	else
		error_set(err, ERROR_FAILED, "%s: ended with %d%s%s", name, result->status,
			*line ? ": " : "", line);
	free(line);
	return false;
}

bool run_tool_with(const char *const *argv, int input, unsigned seconds, struct buf *out, struct error *err)
{
	char *home_value = mem_format("HOME=%s", home());
	const char *const env[] = { "PATH=" PATH_VALUE, "LC_ALL=C", home_value, NULL };
	const struct spawn_wish wish = { .argv = argv,
		.env = env,
		.seconds = seconds,
		.input = input,
		.most = OUTPUT_MOST };
	struct spawn_result result = { 0 };
	const char *slash = strrchr(argv[0], '/');
	bool ok = spawn_run(&wish, &result, err) &&
		  told(slash ? slash + 1 : argv[0], seconds, &result, err);
	if (ok && out)
		buf_add(out, result.out.data, result.out.len);
	buf_done(&result.out);
	buf_done(&result.err);
	free(home_value);
	return ok;
}

bool run_tool(const char *const *argv, unsigned seconds, struct buf *out, struct error *err)
{
	return run_tool_with(argv, 0, seconds, out, err);
}

#define RELOAD_SECONDS 120

bool deploy_reload(const struct target *target, struct error *err)
{
	if (!target->reload)
		return true;
	char **words = target_command(target->reload, err);
	bool ok = words && run_tool((const char *const *)words, RELOAD_SECONDS, NULL, err);
	free(words);
	return ok;
}

const char *find_tool(const char *name, char path[static 256])
{
	for (const char *at = PATH_VALUE; *at; at += *at == ':') {
		size_t len = strcspn(at, ":");
		int n = snprintf(path, 256, "%.*s/%s", (int)len, at, name);
		if (n > 0 && n < 256 && access(path, X_OK) == 0)
			return path;
		at += len;
	}
	return NULL;
}

bool deploy_env_is_ours(const char *const *env)
{
	size_t i = 0;
	while (env[i] && (strcmp(env[i], "PATH=" PATH_VALUE) == 0 || strcmp(env[i], "LC_ALL=C") == 0 ||
				 (text_starts(env[i], "HOME=") && strcmp(env[i] + strlen("HOME="), home()) == 0)))
		i++;
	return !env[i];
}
