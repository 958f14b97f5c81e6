/* sgrad: the settings of a session. */
#include "repl/settings.h"

#include "repl/session.h"

#include <stdlib.h>
#include <string.h>

enum { DIGITS_MOST = 17 };

static const char *const switches[] = {"no", "yes", NULL};

/* Which of the words it is, or -1. */
static int find_word(const char *const *words, const char *word) {
  for (int i = 0; words[i] != NULL; i++)
    if (strcmp(words[i], word) == 0) return i;
  return -1;
}

static void get_color(const sg_commands *commands, sg_buffer *out) {
  sg_buffer_puts(out, sg_when_words[commands->when]);
}

static bool set_color(sg_commands *commands, const char *value) {
  int when = find_word(sg_when_words, value);
  if (when < 0) return false;
  commands->when = (sg_when)when;
  if (commands->session != NULL) sg_session_color(commands->session);
  return true;
}

static void get_digits(const sg_commands *commands, sg_buffer *out) {
  sg_buffer_printf(out, "%d", commands->digits);
}

static bool set_digits(sg_commands *commands, const char *value) {
  size_t bytes = strspn(value, "0123456789");
  if (bytes == 0 || bytes > 2 || value[bytes] != '\0') return false;
  int digits = atoi(value);
  if (digits < 1 || digits > DIGITS_MOST) return false;
  commands->digits = digits;
  return true;
}

static void get_grad(const sg_commands *commands, sg_buffer *out) {
  sg_buffer_puts(out, switches[!commands->no_grad]);
}

static bool set_grad(sg_commands *commands, const char *value) {
  int on = find_word(switches, value);
  if (on >= 0) commands->no_grad = on == 0;
  return on >= 0;
}

static const sg_setting table[] = {
    {"color", "whether to colour errors and echo; auto: on a terminal that can",
     "auto, always or never", sg_when_words, get_color, set_color},
    {"digits", "how many significant digits of a number the echo shows",
     "a whole number from 1 to 17", NULL, get_digits, set_digits},
    {"grad", "whether the echo shows gradients behind values", "yes or no", switches, get_grad,
     set_grad},
    {NULL, NULL, NULL, NULL, NULL, NULL},
};

const sg_setting *sg_settings_table(void) { return table; }

const sg_setting *sg_settings_find(const char *name) {
  for (const sg_setting *row = table; row->name != NULL; row++)
    if (strcmp(row->name, name) == 0) return row;
  return NULL;
}
