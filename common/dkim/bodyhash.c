#include "bodyhash.h"

#include <stdlib.h>

struct job {
	enum canon canon;
	enum hash hash;
	uint64_t limit; /* octets at most: l=, or UINT64_MAX */
	struct hasher *hasher;
	struct digest digest;
};

/* One canonicalization and how far it came. */
struct stream {
	struct bodyhash *owner;
	bool wanted;
	struct canon_body canon;
	uint64_t length;
};

struct bodyhash {
	const struct crypto *crypto;
	struct stream stream[2];
	struct job *job;
	size_t n;
	bool ended;	      /* well */
	struct hasher *spare; /* of the last body, for SHA-256; or NULL */
};

/* Canonical octets: to each job of this stream, up to its l=. */
static enum status feed(void *ctx, struct span s)
{
	struct stream *stream = ctx;
	struct bodyhash *b = stream->owner;
	enum status st = ST_OK;

	for (size_t i = 0; i < b->n && st == ST_OK; i++) {
		struct job *job = &b->job[i];
		uint64_t left = job->limit > stream->length
					? job->limit - stream->length
					: 0;

		if (job->canon != stream->canon.how || left == 0)
			continue;
		st = hasher_put(job->hasher,
				left < s.n ? span_head(s, (size_t)left) : s);
	}
	stream->length += s.n;
	return st;
}

struct bodyhash *bodyhash_new(const struct crypto *crypto)
{
	struct bodyhash *b = mem_alloc(sizeof(*b));

	b->crypto = crypto;
	return b;
}

static struct hasher *get_hasher(struct bodyhash *b, enum hash hash)
{
	struct hasher *h = hash == HASH_SHA256 ? b->spare : NULL;

	if (!h)
		return hasher_new(b->crypto, hash);
	b->spare = NULL;
	return h;
}

size_t bodyhash_add(struct bodyhash *b, const struct sig *s)
{
	struct stream *stream = &b->stream[s->body];
	struct job job = { .canon = s->body,
			   .hash = s->hash,
			   .limit = s->has_l ? s->l : UINT64_MAX };

	for (size_t i = 0; i < b->n; i++)
		if (b->job[i].canon == job.canon &&
		    b->job[i].hash == job.hash && b->job[i].limit == job.limit)
			return i;
	job.hasher = get_hasher(b, job.hash);
	b->job = mem_array(b->job, b->n + 1, sizeof(*b->job));
	b->job[b->n] = job;
	if (!stream->wanted) {
		stream->wanted = true;
		stream->owner = b;
		stream->length = 0;
		canon_body_init(&stream->canon, job.canon,
				(struct sink){ feed, stream });
	}
	return b->n++;
}

enum status bodyhash_push(struct bodyhash *b, struct span chunk)
{
	enum status st = ST_OK;

	for (size_t i = 0; i < 2 && st == ST_OK; i++)
		if (b->stream[i].wanted)
			st = canon_body_push(&b->stream[i].canon, chunk);
	return st;
}

enum status bodyhash_end(struct bodyhash *b)
{
	enum status st = ST_OK;

	for (size_t i = 0; i < 2 && st == ST_OK; i++)
		if (b->stream[i].wanted)
			st = canon_body_end(&b->stream[i].canon);
	for (size_t i = 0; i < b->n && st == ST_OK; i++)
		st = hasher_end(b->job[i].hasher, &b->job[i].digest);
	b->ended = st == ST_OK;
	return st;
}

const struct digest *bodyhash_get(const struct bodyhash *b, size_t job,
				  uint64_t *length)
{
	if (length)
		*length = b->stream[b->job[job].canon].length;
	return &b->job[job].digest;
}

void bodyhash_reset(struct bodyhash *b)
{
	for (size_t i = 0; i < b->n; i++) {
		struct job *job = &b->job[i];

		/* one that has ended has begun anew */
		if (!b->spare && b->ended && job->hash == HASH_SHA256)
			b->spare = job->hasher;
		else
			hasher_free(job->hasher);
	}
	for (size_t i = 0; i < 2; i++)
		b->stream[i].wanted = false;
	b->n = 0;
	b->ended = false;
}

void bodyhash_free(struct bodyhash *b)
{
	if (!b)
		return;
	bodyhash_reset(b);
	hasher_free(b->spare);
	free(b->job);
	free(b);
}
