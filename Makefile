# reimport: hot-patch a running CPython process. `make help` lists the targets.
VERSION := 0.1.0
CC ?= gcc
B := build
PYTHON_CONFIG ?= /usr/bin/python3-config
PY_INCLUDES := $(shell $(PYTHON_CONFIG) --includes 2>/dev/null)

WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wformat=2 -Wundef \
        -Wimplicit-fallthrough -Wlogical-op -Wdate-time -Wvla $(if $(WERROR),-Werror)
CFLAGS ?= -O2 -g
# Loaded into any CPython on any libc: nothing is linked, nothing is exported but two names.
AGENT_CFLAGS := -std=gnu11 -fPIC -fvisibility=hidden -ffreestanding -fno-stack-protector \
        -fno-asynchronous-unwind-tables -fno-exceptions -fcf-protection=none -mno-red-zone \
        -U_FORTIFY_SOURCE -DREIMPORT_VERSION='"$(VERSION)"' $(WARN) -I$(B) -Iagent $(PY_INCLUDES)
AGENT_LDFLAGS := -nostdlib -shared -Wl,-z,defs,-z,now,-z,relro,-z,noexecstack,--hash-style=both,--build-id=none \
        -Wl,-soname,reimport -Wl,-Bsymbolic
CLI_CFLAGS := -std=gnu11 -D_GNU_SOURCE -fPIE -fstack-protector-strong -DREIMPORT_VERSION='"$(VERSION)"' \
        $(WARN) -Icli -Iagent -I$(B)
CLI_LDFLAGS := $(if $(SANITIZE),-pie,-static-pie) -Wl,-z,relro,-z,now
# SANITIZE=1: the command and its unit tests under gcc's sanitizers; the agent has no libc to run them on.
ifdef SANITIZE
CLI_CFLAGS += -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
CLI_LDFLAGS += -fsanitize=address,undefined
endif
CLI_LIBS := -ljansson -lm

AGENT_SRC := $(wildcard agent/*.c)
CLI_SRC := $(wildcard cli/*.c)
AGENT_OBJ := $(AGENT_SRC:%.c=$(B)/%.o)
CLI_OBJ := $(CLI_SRC:%.c=$(B)/%.o) $(B)/cli/wire.o

PREFIX ?= /usr/local
BINDIR ?= $(PREFIX)/bin
LIBDIR ?= $(PREFIX)/lib/reimport
MANDIR ?= $(PREFIX)/share/man
DATADIR ?= $(PREFIX)/share
INSTALLED := $(BINDIR)/reimport $(LIBDIR)/reimport.abi3.so $(MANDIR)/man1/reimport.1 \
        $(DATADIR)/bash-completion/completions/reimport \
        $(DATADIR)/zsh/site-functions/_reimport \
        $(DATADIR)/fish/vendor_completions.d/reimport.fish

UNIT := $(patsubst tests/unit/%.c,$(B)/unit/%,$(wildcard tests/unit/test_*.c))
# What `make check` runs; CHECK=tests/cli/x.bats runs only that. What is never short is for make soak.
LONG := tests/faults/allocations.bats tests/soak/freethreaded.bats
CHECK ?= tests/cases/check $(UNIT) $(UNIT:$(B)/%=$(B)/sanitized/%) \
        $(filter-out $(LONG),$(wildcard tests/*/*.bats))

.PHONY: all clean help install uninstall dist unit deps roots check sanitize fuzz soak cases lint demo bench
all: $(B)/reimport $(B)/reimport.abi3.so ## build the command and the importable library

$(B)/py_names.h: agent/py_api.def
	@mkdir -p $(@D)
	sed -nE -e 's/^PY_FN\((\w+)\).*/#define \1 (*py.p_\1)/p' \
	        -e 's/^PY_EX\([^,]*, (\w+),.*/#define \1 (*py.p_\1)/p' \
	        -e 's/^PY_(EXC|TYPE|OBJ)\((\w+)\).*/#define \2 (*py.p_\2)/p' $< >$@.tmp
	mv $@.tmp $@

$(B)/agent/%.o: agent/%.c | $(B)/py_names.h
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(AGENT_CFLAGS) -MMD -MP -c -o $@ $<

# Carried as text (.incbin).
$(B)/agent/script.o: $(wildcard agent/*.py)

$(B)/reimport.abi3.so: $(AGENT_OBJ) agent/agent.map
	$(CC) $(CFLAGS) $(AGENT_LDFLAGS) -Wl,--version-script=agent/agent.map -o $@ $(AGENT_OBJ)

$(B)/cli/wire.o: agent/wire.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(CLI_CFLAGS) -MMD -MP -c -o $@ $<

# The agent's image travels inside the command (.incbin in cli/image.c).
$(B)/agent.img: $(B)/reimport.abi3.so
	strip -s -o $@ $<
IMAGE ?= $(B)/agent.img
$(B)/cli/image.o: $(IMAGE)
$(B)/cli/image.o: CLI_CFLAGS += -DREIMPORT_IMAGE='"$(IMAGE)"'
$(B)/cli/%.o: cli/%.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(CLI_CFLAGS) -MMD -MP -c -o $@ $<

$(B)/reimport: $(CLI_OBJ)
	$(CC) $(CFLAGS) $(CLI_LDFLAGS) -o $@ $(CLI_OBJ) $(CLI_LIBS)

# All of the command but main(), for the unit tests: what a test does not use is not linked.
$(B)/cli/cli.a: $(filter-out $(B)/cli/main.o,$(CLI_OBJ))
	rm -f $@
	$(AR) rcs $@ $^

$(B)/unit/%: tests/unit/%.c $(B)/cli/cli.a
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(CLI_CFLAGS) -MMD -MP $(CLI_LDFLAGS) -o $@ $< $(B)/cli/cli.a $(CLI_LIBS)

unit: $(UNIT) ## build the unit tests

# A second build, below the first, whose image of the agent it carries.
SANITIZED := $(B)/sanitized
$(SANITIZED)/reimport: $(B)/agent.img FORCE
	@$(MAKE) --no-print-directory B=$(SANITIZED) SANITIZE=1 IMAGE=$(B)/agent.img $@ unit
FORCE:

# valgrind takes the place of malloc() only in what is linked dynamically.
DYNAMIC := $(UNIT:$(B)/unit/%=$(B)/dynamic/%)
$(DYNAMIC): $(B)/dynamic/%: tests/unit/%.c $(B)/cli/cli.a
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(CLI_CFLAGS) -pie -o $@ $< $(B)/cli/cli.a $(CLI_LIBS)

# What the command does in tests of its own, under the sanitizers, and its unit tests under valgrind too; then
# every case with an agent in which undefined behaviour is a trap. (The agent under valgrind: tests/faults.)
sanitize: deps ## run the command's own tests under ASan, UBSan and valgrind, and the cases under UBSan
	@$(MAKE) --no-print-directory all $(DYNAMIC) $(TEST_PROGRAMS) $(SANITIZED)/reimport $(B)/agent-undefined/reimport
	@set -e; for test in $(DYNAMIC); do echo "valgrind $$test"; \
	    valgrind -q --error-exitcode=1 --leak-check=full --errors-for-leak-kinds=definite $$test >/dev/null; done
	@REIMPORT=$(CURDIR)/$(SANITIZED)/reimport tests/run $(UNIT:$(B)/%=$(SANITIZED)/%) $(wildcard tests/cli/*.bats) \
	        tests/inject/hostile.bats
	@tests/cases/run -q -v -m pib -b $(B)/agent-undefined

install: all ## install under PREFIX (/usr/local), below DESTDIR
	install -Dm755 $(B)/reimport $(DESTDIR)$(BINDIR)/reimport
	install -Dm644 $(B)/reimport.abi3.so $(DESTDIR)$(LIBDIR)/reimport.abi3.so
	install -Dm644 man/reimport.1 $(DESTDIR)$(MANDIR)/man1/reimport.1
	install -Dm644 cli/completions/reimport.bash $(DESTDIR)$(DATADIR)/bash-completion/completions/reimport
	install -Dm644 cli/completions/_reimport $(DESTDIR)$(DATADIR)/zsh/site-functions/_reimport
	install -Dm644 cli/completions/reimport.fish $(DESTDIR)$(DATADIR)/fish/vendor_completions.d/reimport.fish

uninstall: ## remove what install put there
	rm -f $(addprefix $(DESTDIR),$(INSTALLED))
	-rmdir $(DESTDIR)$(LIBDIR)

# The same commit gives the same bytes: names, times and order come from git, gzip keeps no time.
dist: ## make a source archive of the commit checked out
	@mkdir -p $(B)
	git archive --format=tar --prefix=reimport-$(VERSION)/ HEAD | gzip -9n >$(B)/reimport-$(VERSION).tar.gz

deps: ## install what building and testing need, through apt
	@tests/deps

roots: deps ## make root file systems with more interpreters, in the cache
	@tests/roots.bash build $(if $(STRICT),,|| echo "Python 3.14 and 3.15 will be skipped" >&2)

# What tests run that is not Python. reimport-hooks is the command with test hooks (cli/tracee.h).
TEST_PROGRAMS := $(B)/tests/embed $(B)/tests/zoo.so $(B)/tests/busy.so $(B)/tests/slow.so $(B)/tests/stacks.so \
        $(B)/tests/signals.so $(B)/tests/wide.so $(B)/tests/thief.so $(B)/tests/auditor.so $(B)/tests/fakepy $(B)/tests/liar $(B)/tests/visit \
        $(B)/tests/reimport-hooks $(B)/tests/faults.so $(B)/agent-hooks/reimport \
        $(if $(shell command -v musl-gcc),$(B)/tests/fakepy-musl)
HOOKS_OBJ := $(CLI_OBJ:$(B)/cli/%=$(B)/hooks/%)
$(B)/tests/embed: tests/targets/embed.c
	@mkdir -p $(@D)
	$(CC) -std=gnu11 $(WARN) -O1 -o $@ $< -ldl

FAKEPY := tests/targets/fakepy.c tests/targets/fakepy_names.c
$(B)/tests/fakepy: $(FAKEPY) agent/py_api.def
	@mkdir -p $(@D)
	$(CC) -std=gnu11 $(WARN) -O1 -Iagent -rdynamic -o $@ $(FAKEPY) -lpthread

$(B)/tests/liar: tests/targets/liar.c tests/targets/fakepy_names.c agent/py_api.def
	@mkdir -p $(@D)
	$(CC) -std=gnu11 $(WARN) -O1 -iquote agent -rdynamic -Wl,-z,now,--hash-style=gnu -o $@ $(filter %.c,$^)

$(B)/tests/fakepy-musl: $(FAKEPY) agent/py_api.def
	@mkdir -p $(@D)
	musl-gcc -std=gnu11 $(WARN) -O1 -Iagent -rdynamic -o $@ $(FAKEPY)

$(B)/tests/%.so: tests/targets/%.c
	@mkdir -p $(@D)
	$(CC) -std=gnu11 $(WARN) -O1 -g -fPIC -iquote agent -shared -o $@ $(filter %.c,$^) -lpthread
$(B)/tests/faults.so: tests/targets/freed.c tests/targets/freed.h tests/targets/allocator.h

# Variants of the agent, each with the command that carries it, in a directory of its own:
# $(call agent-variant,NAME,FLAGS)
define agent-variant
$(B)/agent-$(1)/%.o: agent/%.c | $(B)/py_names.h
	@mkdir -p $$(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(AGENT_CFLAGS) $(2) -MMD -MP -c -o $$@ $$<
$(B)/agent-$(1)/script.o: $(wildcard agent/*.py)
$(B)/agent-$(1)/reimport.abi3.so: $(AGENT_SRC:agent/%.c=$(B)/agent-$(1)/%.o) agent/agent.map
	$(CC) $(CFLAGS) $(AGENT_LDFLAGS) $(3) -Wl,--version-script=agent/agent.map -o $$@ $$(filter %.o,$$^)
$(B)/agent-$(1)/agent.img: $(B)/agent-$(1)/reimport.abi3.so
	strip -s -o $$@ $$<
$(B)/agent-$(1)/image.o: cli/image.c $(B)/agent-$(1)/agent.img
	$(CC) $(CPPFLAGS) $(CFLAGS) $(CLI_CFLAGS) -DREIMPORT_IMAGE='"$(B)/agent-$(1)/agent.img"' -c -o $$@ $$<
$(B)/agent-$(1)/reimport: $(filter-out $(B)/cli/image.o,$(CLI_OBJ)) $(B)/agent-$(1)/image.o
	$(CC) $(CFLAGS) $(CLI_LDFLAGS) -o $$@ $$^ $(CLI_LIBS)
-include $(AGENT_SRC:agent/%.c=$(B)/agent-$(1)/%.d)
endef
# Steps of the journal fail where a test wants it, and stacks can be walked (tests/targets/faults.c).
$(eval $(call agent-variant,hooks,-DREIMPORT_TEST_HOOKS -fasynchronous-unwind-tables))
# What C leaves undefined is a trap, for the sanitizer's own library has no place in a target.
$(eval $(call agent-variant,undefined,-fsanitize=undefined -fsanitize-undefined-trap-on-error))

$(B)/hooks/wire.o: $(B)/cli/wire.o
	@mkdir -p $(@D)
	cp $< $@
$(B)/hooks/image.o: $(B)/cli/image.o
	@mkdir -p $(@D)
	cp $< $@
$(B)/hooks/%.o: cli/%.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(CLI_CFLAGS) -DREIMPORT_TEST_HOOKS -MMD -MP -c -o $@ $<

$(B)/tests/reimport-hooks: $(HOOKS_OBJ)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(CLI_LDFLAGS) -o $@ $(HOOKS_OBJ) $(CLI_LIBS)

$(B)/tests/visit: tests/inject/visit.c $(HOOKS_OBJ)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(CLI_CFLAGS) $(CLI_LDFLAGS) -o $@ $< \
	        $(filter-out $(B)/hooks/main.o,$(HOOKS_OBJ)) $(CLI_LIBS)

# libFuzzer's, by clang, with the sanitizers. Each links what it needs of the sources.
FUZZ := elf python maps wire reply chan link codec opts
FUZZERS := $(FUZZ:%=$(B)/fuzz/%)
FUZZ_CC ?= clang
FUZZ_CFLAGS := -std=gnu11 -D_GNU_SOURCE -O1 -g -Wall -Wextra -DREIMPORT_VERSION='"$(VERSION)"' -Icli -Iagent -I$(B) \
        $(PY_INCLUDES) -fno-omit-frame-pointer -fsanitize=address,undefined,float-cast-overflow -fno-sanitize-recover=all
FUZZ_SRC := $(addprefix cli/,elfmem.c mem.c maps.c modules.c bound.c libc.c procfs.c python.c version.c arch_x86_64.c err.c reply.c outcome.c render.c text.c \
        utf8.c out.c chan.c converse.c opts.c) $(addprefix agent/,wire.c link.c codec.c py_link.c) $(addprefix tests/fuzz/,target.c clean.c mutate.c)
FUZZ_OBJ := $(FUZZ_SRC:%.c=$(B)/fuzz/obj/%.o)
$(B)/fuzz/obj/%.o: %.c | $(B)/py_names.h
	@mkdir -p $(@D)
	$(FUZZ_CC) $(FUZZ_CFLAGS) -fsanitize=fuzzer-no-link -MMD -MP -c -o $@ $<

$(B)/fuzz/fuzz.a: $(FUZZ_OBJ)
	rm -f $@
	$(AR) rcs $@ $^

$(B)/fuzz/elf $(B)/fuzz/python: FUZZ_LINK := -Wl,--wrap=pread,--wrap=procfs_read
$(B)/fuzz/chan: FUZZ_LINK := -Wl,--wrap=recv
$(B)/fuzz/codec: FUZZ_LINK = $(shell $(PYTHON_CONFIG) --embed --ldflags)
$(FUZZERS): $(B)/fuzz/%: tests/fuzz/%.c $(B)/fuzz/fuzz.a
	$(FUZZ_CC) $(FUZZ_CFLAGS) -fsanitize=fuzzer -MMD -MP -o $@ $< $(B)/fuzz/fuzz.a $(FUZZ_LINK) -ljansson -lm

FUZZ_SECONDS ?= 60
fuzz: deps ## run each fuzzer for FUZZ_SECONDS (60), from the corpus in the tree; FUZZ="elf maps" runs only those
	@$(MAKE) --no-print-directory $(FUZZERS)
	@tests/fuzz/run -s $(FUZZ_SECONDS) $(FUZZERS)

PARALLEL := $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc))
# A second make reads what `deps` has installed meanwhile.
check: roots ## build, run every test; the last line counts them (STRICT=1: skip nothing)
	@$(MAKE) $(PARALLEL) --no-print-directory all unit $(TEST_PROGRAMS) $(FUZZERS) $(SANITIZED)/reimport
	@STRICT=$(STRICT) tests/run $(CHECK)

cases: all ## print the table of what follows a reimport, by Python version
	@tests/cases/run $(CASES)

# The analyzer's word on every file; what shellcheck, mandoc and the rules of style say is in check too.
ANALYZE := -fanalyzer -Werror -S -o /dev/null
TIDY := -std=gnu11 -D_GNU_SOURCE -Icli -Iagent -I$(B) $(PY_INCLUDES) -DREIMPORT_VERSION='""' -DREIMPORT_IMAGE='""'
# It does not see what the agent's system calls, in assembler, write.
TIDY_UNSEEN := -clang-analyzer-core.uninitialized.*,-clang-analyzer-core.UndefinedBinaryOperatorResult
lint: deps $(B)/py_names.h ## read the sources: gcc's analyzer, clang-tidy, cppcheck, shellcheck, mandoc, style
	@printf '%s\n' $(CLI_SRC) | xargs -P $$(nproc) -I{} \
	    $(CC) $(CLI_CFLAGS) -DREIMPORT_IMAGE='""' -O1 $(ANALYZE) {}
	@printf '%s\n' $(AGENT_SRC) | xargs -P $$(nproc) -I{} $(CC) $(AGENT_CFLAGS) -O1 $(ANALYZE) {}
	@cppcheck -j $$(nproc) --quiet --error-exitcode=1 --enable=warning,performance,portability --std=c11 --inline-suppr \
	    --suppressions-list=tests/lint/cppcheck -Icli -Iagent -I$(B) -D__x86_64__ -DREIMPORT_VERSION='""' \
	    -DREIMPORT_IMAGE='""' "-DPy_RETURN_NONE=return 0" cli agent
	@printf '%s\n' $(CLI_SRC) | xargs -P $$(nproc) -I{} clang-tidy --quiet {} -- $(TIDY)
	@printf '%s\n' $(AGENT_SRC) | xargs -P $$(nproc) -I{} clang-tidy --quiet --checks=$(TIDY_UNSEEN) {} -- $(TIDY)
	@mandoc -Tlint -W warning man/reimport.1
	@tests/run $(wildcard tests/lint/*.bats)

# The sweeps of `make check` at length, and those that are always long. Hours.
SOAK ?= $(wildcard $(addprefix tests/,$(addsuffix /*.bats,inject soak fuzz faults interpreters library real))) \
        tests/reload/modified.bats
soak: roots ## run the long sweeps; each ends in a count
	@$(MAKE) --no-print-directory all unit $(TEST_PROGRAMS) $(FUZZERS)
	@SOAK=1 FUZZ_SECONDS=3600 REIMPORTS=2000 KILLS=1000 VISITS=200 LIVES=50 LOAD_SECONDS=60 STRIDE=1 \
	        ERRORS="EIO EINTR ENOMEM EPERM ENOENT EAGAIN ESRCH" PATIENCE=300 BATS_TEST_TIMEOUT=36000 \
	        tests/run -j 1 $(SOAK)

demo: deps ## patch a web server under load, and show what happens
	@$(MAKE) -s --no-print-directory all
	@tests/demo/demo

bench: deps ## measure, against gdb and a bare dlopen
	@$(MAKE) -s --no-print-directory all
	@tests/bench/bench

clean: ## remove the build
	rm -rf $(B)

help: ## list the targets
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

-include $(AGENT_OBJ:.o=.d) $(CLI_OBJ:.o=.d) $(HOOKS_OBJ:.o=.d) $(UNIT:=.d) $(FUZZ_OBJ:.o=.d) $(FUZZERS:=.d)
