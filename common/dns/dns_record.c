#include "dns_record.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dns_recording.h"
#include "io.h"
#include "when.h"

/* Enough for DNS_MOST_OTHERS records, each with two names of 1 KiB. */
enum { MOST_TEXT = 64 * 1024 * 1024 };

struct recorder {
	struct dns dns;
	struct dns *from;
	char *path;
	int fd;
	pthread_mutex_t lock; /* of what follows, and of writing */
	enum status st;
	struct diag why;
};

/* Only the first trouble counts. */
static void give_up(struct recorder *r, enum status st, const char *what)
{
	if (r->st == ST_OK)
		r->st = diag_set(&r->why, st, NULL, "%s: %s", r->path, what);
}

static void append(struct recorder *r, const struct buf *text)
{
	struct diag inner = { 0 };
	enum status st;

	pthread_mutex_lock(&r->lock);
	if (r->st == ST_OK) {
		st = io_write(r->fd, buf_span(text), &inner);
		if (st != ST_OK)
			give_up(r, st, inner.text);
	}
	pthread_mutex_unlock(&r->lock);
}

static void record_get(struct dns *dns, const struct dns_query *query,
		       struct dns_reply *out)
{
	struct recorder *r = (struct recorder *)dns;
	struct buf text;

	dns_get(r->from, query, out);
	buf_init(&text, MOST_TEXT);
	if (dns_recording_write(query, out, when_now(), &text) == ST_OK) {
		append(r, &text);
	} else {
		pthread_mutex_lock(&r->lock);
		give_up(r, ST_IO, "an answer that cannot be written down");
		pthread_mutex_unlock(&r->lock);
	}
	buf_free(&text);
}

static void record_close(struct dns *dns)
{
	struct recorder *r = (struct recorder *)dns;

	dns_close(r->from);
	if (r->fd >= 0)
		close(r->fd);
	pthread_mutex_destroy(&r->lock);
	free(r->path);
	free(r);
}

static const struct dns_class class = { record_get, record_close };

enum status dns_record_open(const char *path, struct dns *from,
			    struct dns **out, struct diag *why)
{
	struct recorder *r = mem_alloc(sizeof(*r));

	r->dns.class = &class;
	r->from = from;
	r->path = mem_copy(path, strlen(path));
	pthread_mutex_init(&r->lock, NULL);
	r->fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY,
		     0666);
	*out = &r->dns;
	if (r->fd >= 0)
		return ST_OK;
	enum status st = io_open_status(errno);

	st = diag_set(why, st == ST_NO_INPUT ? ST_CANT_CREATE : st, NULL,
		      "cannot record in %s: %s", path, strerror(errno));
	record_close(*out);
	*out = NULL;
	return st;
}

enum status dns_record_status(struct dns *dns, struct diag *why)
{
	struct recorder *r = (struct recorder *)dns;
	enum status st;

	if (!dns || dns->class != &class)
		return ST_OK;
	pthread_mutex_lock(&r->lock);
	st = r->st;
	if (st != ST_OK && why)
		*why = r->why;
	pthread_mutex_unlock(&r->lock);
	return st;
}
