/* sgrad: running text for a terminal: Markdown's inline marks read, lines filled, styles set.
 *
 * A prose is text in which control bytes stand for changes of style, so that widths and line ends
 * can be found without looking at marks, and a style goes on over a line's end.
 */
#ifndef SG_VIEW_PROSE_H
#define SG_VIEW_PROSE_H

#include "base/style.h"

typedef struct sg_prose {
  const char *text; /* not owned */
  size_t bytes;
  sg_style style; /* at its beginning */
} sg_prose;

/* Where lines go. */
typedef struct sg_page {
  sg_buffer *out;
  size_t columns; /* no line is longer */
  bool color;     /* styles may be set; else marks leave no trace */
} sg_page;

/* Appends the prose of `text`: `code`, **bold**, *emphasis*, [text](target), \* and its kin.
 * Without colour, code that is a word or signs alone stands in quotes, unless it is all of the
 * text; ``code`` never does. */
void sg_prose_read(const sg_page *page, sg_buffer *out, const char *text, size_t bytes);
sg_prose sg_prose_of(sg_buffer *read);        /* what was read into a buffer, valid while it is */
size_t sg_prose_width(const sg_prose *prose); /* columns on one line */
/* Takes what fits into `columns` > 0 off the beginning, at least one character; words stay whole
 * where they can. False: nothing is left. */
bool sg_prose_take(sg_prose *rest, size_t columns, sg_prose *line);
void sg_prose_put(const sg_page *page, const sg_prose *line);

/* Appends `text`, read, in lines: the first goes on in column `column`, further ones begin in
 * column `indent`. */
void sg_page_wrap(const sg_page *page, const char *text, size_t bytes, size_t column,
                  size_t indent);
/* A paragraph, every line indented. */
void sg_page_paragraph(const sg_page *page, const char *text, size_t indent);

#endif
