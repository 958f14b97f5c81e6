/* sgrad: the command line. */
#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

static bool add_snippet(sg_options *options, const char *text, bool print) {
  if (!SG_RESERVE(options->memory, options, options->count + 1)) return false;
  options->items[options->count++] = (sg_snippet){text, print};
  return true;
}

static bool set_eval(sg_options *o, const char *text) { return add_snippet(o, text, false); }
static bool set_print(sg_options *o, const char *text) { return add_snippet(o, text, true); }

static bool set_color(sg_options *options, const char *when) {
  for (size_t i = 0; sg_when_words[i] != NULL; i++) {
    if (strcmp(when, sg_when_words[i]) != 0) continue;
    options->color = (sg_when)i;
    return true;
  }
  return false;
}

/* A whole number from decimal digits; `*end` is what follows them. */
static bool read_whole(const char *text, uint64_t *whole, const char **end) {
  if (*text < '0' || *text > '9') return false;
  char *rest;
  errno = 0;
  *whole = strtoull(text, &rest, 10);
  *end = rest;
  return errno == 0;
}

/* What seed(n) takes: each is a double. */
#define SEED_MOST (UINT64_C(1) << 53)

static bool set_seed(sg_options *options, const char *text) {
  const char *end;
  options->has_seed =
      read_whole(text, &options->seed, &end) && *end == '\0' && options->seed <= SEED_MOST;
  return options->has_seed;
}

static bool set_memory(sg_options *options, const char *text) {
  static const char units[] = "KMG";
  const char *end;
  uint64_t size;
  if (!read_whole(text, &size, &end) || size == 0) return false;
  int shift = 0;
  const char *unit = *end == '\0' ? NULL : strchr(units, *end);
  if (unit != NULL) {
    shift = 10 * (int)(unit - units + 1);
    end++;
  }
  if (*end != '\0' || size > SIZE_MAX >> shift) return false;
  options->memory_limit = (size_t)size << shift;
  return true;
}

#define FLAG(name) offsetof(sg_options, name), NULL, NULL

static const sg_option table[] = {
    {'e', "eval", "CODE", "run CODE; may be repeated, and comes before FILE", 0, set_eval, NULL},
    {'p', "print", "EXPR", "print the value of EXPR; may be repeated too", 0, set_print, NULL},
    {'i', "interactive", NULL, "open the prompt after CODE or FILE", FLAG(interactive)},
    {'q', "quiet", NULL, "open the prompt without a greeting", FLAG(quiet)},
    {'n', "no-init", NULL, "do not run the init file before the prompt", FLAG(no_init)},
    {0, "check", NULL, "parse only: report syntax errors and run nothing", FLAG(check)},
    {0, "format", NULL, "print the program in canonical layout and run nothing", FLAG(format)},
    {0, "color", "WHEN", "colour errors and echo: auto, always or never", 0, set_color,
     sg_when_words},
    {0, "seed", "N", "seed the random numbers with the whole number N", 0, set_seed, NULL},
    {0, "max-memory", "SIZE", "use at most SIZE bytes, or SIZE with K, M or G", 0, set_memory,
     NULL},
    {'h', "help", NULL, "print this help and exit", FLAG(help)},
    {'V', "version", NULL, "print the version and exit", FLAG(version)},
    {0, NULL, NULL, NULL, 0, NULL, NULL},
};

enum { OPTION_COUNT = sizeof table / sizeof *table - 1, LONG_BASE = 256 };

const sg_option *sg_options_table(void) { return table; }

/* The table as getopt_long wants it. Options stop at the first word that is none ("+"), so that
 * those behind FILE are the program's; ":" tells a missing argument from an unknown option. */
typedef struct getopt_tables {
  char letters[2 * OPTION_COUNT + 3];
  struct option names[OPTION_COUNT + 1];
} getopt_tables;

static void fill_tables(getopt_tables *out) {
  char *letter = out->letters;
  *letter++ = '+';
  *letter++ = ':';
  for (int i = 0; i < OPTION_COUNT; i++) {
    int takes = table[i].argument == NULL ? no_argument : required_argument;
    out->names[i] = (struct option){table[i].name, takes, NULL, LONG_BASE + i};
    if (table[i].letter == 0) continue;
    *letter++ = table[i].letter;
    if (takes == required_argument) *letter++ = ':';
  }
  *letter = '\0';
  out->names[OPTION_COUNT] = (struct option){0};
}

static const sg_option *find_option(int code) {
  if (code >= LONG_BASE && code < LONG_BASE + OPTION_COUNT) return &table[code - LONG_BASE];
  for (int i = 0; i < OPTION_COUNT; i++)
    if (table[i].letter != 0 && table[i].letter == code) return &table[i];
  return NULL;
}

/* The word on the command line that getopt has just refused. */
static void describe_refusal(sg_buffer *message, int code, int argc, char **argv) {
  const char *what = code == ':' ? "needs an argument" : "is no option of sgrad";
  const sg_option *option = find_option(optopt);
  if (code == '?' && option != NULL) what = "takes no argument";
  char letter[] = {'-', (char)optopt, '\0'};
  bool is_letter = optopt > 0 && optopt < LONG_BASE;
  const char *word = is_letter ? letter : optind <= argc ? argv[optind - 1] : "";
  sg_buffer_putc(message, '\'');
  sg_buffer_escape(message, word, strlen(word), '\'');
  sg_buffer_printf(message, "' %s", what);
}

static bool refuse_argument(sg_buffer *message, const sg_option *option, const char *argument) {
  sg_buffer_printf(message, "'--%s=", option->name);
  sg_buffer_escape(message, argument, strlen(argument), '\'');
  sg_buffer_printf(message, "': %s is not understood: %s", option->argument, option->doc);
  return false;
}

/* What is left: FILE and the program's own arguments. With -e or -p alone there may be no FILE. */
static void take_operands(sg_options *options, int argc, char **argv) {
  if (optind >= argc) return;
  options->file = argv[optind];
  options->args = argv + optind + 1;
  options->arg_count = (size_t)(argc - optind - 1);
}

bool sg_options_parse(sg_options *options, sg_memory *memory, int argc, char **argv,
                      sg_buffer *message) {
  *options = (sg_options){.memory = memory};
  getopt_tables tables;
  fill_tables(&tables);
  for (;;) {
    int code = getopt_long(argc, argv, tables.letters, tables.names, NULL);
    if (code == -1) break;
    if (code == '?' || code == ':') {
      describe_refusal(message, code, argc, argv);
      return false;
    }
    const sg_option *option = find_option(code);
    if (option->set == NULL)
      *(bool *)((char *)options + option->flag) = true;
    else if (!option->set(options, optarg))
      return refuse_argument(message, option, optarg);
  }
  take_operands(options, argc, argv);
  return true;
}

void sg_options_clear(sg_options *options) { SG_RELEASE(options->memory, options); }

static void add_row(sg_buffer *out, const sg_option *row) {
  enum { COLUMN = 28 };
  uint32_t start = out->count;
  if (row->letter != 0)
    sg_buffer_printf(out, "  -%c, ", row->letter);
  else
    sg_buffer_puts(out, "      ");
  sg_buffer_printf(out, "--%s", row->name);
  if (row->argument != NULL) sg_buffer_printf(out, "=%s", row->argument);
  uint32_t used = out->count - start;
  sg_buffer_pad(out, ' ', used < COLUMN ? COLUMN - used : 1);
  sg_buffer_printf(out, "%s\n", row->doc);
}

void sg_options_help(sg_buffer *out) {
  sg_buffer_puts(out,
                 "Usage: sgrad [OPTION...] [FILE|-] [ARG...]\n"
                 "Run a program in which every number knows its gradient.\n\n"
                 "Without FILE, -e or -p: the prompt, or standard input when that is no terminal.\n"
                 "ARGs are the program's list 'args'.\n\n");
  for (int i = 0; i < OPTION_COUNT; i++) add_row(out, &table[i]);
  sg_buffer_puts(
      out, "\nExit status: 0; 1 after an error in the program; 2 for a wrong command line, a file\n"
           "that cannot be read or output that cannot be written; 130 after Ctrl-C.\n");
}
