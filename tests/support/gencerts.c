/*
 * gencerts - write N varied certificates, for tests and benchmarks; corpus.h says which.
 *
 *	gencerts [-n N] [-s SEED] [-t NOW] [-j JOBS] [-b BUNDLE] [-S] [-k] [-x] DIR
 *
 * Each is a file of its own in DIR, and all of them a BUNDLE; JOBS processes share the work.  -S makes
 * DIR a store instead: nine of ten trusted, the tenth untrusted.  -k leaves out the kinds of keys that
 * some other tools can't read.  -x puts hostile text into every fourth organisation.
 */
#include "support/corpus.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FIRST = 2, MAX_JOBS = 64 }; /* the two that sign are made before the jobs part */

static struct {
	struct corpus_wish wish;
	unsigned long n, jobs;
	const char *bundle, *dir;
	bool store;
} opt = { .wish.now = 1767225600, .n = 100, .jobs = 1 }; /* 2026-01-01T00:00:00Z */

static _Noreturn void fail(const char *path)
{
	fprintf(stderr, "gencerts: %s: %s\n", path, strerror(errno));
	exit(1);
}

static FILE *create(const char *path)
{
	FILE *f = fopen(path, "w");
	if (!f)
		fail(path);
	return f;
}

static void finish(FILE *f, const char *path)
{
	bool bad = ferror(f) != 0;
	if (fclose(f) != 0 || bad)
		fail(path);
}

static void make_dir(const char *name, mode_t mode)
{
	char path[4096];
	snprintf(path, sizeof path, "%s/%s", opt.dir, name);
	if (mkdir(path, mode) != 0 && errno != EEXIST)
		fail(path);
}

static void file_name(char *path, size_t size, unsigned long num, const char *cn, gnutls_x509_crt_t c)
{
	unsigned char sha[32];
	char hex[65] = "";
	size_t len = sizeof sha;
	corpus_ok(gnutls_x509_crt_get_fingerprint(c, GNUTLS_DIG_SHA256, sha, &len), "fingerprint");
	for (size_t i = 0; i < len; i++)
		snprintf(hex + 2 * i, 3, "%02x", sha[i]);
	if (opt.store) {
		snprintf(path, size, "%s/%s/%s.pem", opt.dir, num % 10 == 9 ? "untrusted" : "trusted", hex);
		return;
	}
	int n = snprintf(path, size, "%s/%06lu-%s.pem", opt.dir, num, cn);
	for (char *p = path + n - strlen(cn) - 4; *p; p++)
		if (*p == ' ')
			*p = '-';
}

static void emit(unsigned long num, FILE *bundle)
{
	char cn[64], path[4096];
	gnutls_datum_t pem;
	gnutls_x509_crt_t c = corpus_cert(num, cn, sizeof cn);
	file_name(path, sizeof path, num, cn, c);
	corpus_ok(gnutls_x509_crt_export2(c, GNUTLS_X509_FMT_PEM, &pem), "export");
	FILE *f = create(path);
	if (opt.store)
		fprintf(f, "Name: %s\nAdded: 2026-01-01T00:00:00Z\nBy: gencerts\nSource: gencerts\n", cn);
	fwrite(pem.data, 1, pem.size, f);
	finish(f, path);
	if (bundle)
		fwrite(pem.data, 1, pem.size, bundle);
	gnutls_free(pem.data);
	corpus_free(num, c);
}

static void make_store(void)
{
	static const char *const folders[] = { "trusted", "untrusted", "blocked", "trash", "requests" };
	char path[4096];
	for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
		make_dir(folders[i], 0755);
	make_dir("keys", 0700);
	snprintf(path, sizeof path, "%s/certary.store", opt.dir);
	FILE *f = create(path);
	fputs("certary-store 1\n", f);
	finish(f, path);
}

/* The bundle is written in parts, one for each job, that are put together in order. */
static void part_name(char *path, size_t size, unsigned long job)
{
	snprintf(path, size, "%s.part%lu", opt.bundle, job);
}

static void run_job(unsigned long job)
{
	char path[4096];
	unsigned long rest = opt.n > FIRST ? opt.n - FIRST : 0;
	unsigned long to = FIRST + rest * (job + 1) / opt.jobs;
	FILE *bundle = NULL;
	if (opt.bundle) {
		part_name(path, sizeof path, job);
		bundle = create(path);
	}
	for (unsigned long num = FIRST + rest * job / opt.jobs; num < to; num++)
		emit(num, bundle);
	if (bundle)
		finish(bundle, path);
}

static void start_jobs(pid_t *pids)
{
	for (unsigned long job = 0; job < opt.jobs; job++) {
		pids[job] = fork();
		if (pids[job] < 0)
			fail("fork");
		if (pids[job] == 0) {
			run_job(job);
			_exit(0);
		}
	}
}

static bool wait_for_jobs(const pid_t *pids)
{
	bool good = true;
	for (unsigned long job = 0; job < opt.jobs; job++) {
		int status;
		good = waitpid(pids[job], &status, 0) >= 0 && status == 0 && good;
	}
	return good;
}

static void append_part(FILE *bundle, unsigned long job)
{
	char path[4096], data[65536];
	part_name(path, sizeof path, job);
	FILE *part = fopen(path, "r");
	if (!part)
		fail(path);
	for (size_t n; (n = fread(data, 1, sizeof data, part)) > 0;)
		fwrite(data, 1, n, bundle);
	fclose(part);
	unlink(path);
}

static bool generate(void)
{
	pid_t pids[MAX_JOBS];
	FILE *bundle = opt.bundle ? create(opt.bundle) : NULL;
	for (unsigned long num = 0; num < opt.n && num < FIRST; num++)
		emit(num, bundle);
	fflush(NULL);
	start_jobs(pids);
	if (!wait_for_jobs(pids))
		return false;
	for (unsigned long job = 0; bundle && job < opt.jobs; job++)
		append_part(bundle, job);
	if (bundle)
		finish(bundle, opt.bundle);
	return true;
}

static bool read_options(int argc, char **argv)
{
	for (int c; (c = getopt(argc, argv, "n:s:t:j:b:Skx")) != -1;) {
		switch (c) {
		case 'n': opt.n = strtoul(optarg, NULL, 10); break;
		case 's': opt.wish.seed = strtoull(optarg, NULL, 10); break;
		case 't': opt.wish.now = (time_t)strtoll(optarg, NULL, 10); break;
		case 'j': opt.jobs = strtoul(optarg, NULL, 10); break;
		case 'b': opt.bundle = optarg; break;
		case 'S': opt.store = true; break;
		case 'k': opt.wish.plain = true; break;
		case 'x': opt.wish.hostile = true; break;
		default: return false;
		}
	}
	opt.dir = argv[optind];
	return argc == optind + 1 && opt.jobs >= 1 && opt.jobs <= MAX_JOBS;
}

int main(int argc, char **argv)
{
	if (!read_options(argc, argv)) {
		fputs("usage: gencerts [-n N] [-s SEED] [-t NOW] [-j JOBS] [-b BUNDLE] [-S] [-k] [-x] DIR\n",
			stderr);
		return 2;
	}
	corpus_init(&opt.wish);
	make_dir("", 0755);
	if (opt.store)
		make_store();
	bool good = generate();
	corpus_done();
	return good ? 0 : 1;
}
