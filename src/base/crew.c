#include "base/crew.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#define CHUNK 128
#define MANY  1000 /* items; fewer are done sooner than a thread has started */

struct crew {
	crew_fn *work;
	void *ctx;
	size_t count;
	atomic_size_t next;
};

static void *work_along(void *arg)
{
	struct crew *crew = arg;
	size_t from;
	while ((from = atomic_fetch_add(&crew->next, CHUNK)) < crew->count)
		for (size_t i = from; i < from + CHUNK && i < crew->count; i++)
			crew->work(crew->ctx, i);
	return NULL;
}

void crew_work(size_t count, crew_fn *work, void *ctx)
{
	struct crew crew = { .work = work, .ctx = ctx, .count = count };
	pthread_t other;
	bool two = count >= MANY && pthread_create(&other, NULL, work_along, &crew) == 0;
	work_along(&crew);
	if (two)
		pthread_join(other, NULL);
}
