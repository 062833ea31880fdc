#include "mailbox.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dirlist.h"
#include "mbox.h"
#include "newfile.h"
#include "wrongfile.h"

/* A directory whose names are being read. */
struct level {
	struct dirlist names;
	size_t next;
	bool maildir; /* this or the one above */
};

struct mailbox {
	struct mailbox_conf conf;
	size_t next; /* operand */
	FILE *list;  /* of operands; NULL: none, or at its end */

	struct level level[LIMIT_FOLDER_DEPTH];
	size_t depth;

	struct mbox *mbox; /* open at the moment, or NULL */
	struct mbox_part part;
	bool part_waits; /* it was not given out yet */
	int mbox_fd;
	char *mbox_path;
};

static char *copy_string(const char *s)
{
	return mem_copy(s, strlen(s));
}

/* -- the list of operands -------------------------------------------------- */

enum status mailbox_open(const struct mailbox_conf *conf, struct mailbox **out,
			 struct diag *why)
{
	struct diag inner = { 0 };
	FILE *list = NULL;
	int fd = -1;

	*out = NULL;
	if (conf->list && conf->n)
		return diag_set(why, ST_USAGE, NULL,
				"operands and --%s-from exclude each other",
				conf->lines ? "files" : "files0");
	if (conf->list) {
		enum status st = io_open_input(conf->list, &fd, &inner);

		if (st != ST_OK)
			return diag_set(why, st, NULL, "%s: %s", conf->list,
					inner.text);
		list = fd == STDIN_FILENO ? stdin : fdopen(fd, "r");
		if (!list) {
			close(fd);
			return diag_set(why, ST_OS, NULL, "%s: %s", conf->list,
					strerror(errno));
		}
	}
	*out = mem_alloc(sizeof(**out));
	(*out)->conf = *conf;
	(*out)->list = list;
	return ST_OK;
}

static void close_list(struct mailbox *m)
{
	if (m->list && m->list != stdin)
		(void)fclose(m->list); /* it was only read */
	m->list = NULL;
}

/* The next entry of the list into NAME; *END is what ended it: NUL or LF, or
 * EOF also after an error. */
static enum status next_entry(struct mailbox *m, struct buf *name, int *end,
			      struct diag *why)
{
	int stop = m->conf.lines ? '\n' : 0, c = EOF;
	unsigned char piece[256];
	size_t n = 0;
	enum status st = ST_OK;

	/* no other thread reads the list */
	while (m->list && st == ST_OK && (c = getc_unlocked(m->list)) != EOF &&
	       c != stop) {
		piece[n++] = (unsigned char)c;
		if (n == sizeof(piece)) {
			st = buf_add(name, span_of(piece, n));
			n = 0;
		}
	}
	if (st == ST_OK)
		st = buf_add(name, span_of(piece, n));
	if (st != ST_OK)
		st = diag_set(why, ST_LIMIT, NULL,
			      "a name in the list is too long");
	if (m->list && c == EOF && ferror(m->list))
		st = diag_set(why, ST_IO, NULL, "cannot read: %s",
			      strerror(errno));
	if (c == EOF || st != ST_OK)
		close_list(m);
	*end = st == ST_OK ? c : EOF;
	return st;
}

/* The next name of the list, owned by the caller; NULL when there is none. With
 * an error the list has ended. An empty line is no name; a byte order mark and
 * the CR of a line end are left out. */
static char *next_name(struct mailbox *m, enum status *st, struct diag *why)
{
	struct buf name;
	bool first = m->next == 0;
	int end;

	buf_init(&name, LIMIT_CHUNK);
	do {
		struct span s;

		buf_reset(&name);
		*st = next_entry(m, &name, &end, why);
		s = buf_span(&name);
		if (m->conf.lines && first)
			s = span_unmarked(s);
		if (m->conf.lines && span_ends(s, SPAN("\r")))
			s.n--;
		first = false;
		if (*st == ST_OK && (s.n || end == 0)) {
			char *copy = mem_copy(s.p, s.n);

			buf_free(&name);
			return copy;
		}
	} while (end != EOF);
	buf_free(&name);
	return NULL;
}

/* -- what a path is -------------------------------------------------------- */

static bool give_error(struct mailbox_message *out, enum status st)
{
	out->st = st;
	if (out->fd > STDERR_FILENO)
		close(out->fd);
	out->fd = -1;
	return true;
}

/* Open PATH. If it was FOUND in a directory, it may have become a named pipe
 * since; O_NONBLOCK does not wait for its other end. */
static enum status open_path(const char *path, bool found, int *fd,
			     struct stat *info, struct diag *why)
{
	int flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | (found ? O_NONBLOCK : 0);

	*fd = open(path, flags);
	if (*fd >= 0 && fstat(*fd, info) == 0)
		return ST_OK;
	const char *is = errno == ENOENT ? wrongfile_operand(path) : NULL;
	enum status st = diag_set(
		why, io_open_status(errno), NULL, "cannot open: %s%s%s%s",
		strerror(errno), is ? " (it looks like " : "", is ? is : "",
		is ? "; a file with a message is needed)" : "");

	if (*fd >= 0)
		close(*fd);
	*fd = -1;
	return st;
}

/* False: OUT is unused, the names in the directory come next. */
static bool enter_directory(struct mailbox *m, struct mailbox_message *out)
{
	struct level *level = &m->level[m->depth];
	bool above = m->depth && m->level[m->depth - 1].maildir;

	if (m->depth == LIMIT_FOLDER_DEPTH)
		return give_error(out,
				  diag_set(&out->why, ST_NO_INPUT, NULL,
					   "directories are more than %d deep",
					   LIMIT_FOLDER_DEPTH));
	enum status st =
		dirlist_read(out->fd, out->input, &level->names, &out->why);

	out->fd = -1;
	if (st != ST_OK) { /* some of its names must not pass for all */
		dirlist_free(&level->names);
		return give_error(out, st);
	}
	level->next = 0;
	level->maildir = above || level->names.maildir;
	m->depth++;
	mailbox_message_free(out);
	return false;
}

/* True if FD is an mbox of several messages; M then owns FD and PATH. */
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
	/* with one "From " line, at its start, it is a message */
	mbox_free(m->mbox);
	m->mbox = NULL;
	return false;
}

static void close_mbox(struct mailbox *m)
{
	if (!m->mbox)
		return;
	mbox_free(m->mbox);
	m->mbox = NULL;
	close(m->mbox_fd);
	free(m->mbox_path);
}

static enum status put_to_fd(void *ctx, struct span chunk)
{
	return io_write(*(const int *)ctx, chunk, NULL);
}

/* --mbox: the mbox OUT->fd; a copy of it, if it cannot be read by offset. As
 * open_operand. */
static bool enter_given_mbox(struct mailbox *m, char *path,
			     const struct stat *info,
			     struct mailbox_message *out)
{
	enum status st = ST_OK;
	int fd = out->fd;

	if (!S_ISREG(info->st_mode)) {
		fd = newfile_scratch(&out->why);
		st = fd < 0 ? ST_IO
			    : io_pump(out->fd, (struct sink){ put_to_fd, &fd },
				      &out->why);
	} else if (fd == STDIN_FILENO) {
		fd = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
		st = fd < 0 ? diag_set(&out->why, ST_OS, NULL,
				       "cannot read: %s", strerror(errno))
			    : ST_OK;
	}
	if (fd != out->fd && out->fd > STDERR_FILENO)
		close(out->fd);
	out->fd = fd;
	unsigned char head[WRONGFILE_HEAD];
	size_t n = 0;

	if (st == ST_OK)
		st = io_read_at(fd, 0, head, sizeof(head), &n, &out->why);
	if (st == ST_OK)
		st = wrongfile_not_message(span_of(head, n), path, &out->why);
	if (st != ST_OK)
		return give_error(out, st);
	m->mbox = mbox_open(fd);
	if (!m->mbox) {
		bool empty = lseek(fd, 0, SEEK_END) == 0;

		give_error(out, diag_set(&out->why, ST_NOT_MESSAGE, "RFC 4155",
					 "not an mbox: it does not begin with "
					 "\"From \""));
		if (empty)
			mailbox_message_free(out);
		return !empty;
	}
	m->part_waits = false;
	m->mbox_fd = fd;
	m->mbox_path = path;
	return false;
}

/* A regular file of SIZE bytes: an mbox, which M then owns (false), or a
 * message or an error (true). A small file is read here, with one call. */
static bool enter_file(struct mailbox *m, char *path, bool in_maildir,
		       size_t size, struct mailbox_message *out)
{
	bool small = size <= LIMIT_CHUNK;
	enum status st = ST_OK;

	if (small) {
		out->head = mem_array(NULL, size + 1, 1);
		st = io_read(out->fd, out->head, size + 1, &out->head_n,
			     &out->why);
	}
	if (st != ST_OK)
		return give_error(out, st);
	if (!in_maildir &&
	    (!small ||
	     span_starts(span_of(out->head, out->head_n), SPAN("From "))) &&
	    enter_mbox(m, out->fd, path)) {
		free(out->head);
		return false;
	}
	if (small && out->head_n == size) { /* it has not grown */
		close(out->fd);
		out->fd = -1;
	}
	return true;
}

/* Open PATH, an operand or FOUND in a directory; OUT or M then own it. True if
 * it is a message or an error, false if its messages come next. */
static bool open_operand(struct mailbox *m, char *path, bool found,
			 struct mailbox_message *out)
{
	bool in_maildir = found && m->level[m->depth - 1].maildir;
	struct stat info;

	out->input = path;
	if (!found && strcmp(path, "-") == 0) {
		out->fd = STDIN_FILENO;
		if (!m->conf.mbox)
			return true;
		if (fstat(STDIN_FILENO, &info) == 0)
			return enter_given_mbox(m, path, &info, out);
	}
	enum status st = open_path(path, found, &out->fd, &info, &out->why);

	if (st != ST_OK)
		return give_error(out, st);
	if (S_ISDIR(info.st_mode))
		return enter_directory(m, out);
	if (m->conf.mbox && !found)
		return enter_given_mbox(m, path, &info, out);
	if (S_ISREG(info.st_mode))
		return enter_file(m, path, in_maildir, (size_t)info.st_size,
				  out);
	if (!found)
		return true;
	return give_error(out, diag_set(&out->why, ST_NO_INPUT, NULL,
					"is not a file any more"));
}

/* -- one message after another --------------------------------------------- */

static bool next_of_mbox(struct mailbox *m, struct mailbox_message *out)
{
	enum status st = ST_OK;

	if (!m->part_waits && !mbox_next(m->mbox, &m->part, &st, &out->why)) {
		close_mbox(m);
		return false;
	}
	m->part_waits = false;
	out->input = copy_string(m->mbox_path);
	out->number = m->part.number;
	out->start = m->part.start;
	out->length = m->part.length;
	out->several = true;
	if (st != ST_OK)
		return give_error(out, st);
	out->fd = fcntl(m->mbox_fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	if (out->fd < 0)
		return give_error(
			out, diag_set(&out->why, io_open_status(errno), NULL,
				      "cannot open: %s", strerror(errno)));
	return true;
}

static bool next_of_directory(struct mailbox *m, struct mailbox_message *out)
{
	struct level *level = &m->level[m->depth - 1];

	if (level->next == level->names.n) {
		dirlist_free(&level->names);
		m->depth--;
		return false;
	}
	out->several = true;
	return open_operand(m, dirlist_path(&level->names, level->next++), true,
			    out);
}

/* As open_operand for the next operand; *END: there is none left. */
static bool next_operand(struct mailbox *m, struct mailbox_message *out,
			 bool *end)
{
	const char *list = m->conf.list;
	enum status st = ST_OK;
	char *path = NULL;

	out->several = list || m->conf.n > 1;
	if (list)
		path = next_name(m, &st, &out->why);
	else if (m->next < m->conf.n)
		path = copy_string(m->conf.operand[m->next]);
	else if (m->next == 0)
		path = copy_string("-");
	m->next++;
	if (st != ST_OK) {
		out->input = copy_string(list);
		return give_error(out, st);
	}
	*end = !path;
	if (path && list && strcmp(list, "-") == 0 && strcmp(path, "-") == 0) {
		out->input = path;
		return give_error(out, diag_set(&out->why, ST_NO_INPUT, NULL,
						"standard input is the list"));
	}
	return path && open_operand(m, path, false, out);
}

static void set_label(struct mailbox_message *out)
{
	struct buf text;

	if (!out->number) {
		out->label = copy_string(out->input);
		return;
	}
	buf_init(&text, LIMIT_CHUNK);
	status_ignore(buf_addf(&text, "%s:%llu", out->input,
			       (unsigned long long)out->number));
	out->label = mem_copy(text.p, text.n);
	buf_free(&text);
}

bool mailbox_next(struct mailbox *m, struct mailbox_message *out)
{
	bool end = false, got = false;

	while (!got && !end) {
		*out = (struct mailbox_message){ .fd = -1,
						 .packed = m->conf.packed };
		if (m->mbox)
			got = next_of_mbox(m, out);
		else if (m->depth)
			got = next_of_directory(m, out);
		else
			got = next_operand(m, out, &end);
	}
	if (got)
		set_label(out);
	return got;
}

bool mailbox_left(const struct mailbox *m, uint64_t *n)
{
	size_t given = m->conf.n || m->conf.list ? m->conf.n : 1;

	*n = m->next < given ? given - m->next : 0;
	for (size_t i = 0; i < m->depth; i++)
		*n += m->level[i].names.n - m->level[i].next;
	return m->mbox || m->list;
}

void mailbox_free(struct mailbox *m)
{
	if (!m)
		return;
	close_mbox(m);
	while (m->depth)
		dirlist_free(&m->level[--m->depth].names);
	close_list(m);
	free(m);
}

/* -- reading --------------------------------------------------------------- */

static enum status push_unquoted(void *ctx, struct span chunk)
{
	return mbox_unquote_push(ctx, chunk);
}

/* A sink that looks at the first chunk, and hands on all. */
struct unpacked {
	const char *input;
	bool begun;
	struct sink to;
	struct diag *why;
};

static enum status push_unpacked(void *ctx, struct span chunk)
{
	struct unpacked *u = ctx;
	enum status st = ST_OK;

	if (!u->begun)
		st = wrongfile_not_message(chunk, u->input, u->why);
	u->begun = true;
	return st == ST_OK ? u->to.put(u->to.ctx, chunk) : st;
}

enum status mailbox_read(const struct mailbox_message *message, struct sink to,
			 struct diag *why)
{
	struct mbox_unquote u;
	struct unpacked first = { message->input, false, to, why };
	enum status st = ST_OK;

	if (!message->number && message->input && !message->packed)
		to = (struct sink){ push_unpacked, &first };
	if (message->head_n)
		st = to.put(to.ctx, span_of(message->head, message->head_n));
	if (!message->number)
		return st == ST_OK && message->fd >= 0
			       ? io_pump(message->fd, to, why)
			       : st;
	mbox_unquote_init(&u, to);
	st = io_replay(message->fd, message->start, message->length,
		       (struct sink){ push_unquoted, &u }, why);

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
	free(message->head);
	message->input = message->label = NULL;
	message->head = NULL;
	message->fd = -1;
}
