#include "address.h"

#include "cfws.h"
#include "idn.h"
#include "limit.h"

/* The kind of a token: its character for the specials < > @ , ; : . and one of
 * these for the rest. */
enum token {
	END = 0,
	BROKEN = 1, /* control, unclosed quote or comment, stray byte */
	TOO_DEEP = 2,
	ATOM = 'a',
	QUOTED = '"',
	LITERAL = '[',
};

struct scan {
	struct span rest;
	int token;
	struct span text;  /* of an ATOM or QUOTED, with the quotes */
	struct buf *local; /* where the next local part goes, or NULL */
	enum address_rule rule;
};

static bool is_atext(unsigned char c)
{
	return c >= 0x80 || ascii_alpha(c) || ascii_digit(c) ||
	       span_has(SPAN("!#$%&'*+-/=?^_`{|}~"), c);
}

static int next_token(struct scan *s)
{
	enum status st = cfws_skip(&s->rest);

	s->token = st == ST_OK ? END : st == ST_LIMIT ? TOO_DEEP : BROKEN;
	if (st != ST_OK || s->rest.n == 0)
		return s->token;
	unsigned char c = s->rest.p[0];
	size_t n = 0;

	while (n < s->rest.n && is_atext(s->rest.p[n]))
		n++;
	if (n) {
		s->text = span_head(s->rest, n);
		s->rest = span_from(s->rest, n);
		return s->token = ATOM;
	}
	s->text = s->rest;
	if (c == '"' || c == '[') {
		s->token = cfws_quoted(&s->rest, c == '"' ? '"' : ']') ? c
								       : BROKEN;
		s->text.n -= s->rest.n;
		return s->token;
	}
	s->rest = span_from(s->rest, 1);
	return s->token = span_has(SPAN("<>@,;:."), c) ? c : BROKEN;
}

static enum status bad_address(const struct scan *s, struct diag *why,
			       const char *what)
{
	if (s->token == TOO_DEEP)
		return diag_set(why, ST_LIMIT, NULL,
				"comments nested deeper than %d",
				LIMIT_COMMENT_DEPTH);
	return diag_set(why, ST_SYNTAX, "RFC 5322 3.4", "From: %s", what);
}

/* After "@": atoms and dots. The domain goes to OUT (NULL: of a route, which is
 * ignored); the scan ends on the token after it. */
static enum status read_domain(struct scan *s, struct name *out,
			       struct diag *why)
{
	char text[1024]; /* U-labels take more room than a name does */
	size_t n = 0;

	for (int want = ATOM;; want = want == ATOM ? '.' : ATOM) {
		if (next_token(s) != want)
			break;
		struct span part = want == ATOM ? s->text : SPAN(".");

		for (size_t i = 0; i < part.n; i++) {
			if (n == sizeof(text) - 1)
				return bad_address(s, why, "domain too long");
			text[n++] = (char)part.p[i];
		}
	}
	if (n && text[n - 1] == '.')
		n--;
	if (n == 0 && s->rule == ADDRESS_ANY && s->token == LITERAL) {
		next_token(s);
		return ST_OK;
	}
	if (n == 0)
		return bad_address(s, why, "an address without a domain name");
	return out && s->rule != ADDRESS_ANY
		       ? idn_parse(span_of(text, n),
				   NAME_UNDERSCORE | NAME_SINGLE, out, why)
		       : ST_OK;
}

/* Append the content of this word or dot (RFC 5322 3.2.4) to s->local. */
static bool keep_local(struct scan *s)
{
	struct span text = s->text;
	enum status st = ST_OK;

	if (!s->local)
		return true;
	if (s->token != QUOTED)
		return buf_add(s->local, s->token == '.' ? SPAN(".") : text) ==
		       ST_OK;
	for (size_t i = 1; i + 1 < text.n && st == ST_OK; i++) {
		if (text.p[i] == '\\' && i + 2 < text.n)
			i++;
		if (text.p[i] != '\r' && text.p[i] != '\n')
			st = buf_addc(s->local, text.p[i]);
	}
	return st == ST_OK;
}

/* local-part with obsolete CFWS: word *("." word). The scan is on its first
 * token; it ends on "@". */
static bool read_local(struct scan *s)
{
	for (;;) {
		if ((s->token != ATOM && s->token != QUOTED) || !keep_local(s))
			return false;
		if (next_token(s) == '@') {
			s->local = NULL;
			return true;
		}
		if (s->token != '.' || !keep_local(s))
			return false;
		next_token(s);
	}
}

/* With ADDRESS_ANY: a local part alone before LAST; it is passed. */
static bool pass_local(struct scan *s, int last)
{
	struct scan next = *s;

	if (s->rule != ADDRESS_ANY || s->token != ATOM ||
	    next_token(&next) != last)
		return false;
	*s = next;
	return true;
}

/* After "<": [obs-route] addr-spec ">" */
static enum status read_angle(struct scan *s, struct name *out,
			      struct diag *why)
{
	enum status st;

	next_token(s);
	if (s->token == '@') { /* obs-route: "@a,@b:" (RFC 5322 4.4) */
		do {
			if (s->token == ',' && next_token(s) != '@')
				return bad_address(s, why, "a broken route");
			st = read_domain(s, NULL, why);
			if (st != ST_OK)
				return st;
		} while (s->token == ',');
		if (s->token != ':')
			return bad_address(s, why, "a broken route");
		next_token(s);
	} else if (pass_local(s, '>')) {
		next_token(s);
		return ST_OK;
	}
	if (!read_local(s))
		return bad_address(s, why, "no address between < and >");
	st = read_domain(s, out, why);
	if (st == ST_OK && s->token != '>')
		return bad_address(s, why, "an address is not closed by >");
	next_token(s);
	return st;
}

/* One mailbox, or the phrase that opens a group: *GROUP. The scan is on the
 * first token and ends on the one after it. */
static enum status read_mailbox(struct scan *s, struct name *out, bool *group,
				struct diag *why)
{
	struct scan start = *s;
	bool words = false;

	*group = false;
	if (pass_local(s, END))
		return ST_OK;
	while (s->token == ATOM || s->token == QUOTED ||
	       (s->token == '.' && words)) {
		words = true;
		next_token(s);
	}
	if (s->token == '<')
		return read_angle(s, out, why);
	if (s->token == ':' && words) {
		*group = true;
		next_token(s);
		return ST_OK;
	}
	if (s->token != '@' || !words)
		return bad_address(s, why, "not a mailbox");
	*s = start;
	if (!read_local(s))
		return bad_address(s, why, "not a mailbox");
	return read_domain(s, out, why);
}

/* All of the list S, of which the scan has not begun. */
static enum status read_mailboxes(struct scan *s, struct name *out,
				  struct diag *why)
{
	size_t count = 0;
	bool inside = false;

	next_token(s);
	while (s->token != END) {
		struct name found;
		bool group;

		if (s->token == ',') { /* empty items: obs-addr-list */
			next_token(s);
			continue;
		}
		if (s->token == ';' && inside) {
			inside = false;
			next_token(s);
			if (s->token != ',' && s->token != END)
				return bad_address(s, why,
						   "text after a group");
			continue;
		}
		enum status st = read_mailbox(s, &found, &group, why);

		if (st != ST_OK)
			return st;
		if (group && inside)
			return bad_address(s, why, "a group within a group");
		if (group) {
			inside = true;
			continue;
		}
		if (s->token != ',' && s->token != END &&
		    !(s->token == ';' && inside))
			return bad_address(s, why, "text after an address");
		if (++count > LIMIT_MAILBOXES)
			return diag_set(why, ST_LIMIT, NULL,
					"more than %d mailboxes in From",
					LIMIT_MAILBOXES);
		if (count > 1 && s->rule == ADDRESS_ONLY)
			return bad_address(s, why, "several mailboxes");
		if (count > 1 && s->rule == ADDRESS_ONE_DOMAIN &&
		    !name_eq(out, &found))
			return bad_address(s, why,
					   "authors in several domains");
		if (count == 1 && s->rule != ADDRESS_ANY)
			*out = found;
	}
	if (inside)
		return bad_address(s, why, "a group is not closed");
	return count || s->rule == ADDRESS_ANY
		       ? ST_OK
		       : bad_address(s, why, "no mailbox");
}

enum status address_read(struct span value, enum address_rule rule,
			 struct buf *local, struct name *out, struct diag *why)
{
	struct scan s = { .rest = value, .local = local, .rule = rule };

	return read_mailboxes(&s, out, why);
}
