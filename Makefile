# sgrad: the build.
#
#   make                the program: build/sgrad
#   make check          all tests on it            make asan      the same under ASan and UBSan
#   make valgrind       the same under valgrind    make coverage  the same, lines and branches counted
#   make lint           layout, includes, headers  make analyze   gcc -fanalyzer, clang-tidy, cppcheck
#   make format         clang-format in place      make fuzz      libFuzzer targets in build/fuzz
#   make bench          SPEED against its peers    make latency   how soon Ctrl-C stops what takes long
#   make pictures       those of examples/README.md, drawn again
#   make install        [prefix=/usr/local] [DESTDIR=]
#   make uninstall      make deb  a Debian package in build/           make clean
#
# V=1 shows the commands. Every flavour has a build folder of its own and the same rules: FLAVOUR=asan builds build/asan/sgrad.

.DELETE_ON_ERROR:
.SECONDARY:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules
FLAVOUR = release

unconfigured := clean format lint deb
ifneq ($(filter-out $(unconfigured),$(or $(MAKECMDGOALS),all)),)
include config.mk
endif

folder_release = build
folder_asan = build/asan
folder_coverage = build/coverage
folder_fuzz = build/fuzz
flags_release = -O2 -g
flags_asan = -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
flags_coverage = -O0 -g --coverage -DNDEBUG
flags_fuzz = $(flags_asan) -fsanitize=fuzzer-no-link
# That a test may take. The others are many times slower than the first.
seconds_release = 60
seconds_asan = 300
seconds_coverage = 300
ifeq ($(FLAVOUR),fuzz)
CC = $(CLANG)
endif

B := $(folder_$(FLAVOUR))
pkgdatadir = $(datadir)/sgrad
WARNINGS = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes \
  -Wvla -Werror
STANDARD = -std=c11 -D_GNU_SOURCE -Isrc -I. -ffp-contract=off -fno-math-errno
quote = '$(subst ','\'',$(1))'
say = $(if $(V),,@echo '  $(1) $(2)' && )
COMPILE = $(call say,CC,$<)$(CC) $(STANDARD) $(WARNINGS) $(flags_$(FLAVOUR)) $(CPPFLAGS) $(CFLAGS) -MMD -MP
LINK = $(call say,LD,$@)$(CC) $(flags_$(FLAVOUR)) $(CFLAGS) $(LDFLAGS)

# The front is main.c and what only it uses; the rest is the library, which the tests link too.
objects_of = $(patsubst %.c,$(B)/objects/%.o,$(1))
front := $(wildcard src/main.c src/options.c)
library := $(call objects_of,$(filter-out $(front),$(wildcard src/*.c src/*/*.c src/*/*/*.c))) \
  $(B)/objects/generated/reference.o
program := $(B)/sgrad

.PHONY: all check asan valgrind coverage fuzz bench latency pictures lint analyze format shared install uninstall deb clean FORCE
all: $(program) shared

$(program): $(call objects_of,$(front)) $(library)
	$(LINK) $^ $(READLINE_LIBS) $(LIBS) -o $@

$(B)/objects/%.o: %.c config.mk
	@mkdir -p $(@D)
	$(COMPILE) -c $< -o $@

# The text that :help shows by topics.
$(B)/generated/reference.c: grammar/reference.md scripts/embed
	@mkdir -p $(@D)
	@scripts/embed sg_reference $< >$@

$(B)/objects/generated/reference.o: $(B)/generated/reference.c config.mk
	@mkdir -p $(@D)
	$(COMPILE) -c $< -o $@

# Kernels of the graph and of optimizers are written to be vectorised. Nobody looks at the floating-point traps that a
# comparison in a vector may set.
$(B)/objects/src/graph/%.o $(B)/objects/src/nn/%.o: flags_release = -O3 -g -fno-trapping-math

# Where the installed examples lie, when they are not found beside the program.
$(B)/objects/src/repl/places.o: STANDARD += -DSGRAD_DATADIR='"$(pkgdatadir)"'

config.mk: configure scripts/config.mk.in scripts/config.h.in
	@if [ -x config.status ]; then ./config.status --recheck && ./config.status; else ./configure; fi
	@touch config.mk

configure: configure.ac
	@command -v autoconf >/dev/null || { \
	  echo 'autoconf is missing. On Debian and its kin: apt-get install autoconf' >&2; exit 1; }
	autoconf
	@rm -rf autom4te.cache configure~

# --- What is made from the program's tables: the man page, the completions of shells, the syntaxes of editors.
$(B)/tables: $(B)/objects/scripts/tables.o $(B)/objects/src/options.o $(library)
	$(LINK) $^ $(READLINE_LIBS) $(LIBS) -o $@

$(B)/tables.txt: $(B)/tables
	@$< >$@

# Tests give a `share` of their own.
share = $(B)/share
FILL = $(call say,FILL,$@)mkdir -p $(@D) && $(1) awk -f scripts/fill.awk
places = datadir=$(call quote,$(datadir)) docdir=$(call quote,$(docdir))

$(share)/places.txt: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' $(places) >$@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@

$(share)/sgrad.1: scripts/sgrad.1.in scripts/debian/changelog.in scripts/fill.awk scripts/man.awk \
  $(B)/tables.txt $(share)/places.txt
	$(call FILL,$(places)) -f scripts/man.awk $(B)/tables.txt scripts/debian/changelog.in $< >$@

$(share)/completions/%: scripts/completions/%.in scripts/fill.awk scripts/completions.awk $(B)/tables.txt
	$(FILL) -f scripts/completions.awk $(B)/tables.txt $< >$@

$(share)/editors/%: grammar/editors/%.in scripts/fill.awk scripts/editors.awk grammar/words $(B)/tables.txt
	$(FILL) -f scripts/editors.awk $(B)/tables.txt grammar/words $< >$@

completions := $(patsubst scripts/%.in,$(share)/%,$(wildcard scripts/completions/*/*.in))
editors := $(patsubst grammar/%.in,$(share)/%,$(wildcard grammar/editors/*/*.in grammar/editors/*/*/*.in))
shared := $(share)/sgrad.1 $(completions) $(editors)
shared: $(shared)

# --- Tests. Each folder of suites is one program; tests/run runs the scripts and adds everything up.
suites := unit repl
suite_programs := $(suites:%=$(B)/tests/%)
fuzzers := $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
replays := $(fuzzers:%=$(B)/tests/replay_%)
scripts := $(wildcard $(foreach folder,golden errors limits regress repl command, \
  $(foreach kind,sg sh session,tests/$(folder)/*.$(kind))) examples/*.sg)
documents := $(wildcard README.md grammar/reference.md)

# The list of suites is the list of files: tests/unit/test_tape.c holds tape_suite.
$(B)/tests/objects/%/suites.h: FORCE
	@mkdir -p $(@D)
	@{ echo '/* sgrad tests: the suites of tests/$*, as the Makefile found them. */'; \
	  ls tests/$* | sed -n 's/^test_\(.*\)\.c$$/SUITE(\1)/p'; } >$@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@

$(B)/tests/objects/%/main.o: tests/suites.c $(B)/tests/objects/%/suites.h config.mk
	@test -n '$(CHECK_LIBS)' || { echo 'The unit tests need Check: apt-get install check, then' \
	  './configure again.' >&2; exit 1; }
	$(COMPILE) -I$(B)/tests/objects/$* -c $< -o $@

$(B)/objects/tests/%.o: CPPFLAGS += -Itests
$(B)/objects/tests/repl/%.o: CPPFLAGS += -DSGRAD_PROGRAM='"$(abspath $(program))"'

define suite_program
$(B)/tests/$(1): $(B)/tests/objects/$(1)/main.o $(library) \
  $(call objects_of,$(wildcard tests/$(1)/*.c))
	$$(LINK) $$^ $$(READLINE_LIBS) $$(CHECK_LIBS) $$(LIBS) -o $$@
endef
$(foreach suite,$(suites),$(eval $(call suite_program,$(suite))))

$(B)/tests/run: $(call objects_of,$(wildcard tests/run/*.c)) $(library)
	@mkdir -p $(@D)
	$(LINK) $^ $(READLINE_LIBS) $(LIBS) -o $@

# Each fuzz target with a main that replays its corpus.
$(B)/tests/objects/replay_%.o: tests/fuzz/replay.c config.mk
	@mkdir -p $(@D)
	$(COMPILE) -DCORPUS='"tests/fuzz/corpus/$*"' -c $< -o $@

$(replays): $(B)/tests/replay_%: $(B)/tests/objects/replay_%.o \
  $(B)/objects/tests/fuzz/fuzz_%.o $(library)
	$(LINK) $^ $(READLINE_LIBS) $(LIBS) -o $@

run := $(B)/tests/run --program=$(abspath $(program)) --timeout=$(seconds_$(FLAVOUR))
tests := $(program) $(suite_programs) $(replays) $(shared)

check: $(tests) $(B)/tests/run
	@$(run) $(suite_programs) $(replays) $(scripts) $(documents)

# A small quarantine keeps the runner of the unit tests, which forks for each, quick to fork.
asan:
	ASAN_OPTIONS=allocator_may_return_null=1:quarantine_size_mb=16 \
	LSAN_OPTIONS=suppressions=$(abspath tests/leaks):print_suppressions=0 \
	  $(MAKE) FLAVOUR=asan check

valgrind: $(tests) $(B)/tests/run
	CK_FORK=no CK_DEFAULT_TIMEOUT=0 $(run) --timeout=600 \
	  --under='valgrind -q --leak-check=full --error-exitcode=99' \
	  $(suite_programs) $(replays) $(scripts)

coverage:
	@command -v gcovr >/dev/null || { echo 'gcovr is missing: apt-get install gcovr' >&2; exit 1; }
	find build/coverage -name '*.gcda' -delete 2>/dev/null || true
	$(MAKE) FLAVOUR=coverage check
	gcovr --root . --filter src/ --exclude-throw-branches --print-summary \
	  --html-details build/coverage/index.html build/coverage

# --- libFuzzer: build/fuzz/run -max_total_time=60 tests/fuzz/corpus/run
fuzz:
	@test -n '$(CLANG)' || { echo 'libFuzzer needs clang: apt-get install clang' >&2; exit 1; }
	$(MAKE) FLAVOUR=fuzz $(fuzzers:%=build/fuzz/%)

$(fuzzers:%=build/fuzz/%): build/fuzz/%: build/fuzz/objects/tests/fuzz/fuzz_%.o $(library)
	$(LINK) -fsanitize=fuzzer $^ $(READLINE_LIBS) $(LIBS) -o $@

# --- A table: milliseconds of the statement, of the worst wait after Ctrl-C, of the processor in it.
latency: $(program) $(B)/tests/repl
	SGRAD_LATENCY=full CK_RUN_SUITE=latency $(B)/tests/repl

bench_tools := $(patsubst tests/bench/%.c,$(B)/tests/bench/%,$(wildcard tests/bench/*.c))
$(bench_tools): $(B)/tests/bench/%: $(B)/objects/tests/bench/%.o $(library)
	@mkdir -p $(@D)
	$(LINK) $^ $(READLINE_LIBS) $(LIBS) -o $@

# What sgrad is held to may use all that the machine has, and round as it likes.
$(B)/tests/bench/networks: $(B)/tests/objects/hand_networks.o
$(B)/tests/objects/hand_networks.o: tests/bench/hand/networks.c config.mk
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) -std=c11 -Wall -Wextra -O3 -march=native -ffast-math \
	  -mprefer-vector-width=512 -MMD -MP -c $< -o $@

bench: $(program) $(bench_tools)
	@tests/bench/bench.sh $(abspath $(program)) $(abspath $(B)/tests/bench)

# --- What examples/README.md shows, by the commands that stand in it.
pictures: $(program)
	SGRAD=$(abspath $(program)) scripts/pictures examples/pictures

# --- The source itself.
lint:
	@scripts/lint

analyze:
	@scripts/analyze

format:
	clang-format -i $(wildcard src/*.[ch] src/*/*.[ch] src/*/*/*.[ch] tests/*.[ch] tests/*/*.[ch] scripts/*.c)

# --- Installing. Every directory may be given: make install prefix=/usr zshcompdir=...
vimdir = $(datadir)/vim/vimfiles
nanodir = $(datadir)/nano
lispdir = $(datadir)/emacs/site-lisp
bashcompdir = $(datadir)/bash-completion/completions
zshcompdir = $(datadir)/zsh/site-functions
fishcompdir = $(datadir)/fish/vendor_completions.d

# put FILES DIRECTORY: lines for scripts/install.
put = for file in $(1); do printf '%s\t%s\n' "$$file" $(call quote,$(2))/"$${file\#\#*/}"; done;
destination = $(call quote,$(DESTDIR)) $(call quote,$(pkgdatadir)/installed)

install: all
	@{ $(call put,$(program),$(bindir)) \
	  $(call put,$(share)/sgrad.1,$(mandir)/man1) \
	  $(call put,LICENSE README.md $(wildcard grammar/*.md grammar/*.ebnf),$(docdir)) \
	  $(call put,$(wildcard examples/*.sg),$(pkgdatadir)/examples) \
	  $(call put,examples/README.md,$(pkgdatadir)/examples) \
	  $(call put,$(wildcard examples/data/*),$(pkgdatadir)/examples/data) \
	  $(call put,$(wildcard examples/pictures/*),$(pkgdatadir)/examples/pictures) \
	  $(call put,$(share)/completions/bash/*,$(bashcompdir)) \
	  $(call put,$(share)/completions/zsh/*,$(zshcompdir)) \
	  $(call put,$(share)/completions/fish/*,$(fishcompdir)) \
	  $(foreach kind,syntax ftdetect ftplugin indent, \
	    $(call put,$(share)/editors/vim/$(kind)/*,$(vimdir)/$(kind))) \
	  $(call put,$(share)/editors/emacs/*,$(lispdir)) \
	  $(call put,$(share)/editors/nano/*,$(nanodir)) \
	  $(call put,$(share)/editors/vscode/*.json,$(pkgdatadir)/editors/vscode) \
	  $(call put,$(share)/editors/vscode/syntaxes/*,$(pkgdatadir)/editors/vscode/syntaxes) \
	} | scripts/install $(destination)

uninstall:
	@scripts/install -r $(destination)

# The Debian package, in build/.
deb:
	@scripts/deb

clean:
	rm -rf build

-include $(shell find $(B)/objects $(B)/tests -name '*.d' 2>/dev/null)
