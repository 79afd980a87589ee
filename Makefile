# all demo test lint bench fuzz install; everything that is built stands in build/.
CC ?= gcc
CFLAGS ?= -O2 -g
WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla
BUILD ?= build
VERSION := 0.1.0
PREFIX ?= /usr/local

CPPFLAGS_ALL := -Iinclude -Itools -D_GNU_SOURCE -DCALLTAPE_VERSION='"$(VERSION)"'
CFLAGS_ALL := -std=c11 $(WARNINGS) $(CFLAGS)
LIBS := -lzstd -lxxhash -lelf -lpthread

TOOL_SOURCES := $(sort $(wildcard tools/*.c tools/*/*.c))
TOOL_OBJECTS := $(TOOL_SOURCES:%.c=$(BUILD)/%.o)

RUNTIME_SOURCES := $(sort $(wildcard runtime/*.c))
RUNTIME_OBJECTS := $(RUNTIME_SOURCES:%.c=$(BUILD)/%.o)
RUNTIME_CFLAGS := -std=c11 $(WARNINGS) $(CFLAGS) -fPIC -fvisibility=hidden -ftls-model=initial-exec \
	-fno-stack-protector -fno-instrument-functions -fcf-protection=none

all: $(BUILD)/calltape $(BUILD)/libcalltape.so $(BUILD)/libcalltape.a

$(BUILD)/calltape: $(TOOL_OBJECTS)
	$(CC) $(CFLAGS_ALL) $(LDFLAGS) -o $@ $^ $(LIBS)

$(BUILD)/tools/%.o: tools/%.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS_ALL) $(CPPFLAGS) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

$(BUILD)/runtime/%.o: runtime/%.c
	@mkdir -p $(@D)
	$(CC) -Iinclude -D_GNU_SOURCE $(CPPFLAGS) $(RUNTIME_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/libcalltape.so: $(RUNTIME_OBJECTS)
	$(CC) $(RUNTIME_CFLAGS) $(LDFLAGS) -shared -Wl,-soname,libcalltape.so -Wl,-z,now -o $@ $^

$(BUILD)/libcalltape.a: $(RUNTIME_OBJECTS)
	rm -f $@ && $(AR) rcs $@ $^

clean:
	rm -rf $(BUILD)

.PHONY: all clean
-include $(TOOL_OBJECTS:.o=.d) $(RUNTIME_OBJECTS:.o=.d)
