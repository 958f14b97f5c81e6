/* sgrad tests: libFuzzer's target over the readers of files. The first byte chooses the reader, the
 * second an allocation that fails, or none; the rest is the file. Whatever it is: no crash, no
 * leak, and the interpreter still works afterwards. */
#include "fault_kit.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LIMIT = 64 << 20, CHOICES = 2, ALL_SUCCEED = 'z' };

static const char *const readers[] = {
    "read_idx(\"%s\")",
    "read_csv(\"%s\")",
    "read_csv(\"%s\", header=true, label=\"label\")",
    "read_csv(\"%s\", header=false, label=\"c0\", sep=\";\")",
    "load(\"%s\")",
};

static void read_file(uint8_t reader, uint8_t failing_from_here, int file) {
  char path[64], program[256];
  faults failing = {.once = true};
  sg_host host = {
      .context = &failing, .write = write_nothing, .fault = fault, .memory_limit = LIMIT};
  sg_interpreter *sgrad = sg_open(&host);
  if (sgrad == NULL) return;
  snprintf(path, sizeof path, "/proc/self/fd/%d", file);
  snprintf(program, sizeof program, readers[reader % (sizeof readers / sizeof *readers)], path);
  if (failing_from_here != ALL_SUCCEED)
    failing.first = sg_get_memory(sgrad)->calls + failing_from_here + 1;
  sg_run(sgrad, "fuzz", program, SG_ALL);
  failing.first = 0;
  if (sg_run(sgrad, "after", "after = 1 + 1", SG_ALL) != SG_OK) abort();
  sg_close(sgrad);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < CHOICES) return 0;
  int file = memfd_create("sgrad", 0);
  if (file < 0) return 0;
  if (write(file, data + CHOICES, size - CHOICES) == (ssize_t)(size - CHOICES))
    read_file(data[0], data[1], file);
  close(file);
  return 0;
}
