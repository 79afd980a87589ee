#include <string.h>

#include "symbol/dwarf_library.h"
#include "symbol/dwarf_member.h"
#include "symbol/dwarf_type.h"

enum class { CLASS_NONE, CLASS_INTEGER, CLASS_SSE, CLASS_MEMORY };

struct classes {
    struct dwarf_reading *reading;
    uint64_t at; /* offset in the whole */
    int depth;
    enum class words[2];
    bool known;
};

static void classify(struct classes *classes, Dwarf_Die type);

static void add_class(struct classes *classes, uint64_t bytes, enum class class)
{
    if (bytes == 0) {
        classes->known = false;
        return;
    }
    if (classes->at + bytes > 16) {
        classes->words[0] = CLASS_MEMORY;
        return;
    }
    for (uint64_t i = classes->at / 8; i <= (classes->at + bytes - 1) / 8; i++)
        if (classes->words[i] == CLASS_NONE || (classes->words[i] == CLASS_SSE && class == CLASS_INTEGER) ||
            class == CLASS_MEMORY)
            classes->words[i] = class;
}

static bool is_unaligned(uint64_t at, uint64_t alignment)
{
    return alignment > 1 && at % alignment != 0;
}

/* A number of a packed record that lies across its multiples takes all of the record to memory. */
static void add_number(struct classes *classes, uint64_t bytes, uint64_t alignment, enum class class)
{
    add_class(classes, bytes, is_unaligned(classes->at, alignment) ? CLASS_MEMORY : class);
}

/* The highest alignment that the program states of a member, or of the elements of an array; 0: it states none. */
static uint64_t stated_alignment(struct dwarf_reading *reading, Dwarf_Die of)
{
    uint64_t stated = 0;
    for (int i = 0; of && i < DWARF_TYPES_DEEPEST; i++) {
        uint64_t alignment = dwarf_number(reading, of, DW_AT_alignment);
        Dwarf_Half tag = dwarf_tag_of(reading, of);
        bool ends = i > 0 && tag != DW_TAG_typedef && tag != DW_TAG_const_type && tag != DW_TAG_volatile_type;
        stated = alignment > stated ? alignment : stated;
        of = ends ? NULL : dwarf_type_of(reading, of);
    }
    return stated;
}

/* What is unaligned gcc tells by the sizes of numbers, and clang by the alignments of their types: these differ where
 * the program states one. */
static bool is_doubtful(const struct classes *classes, Dwarf_Die of)
{
    Dwarf_Die type = dwarf_pointed_type(classes->reading, of);
    Dwarf_Half tag = dwarf_tag_of(classes->reading, type);
    bool number = tag != DW_TAG_array_type && !dwarf_is_record(tag);
    uint64_t stated = stated_alignment(classes->reading, of);
    return stated && (is_unaligned(classes->at, stated) ||
                      (number && is_unaligned(classes->at, dwarf_bytes_of(classes->reading, type))));
}

static bool classify_member(void *context, const struct dwarf_member *member)
{
    struct classes *classes = context;
    uint64_t at = classes->at;
    uint64_t bits = dwarf_number(classes->reading, member->die, DW_AT_bit_size);
    classes->at += (uint64_t)member->offset;
    if (bits) {
        uint64_t first = 0;
        classes->known &= dwarf_first_bit(classes->reading, member, bits, &first);
        classes->at += first / 8;
        add_class(classes, (first % 8 + bits + 7) / 8, CLASS_INTEGER);
    } else {
        classes->known &= !is_doubtful(classes, member->die);
        classify(classes, member->type);
    }
    classes->at = at;
    return classes->known;
}

static void classify_array(struct classes *classes, Dwarf_Die type)
{
    Dwarf_Die element = dwarf_pointed_type(classes->reading, type);
    uint64_t count = dwarf_elements_of(classes->reading, type), bytes = dwarf_bytes_of(classes->reading, element);
    uint64_t at = classes->at;
    classes->known &= !dwarf_has(classes->reading, type, DW_AT_GNU_vector);
    for (uint64_t i = 0; i < count && i < 17; i++, classes->at += bytes) {
        classes->known &= !is_doubtful(classes, type);
        classify(classes, element);
    }
    classes->at = at;
}

/* Of 16 bytes, __float128 is in an xmm register. */
static void classify_float(struct classes *classes, Dwarf_Die type, uint64_t bytes)
{
    const char *name = dwarf_text(classes->reading, type, DW_AT_name);
    classes->known &= bytes <= 8 || (name && strcmp(name, "long double") == 0);
    add_number(classes, bytes, bytes, bytes <= 8 ? CLASS_SSE : CLASS_MEMORY);
}

static void classify_base(struct classes *classes, Dwarf_Die type)
{
    uint64_t bytes = dwarf_bytes_of(classes->reading, type);
    switch (dwarf_number(classes->reading, type, DW_AT_encoding)) {
    case DW_ATE_float:
        classify_float(classes, type, bytes);
        break;
    case DW_ATE_complex_float:
    case DW_ATE_decimal_float:
        classes->known = false;
        break;
    default:
        add_number(classes, bytes, bytes, CLASS_INTEGER);
    }
}

/* Enumerations and pointers; those to member functions are two words. */
static void classify_word(struct classes *classes, uint64_t bytes)
{
    add_number(classes, bytes, bytes < 8 ? bytes : 8, CLASS_INTEGER);
}

static void classify(struct classes *classes, Dwarf_Die type)
{
    Dwarf_Half tag = dwarf_tag_of(classes->reading, type);
    if (classes->depth++ > DWARF_TYPES_DEEPEST || !type)
        classes->known = false;
    else if (tag == DW_TAG_base_type)
        classify_base(classes, type);
    else if (tag == DW_TAG_array_type)
        classify_array(classes, type);
    else if (dwarf_is_record(tag) && dwarf_bytes_of(classes->reading, type) > 16)
        classes->words[0] = CLASS_MEMORY;
    else if (dwarf_is_record(tag))
        dwarf_each_member(classes->reading, type, classify_member, classes);
    else
        classify_word(classes, dwarf_bytes_of(classes->reading, type));
    /* clang takes a record with one to memory. */
    classes->known &= classes->depth == 1 || !dwarf_is_null_pointer(classes->reading, type);
    classes->depth--;
}

/* ---- by value, or by reference ---------------------------------------------------------------------------------- */

/* clang says it by DW_AT_calling_convention. gcc does not: by the rules for calls of C++ (Itanium), those records are
 * passed by reference that have a constructor to copy or move them, or a destructor, that is not trivial, of their own
 * or by a base or a member; and those of which all such constructors are deleted. */
struct copying {
    struct dwarf_reading *reading;
    int depth;
    bool by_code; /* something not trivial was met */
    bool unknown; /* something was met that may be */
};

/* Constructors of one record. */
struct copiers {
    Dwarf_Die record;
    const char *name;
    bool deleted, trivial;
};

static bool is_same_die(struct dwarf_reading *reading, Dwarf_Die a, Dwarf_Die b)
{
    Dwarf_Off at, other;
    return a && b && dwarf_is_ok(reading, dwarf_dieoffset(a, &at, &reading->error)) &&
           dwarf_is_ok(reading, dwarf_dieoffset(b, &other, &reading->error)) && at == other;
}

/* How many parameters, `this` and the like left out; *first is the first's type. */
static int parameters_of(struct dwarf_reading *reading, Dwarf_Die function, Dwarf_Die *first)
{
    Dwarf_Die die, next;
    int count = 0;
    *first = NULL;
    bool more = dwarf_is_ok(reading, dwarf_child(function, &die, &reading->error));
    for (int i = 0; more && i < DWARF_MOST_MEMBERS; i++, die = next) {
        if (dwarf_tag_of(reading, die) == DW_TAG_formal_parameter && !dwarf_has(reading, die, DW_AT_artificial) &&
            count++ == 0)
            *first = dwarf_plain_type(reading, dwarf_type_of(reading, die));
        more = dwarf_is_ok(reading, dwarf_siblingof_b(reading->dbg, die, true, &next, &reading->error));
    }
    return count;
}

static bool is_constructor(const struct copiers *copiers, const char *name)
{
    size_t length = copiers->name ? strcspn(copiers->name, "<") : 0;
    return length && strlen(name) == length && memcmp(name, copiers->name, length) == 0;
}

static void see_function(struct copying *copying, struct copiers *copiers, Dwarf_Die die)
{
    struct dwarf_reading *reading = copying->reading;
    const char *name = dwarf_text(reading, die, DW_AT_name);
    bool trivial = dwarf_number(reading, die, DW_AT_defaulted) == DW_DEFAULTED_in_class;
    Dwarf_Die first;
    copying->by_code |= dwarf_has(reading, die, DW_AT_virtuality);
    /* What the compiler made itself is as trivial as bases and members are. */
    if (!name || dwarf_has(reading, die, DW_AT_artificial))
        return;
    if (name[0] == '~')
        copying->by_code |= !trivial;
    if (!is_constructor(copiers, name))
        return;
    int count = parameters_of(reading, die, &first);
    if (!dwarf_is_reference(dwarf_tag_of(reading, first)) ||
        !is_same_die(reading, dwarf_pointed_type(reading, first), copiers->record))
        return;
    if (count > 1) /* the others may have defaults */
        copying->unknown = true;
    else if (dwarf_has(reading, die, DW_AT_deleted))
        copiers->deleted = true;
    else if (trivial)
        copiers->trivial = true;
    else
        copying->by_code = true;
}

static void see_record(struct copying *copying, Dwarf_Die type);

static void see_part(struct copying *copying, Dwarf_Die die)
{
    struct dwarf_reading *reading = copying->reading;
    Dwarf_Die type = dwarf_plain_type(reading, dwarf_type_of(reading, die));
    copying->by_code |= dwarf_has(reading, die, DW_AT_virtuality);
    for (int i = 0; i < DWARF_TYPES_DEEPEST && dwarf_tag_of(reading, type) == DW_TAG_array_type; i++)
        type = dwarf_pointed_type(reading, type);
    if (dwarf_is_record(dwarf_tag_of(reading, type)))
        see_record(copying, type);
}

static void see_child(struct copying *copying, struct copiers *copiers, Dwarf_Die die)
{
    Dwarf_Half tag = dwarf_tag_of(copying->reading, die);
    bool is_static =
        dwarf_has(copying->reading, die, DW_AT_external) || dwarf_has(copying->reading, die, DW_AT_declaration);
    if (tag == DW_TAG_subprogram)
        see_function(copying, copiers, die);
    else if (tag == DW_TAG_inheritance || (tag == DW_TAG_member && !is_static))
        see_part(copying, die);
}

static void see_children(struct copying *copying, Dwarf_Die type)
{
    struct dwarf_reading *reading = copying->reading;
    struct copiers copiers = {.record = type, .name = dwarf_text(reading, type, DW_AT_name)};
    Dwarf_Die die, next;
    bool more = dwarf_is_ok(reading, dwarf_child(type, &die, &reading->error));
    for (int i = 0; more && i < DWARF_MOST_MEMBERS; i++, die = next) {
        see_child(copying, &copiers, die);
        more = dwarf_is_ok(reading, dwarf_siblingof_b(reading->dbg, die, true, &next, &reading->error));
    }
    copying->unknown |= more;
    copying->by_code |= copiers.deleted && !copiers.trivial;
}

static void see_record(struct copying *copying, Dwarf_Die type)
{
    uint64_t said = dwarf_number(copying->reading, type, DW_AT_calling_convention);
    if (said == DW_CC_pass_by_reference || dwarf_library_is_string(copying->reading, type))
        copying->by_code = true;
    else if (dwarf_has(copying->reading, type, DW_AT_declaration) || copying->depth == DWARF_TYPES_DEEPEST)
        copying->unknown = true;
    else if (said != DW_CC_pass_by_value && !copying->by_code) {
        copying->depth++;
        see_children(copying, type);
        copying->depth--;
    }
}

/* PASSED_NOTHING: by value. */
static enum passed record_passing(struct dwarf_reading *reading, Dwarf_Die type)
{
    struct copying copying = {.reading = reading};
    see_record(&copying, type);
    return copying.by_code ? PASSED_REFERENCE : copying.unknown ? PASSED_UNKNOWN : PASSED_NOTHING;
}

/* ---- on the stack ----------------------------------------------------------------------------------------------- */

struct alignment {
    struct dwarf_reading *reading;
    uint64_t bytes;
    int depth;
};

static void align(struct alignment *alignment, Dwarf_Die type);

static void align_by(struct alignment *alignment, uint64_t bytes)
{
    bool sound = bytes <= 4096 && (bytes & (bytes - 1)) == 0;
    alignment->bytes = sound && bytes > alignment->bytes ? bytes : alignment->bytes;
}

static bool align_member(void *context, const struct dwarf_member *member)
{
    struct alignment *alignment = context;
    align_by(alignment, dwarf_number(alignment->reading, member->die, DW_AT_alignment));
    align(alignment, member->type);
    return true;
}

static void align(struct alignment *alignment, Dwarf_Die type)
{
    Dwarf_Half tag = dwarf_tag_of(alignment->reading, type);
    if (!type || alignment->depth == DWARF_TYPES_DEEPEST)
        return;
    alignment->depth++;
    align_by(alignment, dwarf_number(alignment->reading, type, DW_AT_alignment));
    if (dwarf_is_record(tag))
        dwarf_each_member(alignment->reading, type, align_member, alignment);
    else if (tag == DW_TAG_array_type)
        align(alignment, dwarf_pointed_type(alignment->reading, type));
    else
        align_by(alignment, dwarf_bytes_of(alignment->reading, type));
    alignment->depth--;
}

/* That of a word, or a higher one. Of a packed record the size tells that it has none. */
static uint32_t alignment_of(struct dwarf_reading *reading, Dwarf_Die type, uint32_t bytes)
{
    struct alignment alignment = {.reading = reading, .bytes = 8};
    align(&alignment, type);
    while (alignment.bytes > 8 && bytes % alignment.bytes)
        alignment.bytes /= 2;
    return (uint32_t)alignment.bytes;
}

struct passing dwarf_type_passing(struct dwarf_reading *reading, Dwarf_Die type)
{
    struct passing passing = {.how = PASSED_UNKNOWN};
    type = dwarf_plain_type(reading, type);
    Dwarf_Half tag = dwarf_tag_of(reading, type);
    if (!type)
        return passing;
    passing.bytes = (uint32_t)dwarf_bytes_of(reading, type);
    passing.alignment = alignment_of(reading, type, passing.bytes);
    passing.how = dwarf_is_record(tag) ? record_passing(reading, type) : PASSED_NOTHING;
    if (passing.how != PASSED_NOTHING)
        return passing;
    passing.how = PASSED_UNKNOWN;
    struct classes classes = {.reading = reading, .known = true};
    classify(&classes, type);
    if (!classes.known)
        return passing;
    if (classes.words[0] == CLASS_MEMORY || classes.words[1] == CLASS_MEMORY) {
        passing.how = PASSED_MEMORY;
        return passing;
    }
    passing.null = dwarf_is_null_pointer(reading, type);
    passing.words = (uint8_t)((classes.words[0] != CLASS_NONE) + (classes.words[1] != CLASS_NONE));
    passing.how = passing.words ? PASSED_REGISTERS : PASSED_NOTHING;
    for (int i = 0; i < 2; i++)
        passing.in_vector[i] = classes.words[i] == CLASS_SSE;
    /* Padding alone in the first word is nothing that compilers make. */
    if (classes.words[0] == CLASS_NONE && classes.words[1] != CLASS_NONE)
        passing.how = PASSED_UNKNOWN;
    return passing;
}

bool dwarf_passes_otherwise(struct dwarf_reading *reading, Dwarf_Die function)
{
    enum { NOT_SAID = 0, LLVM_SYSTEM_V = 0xc2, LLVM_PRESERVE_MOST = 0xc9, LLVM_PRESERVE_ALL = 0xca };
    switch (dwarf_number(reading, function, DW_AT_calling_convention)) {
    case NOT_SAID:
    case DW_CC_normal:
    case DW_CC_program:
    case LLVM_SYSTEM_V:
    case LLVM_PRESERVE_MOST:
    case LLVM_PRESERVE_ALL:
        return false;
    default:
        return true;
    }
}
