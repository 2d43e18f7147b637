# certary's build.  `make help` lists the targets.
#
# Variants stand side by side: build/ is the one that is installed, build/asan, build/cov, build/fuzz,
# build/valgrind and the two of lint are this same file with another BUILD and VARIANT.  Sources are found, never
# listed: a new file in src/<layer>/ or tests/<layer>/ is built without a change here.
#
# Packagers set CC, CPPFLAGS, CFLAGS, LDFLAGS, PREFIX, DESTDIR; what certary cannot do without is
# added to them and never replaces them.

VERSION := $(shell cat VERSION)

BUILD     ?= build
VARIANT   ?=
PREFIX    ?= /usr/local
BINDIR    ?= $(PREFIX)/bin
DATADIR   ?= $(PREFIX)/share/certary
DOCDIR    ?= $(PREFIX)/share/doc/certary
MANDIR    ?= $(PREFIX)/share/man
BASHDIR   ?= $(PREFIX)/share/bash-completion/completions
ZSHDIR    ?= $(PREFIX)/share/zsh/site-functions
FISHDIR   ?= $(PREFIX)/share/fish/vendor_completions.d
UNITDIR   ?= $(PREFIX)/lib/systemd/system
JOBS      ?= $(shell nproc 2>/dev/null || echo 2)
CFLAGS    ?= -O2 -g
INSTALL   ?= install
PKG_CONFIG ?= pkg-config
FUZZ_SECONDS ?= 60

# --- flags ---------------------------------------------------------------------------------------

LIBRARIES      := gnutls ncursesw libconfig jansson libxxhash
TEST_LIBRARIES := cmocka vterm

WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wwrite-strings -Wundef -Wvla $(if $(WERROR),-Werror)

# Only what this compiler knows for this machine: -fcf-protection, for one, is x86 alone.
knows = $(shell $(CC) -Werror $1 -x c -S /dev/null -o - >/dev/null 2>&1 && echo '$1')

HARDENING_ := $(if $(filter -O0,$(CFLAGS)),,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2) \
	$(foreach f,-fstack-protector-strong -fstack-clash-protection -fcf-protection,$(call knows,$f))
HARDENING_cov :=
HARDENING_asan :=
HARDENING_fuzz :=
HARDENING_valgrind :=
HARDENING_mutate :=

SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
VARIANT_ :=
# What ran is written when a process ends, behind the walls that a command stands in by then.
VARIANT_cov = -O0 --coverage -DCOVERAGE_FOLDER='"$(abspath $B)"'
VARIANT_asan := -O1 $(SANITIZE)
VARIANT_fuzz := -O1 $(SANITIZE) -fsanitize=fuzzer-no-link
# The program is what it always is; the tests read the word, wait longer and leave out what can't be.
VARIANT_valgrind := -O1 -DUNDER_VALGRIND
VARIANT_mutate := -O0 -fPIC

OWN_CPPFLAGS = -D_GNU_SOURCE -Iinclude -Isrc -DCERTARY_VERSION='"$(VERSION)"' \
	-DCERTARY_DATADIR='"$(DATADIR)"' -DCERTARY_LOCALEDIR='"$(LOCALEDIR)"' $(LIBRARY_CFLAGS)
OWN_CFLAGS = -std=c17 $(WARNINGS) -fPIE -ffile-prefix-map=$(CURDIR)=. $(HARDENING_$(VARIANT)) \
	$(VARIANT_$(VARIANT))
OWN_LDFLAGS = -pie -Wl,-z,relro,-z,now $(VARIANT_$(VARIANT))

LIBRARY_CFLAGS := $(shell $(PKG_CONFIG) --cflags $(LIBRARIES) 2>/dev/null)
LIBS           := $(shell $(PKG_CONFIG) --libs $(LIBRARIES) 2>/dev/null)
TEST_CFLAGS     = -Itests $(shell $(PKG_CONFIG) --cflags $(TEST_LIBRARIES) 2>/dev/null)
TEST_LIBS       = $(shell $(PKG_CONFIG) --libs $(TEST_LIBRARIES) 2>/dev/null)

COMPILE = $(CC) $(OWN_CPPFLAGS) $(CPPFLAGS) $(CFLAGS) $(OWN_CFLAGS)
LINK    = $(CC) $(CFLAGS) $(OWN_LDFLAGS) $(LDFLAGS)

# --- files ---------------------------------------------------------------------------------------

B := $(BUILD)

SRC      := $(wildcard src/*/*.c)
MAIN_SRC := $(wildcard src/main/*.c)
HEADERS  := $(wildcard include/*/*.h src/*/*.h)
LIB_OBJ  := $(patsubst %.c,$B/%.o,$(filter-out $(MAIN_SRC),$(SRC)))
MAIN_OBJ := $(MAIN_SRC:%.c=$B/%.o)

# Programs of their own that tests run: one among their common parts, and drivers of what has no command.
GENCERTS_SRC := tests/support/gencerts.c
# What makes the manual; linked with the library, whose tables it prints.
MANUAL_SRC   := tools/manual.c
DRIVER_SRC   := $(wildcard tests/*/drive-*.c)
# Programs that others could have written, with the library of ours.
EXAMPLE_SRC  := $(wildcard tests/example/*.c)
TEST_SRC     := $(wildcard tests/*/test-*.c)
SUPPORT_SRC  := $(filter-out $(GENCERTS_SRC) $(TEST_SRC),$(wildcard tests/support/*.c))
FUZZ_SRC     := $(wildcard tests/fuzz/fuzz-*.c)
# All of them in one program that any compiler makes, and that runs their seeds.
CORPUS_NAME  := $(FUZZ_SRC:tests/fuzz/fuzz-%.c=%)
TEST_SCRIPTS := $(wildcard tests/*/*.test.sh tests/*/test_*.py)

SUPPORT_OBJ := $(SUPPORT_SRC:%.c=$B/%.o)
TEST_BIN    := $(TEST_SRC:%.c=$B/%)
FUZZ_BIN    := $(FUZZ_SRC:%.c=$B/%)
GENCERTS    := $(GENCERTS_SRC:%.c=$B/%)
CORPUS      := $B/tests/fuzz/test-corpus
CORPUS_OBJ  := $(CORPUS_NAME:%=$B/tests/fuzz/corpus-%.o) $B/tests/fuzz/corpus.o
DRIVERS     := $(DRIVER_SRC:%.c=$B/%)
EXAMPLE     := $(EXAMPLE_SRC:%.c=$B/%)
MANUAL      := $(MANUAL_SRC:%.c=$B/%)
PAGES       := $(patsubst %.in,$B/%,$(wildcard man/*.in))

LIB     := $B/libcertary.a
SUPPORT := $B/libsupport.a
PROGRAM := $B/certary

# --- the program ---------------------------------------------------------------------------------

Q   := $(if $(V),,@)
say  = $(if $(V),@:,@printf '  %-6s %s\n' $1 $2)

.DELETE_ON_ERROR:
.SUFFIXES:
.PHONY: all man catalogues run test tests screens lint layers asan valgrind valgrind-run fuzz cov bench bench-peers install install-built uninstall clean help FORCE

all: $(PROGRAM) catalogues ## build build/certary (the default)

$(PROGRAM): $(MAIN_OBJ) $(LIB)
	$(call say,LINK,$@)
	$Q$(LINK) -o $@ $^ $(LIBS)

$(LIB): $(LIB_OBJ) $B/objects
	$(call say,AR,$@)
	$Qrm -f $@ && $(AR) rcs $@ $(LIB_OBJ)

$B/src/%.o: src/%.c $B/flags | $B/checked
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$Q$(COMPILE) -MMD -MP -c -o $@ $<

# Files that change only with what they say, so that other flags or a file less rebuild what they must.
define remember
	@mkdir -p $(@D)
	@printf '%s\n' "$$WORDS" | cmp -s - $@ || printf '%s\n' "$$WORDS" >$@
endef

$B/flags: export WORDS = $(COMPILE)
$B/flags: FORCE
	$(remember)

$B/objects: export WORDS = $(LIB_OBJ) $(SUPPORT_OBJ) $(CORPUS_OBJ)
$B/objects: FORCE
	$(remember)

$B/checked: tools/need tools/packages
	@mkdir -p $(@D)
	@CC='$(CC)' tools/need build && touch $@

include po/po.mk

catalogues: $(CATALOGUES)

# The pages stand where the program stands, and the tests look for them there.
man: $(PAGES) ## the manual, from man/ and the tables of the program

$(MANUAL): $(MANUAL).o $(LIB)
	$(call say,LINK,$@)
	$Q$(LINK) -o $@ $< $(LIB) $(LIBS)

$(MANUAL).o: $(MANUAL_SRC) $B/flags | $B/checked
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$Q$(COMPILE) -MMD -MP -c -o $@ $<

$B/man/%: man/%.in $(MANUAL)
	$(call say,MAN,$@)
	@mkdir -p $(@D)
	$Q$(MANUAL) $< >$@

run: ## install what is missing to build, build, and start the console (ARGS="…")
	@CC='$(CC)' tools/need --install build
	+@$(MAKE) --no-print-directory all
	@$(PROGRAM) $(ARGS)

# --- tests ---------------------------------------------------------------------------------------

# Where tests find what else was built.
PEERS = CERTARY_PROGRAM='$(abspath $(PROGRAM))' CERTARY_GENCERTS='$(abspath $(GENCERTS))' \
	CERTARY_EXAMPLES='$(abspath $B/tests/example)' \
	CERTARY_LOCALES='$(abspath $B/locale)' CERTARY_TEMPLATE='$(abspath $(TEMPLATE))'

test: ## install what the tests need, build and run all tests
	@CC='$(CC)' tools/need --install build test
	+@$(MAKE) --no-print-directory tests
	@$(PEERS) tools/run-tests -j $(JOBS) $(if $(V),-v) $B/logs $(TEST_SCRIPTS) $(TEST_BIN) $(CORPUS)

tests: all man $(TEMPLATE) $(PSEUDO) $(TEST_BIN) $(CORPUS) $(GENCERTS) $(DRIVERS) $(EXAMPLE) ## build the tests without running them

$(SUPPORT): $(SUPPORT_OBJ) $B/objects
	$(call say,AR,$@)
	$Qrm -f $@ && $(AR) rcs $@ $(SUPPORT_OBJ)

$B/tests/%.o: tests/%.c $B/flags | $B/checked
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$Q$(COMPILE) $(TEST_CFLAGS) -MMD -MP -c -o $@ $<

$(TEST_BIN) $(GENCERTS) $(DRIVERS) $(EXAMPLE): %: %.o $(SUPPORT) $(LIB)
	$(call say,LINK,$@)
	$Q$(LINK) -o $@ $< $(SUPPORT) $(LIB) $(TEST_LIBS) $(LIBS)

$(CORPUS): $(CORPUS_OBJ) $(LIB) $B/objects
	$(call say,LINK,$@)
	$Q$(LINK) -o $@ $(CORPUS_OBJ) $(LIB) $(LIBS)

$B/tests/fuzz/corpus-%.o: tests/fuzz/fuzz-%.c $B/flags | $B/checked
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$Q$(COMPILE) $(TEST_CFLAGS) -DLLVMFuzzerTestOneInput=fuzz_$* -MMD -MP -c -o $@ $<

$B/tests/fuzz/corpus.o: tests/fuzz/corpus.c $B/flags $B/objects | $B/checked
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$Q$(COMPILE) $(TEST_CFLAGS) -DTARGETS='$(foreach n,$(CORPUS_NAME),X($n))' -MMD -MP -c -o $@ $<

asan: ## the tests under AddressSanitizer and UndefinedBehaviorSanitizer
	+@ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1 \
		$(MAKE) --no-print-directory test BUILD=build/asan VARIANT=asan

valgrind: ## the tests, and the program where they start it, under valgrind (TESTS="FILE…": only these)
	@CC='$(CC)' tools/need --install build test valgrind
	+@$(MAKE) --no-print-directory valgrind-run BUILD=build/valgrind VARIANT=valgrind

valgrind-run: tests
	@$(PEERS) tools/run-valgrind -j $(JOBS) $(if $(V),-v) $B $(or $(TESTS),$(TEST_BIN) $(CORPUS) $(TEST_SCRIPTS))

bench: all $(GENCERTS) $(DRIVERS) ## how quick it is, beside other tools (N=1000000 ROWS=1,6 QUICK=1 FRESH=1 JSON=FILE)
	@python3 -B tests/bench/bench.py $(if $(JSON),--json '$(JSON)') '$(PROGRAM)' '$(GENCERTS)' $B/bench

bench-peers: ## install the tools that bench compares with
	@tools/need --install bench

cov: ## the tests with coverage: lines and branches of each layer, and files that lack some
	+@$(MAKE) --no-print-directory test BUILD=build/cov VARIANT=cov; \
		status=$$?; tools/coverage build/cov && exit $$status

mutate: ## mistakes made in MUTATE="src/store/x.c …", and which of them no test sees (MUTATE_SAMPLE=N, see tools/mutate)
	@CC='$(CC)' tools/need build test
	@tools/mutate $(MUTATE) $(if $(MUTATE_SAMPLE),--sample $(MUTATE_SAMPLE)) \
		$(if $(MUTATE_SEED),--seed $(MUTATE_SEED)) $(if $(MUTATE_AGAIN),--again) \
		$(if $(MUTATE_TESTS),--tests $(MUTATE_TESTS))

.PHONY: mutate
fuzz: ## every tests/fuzz/fuzz-*.c for FUZZ_SECONDS each (60), by clang
	@tools/need --install build fuzz
	+@$(MAKE) --no-print-directory fuzzers BUILD=build/fuzz VARIANT=fuzz CC=clang
	@tools/run-fuzzers build/fuzz $(FUZZ_SECONDS) $(patsubst tests/fuzz/%.c,%,$(FUZZ_SRC))

fuzz-keep: ## what the fuzzers have learned, made small, into tests/fuzz/corpus
	@tools/keep-corpus build/fuzz $(patsubst tests/fuzz/%.c,%,$(FUZZ_SRC))

.PHONY: fuzz-keep fuzzers
fuzzers: $(FUZZ_BIN)

$(FUZZ_BIN): %: %.o $(LIB)
	$(call say,LINK,$@)
	$Q$(LINK) -fsanitize=fuzzer -o $@ $< $(LIB) $(LIBS)

screens: all $B/tests/console/drive-screen ## the pictures of docs/screens, made of real screens (Linux)
	@CERTARY_PROGRAM='$(abspath $(PROGRAM))' CERTARY_GENCERTS='$(abspath $(GENCERTS))' tools/screens

# --- reading the source --------------------------------------------------------------------------

lint: ## both compilers with -Werror, clang-tidy, cppcheck, headers alone, shellcheck
	@tools/need --install build test lint
	+@$(MAKE) --no-print-directory tests BUILD=build/lint-gcc CC=gcc WERROR=1
	+@$(MAKE) --no-print-directory tests BUILD=build/lint-clang CC=clang WERROR=1
	+@$(MAKE) --no-print-directory build/lint-clang/compile_commands.json \
		BUILD=build/lint-clang CC=clang WERROR=1
	@tools/lint -j $(JOBS) build/lint-clang

layers: ## who includes whom, against the table of the design
	@tools/layers .

compile_commands.json: $B/compile_commands.json ## for editors and clang-tidy
	@cp $< $@

$B/compile_commands.json: export WORDS = $(COMPILE) $(TEST_CFLAGS)
$B/compile_commands.json: $B/flags FORCE
	@tools/compile-commands "$$WORDS" $(SRC) $(MANUAL_SRC) $(TEST_SRC) $(SUPPORT_SRC) $(GENCERTS_SRC) \
		$(DRIVER_SRC) $(EXAMPLE_SRC) >$@

# --- installing ----------------------------------------------------------------------------------

THEMES := $(wildcard themes/*.theme)
MAN1   := $(filter %.1,$(PAGES))
MAN5   := $(filter %.5,$(PAGES))
CONF   := etc/certary.conf etc/setup-answers.conf.example
UNITS  := $(wildcard etc/certary-*.service etc/certary-*.socket etc/certary-*.timer)

# A row each: the files, the folder that they go to.
define placed
	$1 '$(THEMES)' '$(DATADIR)/themes'
	$1 '$(CONF)' '$(DOCDIR)'
	$1 '$(UNITS)' '$(UNITDIR)'
	$1 '$(MAN1)' '$(MANDIR)/man1'
	$1 '$(MAN5)' '$(MANDIR)/man5'
	$1 'etc/completion/_certary' '$(ZSHDIR)'
	$1 'etc/completion/certary.fish' '$(FISHDIR)'
endef

# The units name the program where it is going to be.
put  = put() { [ -z "$$1" ] || { $(INSTALL) -d "$(DESTDIR)$$2" && $(INSTALL) -m 644 $$1 "$(DESTDIR)$$2"; }; }; put
drop = drop() { for f in $$1; do rm -f "$(DESTDIR)$$2/$${f\#\#*/}"; done; }; drop

install: all man ## to $(DESTDIR)$(PREFIX): program, manual, completion, themes, units, example configuration
	+@$(MAKE) --no-print-directory install-built

install-built: # what was built before, as it is
	$(INSTALL) -d '$(DESTDIR)$(BINDIR)' '$(DESTDIR)$(BASHDIR)'
	$(INSTALL) -m 755 $(PROGRAM) '$(DESTDIR)$(BINDIR)/certary'
	$(INSTALL) -m 644 etc/completion/certary.bash '$(DESTDIR)$(BASHDIR)/certary'
	$(call placed,@$(put))
	@for l in $(LANGUAGES); do to='$(DESTDIR)$(LOCALEDIR)'/$$l/LC_MESSAGES; $(INSTALL) -d "$$to" && \
		$(INSTALL) -m 644 $B/locale/$$l/LC_MESSAGES/certary.mo "$$to" || exit 1; done
	@for f in $(notdir $(UNITS)); do sed 's|/usr/local/bin/certary|$(BINDIR)/certary|g' \
		"etc/$$f" >'$(DESTDIR)$(UNITDIR)'/"$$f" || exit 1; done

uninstall: ## what install put there; stores and settings stay
	rm -f '$(DESTDIR)$(BINDIR)/certary' '$(DESTDIR)$(BASHDIR)/certary'
	$(call placed,@$(drop))
	rm -f $(LANGUAGES:%='$(DESTDIR)$(LOCALEDIR)'/%/LC_MESSAGES/certary.mo)
	-@rmdir '$(DESTDIR)$(DATADIR)/themes' '$(DESTDIR)$(DATADIR)' '$(DESTDIR)$(DOCDIR)' 2>/dev/null || true

include packaging/packaging.mk

clean: ## remove everything that was built
	rm -rf build compile_commands.json

help: ## this list
	@sed -n 's/^\([a-z_.-]*\):.*## /\1|/p' Makefile packaging/packaging.mk | \
		while IFS='|' read -r name text; do printf '  %-22s %s\n' "$$name" "$$text"; done

-include $(MANUAL:=.d) $(LIB_OBJ:.o=.d) $(MAIN_OBJ:.o=.d) $(SUPPORT_OBJ:.o=.d)
-include $(TEST_BIN:=.d) $(CORPUS_OBJ:.o=.d) $(FUZZ_BIN:=.d) $(GENCERTS:=.d) $(DRIVERS:=.d) $(EXAMPLE:=.d)
