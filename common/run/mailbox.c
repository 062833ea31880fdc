#include "mailbox.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dirlist.h"
#include "mbox.h"

/* A folder that is being gone through. */
struct level {
	struct dirlist names;
	size_t next;
	bool maildir; /* this or the one above */
};

struct mailbox {
	struct mailbox_conf conf;
	size_t next; /* operand */

	/* the list of --files0-from */
	int list_fd; /* -1: none, or at its end */
	struct buf list;
	size_t list_at;

	struct level level[LIMIT_FOLDER_DEPTH];
	size_t depth;

	struct mbox *mbox; /* open at the moment, or NULL */
	struct mbox_part part;
	bool part_waits; /* it was not given out yet */
	int mbox_fd;
	char *mbox_path;
};

/* -- the list of operands -------------------------------------------------- */

enum status mailbox_open(const struct mailbox_conf *conf, struct mailbox **out,
			 struct diag *why)
{
	struct diag inner = { 0 };
	int fd = -1;

	*out = NULL;
	if (conf->files0 && conf->n)
		return diag_set(why, ST_USAGE, NULL,
				"operands and --files0-from exclude each "
				"other");
	if (conf->files0) {
		enum status st = io_open_input(conf->files0, &fd, &inner);

		if (st != ST_OK)
			return diag_set(why, st, NULL, "%s: %s", conf->files0,
					inner.text);
	}
	struct mailbox *m = mem_alloc(sizeof(*m));

	m->conf = *conf;
	m->list_fd = fd;
	buf_init(&m->list, LIMIT_CHUNK);
	*out = m;
	return ST_OK;
}

static void close_list(struct mailbox *m)
{
	if (m->list_fd > STDERR_FILENO)
		close(m->list_fd);
	m->list_fd = -1;
}

/* Bring more of the list into its buffer; at its end the last name may lack its
 * NUL. */
static enum status fill_list(struct mailbox *m, struct diag *why)
{
	unsigned char piece[4096];
	size_t kept = m->list.n - m->list_at, n = 0;

	if (kept + sizeof(piece) > m->list.max)
		return diag_set(why, ST_LIMIT, NULL,
				"a name in the list is too long");
	if (kept)
		memmove(m->list.p, m->list.p + m->list_at, kept);
	m->list.n = kept;
	m->list_at = 0;
	enum status st = io_read(m->list_fd, piece, sizeof(piece), &n, why);

	if (st != ST_OK)
		return st;
	buf_put(&m->list, span_of(piece, n));
	if (n == 0) {
		close_list(m);
		if (kept)
			buf_put(&m->list, SPAN("\0"));
	}
	return ST_OK;
}

/* The next name of the list, owned by the caller; NULL at its end. With an
 * error the list has ended. */
static char *next_name(struct mailbox *m, enum status *st, struct diag *why)
{
	*st = ST_OK;
	for (;;) {
		struct span ahead = span_from(buf_span(&m->list), m->list_at);
		size_t n = span_find(ahead, 0);

		if (n < ahead.n) {
			m->list_at += n + 1;
			return mem_copy(ahead.p, n);
		}
		if (m->list_fd < 0)
			return NULL;
		*st = fill_list(m, why);
		if (*st != ST_OK) {
			close_list(m);
			m->list_at = m->list.n;
			return NULL;
		}
	}
}

/* -- what a path is -------------------------------------------------------- */

static bool refuse(struct mailbox_message *out, enum status st)
{
	out->st = st;
	if (out->fd > STDERR_FILENO)
		close(out->fd);
	out->fd = -1;
	return true;
}

/* Open PATH. FOUND in a folder it must still be a file or a folder: what waits
 * for somebody at its other end must not be waited for. */
static enum status open_path(const char *path, bool found, int *fd,
			     struct stat *info, struct diag *why)
{
	int flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | (found ? O_NONBLOCK : 0);

	*fd = open(path, flags);
	if (*fd >= 0 && fstat(*fd, info) == 0)
		return ST_OK;
	enum status st = diag_set(why, io_open_status(errno), NULL,
				  "cannot open: %s", strerror(errno));

	if (*fd >= 0)
		close(*fd);
	*fd = -1;
	return st;
}

/* False: its names are the next to come. */
static bool enter_folder(struct mailbox *m, struct mailbox_message *out)
{
	struct level *level = &m->level[m->depth];
	bool above = m->depth && m->level[m->depth - 1].maildir;

	if (m->depth == LIMIT_FOLDER_DEPTH)
		return refuse(out, diag_set(&out->why, ST_NO_INPUT, NULL,
					    "folders are more than %d deep",
					    LIMIT_FOLDER_DEPTH));
	enum status st =
		dirlist_read(out->fd, out->input, &level->names, &out->why);

	out->fd = -1;
	if (st != ST_OK) { /* a part would pass for the whole */
		dirlist_free(&level->names);
		return refuse(out, st);
	}
	level->next = 0;
	level->maildir = above || level->names.maildir;
	m->depth++;
	mailbox_message_free(out);
	return false;
}

/* FD starts like an mbox: true if it is one, and FD and PATH are M's. */
static bool enter_mbox(struct mailbox *m, int fd, char *path)
{
	enum status st;

	m->mbox = mbox_open(fd);
	if (!m->mbox)
		return false;
	if (mbox_next(m->mbox, &m->part, &st, NULL) && st == ST_OK &&
	    !m->part.last) {
		m->part_waits = true;
		m->mbox_fd = fd;
		m->mbox_path = path;
		return true;
	}
	/* one such line, at its start: a message (mailbox.h) */
	mbox_free(m->mbox);
	m->mbox = NULL;
	return false;
}

static void leave_mbox(struct mailbox *m)
{
	if (!m->mbox)
		return;
	mbox_free(m->mbox);
	m->mbox = NULL;
	close(m->mbox_fd);
	free(m->mbox_path);
}

/* PATH is an operand, or was FOUND in a folder. False: many messages, or none
 * at all; PATH is OUT's or M's now. */
static bool enter(struct mailbox *m, char *path, bool found,
		  struct mailbox_message *out)
{
	bool in_maildir = found && m->level[m->depth - 1].maildir;
	struct stat info;

	out->input = path;
	if (!found && strcmp(path, "-") == 0) {
		out->fd = STDIN_FILENO;
		return true;
	}
	enum status st = open_path(path, found, &out->fd, &info, &out->why);

	if (st != ST_OK)
		return refuse(out, st);
	if (S_ISDIR(info.st_mode))
		return enter_folder(m, out);
	if (S_ISREG(info.st_mode))
		return in_maildir || !enter_mbox(m, out->fd, path);
	if (!found)
		return true;
	/* since it was listed, it became what waits for somebody */
	return refuse(out, diag_set(&out->why, ST_NO_INPUT, NULL,
				    "is not a file any more"));
}

/* -- one message after another --------------------------------------------- */

static bool next_of_mbox(struct mailbox *m, struct mailbox_message *out)
{
	enum status st = ST_OK;

	if (!m->part_waits && !mbox_next(m->mbox, &m->part, &st, &out->why)) {
		leave_mbox(m);
		return false;
	}
	m->part_waits = false;
	out->input = mem_copy(m->mbox_path, strlen(m->mbox_path));
	out->number = m->part.number;
	out->start = m->part.start;
	out->length = m->part.length;
	out->several = true;
	if (st != ST_OK)
		return refuse(out, st);
	out->fd = fcntl(m->mbox_fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	if (out->fd < 0)
		return refuse(out,
			      diag_set(&out->why, io_open_status(errno), NULL,
				       "cannot open: %s", strerror(errno)));
	return true;
}

static bool next_of_folder(struct mailbox *m, struct mailbox_message *out)
{
	struct level *level = &m->level[m->depth - 1];

	if (level->next == level->names.n) {
		dirlist_free(&level->names);
		m->depth--;
		return false;
	}
	out->several = true;
	return enter(m, dirlist_path(&level->names, level->next++), true, out);
}

/* The next operand; false when none is left, which *END says. */
static bool next_operand(struct mailbox *m, struct mailbox_message *out,
			 bool *end)
{
	const char *files0 = m->conf.files0;
	enum status st = ST_OK;
	char *path = NULL;

	out->several = files0 || m->conf.n > 1;
	if (files0)
		path = next_name(m, &st, &out->why);
	else if (m->next < m->conf.n)
		path = mem_copy(m->conf.operand[m->next],
				strlen(m->conf.operand[m->next]));
	else if (m->next == 0)
		path = mem_copy("-", 1);
	m->next++;
	if (st != ST_OK) {
		out->input = mem_copy(files0, strlen(files0));
		return refuse(out, st);
	}
	*end = !path;
	if (path && files0 && strcmp(files0, "-") == 0 &&
	    strcmp(path, "-") == 0) {
		out->input = path;
		return refuse(out, diag_set(&out->why, ST_NO_INPUT, NULL,
					    "standard input is the list "
					    "already"));
	}
	return path && enter(m, path, false, out);
}

static void label(struct mailbox_message *out)
{
	struct buf text;

	buf_init(&text, LIMIT_CHUNK);
	status_ignore(buf_add(&text, span_str(out->input)));
	if (out->number)
		status_ignore(buf_addf(&text, ":%llu",
				       (unsigned long long)out->number));
	out->label = mem_copy(text.p, text.n);
	buf_free(&text);
}

bool mailbox_next(struct mailbox *m, struct mailbox_message *out)
{
	bool end = false, got = false;

	while (!got && !end) {
		*out = (struct mailbox_message){ .fd = -1 };
		if (m->mbox)
			got = next_of_mbox(m, out);
		else if (m->depth)
			got = next_of_folder(m, out);
		else
			got = next_operand(m, out, &end);
	}
	if (got)
		label(out);
	return got;
}

bool mailbox_left(const struct mailbox *m, uint64_t *n)
{
	size_t given = m->conf.n || m->conf.files0 ? m->conf.n : 1;

	*n = m->next < given ? given - m->next : 0;
	for (size_t i = 0; i < m->depth; i++)
		*n += m->level[i].names.n - m->level[i].next;
	return m->mbox || m->list_fd >= 0 || m->list_at < m->list.n;
}

void mailbox_free(struct mailbox *m)
{
	if (!m)
		return;
	leave_mbox(m);
	while (m->depth)
		dirlist_free(&m->level[--m->depth].names);
	close_list(m);
	buf_free(&m->list);
	free(m);
}

/* -- reading --------------------------------------------------------------- */

static enum status unquote(void *ctx, struct span chunk)
{
	return mbox_unquote_push(ctx, chunk);
}

enum status mailbox_read(const struct mailbox_message *message, struct sink to,
			 struct diag *why)
{
	struct mbox_unquote u;

	if (!message->number)
		return io_pump(message->fd, to, why);
	mbox_unquote_init(&u, to);
	enum status st = io_replay(message->fd, message->start, message->length,
				   (struct sink){ unquote, &u }, why);

	return st == ST_OK ? mbox_unquote_end(&u) : st;
}

const char *mailbox_file(const struct mailbox_message *message)
{
	return strcmp(message->input, "-") == 0 && !message->several
		       ? NULL
		       : message->label;
}

void mailbox_message_free(struct mailbox_message *message)
{
	if (message->fd > STDERR_FILENO)
		close(message->fd);
	free(message->input);
	free(message->label);
	message->input = message->label = NULL;
	message->fd = -1;
}
