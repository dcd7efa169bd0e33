# tcptrav: everything is built below build/, the command is ./tcptrav.
#
#   make              build the command
#   sudo make demo    install what is missing, build, run it once in the lab
#   sudo make check   install what the tests need, build, run all of them
#   make help         this list
#
#   make deps         install what the build needs (Debian)
#   make unit         unit tests, without privilege; T=nat_port: that one
#   make lab          tests in namespaces; T=methods: tests/lab/methods.bats
#   make virtual      build the guest kernel of virtual time; KERNEL=6.12
#   make lint         clang-tidy, cppcheck, sizes, names, who knows whom
#   make format-check the lines that clang-format would change
#   make coverage     lines of src that the unit tests execute, by folder
#   make fuzz         each fuzz target for FUZZ_SECONDS (60)
#   make fidelity     the NAT model against the kernel's NAT, packet by packet
#   make agreement    predictions against the lab; AGREEMENT_FLAGS=--quick
#   make soak         a thousand traversals in a row
#   make bench        time, throughput and set-up, as ratios of one run
#   make census       lines and functions by folder; C=COMMIT: of that commit
#
#   make experiments  all of them into results/; EXPERIMENTS_FLAGS=--quick
#   make results      results/index.html, from the folders in results/
#   make install      to PREFIX (/usr/local)
#   make compile_commands.json   for clangd and other tools
#
#   SAN=1             build under AddressSanitizer and UBSan, in build/san
#   V=1               show the commands

VERSION := 0.1.0
CC := gcc
PREFIX := /usr/local
B := build$(if $(SAN),/san)$(if $(COVERAGE),/coverage)
COMMAND := $(if $(SAN)$(COVERAGE),$(B)/)tcptrav
PKGS := libpcap libsodium jansson libevent_core libnftables libmnl
comma := ,

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion
SANFLAGS := $(if $(SAN),-fsanitize=address$(comma)undefined \
	-fno-omit-frame-pointer -fno-sanitize-recover=undefined)
CPPFLAGS += -D_GNU_SOURCE -D_DEFAULT_SOURCE \
	-DTCPTRAV_VERSION='"$(VERSION)"' \
	-Isrc -Iinclude -I$(B) $(PKG_CFLAGS)
CFLAGS += -std=gnu11 -O2 -g $(WARN) $(SANFLAGS) \
	$(if $(COVERAGE),--coverage -O0)
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
UNIT_SRC := $(wildcard tests/unit/*_test.c)
UNIT_OBJ := $(UNIT_SRC:%.c=$(B)/%.o)
UNIT := $(patsubst tests/unit/%.c,$(B)/tests/%,$(UNIT_SRC))
LAB_TOOLS := $(patsubst tests/lab/%.c,$(B)/tests/lab/%,\
	$(wildcard tests/lab/*_test.c)) $(B)/bench/bulk \
	$(B)/tests/lab/talk $(B)/tests/lab/channel
FUZZ := $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
CONFORMANCE := $(B)/conformance
REPLAY := $(FUZZ:%=$(B)/fuzz/%)

.PHONY: all clean unit deps deps-check demo check bench soak fuzz lint install \
	fidelity
all: $(COMMAND)
	@:

$(COMMAND): $(CLI_OBJ) $(B)/libtcptrav.a
	$(call say,LD,$@)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(B)/libtcptrav.a: $(LIB_OBJ)
	$(call say,AR,$@)rm -f $@ && ar rcs $@ $^

# Changes when the compiler or its flags do. Objects depend on it.
$(B)/flags: FORCE
	$(shell mkdir -p $(@D))$(file >$@.new,$(filter-out ccache,$(CC)) $(CPPFLAGS) $(CFLAGS))
	@if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi
FORCE:

$(B)/%.o: %.c $(B)/flags
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# The profiles of experiments/nats are compiled in.
PROFILES := $(sort $(wildcard experiments/nats/*.nat))
$(B)/profiles.inc: $(PROFILES) src/profile/embed.sh
	@mkdir -p $(@D)
	$(call say,GEN,$@)sh src/profile/embed.sh $(PROFILES) > $@
$(B)/src/profile/builtin.o: $(B)/profiles.inc

# Which guest kernel this program wants: docs/virtual.md.
$(B)/guest_kernel.inc: $(wildcard src/virtual/kernel/*)
	@mkdir -p $(@D)
	$(call say,GEN,$@)printf '#define GUEST_KERNEL_HASH "%s"\n' \
		$$(src/virtual/kernel/build --hash) > $@
$(B)/src/virtual/kernel.o $(B)/tests/unit/guest_kernel_test.o: \
	$(B)/guest_kernel.inc

$(B)/tests/unit/%.o: private CPPFLAGS += -Itests/unit -Itests
$(B)/tests/%: $(B)/tests/unit/%.o $(B)/libtcptrav.a
	$(call say,LD,$@)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.o,$^) \
		$(filter %.a,$^) -lcmocka $(LDLIBS)
# A test of more than one file, which counts all allocations.
PROPERTY_OBJ := $(patsubst %.c,$(B)/%.o,$(wildcard tests/unit/property/*.c))
$(B)/tests/nat_property_test: $(PROPERTY_OBJ)
$(B)/tests/nat_property_test: LDLIBS += -Wl,--wrap=malloc \
	-Wl,--wrap=calloc -Wl,--wrap=realloc

$(B)/tests/lab/%: tests/lab/%.c tests/lab/host_network.c $(B)/libtcptrav.a
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(CPPFLAGS) $(CFLAGS) -o $@ $(filter %.c,$^) \
		$(B)/libtcptrav.a -lcmocka $(LDLIBS)

$(B)/bench/%: experiments/bench/%.c $(B)/libtcptrav.a
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -o $@ $< \
		$(B)/libtcptrav.a $(LDLIBS)

# What the experiments need besides the command.
SUITE := $(B)/experiments/suite
$(SUITE): $(wildcard experiments/suite/*.[ch]) $(B)/libtcptrav.a
	@mkdir -p $(@D)
	$(call say,CC,$@)$(CC) $(CPPFLAGS) $(CFLAGS) -o $@ $(filter %.c,$^) \
		$(B)/libtcptrav.a $(LDLIBS)

# The model against the kernel's NAT; its unit tests link its pure parts.
FIDELITY_OBJ := $(patsubst %.c,$(B)/%.o,$(wildcard tests/fidelity/*.c))
$(B)/libfidelity.a: $(filter-out %/main.o,$(FIDELITY_OBJ))
	$(call say,AR,$@)rm -f $@ && ar rcs $@ $^

$(B)/fidelity/fidelity: $(B)/tests/fidelity/main.o $(B)/libfidelity.a \
		$(B)/libtcptrav.a
	@mkdir -p $(@D)
	$(call say,LD,$@)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(B)/tests/fidelity_%: $(B)/tests/unit/fidelity_%.o $(B)/libfidelity.a \
		$(B)/libtcptrav.a
	$(call say,LD,$@)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -lcmocka $(LDLIBS)

# Each fuzz target with a main() that replays its corpus.
$(B)/fuzz/%: tests/fuzz/fuzz_%.c tests/fuzz/replay.c $(B)/libtcptrav.a
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(CPPFLAGS) $(CFLAGS) -o $@ $< \
		tests/fuzz/replay.c $(B)/libtcptrav.a $(LDLIBS)

# What RFCs ask of a NAT, tried on the built-in profiles.
$(CONFORMANCE): $(wildcard tests/conformance/*.[ch]) tests/unit/nat_fixture.h \
		$(B)/libtcptrav.a
	@mkdir -p $(@D)
	$(call say,CC,$@)$(CC) $(CPPFLAGS) $(CFLAGS) -o $@ $(filter %.c,$^) \
		$(B)/libtcptrav.a -lcmocka $(LDLIBS)

.SECONDARY: $(UNIT_OBJ) $(PROPERTY_OBJ)
# T: the names of some, without _test
UNIT_WANTED := $(if $(T),$(T:%=$(B)/tests/%_test),$(UNIT))
.PHONY: unit
unit: $(UNIT_WANTED)
	$(Q)for t in $^; do $$t || exit 1; done

# T: the names of some of tests/lab/*.bats
.PHONY: lab
lab: $(COMMAND) $(LAB_TOOLS) $(SUITE)
	$(Q)TCPTRAV=$(CURDIR)/$(COMMAND) TCPTRAV_BUILD=$(CURDIR)/$(B) bats \
		$(if $(T),$(T:%=tests/lab/%.bats),tests/lab)

.PHONY: help coverage coverage-built format-check census
help:
	@sed -n '3,/^$$/s/^# \{0,1\}//p' Makefile

coverage:
	$(Q)$(MAKE) --no-print-directory COVERAGE=1 coverage-built
coverage-built: $(UNIT)
	$(Q)tests/coverage $(B)

format-check:
	$(Q)tests/format-check

census:
	$(Q)tests/census $(C)

compile_commands.json: FORCE
	$(Q)tests/compile-commands > $@

# What is missing of a list of packages is installed; nothing else happens,
# so that a second run needs neither root nor a network.
DEPS := gcc libc6-dev pkg-config libpcap-dev libnet1-dev libsodium-dev \
	libjansson-dev libevent-dev libnftables-dev libmnl-dev
DEPS_CHECK := binutils libcmocka-dev bats jq cppcheck clang clang-tidy scdoc tshark \
	nftables iproute2 util-linux procps libclang-rt-14-dev python3 xz-utils \
	libxml2-utils chromium parallel rsync
deps:
	$(Q)sh tests/install-missing $(DEPS)
DEPS_BENCH := iperf3 jq nftables iproute2 util-linux xz-utils
KERNEL := 6.1
DEPS_VIRTUAL := linux-source-$(KERNEL) make gcc libc6-dev flex bison bc \
	xz-utils
deps-check: deps deps-virtual
	$(Q)sh tests/install-missing $(DEPS_CHECK)
deps-bench: deps
	$(Q)sh tests/install-missing $(DEPS_BENCH)

# What builds programs does so on all processors, unless make was told how many
# jobs it may have.
BUILD = $(MAKE) --no-print-directory \
	$(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(shell nproc))

# The guest kernel of virtual time, into a cache outside of this tree.
.PHONY: virtual deps-virtual
deps-virtual:
	$(Q)sh tests/install-missing $(DEPS_VIRTUAL)
virtual: deps-virtual
	$(Q)src/virtual/kernel/build $(KERNEL)

demo: deps
	$(Q)$(BUILD) all
	$(Q)./$(COMMAND) --method natblaster

check: deps-check
	$(Q)$(MAKE) --no-print-directory virtual
	$(Q)$(MAKE) --no-print-directory check-built

# The suite runs under AddressSanitizer and UBSan.
.PHONY: check-built check-programs
check-built:
	$(Q)$(BUILD) all
	$(Q)$(BUILD) SAN=1 check-programs
	$(Q)tests/run build/san

check-programs: $(COMMAND) $(UNIT) $(REPLAY) $(CONFORMANCE) $(LAB_TOOLS) \
	$(SUITE)

lint: $(B)/profiles.inc $(B)/guest_kernel.inc
	$(Q)tests/lint

BENCH := $(patsubst experiments/bench/%.c,$(B)/bench/%,\
	$(wildcard experiments/bench/*.c))
bench: deps-bench
	$(Q)$(MAKE) --no-print-directory bench-built
.PHONY: deps-bench bench-built
bench-built: all $(BENCH)
	$(Q)experiments/bench/run

# The tables and figures again, into results/: docs/experiments.md
.PHONY: experiments deps-experiments
DEPS_EXPERIMENTS := jq python3 xz-utils nftables iproute2 util-linux \
	parallel
deps-experiments: deps
	$(Q)sh tests/install-missing $(DEPS_EXPERIMENTS)
experiments: deps-experiments
	$(Q)$(BUILD) all $(SUITE)
	$(Q)experiments/run-all $(EXPERIMENTS_FLAGS)

# The page of what is in results/, from these files alone.
.PHONY: results deps-results
DEPS_RESULTS := python3
deps-results:
	$(Q)sh tests/install-missing $(DEPS_RESULTS)
results: deps-results
	$(Q)experiments/report

soak: all
	$(Q)experiments/soak

# Prediction and laboratory, over all pairs of profiles and random ones.
.PHONY: agreement
agreement: all
	$(Q)experiments/agreement $(AGREEMENT_FLAGS)

fidelity: $(B)/fidelity/fidelity
	$(Q)tests/fidelity/run

FUZZ_SECONDS := 60
fuzz:
	$(Q)tests/fuzz/run $(FUZZ_SECONDS) $(FUZZ)

build/tcptrav.1: docs/man/tcptrav.1.scd
	@mkdir -p build
	$(call say,MAN,$@)scdoc < $< > $@

install: all build/tcptrav.1
	install -D -m 755 tcptrav $(DESTDIR)$(PREFIX)/bin/tcptrav
	install -D -m 644 build/tcptrav.1 \
		$(DESTDIR)$(PREFIX)/share/man/man1/tcptrav.1
	install -D -m 644 include/tcptrav.h \
		$(DESTDIR)$(PREFIX)/include/tcptrav.h
	install -D -m 644 $(B)/libtcptrav.a \
		$(DESTDIR)$(PREFIX)/lib/libtcptrav.a

clean:
	rm -rf build tcptrav

-include $(LIB_OBJ:.o=.d) $(CLI_OBJ:.o=.d) $(FIDELITY_OBJ:.o=.d) \
	$(UNIT_OBJ:.o=.d) $(PROPERTY_OBJ:.o=.d)
