# tcptrav: everything is built below build/, the command is ./tcptrav.
#   make            the command          make demo    deps, build, first run
#   make deps       install what it needs (Debian)   make check   all tests
#   SAN=1           build and test under AddressSanitizer and UBSan
#   V=1             show the commands

VERSION := 0.1.0
CC := gcc
B := build$(if $(SAN),/san)
PKGS := libpcap libsodium jansson libevent_core libnftables libmnl inih

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion
SANFLAGS := $(if $(SAN),-fsanitize=address$(comma)undefined \
	-fno-omit-frame-pointer -fno-sanitize-recover=undefined)
comma := ,
CPPFLAGS += -D_GNU_SOURCE -DTCPTRAV_VERSION='"$(VERSION)"' \
	-Isrc -Iinclude -I$(B) $(PKG_CFLAGS)
CFLAGS += -std=gnu11 -O2 -g $(WARN) $(SANFLAGS)
LDLIBS += $(PKG_LIBS) -lm
# libnet has no pkg-config file in Debian 12; asked only when building.
PKG_CFLAGS = $(eval PKG_CFLAGS := $$(shell pkg-config --cflags $(PKGS)) \
	$$(shell libnet-config --defines))$(PKG_CFLAGS)
PKG_LIBS = $(eval PKG_LIBS := $$(shell pkg-config --libs $(PKGS)) \
	$$(shell libnet-config --libs))$(PKG_LIBS)

Q := $(if $(V),,@)
say = $(if $(V),,@printf '  %-5s %s\n' $(1) $(2);)

LIB_SRC := $(filter-out src/main.c $(wildcard src/cli/*.c),\
	$(wildcard src/*/*.c))
CLI_SRC := $(wildcard src/cli/*.c) src/main.c
LIB_OBJ := $(LIB_SRC:%.c=$(B)/%.o)
CLI_OBJ := $(CLI_SRC:%.c=$(B)/%.o)
UNIT := $(patsubst tests/unit/%.c,$(B)/tests/%,$(wildcard tests/unit/*_test.c))
COMMAND := $(if $(SAN),$(B)/tcptrav,tcptrav)

.PHONY: all clean unit
all: $(COMMAND)

$(COMMAND): $(CLI_OBJ) $(B)/libtcptrav.a
	$(call say,LD,$@)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(B)/libtcptrav.a: $(LIB_OBJ)
	$(call say,AR,$@)rm -f $@ && ar rcs $@ $^

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# The profiles of experiments/nats are compiled in.
PROFILES := $(sort $(wildcard experiments/nats/*.nat))
$(B)/profiles.inc: $(PROFILES) src/profile/embed.sh
	@mkdir -p $(@D)
	$(call say,GEN,$@)sh src/profile/embed.sh $(PROFILES) > $@
$(B)/src/profile/builtin.o: $(B)/profiles.inc

$(B)/tests/%: tests/unit/%.c $(B)/libtcptrav.a
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(CPPFLAGS) $(CFLAGS) -o $@ $< \
		$(B)/libtcptrav.a -lcmocka $(LDLIBS)

unit: $(UNIT)
	$(Q)for t in $(UNIT); do $$t || exit 1; done

clean:
	rm -rf build tcptrav

-include $(LIB_OBJ:.o=.d) $(CLI_OBJ:.o=.d)
