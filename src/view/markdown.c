/* sgrad: Markdown as a page for the terminal. */
#include "view/markdown.h"

#include <string.h>

enum { CODE_INDENT = 4 };

typedef struct line {
  const char *start;
  size_t bytes; /* without its end */
} line;

/* The lines still to be laid out. */
typedef struct reader {
  const sg_page *page;
  const char *at;
  const char *end;
  bool apart; /* a block stands above: the next one is set apart by an empty line */
} reader;

static line peek(const reader *r) {
  const char *newline = memchr(r->at, '\n', (size_t)(r->end - r->at));
  return (line){r->at, (size_t)((newline != NULL ? newline : r->end) - r->at)};
}

static void step(reader *r, line l) {
  r->at = l.start + l.bytes;
  if (r->at < r->end) r->at++;
}

static bool begins(line l, const char *start) {
  size_t bytes = strlen(start);
  return l.bytes >= bytes && memcmp(l.start, start, bytes) == 0;
}

static void set_apart(reader *r) {
  if (r->apart) sg_buffer_putc(r->page->out, '\n');
  r->apart = true;
}

static void put_heading(reader *r) {
  line l = peek(r);
  set_apart(r);
  size_t marks = 0;
  while (marks < l.bytes && (l.start[marks] == '#' || l.start[marks] == ' ')) marks++;
  sg_style_begin(r->page->out, r->page->color, SG_STYLE_BOLD);
  sg_buffer_add(r->page->out, l.start + marks, l.bytes - marks);
  sg_style_begin(r->page->out, r->page->color, SG_STYLE_PLAIN);
  sg_buffer_putc(r->page->out, '\n');
  step(r, l);
}

static void put_code_part(const reader *r, const char *text, size_t bytes) {
  sg_buffer_pad(r->page->out, ' ', CODE_INDENT);
  sg_buffer_add(r->page->out, text, bytes);
  sg_buffer_putc(r->page->out, '\n');
}

/* Where the comment begins that ends a line too long for the page; 0: the line stays as it is. */
static size_t find_comment(const reader *r, line l) {
  if (CODE_INDENT + l.bytes <= r->page->columns) return 0;
  for (size_t at = l.bytes - 1; at > 2; at--)
    if (memcmp(l.start + at - 2, "  #", 3) == 0) return at;
  return 0;
}

/* "# expect: 3" is what the tests read where no print stands before it. */
static void put_code_line(const reader *r, line l) {
  static const char expect[] = "# expect: ";
  size_t comment = find_comment(r, l), code = comment;
  while (code > 0 && l.start[code - 1] == ' ') code--;
  if (begins(l, expect)) {
    size_t skip = strlen(expect);
    sg_buffer_pad(r->page->out, ' ', CODE_INDENT);
    sg_buffer_puts(r->page->out, "# ");
    sg_buffer_add(r->page->out, l.start + skip, l.bytes - skip);
    sg_buffer_putc(r->page->out, '\n');
  } else if (l.bytes == 0) {
    sg_buffer_putc(r->page->out, '\n');
  } else if (comment > 0) {
    put_code_part(r, l.start, code);
    put_code_part(r, l.start + comment, l.bytes - comment);
  } else {
    put_code_part(r, l.start, l.bytes);
  }
}

static void put_code(reader *r) {
  set_apart(r);
  for (step(r, peek(r)); r->at < r->end && !begins(peek(r), "```");) {
    line l = peek(r);
    put_code_line(r, l);
    step(r, l);
  }
  step(r, peek(r));
}

static void put_table(reader *r) {
  const char *start = r->at;
  set_apart(r);
  while (r->at < r->end && begins(peek(r), "|")) step(r, peek(r));
  sg_page_table(r->page, start, (size_t)(r->at - start));
}

static void skip_comment(reader *r) {
  const char *close = memmem(r->at, (size_t)(r->end - r->at), "-->", 3);
  r->at = close != NULL ? close : r->end;
  step(r, peek(r));
}

/* Lists are set tight: an item right behind another has no empty line above it. */
static void put_item(reader *r);
static void put_paragraph(reader *r);

/* A blank line ends a block as any other beginning does. */
static const struct block {
  const char *beginning;
  void (*put)(reader *r);
} blocks[] = {{"#", put_heading},     {"```", put_code}, {"|", put_table},
              {"<!--", skip_comment}, {"- ", put_item},  {"", put_paragraph}};

static const struct block *find_block(line l) {
  const struct block *block = blocks;
  while (!begins(l, block->beginning)) block++;
  return block;
}

/* Up to the line that ends a paragraph. */
static line take_paragraph(reader *r) {
  const char *start = r->at;
  do step(r, peek(r));
  while (r->at < r->end && peek(r).bytes > 0 && find_block(peek(r))->put == put_paragraph);
  return (line){start, (size_t)(r->at - start)};
}

/* The continuation lines' indent is blanks within the text. */
static void put_text(reader *r, line text, size_t column, size_t indent) {
  sg_buffer joined;
  sg_buffer_init(&joined, r->page->out->memory);
  for (size_t i = 0; i < text.bytes; i++) {
    bool again =
        i > 0 && strchr(" \n", text.start[i]) != NULL && strchr(" \n", text.start[i - 1]) != NULL;
    if (!again) sg_buffer_putc(&joined, text.start[i]);
  }
  if (!joined.failed) sg_page_wrap(r->page, joined.items, joined.count, column, indent);
  r->page->out->failed |= joined.failed;
  sg_buffer_clear(&joined);
}

static void put_paragraph(reader *r) {
  set_apart(r);
  sg_buffer_pad(r->page->out, ' ', SG_PAGE_INDENT);
  put_text(r, take_paragraph(r), SG_PAGE_INDENT, SG_PAGE_INDENT);
}

static void put_item(reader *r) {
  set_apart(r);
  do {
    line text = take_paragraph(r);
    sg_buffer_puts(r->page->out, "  - ");
    put_text(r, (line){text.start + 2, text.bytes - 2}, CODE_INDENT, CODE_INDENT);
  } while (r->at < r->end && begins(peek(r), "- "));
}

void sg_page_markdown(const sg_page *page, const char *text, size_t bytes) {
  reader r = {.page = page, .at = text, .end = text + bytes};
  while (r.at < r.end) {
    line l = peek(&r);
    if (l.bytes == 0)
      step(&r, l);
    else
      find_block(l)->put(&r);
  }
}
