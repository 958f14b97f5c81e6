/* sgrad tests: libFuzzer's target over sg_run. The first byte chooses an allocation that
 * fails, or none; the rest is the program. Whatever it is: no crash, no leak,
 * and the interpreter still works afterwards. */
#include "fault_kit.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/time.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MILLISECONDS = 300, LIMIT = 64 << 20 };

static void stop(int signal_number) {
  (void)signal_number;
  sg_interrupted = 1;
}

/* Ctrl-C for programs that run long; by processor time, whose signal libFuzzer leaves alone. */
static void set_time(int milliseconds) {
  struct itimerval time = {.it_value.tv_usec = 1000 * milliseconds};
  signal(SIGVTALRM, stop);
  setitimer(ITIMER_VIRTUAL, &time, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0) return 0;
  faults failing = {.once = true};
  sg_host host = {.context = &failing,
                  .write = write_nothing,
                  .fault = fault,
                  .memory_limit = LIMIT,
                  .has_seed = true,
                  .seed = 1};
  sg_interpreter *sgrad = sg_open(&host);
  if (sgrad == NULL) return 0;
  if (data[0] > 'Z') failing.first = sg_get_memory(sgrad)->calls + data[0] - 'Z';
  set_time(MILLISECONDS);
  sg_run(sgrad, "fuzz", (const char *)data + 1, size - 1);
  set_time(0);
  sg_interrupted = 0;
  failing.first = 0;
  sg_status status = sg_run(sgrad, "after", "after = 1 + 1", SG_ALL);
  double value;
  if (status == SG_OK && (!sg_get_number(sgrad, "after", &value, NULL) || value != 2)) abort();
  sg_close(sgrad);
  return 0;
}
