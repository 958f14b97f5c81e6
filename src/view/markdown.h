/* sgrad: Markdown as a page for the terminal: headings, paragraphs, lists, tables, code. */
#ifndef SG_VIEW_MARKDOWN_H
#define SG_VIEW_MARKDOWN_H

#include "view/prose.h"

enum { SG_PAGE_INDENT = 2 }; /* of what stands below a heading */

/* Appends the text, whole blocks of it, with one empty line between blocks. Comments leave nothing;
 * code is shown as it stands. */
void sg_page_markdown(const sg_page *page, const char *text, size_t bytes);

/* table.c: appends the lines "| cell | cell |" of a table as columns, the widest narrowed until all
 * fit. */
void sg_page_table(const sg_page *page, const char *text, size_t bytes);

#endif
