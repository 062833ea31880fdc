/* Subjects: tags of lists and gateways, marks of replies. */
#include "explain_spell.h"

static const char *const tags[] = {
	"[EXTERNAL]", "[EXT]",	      "[External]",	"EXTERNAL:", "[SPAM]",
	"***SPAM***", "*** SPAM ***", "*****SPAM*****", "{Spam?}",   "[Spam]",
	"[SUSPECT]",  "[CAUTION]",    "[WARNING]",	"EXT:",	     "[List]",
};

/* Words cut from either end, and one that stands behind "Re:". */
void spell_untagged(struct spellings *s, const struct field *f)
{
	struct span v = span_trim(f->value), rest = v;
	size_t first = span_find(v, ' ');

	for (size_t i = 1; i < v.n; i++) {
		bool word = ascii_wsp(v.p[i - 1]) || v.p[i - 1] == '\n';
		bool mark = span_has(SPAN("])}:*>|-"), v.p[i - 1]);

		if (!word && !mark)
			continue;
		spell_add(s, f->name, span_trim(span_from(v, i)));
		spell_add(s, f->name, span_from(v, i));
	}
	for (size_t i = v.n - 1; i > 0 && v.n; i--)
		if (ascii_wsp(v.p[i]) || span_has(SPAN("[({*"), v.p[i]))
			spell_add(s, f->name, span_trim(span_head(v, i)));
	/* "Re: [list] dinner" */
	for (size_t i = first + 1; i < v.n; i++) {
		rest = span_from(v, i);
		if (v.p[i] != '[' && v.p[i] != '(' && v.p[i] != '{')
			continue;
		unsigned char close = v.p[i] == '['   ? ']'
				      : v.p[i] == '(' ? ')'
						      : '}';
		size_t end = span_find(rest, close);

		if (end < rest.n)
			spell_two(s, f->name, span_head(v, i),
				  span_trim(span_from(rest, end + 1)));
	}
}

static void put_tag(struct spellings *s, const struct field *f, struct span tag)
{
	struct span v = span_trim(f->value);
	size_t colon = span_find(v, ':');

	spell_three(s, f->name, tag, SPAN(" "), v);
	if (colon < 5)
		spell_three(s, f->name, span_head(v, colon + 1), SPAN(" "),
			    tag);
	if (colon < 5) {
		struct buf head;

		buf_init(&head, colon + tag.n + 4);
		buf_put(&head, span_head(v, colon + 1));
		buf_put(&head, SPAN(" "));
		buf_put(&head, tag);
		spell_three(s, f->name, buf_span(&head), SPAN(" "),
			    span_trim(span_from(v, colon + 1)));
		buf_free(&head);
	}
	spell_two(s, f->name, tag, v);
	spell_three(s, f->name, v, SPAN(" "), tag);
}

/* [WORD] in the cases that lists use. */
static void put_name_tag(struct spellings *s, const struct field *f,
			 struct span word)
{
	word = span_trim(word);
	for (int how = 0; how < 4 && word.n && word.n < 80; how++) {
		struct buf name = { 0 }, tag;
		struct span text = how ? spell_cased(word, how - 1, &name)
				       : word;
		static const char *const forms[][2] = {
			{ "[", "]" }, { "", ":" }, { "(", ")" }, { "{", "}" }
		};

		for (size_t i = 0; i < 4; i++) {
			buf_init(&tag, word.n + 4);
			buf_put(&tag, span_str(forms[i][0]));
			buf_put(&tag, text);
			buf_put(&tag, span_str(forms[i][1]));
			put_tag(s, f, buf_span(&tag));
			buf_free(&tag);
		}
		buf_free(&name);
	}
}

static void spell_replies(struct spellings *s, const struct field *f)
{
	static const char *const marks[] = {
		"Re: ", "RE: ", "Fwd: ", "FW: ",  "Fw: ",   "AW: ",
		"Aw: ", "re: ", "SV: ",	 "WG: ",  "Antw: ", "VS: ",
		"RV: ", "TR: ", "Res: ", "FWD: ", "Re:",    "RE:"
	};
	struct span v = span_trim(f->value);
	size_t colon = span_find(v, ':');

	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++) {
		spell_two(s, f->name, span_str(marks[i]), v);
		if (colon < 6)
			spell_two(s, f->name, span_str(marks[i]),
				  span_trim(span_from(v, colon + 1)));
	}
}

/* What may have been the tag, from the fields that name a list, and from any
 * "[...]" in another field. */
void spell_tagged(struct spellings *s, const struct fields *all,
		  const struct field *f)
{
	static const char *const lists[] = { "List-Id",	    "List-Post",
					     "To",	    "Cc",
					     "X-BeenThere", "X-Mailing-List",
					     "Sender",	    "Reply-To" };

	spell_replies(s, f);
	for (size_t i = 0; i < sizeof(tags) / sizeof(*tags); i++)
		put_tag(s, f, span_str(tags[i]));
	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++) {
		const struct field *o = fields_find(all, span_str(lists[i]), 0);
		struct span v = o ? o->value : SPAN("");
		struct span id = span_from(v, span_find(v, '<') + 1);

		if (id.n == 0)
			id = v;
		if (span_starts(id, SPAN("mailto:")))
			id = span_from(id, 7);
		id = span_head(id, span_find(id, '@'));
		put_name_tag(s, f, span_head(id, span_find(id, '.')));
		put_name_tag(s, f, id);
		if (i == 0)
			put_name_tag(s, f, span_head(v, span_find(v, '<')));
	}
	for (size_t i = 0; i < all->n; i++) {
		struct span v = all->v[i].value;
		size_t open = span_find(v, '['), close = span_find(v, ']');

		if (&all->v[i] != f && close < v.n && open < close &&
		    close - open < 60)
			put_tag(s, f, span_of(v.p + open, close - open + 1));
	}
}
