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
    if (bytes == 0 || classes->at + bytes > 16) {
        classes->words[0] = CLASS_MEMORY;
        return;
    }
    for (uint64_t i = classes->at / 8; i <= (classes->at + bytes - 1) / 8; i++)
        if (classes->words[i] == CLASS_NONE || (classes->words[i] == CLASS_SSE && class == CLASS_INTEGER) ||
            class == CLASS_MEMORY)
            classes->words[i] = class;
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
    for (uint64_t i = 0; i < count && i < 17; i++, classes->at += bytes)
        classify(classes, element);
    classes->at = at;
}

static void classify_base(struct classes *classes, Dwarf_Die type)
{
    uint64_t bytes = dwarf_bytes_of(classes->reading, type);
    switch (dwarf_number(classes->reading, type, DW_AT_encoding)) {
    case DW_ATE_float:
        add_class(classes, bytes, bytes <= 8 ? CLASS_SSE : CLASS_MEMORY);
        break;
    case DW_ATE_complex_float:
    case DW_ATE_decimal_float:
        classes->known = false;
        break;
    default:
        add_class(classes, bytes, CLASS_INTEGER);
    }
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
        add_class(classes, dwarf_bytes_of(classes->reading, type), CLASS_INTEGER);
    classes->depth--;
}

/* DW_AT_calling_convention tells of records whether they are passed by value; C has no others. */
static bool is_by_reference(struct dwarf_reading *reading, Dwarf_Die type)
{
    return dwarf_number(reading, type, DW_AT_calling_convention) == DW_CC_pass_by_reference;
}

struct passing dwarf_type_passing(struct dwarf_reading *reading, Dwarf_Die type)
{
    struct passing passing = {.how = PASSED_UNKNOWN};
    type = dwarf_plain_type(reading, type);
    Dwarf_Half tag = dwarf_tag_of(reading, type);
    bool vector = tag == DW_TAG_array_type && dwarf_has(reading, type, DW_AT_GNU_vector);
    if (!type || vector)
        return passing;
    passing.bytes = (uint32_t)dwarf_bytes_of(reading, type);
    if (dwarf_is_record(tag) && (is_by_reference(reading, type) || dwarf_has(reading, type, DW_AT_declaration))) {
        passing.how = dwarf_has(reading, type, DW_AT_declaration) ? PASSED_UNKNOWN : PASSED_REFERENCE;
        return passing;
    }
    struct classes classes = {.reading = reading, .known = true};
    classify(&classes, type);
    if (!classes.known)
        return passing;
    if (classes.words[0] == CLASS_MEMORY || classes.words[1] == CLASS_MEMORY) {
        passing.how = PASSED_MEMORY;
        return passing;
    }
    passing.words = (uint8_t)((classes.words[0] != CLASS_NONE) + (classes.words[1] != CLASS_NONE));
    passing.how = passing.words ? PASSED_REGISTERS : PASSED_NOTHING;
    for (int i = 0; i < 2; i++)
        passing.in_vector[i] = classes.words[i] == CLASS_SSE;
    /* Padding alone in the first word is nothing that compilers make. */
    if (classes.words[0] == CLASS_NONE && classes.words[1] != CLASS_NONE)
        passing.how = PASSED_UNKNOWN;
    return passing;
}
