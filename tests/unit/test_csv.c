/* sgrad: tests of read_csv and write_csv: files of every shape, and what is wrong with them. */
#include "folder_kit.h"

#include <sys/wait.h>
#include <zlib.h>

Suite *csv_suite(void);

typedef struct sample {
  const char *file;
  const char *call;
  const char *printed;
} sample;

#define READ "print(read_csv(\"f.csv\"), end=\"\")"

static const sample samples[] = {
    {"a,b\n1,2\n3,4\n", READ, "{a: [1, 3], b: [2, 4]}"},
    {"a,b\n1,2\n3,4", READ, "{a: [1, 3], b: [2, 4]}"},
    {"a,b\r\n1,2\r\n", READ, "{a: [1], b: [2]}"},
    {"a,b\r1,2\r", READ, "{a: [1], b: [2]}"},
    {"\xEF\xBB\xBF"
     "a,b\n1,2\n",
     READ, "{a: [1], b: [2]}"},
    {"1,2\n3,4\n", READ, "{c0: [1, 3], c1: [2, 4]}"},
    {"x\n1\n\n2\n", READ, "{x: [1, 2]}"},
    {"a,b\n1,\n,nan\n", READ, "{a: [1, nan], b: [nan, nan]}"},
    {"a\n-1e-3\ninf\n 2 \n-0\n", READ, "{a: [-0.001, inf, 2, -0]}"},
    {"a,b\nx,1\ny,2\n", READ, "{a: [\"x\", \"y\"], b: [1, 2]}"},
    {"a\n1.50\n007\nz\n", READ, "{a: [\"1.50\", \"007\", \"z\"]}"},
    {"a\n\"1\"\n\"2\"\n", READ, "{a: [\"1\", \"2\"]}"},
    {"a\n\"x,\"\"y\"\"\nz\"\n", READ, "{a: [\"x,\\\"y\\\"\\nz\"]}"},
    {"\"1\",b\n3,4\n", READ, "{\"1\": [3], b: [4]}"},
    {"a,\n1,2\n", READ, "{a: [1], c1: [2]}"},
    {"a,b\n", READ, "{a: [], b: []}"},
    {"\xC3\xA4,b\n\xE2\x82\xAC,1\n", READ, "{\xC3\xA4: [\"\xE2\x82\xAC\"], b: [1]}"},
    {"a;b\n1;2\n", "print(read_csv(\"f.csv\", sep=\";\"), end=\"\")", "{a: [1], b: [2]}"},
    {"a,b\nc,d\n", "print(read_csv(\"f.csv\", header=false), end=\"\")",
     "{c0: [\"a\", \"c\"], c1: [\"b\", \"d\"]}"},
    {"1,2\n3,4\n", "print(read_csv(\"f.csv\", header=true), end=\"\")", "{\"1\": [3], \"2\": [4]}"},
    {"p,q,kind\n1,2,b\n3,4,a\n5,6,b\n", "print(read_csv(\"f.csv\", label=\"kind\"), end=\"\")",
     "[[[1, 2], [3, 4], [5, 6]], [1, 0, 1]]"},
    {"kind,p\n7,1\n9,2\n", "xs, ys = read_csv(\"f.csv\", label=\"kind\"); print(xs, ys, end=\"\")",
     "[[1], [2]] [7, 9]"},
    {"p,kind\n1,2\n3,x\n", "print(read_csv(\"f.csv\", label=\"kind\"), end=\"\")",
     "[[[1], [3]], [0, 1]]"},
    {"a\n0.1\n123456789.123456789\n1e400\n4.9e-324\n", READ,
     "{a: [0.1, 123456789.12345679, inf, 5e-324]}"},
    /* errors */
    {"", READ, "f.csv has no data"},
    {"\n\n", READ, "f.csv has no data"},
    {"a,b\n1\n", READ, "f.csv:2:1: this row has fewer cells than line 1, 2"},
    {"a,b\n1,2,3\n", READ, "f.csv:2:5: this row has more cells than line 1, 2"},
    {"a,b\n1,\"2\n3\n", READ, "f.csv:2:3: this quote is never closed"},
    {"a,b\n1,\"2\"x\n", READ, "f.csv:2:6: text behind a closing quote"},
    {"a,a\n1,2\n", READ, "f.csv:1:1: two columns are called 'a'"},
    {"a\n\xFF\n", READ, "f.csv:2:1: this is not UTF-8 text"},
    {"p,kind\nx,1\n", "read_csv(\"f.csv\", label=\"kind\")",
     "f.csv:2:1: text in column 'p': the columns beside the label must be numbers"},
    {"p,kind\n1,1\n", "read_csv(\"f.csv\", label=\"kin\")", "f.csv:1:1: no column is called 'kin'"},
};

START_TEST(test_reads) {
  const sample *s = &samples[_i];
  put_file("f.csv", s->file, strlen(s->file));
  ck_assert_str_eq(print_of(s->call), s->printed);
}
END_TEST

START_TEST(test_refuses_what_is_no_text) {
  put_file("f.csv", "a,b\n1,\0\n", 8);
  ck_assert_str_eq(print_of(READ), "f.csv:2:3: a zero byte: this is not text");
  ck_assert_str_eq(print_of("read_csv(\"/dev/zero\")"),
                   "/dev/zero:1:1: a zero byte: this is not text");
  ck_assert_str_eq(print_of("read_csv(\"/tmp\")"), "cannot read /tmp: Is a directory");
  ck_assert_str_eq(print_of("read_csv(\"gone.csv\")"),
                   "cannot read gone.csv: No such file or directory");
  ck_assert_int_eq(mkfifo("pipe", 0600), 0);
  ck_assert_str_eq(print_of("read_csv(\"pipe\")"), "pipe has no data");
}
END_TEST

/* Rows of every length across the chunks in which a file is read. */
START_TEST(test_cells_across_chunks) {
  const char *program = "text = \"ab\" * 30000\n"
                        "rows = [text + str(i) for i in range(20)]\n"
                        "rows[3] = rows[3] + \",\\\"\\n\"\n"
                        "write_csv(\"f.csv\", {n: range(20), t: rows})\n"
                        "r = read_csv(\"f.csv\")\n"
                        "print(r.t == rows, r.n == range(20), end=\"\")";
  ck_assert_str_eq(print_of(program), "true true");
}
END_TEST

static const char *const columns[] = {
    "{a: [1, 2], b: [0.1, -0]}",
    "{a: [inf, -inf, 1e-300, 1/3]}",
    "{a: [\"x\", \"\", \"1\", \"nan\", \" 2\", \" \"]}",
    "{a: [\"a,b\", \"q\\\"q\", \"l\\nl\", \"r\\rr\", \"\\r\\n\", \"\\0\", \"\\u{feff}x\"]}",
    "{\"1\": [\"\"], \"\": [2], \"a b\": [\"\\\"\"], \",\": [1]}",
    "{a: []}",
    "{\"\": [\"\", \"\"]}",
    "{\"\\u{feff}a\": [1]}",
};

START_TEST(test_writes_what_reads_back_equal) {
  static const char *const names[] = {"f.csv", "f.csv.gz"};
  for (int i = 0; i < 2; i++) {
    char program[400];
    snprintf(program, sizeof program,
             "r = %s; write_csv(\"%s\", r); print(read_csv(\"%s\") == r, "
             "keys(read_csv(\"%s\")) == keys(r), end=\"\")",
             columns[_i], names[i], names[i], names[i]);
    ck_assert_str_eq(print_of(program), "true true");
  }
}
END_TEST

static const sample refusals[] = {
    {NULL, "write_csv(\"f.csv\", {})", "write_csv() takes at least one column"},
    {NULL, "write_csv(\"f.csv\", {a: 1})",
     "write_csv() takes a record of lists, but 'a' is a number"},
    {NULL, "write_csv(\"f.csv\", {a: [1], b: []})",
     "write_csv() takes columns of equal length, but 'b' has 0 items, not 1"},
    {NULL, "write_csv(\"f.csv\", {a: [1, \"x\"]})",
     "write_csv() takes columns of numbers or of strings, but item 1 of 'a' is a string and item 0 "
     "is not"},
    {NULL, "write_csv(\"f.csv\", {a: [true]})",
     "write_csv() takes columns of numbers or of strings, but item 0 of 'a' is a bool"},
    {NULL, "write_csv(\"none/f.csv\", {a: [1]})",
     "cannot write none/f.csv: No such file or directory"},
    {NULL, "write_csv(\"/dev/full\", {a: [1]})", "cannot write /dev/full: No space left on device"},
    {NULL, "write_csv(\".\", {a: [1]})", NULL},
};

START_TEST(test_refuses_to_write) {
  const char *message = print_of(refusals[_i].call);
  if (refusals[_i].printed)
    ck_assert_str_eq(message, refusals[_i].printed);
  else
    ck_assert_msg(strstr(message, "Is a directory") != NULL, "%s", message);
}
END_TEST

START_TEST(test_old_file_stays_until_the_new_is_whole) {
  struct stat status;
  put_file("f.csv", "old\n", 4);
  ck_assert_int_eq(chmod("f.csv", 0640), 0);
  ck_assert_int_eq(symlink("f.csv", "link.csv"), 0);
  ck_assert_str_eq(
      print_of("write_csv(\"link.csv\", {a: [1]}); print(read_csv(\"f.csv\"), end=\"\")"),
      "{a: [1]}");
  ck_assert_int_eq(lstat("link.csv", &status), 0);
  ck_assert(S_ISLNK(status.st_mode));
  ck_assert_int_eq(stat("f.csv", &status), 0);
  ck_assert_uint_eq(status.st_mode & 07777, 0640);
  ck_assert_str_eq(print_of("print(try(() => write_csv(\"f.csv\", {a: [1, true]})).ok, "
                            "read_csv(\"f.csv\"), end=\"\")"),
                   "false {a: [1]}");
}
END_TEST

/* A process that writes the parts to a pipe, each a moment after the other. */
static pid_t feed_pipe(const char *name, const char *const *parts) {
  ck_assert_int_eq(mkfifo(name, 0600), 0);
  pid_t child = fork();
  if (child != 0) return child;
  FILE *file = fopen(name, "w");
  for (; file && *parts; parts++) {
    usleep(150000);
    fputs(*parts, file);
    fflush(file);
  }
  _exit(0);
}

START_TEST(test_reads_a_pipe_once) {
  static const char *const parts[] = {"1,2\n", "3,x\n4", ",5\n", NULL};
  int status;
  pid_t child = feed_pipe("pipe", parts);
  ck_assert_str_eq(print_of("print(read_csv(\"pipe\"), end=\"\")"),
                   "{c0: [1, 3, 4], c1: [\"2\", \"x\", \"5\"]}");
  waitpid(child, &status, 0);
}
END_TEST

/* What gzip writes of "n\n1\n" and, as a second member, of "2\nlast\n". */
static const char two_members[] =
    "\x1F\x8B\x08\0\0\0\0\0\0\x03\x01\x04\0\xFB\xFFn\n1\nCRC1\x04\0\0\0"
    "\x1F\x8B\x08\0\0\0\0\0\0\x03\x01\x07\0\xF8\xFF"
    "2\nlast\nCRC2\x07\0\0\0";

START_TEST(test_gzip_of_two_members_is_read_again) {
  char bytes[sizeof two_members];
  memcpy(bytes, two_members, sizeof bytes);
  uint32_t first = (uint32_t)crc32(0, (const Bytef *)"n\n1\n", 4);
  uint32_t second = (uint32_t)crc32(0, (const Bytef *)"2\nlast\n", 7);
  memcpy(memmem(bytes, sizeof bytes, "CRC1", 4), &first, 4);
  memcpy(memmem(bytes, sizeof bytes, "CRC2", 4), &second, 4);
  put_file("f.gz", bytes, sizeof bytes - 1);
  ck_assert_str_eq(print_of("print(read_csv(\"f.gz\"), end=\"\")"),
                   "{n: [\"1\", \"2\", \"last\"]}");
  put_file("f.gz", bytes, sizeof bytes); /* a zero behind: padding */
  ck_assert_str_eq(print_of("print(read_csv(\"f.gz\"), end=\"\")"),
                   "{n: [\"1\", \"2\", \"last\"]}");
}
END_TEST

START_TEST(test_damaged_gzip) {
  ck_assert_str_eq(
      print_of("write_csv(\"f.gz\", {a: range(5000)}); print(len(read_csv(\"f.gz\").a), "
               "end=\"\")"),
      "5000");
  ck_assert_int_eq(truncate("f.gz", 2000), 0);
  ck_assert_str_eq(print_of("read_csv(\"f.gz\")"), "f.gz is cut short at byte 2000");
  put_file("g.gz", "\x1F\x8B\x08\xFF garbage", 12);
  ck_assert_msg(strncmp(print_of("read_csv(\"g.gz\")"), "g.gz is", 7) == 0, "%s",
                run.error.message);
}
END_TEST

static const char *const failing[] = {
    "f.csv", "f.gz" /* the same, deflated */
};

/* Each allocation fails in turn, alone and with all after it: the file is the old one or the new
 * one, whole, and can be read afterwards. */
START_TEST(test_allocations_that_fail) {
  char program[300], has[100];
  const char *name = failing[_i];
  snprintf(program, sizeof program,
           "write_csv(\"%s\", {a: [1, 2.5], \"b c\": [\"x, \\\"y\\\"\", \"z\"]}); "
           "t = read_csv(\"%s\"); xs, ys = read_csv(\"%s\", label=\"b c\")",
           name, name, name);
  snprintf(has, sizeof has, "print(keys(read_csv(\"%s\")), end=\"\")", name);
  for (int once = 0; once < 2; once++) {
    sg_status status = SG_NO_MEMORY;
    for (uint64_t call = 1; status == SG_NO_MEMORY; call++) {
      run.faults = (faults){0};
      put_file(name, "old\n1\n", 6);
      run.faults = (faults){.first = sg_get_memory(run.sgrad)->calls + call, .once = once};
      status = sg_run(run.sgrad, "<test>", program, SG_ALL);
      run.faults.first = 0;
      const char *keys = print_of(has);
      ck_assert_msg(strcmp(keys, "[\"a\", \"b c\"]") == 0 || strcmp(keys, "[\"old\"]") == 0,
                    "after allocation %lu: %s", (unsigned long)call, keys);
    }
    ck_assert_int_eq(status, SG_OK);
  }
}
END_TEST

Suite *csv_suite(void) {
  Suite *suite = suite_create("csv");
  TCase *tests = tcase_create("files");
  tcase_add_checked_fixture(tests, set_up, tear_down);
  tcase_set_timeout(tests, 60);
  tcase_add_loop_test(tests, test_reads, 0, sizeof samples / sizeof *samples);
  tcase_add_test(tests, test_refuses_what_is_no_text);
  tcase_add_test(tests, test_cells_across_chunks);
  tcase_add_loop_test(tests, test_writes_what_reads_back_equal, 0,
                      sizeof columns / sizeof *columns);
  tcase_add_loop_test(tests, test_refuses_to_write, 0, sizeof refusals / sizeof *refusals);
  tcase_add_test(tests, test_old_file_stays_until_the_new_is_whole);
  tcase_add_test(tests, test_reads_a_pipe_once);
  tcase_add_test(tests, test_gzip_of_two_members_is_read_again);
  tcase_add_test(tests, test_damaged_gzip);
  tcase_add_loop_test(tests, test_allocations_that_fail, 0, sizeof failing / sizeof *failing);
  suite_add_tcase(suite, tests);
  return suite;
}
