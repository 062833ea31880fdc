#include "bodyhash.h"

#include <stdlib.h>

#include "array.h"

/* The forms of a body: those of DKIM, and those of DomainKeys, which take the
 * empty line before the body as a part of it: it is dropped when only empty
 * lines follow (RFC 4870 3.4.2). */
enum form {
	FORM_SIMPLE = CANON_SIMPLE,
	FORM_RELAXED = CANON_RELAXED,
	FORM_DK_SIMPLE,
	FORM_DK_NOFWS,
	FORMS,
};

struct job {
	enum form form;
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
	enum form form;
	bool cr; /* nofws: the last octet was CR */
};

struct bodyhash {
	const struct crypto *crypto;
	struct stream stream[FORMS];
	struct job *job;
	size_t n;
	bool ended;
	struct hasher *spare; /* of the last body, for SHA-256; or NULL */
};

/* Canonical octets: to each job of this stream, up to its l=. */
static enum status feed(void *ctx, struct span s)
{
	struct stream *stream = ctx;
	struct bodyhash *b = stream->owner;

	for (size_t i = 0; i < b->n; i++) {
		struct job *job = &b->job[i];
		uint64_t left = job->limit > stream->length
					? job->limit - stream->length
					: 0;

		if (job->form != stream->form || left == 0)
			continue;
		hasher_put(job->hasher,
			   left < s.n ? span_head(s, (size_t)left) : s);
	}
	stream->length += s.n;
	return ST_OK;
}

/* What is canonical is hashed, which does not fail (digest.h). */
static void push_canon(struct stream *s, struct span chunk)
{
	status_ignore(canon_body_push(&s->canon, chunk));
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

static size_t add_job(struct bodyhash *b, struct job job)
{
	struct stream *stream = &b->stream[job.form];

	b->job = array_grow(b->job, b->n, sizeof(*b->job));
	b->job[b->n] = job;
	if (stream->wanted)
		return b->n++;
	stream->owner = b;
	stream->wanted = true;
	stream->length = 0;
	stream->form = job.form;
	stream->cr = false;
	canon_body_init(&stream->canon,
			job.form == FORM_RELAXED ? CANON_RELAXED : CANON_SIMPLE,
			(struct sink){ feed, stream });
	if (job.form >= FORM_DK_SIMPLE) /* held back, nothing is put yet */
		push_canon(stream, SPAN("\r\n"));
	return b->n++;
}

size_t bodyhash_add(struct bodyhash *b, const struct sig *s)
{
	struct job job = { .form = (enum form)s->body,
			   .hash = s->hash,
			   .limit = s->has_l ? s->l : UINT64_MAX };

	for (size_t i = 0; i < b->n; i++)
		if (b->job[i].form == job.form && b->job[i].hash == job.hash &&
		    b->job[i].limit == job.limit)
			return i;
	job.hasher = get_hasher(b, job.hash);
	return add_job(b, job);
}

size_t bodyhash_add_domainkeys(struct bodyhash *b, bool nofws,
			       struct hasher **hasher)
{
	*hasher = hasher_new(b->crypto, HASH_SHA1);
	return add_job(
		b, (struct job){ .form = nofws ? FORM_DK_NOFWS : FORM_DK_SIMPLE,
				 .hash = HASH_SHA1,
				 .limit = UINT64_MAX,
				 .hasher = *hasher });
}

/* Append S without white space to OUT; returns what it takes there. */
static size_t squeeze(unsigned char *out, struct span s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		out[n] = s.p[i];
		n += !bodyhash_is_fws(s.p[i]);
	}
	return n;
}

/* CHUNK without white space, but for the CRLFs that end its lines. */
static void push_nofws(struct stream *s, struct span chunk)
{
	unsigned char out[8192];
	size_t n = 0;

	while (chunk.n) {
		struct span piece = span_head(chunk, sizeof(out) - 2 - n);
		size_t at = span_find(piece, '\n');
		bool ended = at < piece.n;
		bool cr = at ? piece.p[at - 1] == '\r' : s->cr;

		n += squeeze(out + n, span_head(piece, at));
		if (ended && cr) {
			out[n++] = '\r';
			out[n++] = '\n';
		}
		s->cr = cr && !ended;
		chunk = span_from(chunk, at + ended);
		if (n + 2 >= sizeof(out) || chunk.n == 0) {
			push_canon(s, span_of(out, n));
			n = 0;
		}
	}
}

void bodyhash_push(struct bodyhash *b, struct span chunk)
{
	for (size_t i = 0; i < FORMS; i++) {
		struct stream *s = &b->stream[i];

		if (s->wanted && s->form == FORM_DK_NOFWS)
			push_nofws(s, chunk);
		else if (s->wanted)
			push_canon(s, chunk);
	}
}

void bodyhash_end(struct bodyhash *b)
{
	for (size_t i = 0; i < FORMS; i++) {
		struct stream *s = &b->stream[i];

		/* unlike that of DKIM, the simple form of a body without data
		 * is nothing at all */
		if (s->wanted &&
		    (s->form < FORM_DK_SIMPLE || s->canon.any || s->canon.cr))
			status_ignore(canon_body_end(&s->canon)); /* as above */
	}
	for (size_t i = 0; i < b->n; i++)
		hasher_end(b->job[i].hasher, &b->job[i].digest);
	b->ended = true;
}

const struct digest *bodyhash_get(const struct bodyhash *b, size_t job,
				  uint64_t *length)
{
	if (length)
		*length = b->stream[b->job[job].form].length;
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
	for (size_t i = 0; i < FORMS; i++)
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
