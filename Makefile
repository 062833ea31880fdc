# dkim-tools. Packagers set the upper-case variables; what the project needs is
# lower-case and added to them.
CC ?= cc
CFLAGS ?= -O2 -g
LDFLAGS ?=
PREFIX ?= /usr/local
BINDIR ?= $(PREFIX)/bin
MANDIR ?= $(PREFIX)/share/man
DESTDIR ?=
PKG_CONFIG ?= pkg-config
INSTALL ?= install
BUILD ?= build
VERSION ?= 0.2

tools := $(patsubst cmd/%.c,%,$(wildcard cmd/*.c))
layers := base mail crypto dns dkim explain policy report

# Which library a tool links, beside the core: dkim-genkey and dkim-sign start
# without ldns (0.3 ms each time, PERF.md 2). --as-needed does the rest.
crypto_flags := $(shell $(PKG_CONFIG) --cflags libcrypto ldns jansson libidn2)
crypto_libs := $(shell $(PKG_CONFIG) --libs libcrypto)
ldns_libs := $(shell $(PKG_CONFIG) --libs ldns)
jansson_libs := $(shell $(PKG_CONFIG) --libs jansson)
libs := -pthread -Wl,--as-needed $(ldns_libs) $(jansson_libs) $(crypto_libs)

warnings := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wcast-qual \
	-Wformat=2 -Wno-format-nonliteral -Wvla -Wmissing-prototypes \
	-Wstrict-prototypes -Wpointer-arith -Wundef -Wwrite-strings
hardening := -fstack-protector-strong -fPIE
link_hardening := -pie -Wl,-z,relro -Wl,-z,now
# fortified unless the user, or a sanitizer, says otherwise
ifeq ($(findstring fsanitize,$(CFLAGS))$(findstring FORTIFY,$(CFLAGS)),)
hardening += -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
endif
# -iquote: a header of ours never stands in for one of the system's
cppflags := -D_GNU_SOURCE -DVERSION='"$(VERSION)"' \
	$(addprefix -iquotecommon/,$(layers)) $(crypto_flags)
cflags := -std=c11 -pthread $(warnings) $(hardening)
ifneq ($(WERROR),)
cflags += -Werror
endif
Q := $(if $(V),,@)

core_sources := $(wildcard $(addprefix common/,$(addsuffix /*.c,$(layers))))
core_objects := $(core_sources:%.c=$(BUILD)/obj/%.o)
core := $(BUILD)/libdkimcore.a
unit_tests := $(patsubst tests/unit/%.c,$(BUILD)/tests/unit/%,$(wildcard tests/unit/*.c))

.PHONY: all check lint sanitize tsan valgrind fuzz bench docs compdb hooks install \
	uninstall clean unit
.DELETE_ON_ERROR:
.SECONDARY:

all: $(addprefix $(BUILD)/,$(tools))

$(BUILD)/obj/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(if $(Q),@echo "  CC   $<")
	$(Q)$(CC) $(cppflags) $(CPPFLAGS) $(cflags) $(CFLAGS) -MMD -MP -c -o $@ $<

$(core): $(core_objects)
	$(if $(Q),@echo "  AR   $@")
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(BUILD)/%: $(BUILD)/obj/cmd/%.o $(core)
	$(if $(Q),@echo "  LD   $@")
	$(Q)$(CC) $(link_hardening) $(CFLAGS) $(LDFLAGS) -o $@ $< $(core) $(libs)

# A unit test X.c links the core and cmocka; tests/unit/guard.h is shared.
$(BUILD)/tests/unit/%: $(BUILD)/obj/tests/unit/%.o $(core)
	@mkdir -p $(@D)
	$(if $(Q),@echo "  LD   $@")
	$(Q)$(CC) $(link_hardening) $(CFLAGS) $(LDFLAGS) -o $@ $< $(core) $(libs) \
		$(shell $(PKG_CONFIG) --libs cmocka)

unit: $(unit_tests)

# Everything that counts as a test, or T="FILE..."; one line at the end.
check: all unit
	$(Q)BUILD=$(BUILD) scripts/run-tests $(T)

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
		T="build/tsan/tests/unit/pool build/tsan/tests/unit/keystore \
			tests/cli/batch.bats" check

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

$(BUILD)/tests/fuzz/%: $(BUILD)/obj/tests/fuzz/%.o $(core)
	@mkdir -p $(@D)
	$(if $(Q),@echo "  LD   $@")
	$(Q)$(CC) $(link_hardening) $(CFLAGS) -fsanitize=fuzzer $(LDFLAGS) \
		-o $@ $< $(core) $(libs)

lint:
	$(Q)BUILD=$(BUILD) scripts/lint

bench: all
	$(Q)BUILD=$(BUILD) tests/bench/run

# Every leniency, as its comment tells it.
docs:
	$(Q)awk '/LENIENT:/ { on = 1; printf "%s:%d: ", FILENAME, FNR } \
		on { end = /\*\//; gsub(/^[ \t]*\/?\*+[ \t]?|[ \t]*\*\/.*/, ""); \
			sub(/.*LENIENT: */, ""); printf "%s%s", $$0, end ? "\n" : " "; \
			on = !end }' $(wildcard common/*/*.[ch] cmd/*.c)

compdb: clean
	$(Q)bear -- $(MAKE) all unit

hooks:
	git config core.hooksPath scripts/hooks

programs := $(addprefix $(BUILD)/,$(tools)) scripts/dkim-rotate
pages := $(wildcard cmd/*.1) scripts/dkim-rotate.1
install: all
	$(INSTALL) -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(MANDIR)/man1
	$(INSTALL) -m 755 $(programs) $(DESTDIR)$(BINDIR)
	$(INSTALL) -m 644 $(pages) $(DESTDIR)$(MANDIR)/man1

uninstall:
	rm -f $(addprefix $(DESTDIR)$(BINDIR)/,$(notdir $(programs))) \
		$(addprefix $(DESTDIR)$(MANDIR)/man1/,$(notdir $(pages)))

clean:
	rm -rf $(BUILD)

-include $(core_objects:.o=.d) $(tools:%=$(BUILD)/obj/cmd/%.d) \
	$(wildcard $(BUILD)/obj/tests/fuzz/*.d) \
	$(unit_tests:$(BUILD)/tests/%=$(BUILD)/obj/tests/%.d)
