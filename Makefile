# Couplet: `make demo` builds it and shows it at work, `make check` tests it.
#
# MODE = release | clang | asan | lsan | tsan | cov | fuzz; each has its own objects in bin/build/$(MODE).

MODE ?= release
PREFIX ?= /usr/local
BUILD = bin/build/$(MODE)

WARN = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wstrict-prototypes \
	-Wmissing-prototypes -Wvla -Wwrite-strings -Wundef -Wformat=2 -Wpointer-arith -Wcast-qual
XML_CFLAGS ?= -isystem /usr/include/libxml2
# gzip is unpacked by ISA-L where it is installed (libisal-dev), else by zlib; ISAL=no: by zlib anyway.
ISAL ?= $(if $(wildcard /usr/include/isa-l.h),yes,no)
ISAL_CFLAGS_yes = -DWITH_ISAL
ISAL_LIBS_yes = -lisal

LIBS = -lxml2 -lz -lutf8proc -lxxhash -lmd -lpcre2-8 -lpthread $(ISAL_LIBS_$(ISAL))

# Checks go with warnings as errors; a newcomer's newer compiler must still build a release.
MODE_release = -O2 -g
MODE_clang = -O2 -g -Werror
MODE_asan = -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -Werror
MODE_lsan = -O1 -g -fsanitize=leak -fno-omit-frame-pointer -Werror
MODE_tsan = -O1 -g -fsanitize=thread -Werror
MODE_cov = -O0 -g --coverage
MODE_fuzz = -O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all

CFLAGS_ALL = -std=c17 -D_GNU_SOURCE $(MODE_$(MODE)) $(WARN) -Isrc $(XML_CFLAGS) -DSOURCE_ROOT='"."' $(CFLAGS)
LDFLAGS_ALL = $(MODE_$(MODE)) $(LDFLAGS)

SOURCES = $(sort $(wildcard src/*.c src/*/*.c src/*/*/*.c))
OBJECTS = $(SOURCES:src/%.c=$(BUILD)/%.o)
LIBRARY = $(BUILD)/libcouplet.a
UNITS = $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(sort $(wildcard tests/unit/test_*.c)))
REPLAYS = $(patsubst tests/fuzz/%.c,$(BUILD)/replay/%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
FUZZERS = $(patsubst tests/fuzz/%.c,$(BUILD)/fuzz/%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
GOLDEN = $(patsubst %/args,%,$(sort $(wildcard tests/golden/*/args)))
PROGRAM = $(if $(filter release,$(MODE)),bin/couplet,$(BUILD)/couplet)

# `make V=1` shows whole commands.
run = $(if $(V),,@echo '  $(1) $(2)';)

all: $(PROGRAM)

$(PROGRAM): $(BUILD)/main.o $(LIBRARY)
	$(call run,LINK,$@) $(CC) $(LDFLAGS_ALL) -o $@ $^ $(LIBS)

$(LIBRARY): $(filter-out $(BUILD)/main.o,$(OBJECTS))
	@rm -f $@
	$(call run,AR,$@) $(AR) rcs $@ $^

$(BUILD)/%.o: src/%.c Makefile
	@mkdir -p $(@D)
	$(call run,CC,$<) $(CC) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

$(BUILD)/io/gunzip.o: CFLAGS_ALL += $(ISAL_CFLAGS_$(ISAL))
$(BUILD)/io/gunzip.o: $(BUILD)/isal

# Which of them it is, so that another choice builds anew.
$(BUILD)/isal: always
	@mkdir -p $(@D)
	@echo $(ISAL) | cmp -s - $@ || echo $(ISAL) >$@

# Files that become part of the program.
$(BUILD)/model/setup_schema.o: schemas/setup.xsd
$(BUILD)/cmd/standard.o: $(wildcard src/cmd/standard/*)
$(BUILD)/sync/report/report_asset.o: src/sync/report/report.css src/sync/report/report.js

$(BUILD)/unit/%: tests/unit/%.c $(LIBRARY) Makefile
	@mkdir -p $(@D)
	$(call run,CC,$<) $(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL) -MMD -MP -o $@ $< $(LIBRARY) -lcmocka -lcsv $(LIBS)

$(BUILD)/fuzz/%: tests/fuzz/%.c $(LIBRARY) Makefile
	@mkdir -p $(@D)
	$(call run,CC,$<) $(CC) $(CFLAGS_ALL) -fsanitize=fuzzer -MMD -MP -o $@ $< $(LIBRARY) -lcsv $(LIBS)

# The fuzzers without libFuzzer, for the inputs of their corpora.
$(BUILD)/replay/%.o: tests/fuzz/%.c Makefile
	@mkdir -p $(@D)
	$(call run,CC,$<) $(CC) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

$(BUILD)/replay/fuzz_%: $(BUILD)/replay/fuzz_%.o $(BUILD)/replay/replay.o $(LIBRARY)
	$(call run,LINK,$@) $(CC) $(LDFLAGS_ALL) -o $@ $^ $(LIBS)

# The program for tests that start it very often.
SERVED_WRAP = -Wl,--wrap=main,--wrap=schema_open,--wrap=schema_close
$(BUILD)/served: tests/properties/served.c $(BUILD)/main.o $(LIBRARY) Makefile
	$(call run,LINK,$@) $(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL) $(SERVED_WRAP) -MMD -MP -o $@ $< $(BUILD)/main.o $(LIBRARY) $(LIBS)

# Installs the libraries that are missing, builds, and runs the sample.
demo:
	tests/setup.sh
	$(MAKE) MODE=release all
	tests/demo.sh bin/couplet

# Everything that tells whether the tree is good; ends with `N passed, N failed`.
check:
	tests/setup.sh tests
	$(MAKE) MODE=asan check-build
	$(MAKE) MODE=release all
	tests/check.sh bin/build/asan

check-build: $(PROGRAM) $(UNITS) $(REPLAYS)

test-unit:
	$(MAKE) MODE=asan check-build
	tests/check.sh bin/build/asan unit

# report.html in a browser; needs chromium, and npm for axe-core.
check-report: all
	COUPLET=$(abspath $(PROGRAM)) tests/report.sh

golden:
	$(MAKE) MODE=asan all
	bin/build/asan/couplet test $(GOLDEN)

golden-update: all
	$(PROGRAM) test --update $(GOLDEN)

lint:
	tests/lint.sh

RECORDS ?= 1000000
bench: all $(BUILD)/bench/bare $(if $(filter yes,$(ISAL)),$(BUILD)/bench/zlib)
	BARE=$(abspath $(BUILD)/bench/bare) ZLIB=$(if $(filter yes,$(ISAL)),$(abspath $(BUILD)/bench/zlib)) \
		python3 -B tests/bench/bench.py $(PROGRAM) $(CASES)
	python3 -B tests/bench/formats.py $(PROGRAM) $(RECORDS)

# Its second half alone: files of RECORDS records in every format; bench-parse: the readers alone.
bench-formats: all
	python3 -B tests/bench/formats.py $(PROGRAM) $(RECORDS)

bench-parse: all $(BUILD)/bench/parse
	python3 -B tests/bench/formats.py --parse $(BUILD)/bench/parse $(PROGRAM) $(RECORDS)

$(BUILD)/bench/parse: tests/bench/parse.c $(LIBRARY) Makefile
	@mkdir -p $(@D)
	$(call run,CC,$<) $(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL) -MMD -MP -o $@ $< $(LIBRARY) $(LIBS)

# The program without base digests, change list and report.
BARE_WRAP = -Wl,--wrap=base_encode,--wrap=emit_changes,--wrap=emit_report
$(BUILD)/bench/bare: tests/bench/bare.c $(BUILD)/main.o $(LIBRARY) Makefile
	@mkdir -p $(@D)
	$(call run,LINK,$@) $(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL) $(BARE_WRAP) -MMD -MP -o $@ $< $(BUILD)/main.o $(LIBRARY) $(LIBS)

# The program that unpacks gzip by zlib where the usual one does by ISA-L.
$(BUILD)/bench/gunzip.o: src/io/gunzip.c Makefile
	@mkdir -p $(@D)
	$(call run,CC,$<) $(CC) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

$(BUILD)/bench/zlib: $(BUILD)/main.o $(BUILD)/bench/gunzip.o $(LIBRARY)
	$(call run,LINK,$@) $(CC) $(LDFLAGS_ALL) -o $@ $^ $(filter-out -lisal,$(LIBS))

# Each fuzzer for FUZZ_SECONDS, from its corpus; what it finds on the way stays in the build folder.
FUZZ_SECONDS ?= 60
fuzz:
	$(MAKE) MODE=fuzz CC=clang fuzz-run

fuzz-run: $(FUZZERS)
	@for fuzzer in $(FUZZERS); do \
		name=$${fuzzer##*/fuzz_}; \
		found=$(BUILD)/corpus/$$name; \
		mkdir -p $$found && $$fuzzer -max_total_time=$(FUZZ_SECONDS) -rss_limit_mb=2048 \
			-artifact_prefix=$$found- $$found tests/fuzz/corpus/$$name || exit 1; \
	done

# All promises of part 8, whole, with a line and a number for each; or PARTS of them. Long, and for two cores.
torture:
	tests/setup.sh tests
	$(MAKE) -j2 MODE=release all
	python3 -B tests/torture/torture.py $(PARTS)

# Branches of the engine that golden cases, unit tests, bad inputs and the second planner's worlds go through.
coverage:
	$(MAKE) MODE=cov all check-build
	tests/torture/coverage.sh bin/build/cov

# cppcheck, gcc -fanalyzer and clang-tidy, but for what tests/torture/judged.txt says of them.
static:
	python3 -B tests/torture/static.py

# Golden cases without races, and scenarios without lost memory.
races:
	$(MAKE) MODE=tsan all
	TSAN_OPTIONS=halt_on_error=1 bin/build/tsan/couplet test $(GOLDEN)

memcheck: all
	python3 -B tests/torture/memcheck.py $(PROGRAM)

# Wraps the lines that are too long, and touches no others.
format:
	@for file in $(SOURCES) $(sort $(wildcard src/*.h src/*/*.h src/*/*/*.h)); do \
		lines=$$(expand $$file | awk 'length > 110 { printf " --lines=%d:%d", FNR, FNR }'); \
		[ -z "$$lines" ] || clang-format -i $$lines $$file; \
	done

install: all
	install -D -m 755 $(PROGRAM) $(DESTDIR)$(PREFIX)/bin/couplet
	for schema in schemas/*; do install -D -m 644 $$schema $(DESTDIR)$(PREFIX)/share/couplet/$$schema; done
	install -D -m 644 src/cmd/couplet.1 $(DESTDIR)$(PREFIX)/share/man/man1/couplet.1
	install -D -m 644 src/cmd/completion.bash $(DESTDIR)$(PREFIX)/share/bash-completion/completions/couplet
	install -D -m 644 src/cmd/completion.zsh $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_couplet

clean:
	rm -rf bin

.PHONY: all demo check check-build test-unit check-report golden golden-update lint bench bench-formats bench-parse fuzz \
	fuzz-run torture coverage static races memcheck format install clean always
.SECONDARY:

-include $(OBJECTS:.o=.d) $(UNITS:=.d) $(FUZZERS:=.d) $(REPLAYS:=.d) $(BUILD)/replay/replay.d \
	$(wildcard $(BUILD)/bench/*.d)
