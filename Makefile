# dkim-tools. Packagers set the upper-case variables; what the project needs is
# lower-case and added to them.
CC ?= cc
CFLAGS ?= -O2 -g
LDFLAGS ?=
PREFIX ?= /usr/local
BINDIR ?= $(PREFIX)/bin
MANDIR ?= $(PREFIX)/share/man
LIBEXECDIR ?= $(PREFIX)/libexec/dkim-tools
DOCDIR ?= $(PREFIX)/share/doc/dkim-tools
DESTDIR ?=
PKG_CONFIG ?= pkg-config
INSTALL ?= install
BUILD ?= build
COMPLETIONS ?= $(PREFIX)/share
ZSH_FOLDER ?= site-functions
VERSION ?= 0.3

tools := dkim-genkey dkim-sign dkim-verify dkim-txt dkim-policy

# common/, lowest folder first: each may include itself and those before it.
layers := base mail crypto dns record dkim report run
# What dkim-genkey is made of, so that it builds without ldns and jansson.
layers_dkim-genkey := base mail crypto record dkim run
$(foreach tool,$(tools),$(eval layers_$(tool) ?= $(layers)))

# Without it each file would fail for itself, with what the compiler misses.
ifneq ($(filter-out clean uninstall,$(or $(MAKECMDGOALS),all)),)
ifeq ($(shell command -v $(firstword $(PKG_CONFIG)) 2>/dev/null),)
$(error $(PKG_CONFIG) is missing: install it, or name another with PKG_CONFIG=)
endif
endif

# A library is known to one folder only. Only libcrypto is linked: the others are
# loaded when they are needed (common/base/library.h).
flags_crypto := $(shell $(PKG_CONFIG) --cflags libcrypto)
flags_dns = $(shell $(PKG_CONFIG) --cflags ldns)
flags_mail := $(shell $(PKG_CONFIG) --cflags libidn2)
flags_report = $(shell $(PKG_CONFIG) --cflags jansson)
flags_dkim-policy = $(shell $(PKG_CONFIG) --cflags expat zlib)
libs_crypto := $(shell $(PKG_CONFIG) --libs libcrypto)
libs = -pthread -Wl,--as-needed $(libs_crypto)

warnings := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wcast-qual \
	-Wformat=2 -Wno-format-nonliteral -Wvla -Wmissing-prototypes \
	-Wstrict-prototypes -Wpointer-arith -Wundef -Wwrite-strings
# $(call known,FLAG): FLAG, if this compiler has it on this processor.
known = $(shell $(CC) -Werror $(1) -fsyntax-only -x c /dev/null 2>/dev/null && echo $(1))
hardening := -fstack-protector-strong -fPIE $(call known,-fstack-clash-protection) \
	$(call known,-fcf-protection) $(call known,-ftrivial-auto-var-init=zero)
link_hardening := -fPIE -pie -Wl,-z,relro -Wl,-z,now
# fortified unless the user, or a sanitizer, says otherwise; 3 where the compiler
# knows the sizes that are found out at run time
ifeq ($(findstring fsanitize,$(CFLAGS))$(findstring FORTIFY,$(CFLAGS)),)
fortify := $(shell echo 'int f(void *p) { return __builtin_dynamic_object_size(p, 0) > 1; }' | \
	$(CC) -Werror=implicit-function-declaration -fsyntax-only -x c - 2>/dev/null && echo 3)
hardening += -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=$(or $(fortify),2)
endif
# The sandbox forbids what sanitizers and the counters of coverage do.
ifneq ($(findstring fsanitize,$(CFLAGS))$(findstring coverage,$(CFLAGS)),)
hardening += -DNO_SANDBOX
endif
# Functions nobody calls are left out, and build/TOOL.map says what is in. No tables
# for exceptions, which C has none of (debuggers read theirs from -g). Addresses to
# relocate are a bit map where the linker and the C library (glibc 2.36) know it.
sections := -ffunction-sections -fdata-sections -fno-asynchronous-unwind-tables
relr := -Wl,-z,pack-relative-relocs
packed := $(shell echo '_Static_assert(__GLIBC_PREREQ(2, 36), "older"); int main(void) {}' | \
	$(CC) -include features.h -Wl,--fatal-warnings $(relr) -o /dev/null -x c - 2>/dev/null && \
	echo $(relr))
link_flags := $(link_hardening) -Wl,--gc-sections $(packed)
# On 32 bits too a time reaches beyond 2038 and a file beyond 2 GiB.
cppflags := -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64 -DVERSION='"$(VERSION)"'
# NO_LINUX=1 leaves out what Linux alone has: the sandbox, files without a name.
ifneq ($(NO_LINUX),)
cppflags += -DNO_SANDBOX -DNO_TMPFILE
endif
cflags := -std=c11 -pthread $(warnings) $(hardening) $(sections)
ifneq ($(WERROR),)
cflags += -Werror
endif
Q := $(if $(V),,@)

sources_of = $(sort $(wildcard $(1)/*.c $(1)/*/*.c))
objects_of = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))
archives := $(layers:%=$(BUILD)/lib/%.a)
tool_archives := $(tools:%=$(BUILD)/lib/%.a)
unit_tests := $(patsubst tests/unit/%.c,$(BUILD)/tests/unit/%,$(wildcard tests/unit/*.c))

.PHONY: all check slow mta-check archive-check lint sanitize tsan valgrind fuzz bench counts mutants cover map docs compdb \
	completions hooks install uninstall dist deb package-check portable clean unit
.DELETE_ON_ERROR:
.PRECIOUS: $(BUILD)/obj/%.o

all: $(addprefix $(BUILD)/,$(tools))

# Where a file of folder $(1) finds headers (-iquote: a header of ours never
# stands in for one of the system's).
below = $(firstword $(2)) $(if $(filter $(1),$(firstword $(2))),,$(call below,$(1),$(wordlist 2,99,$(2))))
folders_common = $(addprefix common/,$(call below,$(word 2,$(subst /, ,$(1))),$(layers)))
folders_tool = $(addprefix common/,$(layers)) $(patsubst %/,%,$(sort $(dir $(call sources_of,$(1)))))
folders_cmd = $(call folders_tool,cmd/$(word 2,$(subst /, ,$(1))))
folders_tests = $(addprefix common/,$(layers)) $(foreach tool,$(tools),$(call folders_tool,cmd/$(tool)))
folders = $(sort $(call folders_$(firstword $(subst /, ,$(1))),$(1)))

$(BUILD)/obj/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(if $(Q),@echo "  CC   $<")
	$(Q)$(CC) $(cppflags) $(addprefix -iquote,$(call folders,$<)) \
		$(flags_$(word 2,$(subst /, ,$<))) $(CPPFLAGS) \
		$(cflags) $(CFLAGS) -MMD -MP -c -o $@ $<

define archive_rule
$(BUILD)/lib/$(1).a: $(call objects_of,$(filter-out cmd/$(1)/$(1).c,$(call sources_of,$(2))))
endef
$(foreach layer,$(layers),$(eval $(call archive_rule,$(layer),common/$(layer))))
$(foreach tool,$(tools),$(eval $(call archive_rule,$(tool),cmd/$(tool))))

$(archives) $(tool_archives):
	@mkdir -p $(@D)
	$(if $(Q),@echo "  AR   $@")
	$(Q)rm -f $@ && $(AR) rcs $@ $^

define tool_rule
$(BUILD)/$(1): $(BUILD)/obj/cmd/$(1)/$(1).o $(BUILD)/lib/$(1).a $(layers_$(1):%=$(BUILD)/lib/%.a)
	$$(if $$(Q),@echo "  LD   $$@")
	$$(Q)$$(CC) $$(link_flags) $$(CFLAGS) $$(LDFLAGS) -Wl,-Map,$$@.map -o $$@ \
		$$< -Wl,--start-group $$(filter %.a,$$^) -Wl,--end-group \
		$$(libs)
endef
$(foreach tool,$(tools),$(eval $(call tool_rule,$(tool))))

# A test of tests/unit or tests/fuzz links what it calls of all of it.
link_test = $(CC) $(link_flags) $(CFLAGS) $(LDFLAGS) -o $@ $< \
	-Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(libs)

$(BUILD)/tests/unit/%: $(BUILD)/obj/tests/unit/%.o $(archives) $(tool_archives)
	@mkdir -p $(@D)
	$(if $(Q),@echo "  LD   $@")
	$(Q)$(link_test) $(shell $(PKG_CONFIG) --libs cmocka)

unit: $(unit_tests)

# Everything that counts as a test, or T="FILE..."; one line at the end.
check: all unit
	$(Q)BUILD=$(BUILD) scripts/run-tests $(T)

# What takes minutes and hundreds of MiB: the time and memory of each are shown.
slow: all
	$(Q)BUILD=$(BUILD) scripts/run-tests $(wildcard tests/slow/*.bats)

# The same in a tree of its own under ASan (leaks too) and UBSan. The exit
# status of a report must not look like a verdict.
sanitize_flags := -O1 -g -fno-omit-frame-pointer -fno-sanitize-recover=all \
	-fsanitize=address,undefined
sanitize: export ASAN_OPTIONS = exitcode=99:detect_leaks=1:detect_stack_use_after_return=1
sanitize: export LSAN_OPTIONS = exitcode=99
sanitize: export UBSAN_OPTIONS = print_stacktrace=1:exitcode=99
sanitize:
	$(Q)$(MAKE) BUILD=build/asan CFLAGS="$(sanitize_flags)" check

# Data races: what runs on several threads, in a tree of its own.
tsan: export TSAN_OPTIONS = exitcode=99:second_deadlock_stack=1
tsan:
	$(Q)$(MAKE) BUILD=build/tsan CFLAGS="-O1 -g -fsanitize=thread" \
		T="build/tsan/tests/unit/pool build/tsan/tests/unit/key_record_cache \
			tests/cli/batch.bats tests/cli/liar.bats" check

# Bytes that OpenSSL left unset are valgrind's to find: unit tests only.
valgrind: unit
	$(Q)for test in $(unit_tests); do \
		valgrind -q --error-exitcode=99 --leak-check=full \
			--child-silent-after-fork=yes $$test || exit 1; done

# A fuzz target (clang): make fuzz T=sig SECONDS=60. What it finds stays in
# build/fuzz; a crash becomes a seed in tests/fuzz/corpus and a row of a test.
SECONDS ?= 60
fuzz_flags := -g -O1 -fno-sanitize-recover=all -fsanitize=address,undefined
fuzz:
	$(Q)$(MAKE) BUILD=build/fuzz CC=clang \
		CFLAGS="$(fuzz_flags) -fsanitize=fuzzer-no-link" \
		build/fuzz/tests/fuzz/$(T)
	$(Q)mkdir -p build/fuzz/corpus/$(T)
	build/fuzz/tests/fuzz/$(T) -max_total_time=$(SECONDS) -max_len=4096 \
		-timeout=10 -artifact_prefix=build/fuzz/$(T)- \
		build/fuzz/corpus/$(T) tests/fuzz/corpus/$(T)

$(BUILD)/tests/fuzz/%: $(BUILD)/obj/tests/fuzz/%.o $(archives) $(tool_archives)
	@mkdir -p $(@D)
	$(if $(Q),@echo "  LD   $@")
	$(Q)$(link_test) -fsanitize=fuzzer

# Every call fails once (FAULTS=--sample=SECONDS: some of them; --help).
.PHONY: faults
faults: all
	$(Q)BUILD=$(BUILD) tests/faults/sweep $(FAULTS)
	$(Q)$(if $(FAULTS),,BUILD=$(BUILD) tests/faults/kill)

lint:
	$(Q)BUILD=$(BUILD) scripts/lint

# The tools beside their peers; with BASE=DIR beside those of another tree.
bench: all
	$(Q)BUILD=$(BUILD) tests/bench/$(if $(BASE),compare $(BASE),run)

# Instructions of ten jobs beside tests/bench/counts; COUNT=--write renews these.
counts: all
	$(Q)BUILD=$(BUILD) tests/bench/count $(COUNT)

# N changes of the code, one at a time: do the tests notice? SEED=... repeats.
N ?= 60
SEED ?= $(shell date +%s)
mutants:
	$(Q)tests/mutants -n $(N) -s $(SEED)

# Lines and branches that the tests reach, in a tree of its own; T="FILE..." adds
# to the last run.
cover_flags := -O0 -g --coverage -fprofile-update=atomic -include tests/cover.h \
	-U_FORTIFY_SOURCE
cover:
	$(Q)$(MAKE) BUILD=build/cover CFLAGS="$(cover_flags)" all unit
	$(Q)BUILD=build/cover tests/cover $(T)

# For bash, zsh and fish, from what --help=all says: build/completions.
completions: $(BUILD)/completions/made
$(BUILD)/completions/made: $(addprefix $(BUILD)/,$(tools)) scripts/completions \
		scripts/dkim-rotate
	$(if $(Q),@echo "  GEN  $(@D)")
	$(Q)BUILD=$(BUILD) PATH="$(abspath $(BUILD)):$$PATH" scripts/completions $(@D)
	$(Q)touch $@

# What each module is for: the first sentence of its header.
map:
	$(Q)scripts/map

# Every leniency, as its comment tells it.
docs:
	$(Q)awk '/LENIENT:/ { on = 1; printf "%s:%d: ", FILENAME, FNR } \
		on { end = /\*\//; gsub(/^[ \t]*\/?\*+[ \t]?|[ \t]*\*\/.*/, ""); \
			sub(/.*LENIENT: */, ""); printf "%s%s", $$0, end ? "\n" : " "; \
			on = !end }' $(wildcard common/*/*.[ch] cmd/*/*.[ch] cmd/*/*/*.[ch])

compdb: clean
	$(Q)bear -- $(MAKE) all unit

hooks:
	git config core.hooksPath scripts/hooks

programs := $(addprefix $(BUILD)/,$(tools)) scripts/dkim-rotate
pages := $(wildcard cmd/*/*.1) scripts/dkim-rotate.1
overviews := $(wildcard cmd/*.7)
# Where each shell looks for completions, below $(COMPLETIONS).
names := $(tools) dkim-rotate
bash_files := $(names:%=bash-completion/completions/%)
zsh_files := $(names:%=zsh/$(ZSH_FOLDER)/_%)
fish_files := $(names:%=fish/vendor_completions.d/%.fish)
completion_files := $(bash_files) $(zsh_files) $(fish_files)

# What mail servers run, and what people copy into their configuration (man 7
# dkim-mta): with the paths of this installation.
helpers := $(wildcard scripts/mta/dkim-*)
examples := $(filter-out $(helpers),$(wildcard scripts/mta/*.* scripts/mta/*/*)) \
	$(wildcard scripts/dkim-check.* scripts/archive/*)
own_folders = $(DESTDIR)$(LIBEXECDIR) $(sort $(dir $(foreach file,$(examples),$(call example_of,$(file))))) \
	$(DESTDIR)$(DOCDIR)
example_of = $(DESTDIR)$(DOCDIR)/examples/$(patsubst scripts/%,%,$(patsubst scripts/mta/%,%,$(1)))
install_filled = sed 's|@BINDIR@|$(BINDIR)|g;s|@LIBEXECDIR@|$(LIBEXECDIR)|g' $(1) >$(2).new && \
	$(INSTALL) -m $(3) $(2).new $(2) && rm $(2).new

install: all completions
	$(INSTALL) -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(MANDIR)/man1 \
		$(DESTDIR)$(MANDIR)/man7 $(DESTDIR)$(LIBEXECDIR) \
		$(sort $(dir $(foreach file,$(examples),$(call example_of,$(file))))) \
		$(addprefix $(DESTDIR)$(COMPLETIONS)/,$(sort $(dir $(completion_files))))
	$(INSTALL) -m 755 $(programs) $(DESTDIR)$(BINDIR)
	$(INSTALL) -m 644 $(pages) $(DESTDIR)$(MANDIR)/man1
	$(INSTALL) -m 644 $(overviews) $(DESTDIR)$(MANDIR)/man7
	$(INSTALL) -m 644 $(addprefix $(BUILD)/completions/bash/,$(notdir $(bash_files))) \
		$(DESTDIR)$(COMPLETIONS)/$(dir $(firstword $(bash_files)))
	$(INSTALL) -m 644 $(addprefix $(BUILD)/completions/zsh/,$(notdir $(zsh_files))) \
		$(DESTDIR)$(COMPLETIONS)/$(dir $(firstword $(zsh_files)))
	$(INSTALL) -m 644 $(addprefix $(BUILD)/completions/fish/,$(notdir $(fish_files))) \
		$(DESTDIR)$(COMPLETIONS)/$(dir $(firstword $(fish_files)))
	$(Q)$(foreach file,$(helpers),$(call install_filled,$(file),$(DESTDIR)$(LIBEXECDIR)/$(notdir $(file)),755) &&) true
	$(Q)$(foreach file,$(examples),$(call install_filled,$(file),$(call example_of,$(file)),644) &&) true

uninstall:
	rm -f $(addprefix $(DESTDIR)$(BINDIR)/,$(notdir $(programs))) \
		$(addprefix $(DESTDIR)$(MANDIR)/man1/,$(notdir $(pages))) \
		$(addprefix $(DESTDIR)$(MANDIR)/man7/,$(notdir $(overviews))) \
		$(addprefix $(DESTDIR)$(COMPLETIONS)/,$(completion_files)) \
		$(addprefix $(DESTDIR)$(LIBEXECDIR)/,$(notdir $(helpers))) \
		$(foreach file,$(examples),$(call example_of,$(file)))
	$(Q)for folder in $(own_folders); do echo "$$folder"; done | sort -r | \
		while read -r folder; do rmdir "$$folder" 2>/dev/null || true; done

# The source as it is committed; the Debian package of it, in build/deb; and all
# that is promised of the package (scripts/packaging/check); builds with other compilers,
# processors and C libraries (scripts/packaging/portable).
dist:
	$(Q)mkdir -p $(BUILD)
	git archive --prefix=dkim-tools-$(VERSION)/ HEAD | gzip -9n \
		>$(BUILD)/dkim-tools-$(VERSION).tar.gz
deb:
	scripts/packaging/deb $(BUILD)/deb
portable:
	$(Q)scripts/packaging/portable
package-check:
	$(Q)scripts/packaging/check

# The recipes of dkim-mta(7) under the mail servers themselves; needs to be root.
mta-check: all
	$(Q)BUILD=$(BUILD) tests/mta/run $(T)

# The lines of "AN ARCHIVE OVER MANY MACHINES" (man 7 dkim-tools) under GNU
# parallel and Slurm, with MESSAGES=N messages (100000); needs to be root.
archive-check: all
	$(Q)BUILD=$(BUILD) tests/archive/run $(T)

clean:
	rm -rf $(BUILD)

-include $(wildcard $(BUILD)/obj/*/*/*.d $(BUILD)/obj/*/*/*/*.d)
