/* The one contract between the runtime (which writes arenas), the recorder (which packs them into tapes) and the
 * reader. FORMAT.md is the normative prose of the same facts; a change here is a change there and of the version.
 *
 * Glossary
 *   tape     the file of one recording: a header, then typed, length-prefixed, checksummed sections.
 *   arena    the file that every traced process of a recording maps MAP_SHARED while it runs: a header, one state
 *            word for each chunk, then chunks. Also what is left when no recorder, or a killed one, packed it.
 *   chunk    CT_CHUNK_BYTES of one thread's raw words, or of one process's meta records.
 *   word     eight bytes: one event, or one special.
 *   record   a typed, length-prefixed piece of metadata (process, thread, module, function, ...); the same bytes in
 *            an arena's meta chunks and in a tape's META sections.
 *   block    consecutive chunks of one thread, packed into one BLOCK section.
 *   ticks    units of the recording's clock: TSC or generic-timer counts, or nanoseconds of CLOCK_MONOTONIC.
 *
 * All numbers are in the byte order of the machine that wrote them; CT_BYTE_ORDER tells which. */
#ifndef CALLTAPE_FORMAT_H
#define CALLTAPE_FORMAT_H

#include <stddef.h>
#include <stdint.h>

#define CT_BYTE_ORDER 0x01020304u
#define CT_NONE UINT32_MAX /* "no such index", where an index is meant */

/* ---- words: what a chunk holds after its header ----------------------------------------------------------------
 *
 * 63 62 | 61    | 60 .. 38    | 37 .. 0
 *  0  1 | timed | function id | low bits of the clock    ENTRY
 *  1  0 | timed | 0           | low bits of the clock    EXIT of the innermost open call of the current stack
 *  0  0 | 61 .. 56 kind | 55 .. 0 payload                special
 *
 * An all-zero word is nothing: the reader skips it. An untimed word's clock bits mean nothing to a reader. */
#define CT_CLOCK_BITS 38
#define CT_CLOCK_MASK ((UINT64_C(1) << CT_CLOCK_BITS) - 1)
/* A clock value's epoch is its bits from here up. A thread writes CT_SPECIAL_EPOCH before its first event of another
 * epoch than its chunk's base or its last special told, so the 38 bits never wrap unnoticed. */
#define CT_EPOCH_SHIFT 37
#define CT_FUNCTION_BITS 23
#define CT_FUNCTION_MAX ((1u << CT_FUNCTION_BITS) - 1)
#define CT_TAG_SHIFT 62
#define CT_TAG_SPECIAL 0u
#define CT_TAG_ENTRY 1u
#define CT_TAG_EXIT 2u
#define CT_TIMED (UINT64_C(1) << 61)
#define CT_ENTRY (UINT64_C(1) << CT_TAG_SHIFT)
#define CT_EXIT (UINT64_C(2) << CT_TAG_SHIFT)
#define CT_SPECIAL_SHIFT 56
#define CT_PAYLOAD_MASK ((UINT64_C(1) << CT_SPECIAL_SHIFT) - 1)
#define CT_SPECIAL(kind, payload) ((uint64_t)(kind) << CT_SPECIAL_SHIFT | ((uint64_t)(payload)&CT_PAYLOAD_MASK))

enum ct_special {
    CT_SPECIAL_EPOCH = 1,   /* payload: clock >> CT_EPOCH_SHIFT of the events that follow */
    CT_SPECIAL_JUMP = 2,    /* payload n: the n innermost open calls of the current stack ended with no exit (longjmp,
                               exception, ...); they end at the time of the next event */
    CT_SPECIAL_STACK = 3,   /* payload n: what follows belongs to stack n of this thread; each begins on stack 0 */
    CT_SPECIAL_STRAY = 4,   /* payload: function id; an exit whose entry was not recorded */
    CT_SPECIAL_INHERIT = 5, /* payload: function id; opens a frame that the parent process had entered before the
                               fork; its exit is an EXIT word; it is not a call of this process */
    CT_SPECIAL_LOST = 6,    /* payload n: n events were dropped here */
    CT_SPECIAL_WAIT = 7,    /* payload n: the thread was held n ticks for want of a free chunk, just before here */
    CT_SPECIAL_PAUSE = 9,   /* payload n: nothing was recorded for n ticks, just before here, as was asked */
    CT_SPECIAL_PREEMPTED = 11,  /* payload n: the system ran something else for n ticks, just before here */
    CT_SPECIAL_OVERWRITTEN = 8, /* tape only. Payload n: n events before here were given up for newer ones
                                   (CT_FULL_OVERWRITE); INHERITs tell what was open then */
    CT_SPECIAL_COST = 10,  /* payload n: calls that were left out of the tape since the event before, the values that
                              stand here, or finding which calls a jump ended, added n 1/16 ticks to the time before the
                              next */
    CT_SPECIAL_VALUE = 14, /* payload: CT_VALUE; a value of the innermost open call, whose bytes the DATA words that
                              follow at once hold, in the same chunk */
    CT_SPECIAL_DATA = 15,  /* payload: seven bytes of a value, the lowest first; skipped where no VALUE wants it */
    CT_SPECIAL_FOLD = 16,  /* tape only, from version 2 on. Payload: function id; calls of it that
                              followed each other, of which CT_PART_FOLDS has the totals */
};

/* ---- values: arguments, results, notes, counters, messages: some bytes under a key (struct ct_key) ----
 *
 * 43 .. 40 | 39    | 36 .. 24            | 23 .. 0
 * state    | timed | bytes, at most 4096 | key
 *
 * Who writes one stores its DATA words first and the VALUE word last: a writer that dies between leaves DATA words of
 * no value. Integers are stored in as few bytes as sign-extension gives back. Of a timed one the first eight bytes are
 * the clock; others have the time of the event before. */
#define CT_KEY_MAX ((1u << 24) - 1)
#define CT_VALUE_MAX 4096u
#define CT_VALUE_DATA_BYTES 7u
#define CT_VALUE_TIMED (UINT64_C(1) << 39)
#define CT_VALUE_SIZE_SHIFT 24
#define CT_VALUE_STATE_SHIFT 40
#define CT_VALUE(key, bytes, state)                                                                                    \
    ((uint64_t)(state) << CT_VALUE_STATE_SHIFT | (uint64_t)(bytes) << CT_VALUE_SIZE_SHIFT | (uint64_t)(key))
#define CT_VALUE_KEY(payload) ((uint32_t)((payload)&CT_KEY_MAX))
#define CT_VALUE_BYTES(payload) ((uint32_t)((payload) >> CT_VALUE_SIZE_SHIFT & 0x1fff))
#define CT_VALUE_STATE(payload) ((uint32_t)((payload) >> CT_VALUE_STATE_SHIFT & 15))

enum ct_value_state {
    CT_VALUE_WHOLE = 0,
    CT_VALUE_CUT = 1,           /* these are its first bytes */
    CT_VALUE_UNREADABLE = 2,    /* what was to be read is not mapped */
    CT_VALUE_OPTIMISED_OUT = 3, /* the compiler has kept it nowhere */
    CT_VALUE_NULL = 4,          /* a text at a null pointer */
};

/* In every program that holds the runtime. */
#define CT_RUNTIME_MARK "\211calltape runtime 1"

/* ---- the arena ------------------------------------------------------------------------------------------------- */

#define CT_ARENA_MAGIC                                                                                                 \
    "\x89"                                                                                                             \
    "CARENA\n"
#define CT_ARENA_VERSION 1u
#define CT_CHUNK_WORDS 8192u
#define CT_CHUNK_BYTES (CT_CHUNK_WORDS * 8u)
#define CT_CHUNK_HEADER_WORDS 8u
#define CT_ARENA_STATES_OFFSET 4096u
/* Where recipes begin: behind the states, where the first chunk is not yet. */
#define CT_RECIPES_OFFSET(chunks) ((CT_ARENA_STATES_OFFSET + (uint64_t)(chunks)*4 + 7) / 8 * 8)
#define CT_ARENA_WRITERS 16u

enum ct_clock { CT_CLOCK_MONOTONIC = 0, CT_CLOCK_TSC = 1, CT_CLOCK_CNTVCT = 2 };

/* What happens when all chunks of the buffer are in use. */
enum ct_full {
    CT_FULL_WAIT = 0,      /* the thread that wants one waits */
    CT_FULL_DROP = 1,      /* its events are dropped and counted, until there is one */
    CT_FULL_OVERWRITE = 2, /* the recorder gives up the oldest ones, and packs none until the recording ends */
};

/* Not all is recorded. */
enum ct_filter {
    CT_FILTER_ASK = 1,      /* of each function the recorder answers (ct_function.answer) whether it is recorded */
    CT_FILTER_TRIGGERS = 2, /* answers may switch threads on and off; exits without an entry are not told */
    CT_FILTER_OFF = 4,      /* threads begin switched off */
};

/* First bytes of an arena. Mapped by every process of the recording and by the recorder; fields under "shared" are
 * only touched with atomic operations. Chunk i lies at byte i * CT_CHUNK_BYTES of the file; chunks below first_chunk
 * are covered by this header and the state words. */
struct ct_arena {
    uint8_t magic[8];
    uint32_t version;
    uint32_t byte_order;
    uint32_t chunk_count;   /* of the whole file, sparse: its size is chunk_count * CT_CHUNK_BYTES */
    uint32_t first_chunk;   /* lowest index that can be taken */
    uint32_t buffer_chunks; /* how many may be in use while the recorder lives; shared: it may raise this */
    uint32_t clock;         /* enum ct_clock */
    uint64_t session[2];    /* random; equal in the tape's header */
    uint64_t start_ticks;
    uint64_t start_monotonic_ns;
    uint64_t start_real_ns;
    uint32_t recorder_pid;           /* 0: none was there from the start */
    uint32_t recorder_pid_namespace; /* inode number of its /proc/self/ns/pid; 0: not known */
    /* shared */
    uint32_t heartbeat;     /* the recorder adds one at least four times a second */
    uint32_t recorder_gone; /* 1 once a process found the heartbeat standing still, or no recorder ever was */
    uint32_t wake_recorder; /* futex: added to when chunks run short or a process attaches */
    uint32_t wake_writers;  /* futex: added to when chunks were freed */
    uint32_t chunk_hint;    /* where to look for a free chunk next */
    uint32_t chunks_in_use;
    uint32_t next_process;
    uint32_t next_thread;
    uint32_t next_module;
    uint32_t next_function;             /* ids start at 1 */
    uint32_t finished;                  /* 1 once the recorder asks all to stop recording */
    uint32_t recorder_sleeps;           /* 1 while it waits on wake_recorder */
    uint64_t lost_events;               /* that could not even be noted in their thread's chunks */
    uint32_t writers[CT_ARENA_WRITERS]; /* pids of the last processes to join */
    uint32_t next_writer;
    uint32_t chunk_end;          /* one past the highest chunk that was ever taken */
    uint32_t adaptive;           /* 1: events may go without a time (set before the first process joins) */
    uint32_t paused;             /* 1: processes begin without recording, until they resume it (likewise) */
    uint32_t full;               /* enum ct_full (likewise) */
    uint32_t next_key;           /* ids start at 1 */
    uint64_t overwritten_events; /* in chunks that the recorder gave up for newer ones */
    uint32_t filter;             /* bits of enum ct_filter (likewise) */
    uint32_t recipes_bytes;      /* of recipes behind the states (calltape/recipe.h; likewise) */
    int64_t monotonic_offset_ns; /* of the recorder's time namespace: its CLOCK_MONOTONIC less the system's */
    uint32_t keep_preempted;     /* 1: times hold what the system ran instead: no PREEMPTED (likewise) */
    uint32_t reserved_half;
    uint64_t reserved[1];
};
_Static_assert(sizeof(struct ct_arena) == 264, "runtime, recorder and recovery map this");

/* State word of a chunk, one for each, from byte CT_ARENA_STATES_OFFSET. FREE -> EVENTS|META (by compare-and-swap of
 * the taker) -> SEALED_EVENTS|SEALED_META (by its owner) -> FREE (by the recorder, zeroed, once its content is
 * written to the tape). CT_CHUNK_TOUCHED stays set once its pages exist. */
enum ct_chunk_state {
    CT_CHUNK_FREE = 0,
    CT_CHUNK_EVENTS = 1,
    CT_CHUNK_META = 2,
    CT_CHUNK_SEALED_EVENTS = 3,
    CT_CHUNK_SEALED_META = 4,
    CT_CHUNK_RETIRED = 5, /* by the recorder on a full disk: its pages were given back, nobody takes it again */
    CT_CHUNK_LEFT =
        6, /* a thread's counts of calls that are not recorded: word i is that of index i (CT_RECORD_LEFT) */
    CT_CHUNK_SEALED_LEFT = 7,
    CT_CHUNK_STATE_MASK = 0xff,
    CT_CHUNK_TOUCHED = 0x100,
    CT_CHUNK_KEPT = 0x200, /* a sealed one that stands for a thread's overwritten ones: it is not freed for others */
};

/* ct_chunk.probe of the cost of a timed and of an untimed event; the two of them again. */
#define CT_PROBE(timed, untimed) ((uint64_t)(untimed) << 32 | (uint32_t)(timed))
#define CT_PROBE_TIMED(probe) ((uint32_t)(probe))
#define CT_PROBE_UNTIMED(probe) ((uint32_t)((probe) >> 32))

/* First CT_CHUNK_HEADER_WORDS words of a chunk. `sequence` counts a thread's event chunks, or a process's meta chunks,
 * from 0; it is written last when a chunk is opened, as sequence + 1, so 0 means that the taker died before. */
struct ct_chunk {
    uint32_t process;
    uint32_t thread; /* CT_NONE in a meta chunk */
    uint32_t sequence_plus_1;
    uint32_t words;        /* set when sealed: words used, header included. Else the reader goes by the words */
    uint64_t base_ticks;   /* clock when opened; its epoch is the epoch of the first event */
    uint64_t sealed_ticks; /* 0 until sealed */
    uint64_t stack;        /* current stack number at the first word */
    uint64_t probe;        /* what an event costs the program, in 1/16 ticks: CT_PROBE; 0: not known */
    uint64_t reserved[2];
};
_Static_assert(sizeof(struct ct_chunk) == CT_CHUNK_HEADER_WORDS * 8, "chunks are read by this");

/* ---- records --------------------------------------------------------------------------------------------------
 *
 * A record is a head, a fixed struct and then, where its type says so, strings one after the other, each ending in a
 * NUL; the whole is padded with zeros to a multiple of 8. `bytes` counts all of it, head included. In an arena the
 * head is stored last, as one 64-bit write; a zero head is a hole or the end: the reader looks at `bytes` of a hole
 * in the chunk by skipping zero words. Unknown types are skipped. */
struct ct_record {
    uint32_t type;
    uint32_t bytes;
};

enum ct_record_type {
    CT_RECORD_SESSION = 1,
    CT_RECORD_PROCESS = 2,
    CT_RECORD_PROCESS_END = 3,
    CT_RECORD_THREAD = 4,
    CT_RECORD_THREAD_NAME = 5,
    CT_RECORD_THREAD_END = 6,
    CT_RECORD_MODULE = 7,
    CT_RECORD_MODULE_END = 8,
    CT_RECORD_FUNCTION = 9,
    CT_RECORD_CLOCK = 10,
    CT_RECORD_SYMBOL = 11,
    CT_RECORD_NOTE = 12,
    CT_RECORD_ARGUMENT = 13,
    CT_RECORD_LEFT = 14,
    CT_RECORD_LEFT_CALLS = 15,
    CT_RECORD_KEY = 16,
};

/* By the recorder, once. Strings: working directory, host name, machine (uname -m), kernel release, calltape's
 * version. The command line follows as one ARGUMENT record a word, in order. */
struct ct_session {
    struct ct_record head;
    uint64_t start_ticks;
    uint64_t start_monotonic_ns;
    uint64_t start_real_ns; /* nanoseconds since 1970-01-01 UTC */
    uint32_t clock;         /* enum ct_clock */
    uint32_t argument_count;
};

/* String: the argument. */
struct ct_argument {
    struct ct_record head;
};

enum ct_process_start { CT_START_EXEC = 0, CT_START_FORK = 1 };

/* By the runtime when a program image records its first event: a process index names one image in one process, so
 * exec begins a new one. Strings: path of the executable, command line (its words joined by spaces). */
struct ct_process {
    struct ct_record head;
    uint32_t process;
    uint32_t parent; /* index of the process that forked this one, or CT_NONE */
    uint32_t pid;    /* in its own pid namespace */
    uint32_t ppid;
    uint32_t start;         /* enum ct_process_start */
    uint32_t pid_namespace; /* inode number of its /proc/self/ns/pid; 0: not known */
    uint64_t ticks;
};

enum ct_end_cause { CT_END_UNKNOWN = 0, CT_END_EXIT = 1, CT_END_SIGNAL = 2, CT_END_EXEC = 3 };

/* By the recorder, when it saw the end; by the runtime when it saw exit(). The first of a process with a cause
 * other than unknown holds for the status, the latest ticks for the time. */
struct ct_process_end {
    struct ct_record head;
    uint32_t process;
    uint32_t cause;  /* enum ct_end_cause */
    uint32_t status; /* exit status or signal number */
    uint32_t reserved;
    uint64_t ticks;
};

struct ct_thread {
    struct ct_record head;
    uint32_t thread;
    uint32_t process;
    uint32_t tid;
    uint32_t reserved;
    uint64_t ticks;
};

/* String: the name; the last one holds. */
struct ct_thread_name {
    struct ct_record head;
    uint32_t thread;
    uint32_t reserved;
};

struct ct_thread_end {
    struct ct_record head;
    uint32_t thread;
    uint32_t reserved;
    uint64_t ticks;
};

#define CT_BUILD_ID_BYTES 40

/* By the runtime when a function of a module is first called. A library that is closed and opened again is another
 * module. String: path, absolute where that could be had; "" for the unknown module (generated code). */
struct ct_module {
    struct ct_record head;
    uint32_t module;
    uint32_t process;
    uint64_t base;  /* run-time address minus the address in the file (the load bias) */
    uint64_t start; /* lowest mapped address */
    uint64_t end;   /* one past the highest */
    uint64_t ticks;
    uint32_t build_id_bytes; /* 0: none */
    uint8_t build_id[CT_BUILD_ID_BYTES];
    uint32_t reserved;
};

struct ct_module_end {
    struct ct_record head;
    uint32_t module;
    uint32_t reserved;
    uint64_t ticks;
};

/* By the runtime at a function's first call in a process image (children of a fork keep the ids known by then). Two
 * ids may mean the same function: it is its module's and its address's. */
struct ct_function {
    struct ct_record head;
    uint32_t function;
    uint32_t module;
    uint64_t address; /* run-time */
    /* Only where the arena's filter has CT_FILTER_ASK. */
    uint32_t answer; /* bits of enum ct_answer: in the arena a futex that the recorder sets, 0 until then */
    uint32_t asked;  /* 1: a chunk's last word is not 0 */
};

enum ct_answer {
    CT_ANSWER_GIVEN = 1,
    CT_ANSWER_LEFT_OUT = 2, /* its calls are counted only */
    CT_ANSWER_ON = 4,       /* its entry switches its thread on */
    CT_ANSWER_OFF = 8,      /* its exit switches its thread off */
};

/* By the runtime: in this process, calls of the function that are not recorded are counted under an index. */
struct ct_left {
    struct ct_record head;
    uint32_t process;
    uint32_t index; /* CT_CHUNK_HEADER_WORDS: all functions for which there was no other */
    uint32_t function;
    uint32_t reserved;
};

/* By the recorder: how many there were. Of the same thread, ticks and index the last holds. */
struct ct_left_calls {
    struct ct_record head;
    uint32_t thread;
    uint32_t index;
    uint64_t ticks; /* when the counting began: tells a thread's chunks of counts apart */
    uint64_t calls;
};

struct ct_clock_pair {
    struct ct_record head;
    uint64_t ticks;
    uint64_t monotonic_ns;
    uint64_t real_ns;
};

/* By the recorder when recording ends. Strings: name, file ("" where not known), the name as the linker has it (""
 * where that is the name; not there in tapes of the first versions). */
struct ct_symbol {
    struct ct_record head;
    uint32_t function;
    uint32_t line;  /* 0: not known */
    uint64_t start; /* the symbol's address in its file, and its size; 0 where not known */
    uint64_t size;
};

/* Something a reader must say. Of a tape with a LOSS, what is missing is no damage. String: the sentence. */
enum ct_note_kind { CT_NOTE_INFO = 0, CT_NOTE_LOSS = 1 };
struct ct_note {
    struct ct_record head;
    uint32_t kind;
    uint32_t process; /* or CT_NONE */
    uint64_t count;
};

enum ct_key_kind {
    CT_KEY_ARGUMENT = 1, /* directly after the call's ENTRY */
    CT_KEY_RETURN = 2,   /* directly before its EXIT */
    CT_KEY_NOTE = 3,     /* what the program says of the call, anywhere in it */
    CT_KEY_COUNTER = 4,  /* timed: what a counter of the program stands at; of no call */
    CT_KEY_MESSAGE = 5,  /* timed: a text; of no call */
    CT_KEY_FRAME = 6,    /* timed, no bytes: a frame of the program's main loop has ended; of no call */
    CT_KEY_WAIT = 7,     /* POINTER: the call is a wait for this object; one call may have several of them */
    CT_KEY_WAKE = 8,     /* timed, POINTER: from here on whoever waits for this object may go on; of no call */
};

enum ct_value_type {
    CT_TYPE_I64 = 1, /* signed integers of all widths */
    CT_TYPE_U64 = 2, /* unsigned ones */
    CT_TYPE_F64 = 3, /* IEEE 754, `size` 4 or 8 */
    CT_TYPE_BOOL = 4,
    CT_TYPE_CHAR = 5,
    CT_TYPE_POINTER = 6,
    CT_TYPE_STRING = 7, /* without its NUL */
    CT_TYPE_ENUM = 8,   /* details: "RED=0,GREEN=1" */
    CT_TYPE_BYTES = 9,
};

/* What values are of; stands in a process's records before its first value is written. Strings: name, the type's name
 * as the source has it ("" where there is none), what the type needs beside (""). Keys of the same kind and name, and
 * of the same function where there is one, mean the same. */
struct ct_key {
    struct ct_record head;
    uint32_t key;
    uint32_t function; /* whose argument or result it is; 0: any call may have it */
    uint32_t kind;     /* enum ct_key_kind */
    uint32_t type;     /* enum ct_value_type */
    uint32_t size;     /* of the type, in bytes; 0: any */
    uint32_t index;    /* of an argument: which, from 0 */
};

_Static_assert(sizeof(struct ct_record) == 8, "on disk");
_Static_assert(sizeof(struct ct_session) == 40, "on disk");
_Static_assert(sizeof(struct ct_process) == 40, "on disk");
_Static_assert(sizeof(struct ct_process_end) == 32, "on disk");
_Static_assert(sizeof(struct ct_thread) == 32, "on disk");
_Static_assert(sizeof(struct ct_thread_name) == 16, "on disk");
_Static_assert(sizeof(struct ct_thread_end) == 24, "on disk");
_Static_assert(sizeof(struct ct_module) == 96, "on disk");
_Static_assert(sizeof(struct ct_module_end) == 24, "on disk");
_Static_assert(offsetof(struct ct_function, answer) == 24 && sizeof(struct ct_function) == 32, "on disk");
_Static_assert(sizeof(struct ct_clock_pair) == 32, "on disk");
_Static_assert(sizeof(struct ct_left) == 24, "on disk");
_Static_assert(sizeof(struct ct_left_calls) == 32, "on disk");
_Static_assert(sizeof(struct ct_symbol) == 32, "on disk");
_Static_assert(sizeof(struct ct_note) == 24, "on disk");
_Static_assert(sizeof(struct ct_key) == 32, "on disk");

/* ---- the tape --------------------------------------------------------------------------------------------------- */

#define CT_TAPE_MAGIC                                                                                                  \
    "\x89"                                                                                                             \
    "CTAPE\r\n"
#define CT_TAPE_VERSION 2u
#define CT_TAPE_VERSION_PLAIN 1u /* of tapes without CT_SPECIAL_FOLD */

/* checksums: XXH3_64bits */
struct ct_tape {
    uint8_t magic[8];
    uint32_t version;
    uint32_t byte_order;
    uint64_t session[2];
    uint64_t reserved[3];
    uint64_t checksum; /* of the bytes before it */
};

enum ct_section_type {
    CT_SECTION_META = 1,    /* records, one after the other */
    CT_SECTION_BLOCK = 2,   /* struct ct_block, struct ct_part x parts, then the parts' bytes */
    CT_SECTION_INDEX = 3,   /* struct ct_index_entry, one for each section before it */
    CT_SECTION_END = 4,     /* struct ct_end: the last bytes of a whole tape */
    CT_SECTION_SUMMARY = 5, /* struct ct_summary, then LEB128 numbers: what a thread's events come to, FORMAT.md */
};

enum { CT_SECTION_REQUIRED = 1u }; /* flag: a reader that does not know the type must not go on */

/* Before each section's payload, which is padded with zeros to a multiple of 8 that `bytes` does not count. */
struct ct_section {
    uint32_t type;
    uint32_t flags;
    uint64_t bytes;
    uint64_t checksum;      /* of the payload */
    uint64_t head_checksum; /* of the three fields before */
};

struct ct_block {
    uint32_t process;
    uint32_t thread;
    uint32_t first_sequence; /* of the chunks that it holds */
    uint32_t chunks;
    uint64_t first_ticks; /* clock at its first chunk's opening */
    uint64_t last_ticks;  /* time of its last event, or first_ticks */
    uint64_t words;       /* of the columns below */
    uint64_t events;      /* entries and exits, folded ones too, JUMPed ones not counted */
    uint64_t entries;
    uint64_t stack; /* current stack number at the first word */
    uint32_t parts;
    uint32_t untimed;     /* events without a time of their own */
    uint64_t lost_events; /* that CT_SPECIAL_LOST words of the block tell */
    uint64_t checksum;    /* of the fields before: what a damaged block held can still be said */
};

/* Of all events of a thread. A reader uses it only where the three numbers are what it knows itself. */
struct ct_summary {
    uint32_t thread;
    uint32_t codec; /* enum ct_codec, of the numbers */
    uint64_t raw_bytes;
    uint64_t events, entries;
    uint64_t end_ticks; /* of the thread */
};

/* Most words that one block may hold, and most events: what a reader must be ready to keep in memory. */
#define CT_BLOCK_WORDS_MAX (UINT64_C(1) << 20)

enum ct_part_type {
    CT_PART_FUNCTIONS = 1, /* LEB128 function ids of the block, in order of first occurrence: its dictionary */
    CT_PART_CODES = 2,     /* 16 bits a word, see FORMAT.md; instead of it may stand KINDS, ENTRIES and TIMED */
    CT_PART_TIMES = 3,     /* LEB128 */
    CT_PART_SPECIALS = 4,  /* LEB128 payloads of the special words */
    CT_PART_GAPS = 5,      /* LEB128 in 1/16 ticks: timed_cost, untimed_cost; then of each function of the dictionary
                              the mean gap before its entries and before its exits, 0: not known */
    CT_PART_KINDS = 8,     /* a bit a word, the lowest first: 0 EXIT, 1 what ENTRIES says */
    CT_PART_ENTRIES = 9,   /* 16 bits, a code without time bit for each 1 of KINDS */
    CT_PART_TIMED = 10, /* LEB128: where an event has a time, or none, other than expected: words since the last such */
    CT_PART_EDGES = 11, /* LEB128: what the block does to the open calls of its thread */
    CT_PART_FOLDS = 12, /* LEB128: the numbers of each CT_SPECIAL_FOLD */
};

/* In EDGES, behind a number that is 1 where the block's first event has a time. */
enum ct_edge_op {
    CT_EDGE_CALLS = 0,  /* n, m: the n innermost calls end; then m times a call that is left open, outermost first: its
                           function * 2, + 1 if it was inherited; the mean gap before its exit */
    CT_EDGE_STACK = 1,  /* stack n is current */
    CT_EDGE_FORGET = 2, /* 0: all that is open ends */
};

/* Words between two timed ones, beyond which those between are given no times of their own (FORMAT.md, 3.3). */
#define CT_RUN_MAX 4096u

enum ct_codec { CT_CODEC_NONE = 0, CT_CODEC_ZSTD = 1 };

struct ct_part {
    uint32_t type;
    uint32_t codec;
    uint64_t raw_bytes;
    uint64_t packed_bytes;
};

struct ct_index_entry {
    uint64_t offset; /* of the struct ct_section */
    uint64_t bytes;  /* of its payload */
    uint32_t type;
    uint32_t thread; /* CT_NONE but for blocks and summaries; the rest are 0 but for blocks */
    uint32_t first_sequence;
    uint32_t chunks;
    uint64_t first_ticks;
    uint64_t last_ticks;
    uint64_t events;
    uint64_t entries;
};

struct ct_end {
    uint64_t index_offset; /* of the INDEX section */
    uint64_t events;
    uint64_t entries;
    uint64_t lost_events;
};

_Static_assert(sizeof(struct ct_tape) == 64, "on disk");
_Static_assert(sizeof(struct ct_section) == 32, "on disk");
_Static_assert(sizeof(struct ct_block) == 88, "on disk");
_Static_assert(sizeof(struct ct_part) == 24, "on disk");
_Static_assert(sizeof(struct ct_summary) == 40, "on disk");
_Static_assert(sizeof(struct ct_index_entry) == 64, "on disk");
_Static_assert(sizeof(struct ct_end) == 32, "on disk");

#endif
