/* sgrad tests: runs a fuzz target on the files of its corpus, as `make check` does. */
#include "base/file.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool replay(const char *folder, const char *name) {
  char path[4096];
  sg_memory memory;
  sg_buffer text;
  sg_memory_init(&memory);
  sg_buffer_init(&text, &memory);
  snprintf(path, sizeof path, "%s/%s", folder, name);
  bool ok = sg_file_read(&text, path) == 0;
  if (ok)
    LLVMFuzzerTestOneInput((const uint8_t *)text.items, text.count);
  else
    printf("FAILED %s: cannot be read\n", path);
  sg_buffer_clear(&text);
  return ok;
}

int main(void) {
  unsigned passed = 0, failed = 0;
  DIR *folder = opendir(CORPUS);
  for (struct dirent *entry; folder != NULL && (entry = readdir(folder)) != NULL;) {
    if (entry->d_name[0] == '.') continue;
    if (replay(CORPUS, entry->d_name))
      passed++;
    else
      failed++;
    fflush(stdout);
  }
  if (folder != NULL) closedir(folder);
  printf("%u passed, %u failed\n", passed, failed);
  return failed > 0;
}
