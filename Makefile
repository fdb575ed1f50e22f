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
        -Wl,-soname,reimport
CLI_CFLAGS := -std=gnu11 -D_GNU_SOURCE -fPIE -fstack-protector-strong -DREIMPORT_VERSION='"$(VERSION)"' \
        $(WARN) -Icli -Iagent -I$(B)
CLI_LDFLAGS := -static-pie -Wl,-z,relro,-z,now
CLI_LIBS := -ljansson

AGENT_SRC := $(wildcard agent/*.c)
CLI_SRC := $(wildcard cli/*.c)
AGENT_OBJ := $(AGENT_SRC:%.c=$(B)/%.o)
CLI_OBJ := $(CLI_SRC:%.c=$(B)/%.o) $(B)/cli/wire.o

.PHONY: all clean help
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

$(B)/reimport.abi3.so: $(AGENT_OBJ) agent/agent.map
	$(CC) $(CFLAGS) $(AGENT_LDFLAGS) -Wl,--version-script=agent/agent.map -o $@ $(AGENT_OBJ)

$(B)/cli/wire.o: agent/wire.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(CLI_CFLAGS) -MMD -MP -c -o $@ $<

# The agent's image travels inside the command (.incbin in cli/image.c).
$(B)/cli/image.o: $(B)/reimport.abi3.so
$(B)/cli/%.o: cli/%.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(CLI_CFLAGS) -MMD -MP -c -o $@ $<

$(B)/reimport: $(CLI_OBJ)
	$(CC) $(CFLAGS) $(CLI_LDFLAGS) -o $@ $(CLI_OBJ) $(CLI_LIBS)

clean: ## remove the build
	rm -rf $(B)

help: ## list the targets
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

-include $(AGENT_OBJ:.o=.d) $(CLI_OBJ:.o=.d)
