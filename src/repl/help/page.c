/* sgrad: the pages of :help: the first one, and those of the reference's topics. */
#include "repl/help/help.h"
#include "view/markdown.h"
#include "view/reference.h"

#include <string.h>

static const struct taste {
  const char *code;
  const char *doc;
} tastes[] = {
    {"a = 3", "a number; it remembers its gradient"},
    {"y = a**2 + a; y.backward(); a", "shows ``3 | grad 7``: 7 is dy/da where a is 3"},
    {"grad(x => x**3)(2)", "12: the derivative of a function, at 2"},
};

static const char keys[] =
    "**Tab** completes, **Up** recalls, **Alt-h** shows the signature of a call, **Ctrl-C** stops, "
    "**Ctrl-D** leaves.";

static const char kinds[] =
    "Functions (``relu``; ``:help math`` lists them), operators (``**``), keywords, variables.";

static void put_heading(const sg_page *page, const char *text) {
  sg_style_begin(page->out, page->color, SG_STYLE_BOLD);
  sg_page_paragraph(page, text, 0);
  sg_style_begin(page->out, page->color, SG_STYLE_PLAIN);
}

/* The code, and beside it, or below it on a narrow page, what it is. */
static void put_taste(const sg_page *page) {
  enum { COLUMN = 36, BELOW = 4, NARROW = 72 };
  for (size_t i = 0; i < sizeof tastes / sizeof *tastes; i++) {
    sg_buffer_pad(page->out, ' ', SG_HELP_INDENT);
    sg_style_puts(page->out, page->color, SG_STYLE_CODE, tastes[i].code);
    size_t column = page->columns < NARROW ? BELOW : COLUMN;
    if (column == BELOW) sg_buffer_putc(page->out, '\n');
    size_t used = column == BELOW ? 0 : SG_HELP_INDENT + strlen(tastes[i].code);
    sg_buffer_pad(page->out, ' ', column - used);
    sg_page_wrap(page, tastes[i].doc, strlen(tastes[i].doc), column, column);
  }
}

static void put_buffer(const sg_page *page, sg_buffer *text) {
  const char *all = sg_buffer_text(text);
  if (all != NULL) sg_page_paragraph(page, all, SG_HELP_INDENT);
  page->out->failed |= all == NULL;
  sg_buffer_clear(text);
}

static void put_topic_names(const sg_page *page) {
  char name[SG_TOPIC_NAME_SIZE];
  sg_topic topic = {0};
  sg_buffer names;
  sg_buffer_init(&names, page->out->memory);
  while (sg_topic_next(&topic))
    if (sg_topic_name(&topic, 0, name) != NULL) sg_buffer_printf(&names, "``%s`` ", name);
  put_buffer(page, &names);
}

static void put_command_names(const sg_page *page) {
  sg_buffer names;
  sg_buffer_init(&names, page->out->memory);
  for (const sg_command *row = sg_commands_table(); row->name != NULL; row++)
    sg_buffer_printf(&names, "``:%s`` ", row->name);
  put_buffer(page, &names);
}

void sg_help_front(const sg_page *page) {
  put_heading(page, "sgrad: every number knows its gradient. Try:");
  put_taste(page);
  sg_buffer_putc(page->out, '\n');
  put_heading(page, "Topics, for :help TOPIC (to begin with: :help gradients, :help models)");
  put_topic_names(page);
  sg_buffer_putc(page->out, '\n');
  put_heading(page, "Names, for :help NAME");
  sg_page_paragraph(page, kinds, SG_HELP_INDENT);
  sg_buffer_putc(page->out, '\n');
  put_heading(page, "Commands, for :help :COMMAND");
  put_command_names(page);
  sg_buffer_putc(page->out, '\n');
  put_heading(page, "Keys");
  sg_page_paragraph(page, keys, SG_HELP_INDENT);
}

void sg_help_topics(const sg_page *page) {
  enum { COLUMN = 15 };
  char name[SG_TOPIC_NAME_SIZE];
  sg_topic topic = {0};
  while (sg_topic_next(&topic)) {
    if (sg_topic_name(&topic, 0, name) == NULL) continue;
    sg_buffer_pad(page->out, ' ', SG_HELP_INDENT);
    sg_style_puts(page->out, page->color, SG_STYLE_CODE, name);
    size_t used = SG_HELP_INDENT + strlen(name);
    sg_buffer_pad(page->out, ' ', used < COLUMN ? COLUMN - used : 1);
    sg_page_wrap(page, topic.heading, topic.heading_bytes, COLUMN, COLUMN);
  }
}

bool sg_help_topic(const sg_page *page, const char *name) {
  sg_topic topic;
  if (!sg_topic_find(name, &topic)) return false;
  sg_style_begin(page->out, page->color, SG_STYLE_BOLD);
  sg_buffer_add(page->out, topic.heading, topic.heading_bytes);
  sg_style_begin(page->out, page->color, SG_STYLE_PLAIN);
  sg_buffer_puts(page->out, "\n\n");
  sg_page_markdown(page, topic.body, topic.body_bytes);
  return true;
}
