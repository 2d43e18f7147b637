/*
 * A program is asked for by one packet: a head, its words and those of its environment, each with its NUL,
 * and four descriptors.  Both ends are the same program at the same moment, so that a struct is a struct.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/program.h"

struct head {
	uint32_t argc, envc; /* envc counts from 1, 0: none is sent */
	uint32_t bound;
};

#define FDS_ROOM CMSG_SPACE(ASK_FDS * sizeof(int))

static uint32_t add_words(struct buf *out, const char *const *words)
{
	uint32_t n = 0;
	for (; words && words[n]; n++)
		buf_add(out, words[n], strlen(words[n]) + 1);
	return n;
}

bool words_send(int fd, const struct program_wish *wish, const int fds[ASK_FDS])
{
	struct buf bytes = { 0 };
	struct head head = { .bound = wish->bound };
	union {
		char room[FDS_ROOM];
		struct cmsghdr align;
	} with = { { 0 } };
	buf_add(&bytes, &head, sizeof head);
	head.argc = add_words(&bytes, wish->argv);
	head.envc = wish->env ? add_words(&bytes, wish->env) + 1 : 0;
	memcpy(bytes.data, &head, sizeof head);
	struct iovec part = { .iov_base = bytes.data, .iov_len = bytes.len };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = with.room,
		.msg_controllen = sizeof with.room };
	with.align = (struct cmsghdr){ .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS,
		.cmsg_len = CMSG_LEN(ASK_FDS * sizeof(int)) };
	memcpy(CMSG_DATA(&with.align), fds, ASK_FDS * sizeof(int));
	errno = E2BIG;
	ssize_t n = bytes.len <= ASK_MOST ? sendmsg(fd, &message, MSG_NOSIGNAL) : -1;
	buf_done(&bytes);
	return n > 0;
}

/* As many words as are said to be there, NULL where they aren't. */
static const char **take_words(const char **at, const char *end, uint32_t count)
{
	const char **words = count < ASK_MOST ? mem_new((count + 1) * sizeof *words) : NULL;
	for (uint32_t i = 0; words && i < count; i++) {
		const char *nul = memchr(*at, '\0', (size_t)(end - *at));
		if (!nul) {
			free(words);
			return NULL;
		}
		words[i] = *at;
		*at = nul + 1;
	}
	return words;
}

static bool understand(const char *bytes, size_t len, struct asked_words *out)
{
	struct head head;
	const char *at = bytes + sizeof head, *end = bytes + len;
	if (len < sizeof head)
		return false;
	memcpy(&head, bytes, sizeof head);
	out->bound = head.bound != 0;
	out->argv = head.argc > 0 ? take_words(&at, end, head.argc) : NULL;
	out->env = out->argv && head.envc > 0 ? take_words(&at, end, head.envc - 1) : NULL;
	return out->argv && (head.envc == 0 || out->env) && at == end;
}

/* All four or none. */
static bool take_descriptors(struct msghdr *message, int fds[ASK_FDS])
{
	struct cmsghdr *with = CMSG_FIRSTHDR(message);
	if (!with || with->cmsg_level != SOL_SOCKET || with->cmsg_type != SCM_RIGHTS)
		return false;
	size_t count = (with->cmsg_len - CMSG_LEN(0)) / sizeof(int);
	memcpy(fds, CMSG_DATA(with), (count < ASK_FDS ? count : ASK_FDS) * sizeof(int));
	if (count == ASK_FDS)
		return true;
	for (size_t i = 0; i < count && i < ASK_FDS; i++)
		close(fds[i]);
	return false;
}

int words_receive(int fd, struct asked_words *out, int fds[ASK_FDS])
{
	union {
		char room[FDS_ROOM];
		struct cmsghdr align;
	} with = { { 0 } };
	static char bytes[ASK_MOST]; /* a runner that outlives a shortage needs no memory to hear of the next */
	*out = (struct asked_words){ .bytes = bytes };
	struct iovec part = { .iov_base = out->bytes, .iov_len = ASK_MOST };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = with.room,
		.msg_controllen = sizeof with.room };
	ssize_t n;
	while ((n = recvmsg(fd, &message, MSG_CMSG_CLOEXEC)) < 0 && errno == EINTR)
		;
	if (n <= 0)
		return n < 0 && (errno == ENOMEM || errno == ENOBUFS) ? -1 : 0;
	if (!take_descriptors(&message, fds))
		return -1;
	if (understand(out->bytes, (size_t)n, out))
		return 1;
	for (size_t i = 0; i < ASK_FDS; i++)
		close(fds[i]);
	return -1;
}
