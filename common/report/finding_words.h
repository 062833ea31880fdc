/* finding_words: a finding in words, for every report. */
#ifndef FINDING_WORDS_H
#define FINDING_WORDS_H

#include "buf.h"
#include "finding.h"

/* finding_words: append it as one escaped line without an end: its text, its
 * detail, and the section in brackets. */
void finding_words(const struct finding *f, struct buf *out);

#endif
