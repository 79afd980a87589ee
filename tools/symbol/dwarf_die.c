#include "symbol/dwarf_die.h"

bool dwarf_is_ok(struct dwarf_reading *reading, int result)
{
    if (result == DW_DLV_ERROR)
        dwarf_dealloc_error(reading->dbg, reading->error);
    return result == DW_DLV_OK;
}

/* ---- attributes ------------------------------------------------------------------------------------------------- */

/* What lies in another file is not read: the oldest libdwarf gives anything for it. */
static bool is_elsewhere(Dwarf_Half form)
{
    return form == DW_FORM_GNU_ref_alt || form == DW_FORM_GNU_strp_alt || form == DW_FORM_ref_sup4 ||
           form == DW_FORM_ref_sup8 || form == DW_FORM_strp_sup || form == DW_FORM_ref_sig8;
}

Dwarf_Attribute dwarf_attribute(struct dwarf_reading *reading, Dwarf_Die die, Dwarf_Half name, Dwarf_Half *form)
{
    Dwarf_Attribute found;
    if (!dwarf_is_ok(reading, dwarf_attr(die, name, &found, &reading->error)))
        return NULL;
    if (dwarf_is_ok(reading, dwarf_whatform(found, form, &reading->error)) && !is_elsewhere(*form))
        return found;
    dwarf_dealloc_attribute(found);
    return NULL;
}

/* NULL: there is none. */
const char *dwarf_text(struct dwarf_reading *reading, Dwarf_Die die, Dwarf_Half name)
{
    Dwarf_Half form;
    char *text;
    Dwarf_Attribute from = dwarf_attribute(reading, die, name, &form);
    if (!from || !dwarf_is_ok(reading, dwarf_formstring(from, &text, &reading->error)) || !*text)
        return NULL;
    return text;
}

/* Not every release gives an implicit constant, or one with a sign, as one without. */
uint64_t dwarf_number(struct dwarf_reading *reading, Dwarf_Die die, Dwarf_Half name)
{
    Dwarf_Half form;
    Dwarf_Unsigned number;
    Dwarf_Signed with_sign;
    Dwarf_Attribute from = dwarf_attribute(reading, die, name, &form);
    if (!from)
        return 0;
    if (form == DW_FORM_implicit_const || form == DW_FORM_sdata)
        return dwarf_is_ok(reading, dwarf_formsdata(from, &with_sign, &reading->error)) ? (uint64_t)with_sign : 0;
    return dwarf_is_ok(reading, dwarf_formudata(from, &number, &reading->error)) ? number : 0;
}

Dwarf_Die dwarf_referred(struct dwarf_reading *reading, Dwarf_Die die, Dwarf_Half name)
{
    Dwarf_Half form;
    Dwarf_Off offset;
    Dwarf_Die found;
    Dwarf_Attribute from = dwarf_attribute(reading, die, name, &form);
    if (!from || !dwarf_is_ok(reading, dwarf_global_formref(from, &offset, &reading->error)) ||
        !dwarf_is_ok(reading, dwarf_offdie_b(reading->dbg, offset, true, &found, &reading->error)))
        return NULL;
    return found;
}

/* ---- ranges of addresses ---------------------------------------------------------------------------------------- */

static bool see_old_ranges(struct dwarf_reading *reading, const struct dwarf_unit *unit, Dwarf_Die die,
                           Dwarf_Attribute from, dwarf_see_range *see, void *context)
{
    Dwarf_Off offset, real_offset;
    Dwarf_Ranges *ranges;
    Dwarf_Signed count;
    Dwarf_Unsigned bytes;
    Dwarf_Addr base = unit->low;
    if (!dwarf_is_ok(reading, dwarf_global_formref(from, &offset, &reading->error)) ||
        !dwarf_is_ok(reading, dwarf_get_ranges_b(reading->dbg, offset, die, &real_offset, &ranges, &count, &bytes,
                                                 &reading->error)))
        return false;
    for (Dwarf_Signed i = 0; i < count && ranges[i].dwr_type != DW_RANGES_END; i++)
        if (ranges[i].dwr_type == DW_RANGES_ADDRESS_SELECTION)
            base = ranges[i].dwr_addr2;
        else
            see(context, base + ranges[i].dwr_addr1, base + ranges[i].dwr_addr2);
    dwarf_access_free_ranges(reading->dbg, ranges, count);
    return true;
}

static bool see_list(struct dwarf_reading *reading, Dwarf_Rnglists_Head head, Dwarf_Unsigned count,
                     dwarf_see_range *see, void *context)
{
    for (Dwarf_Unsigned i = 0; i < count; i++) {
        unsigned bytes, kind;
        Dwarf_Unsigned raw_low, raw_high, low, high;
        Dwarf_Bool not_known = false;
        if (!dwarf_is_ok(reading, dwarf_get_rnglists_entry_fields_a(head, i, &bytes, &kind, &raw_low, &raw_high,
                                                                    &not_known, &low, &high, &reading->error)) ||
            not_known)
            return false;
        if (kind != DW_RLE_end_of_list && kind != DW_RLE_base_address && kind != DW_RLE_base_addressx)
            see(context, low, high);
    }
    return true;
}

static bool see_ranges(struct dwarf_reading *reading, Dwarf_Half form, Dwarf_Attribute from, dwarf_see_range *see,
                       void *context)
{
    Dwarf_Unsigned place, count, offset;
    Dwarf_Rnglists_Head head;
    int result = form == DW_FORM_rnglistx ? dwarf_formudata(from, &place, &reading->error)
                                          : dwarf_global_formref(from, &place, &reading->error);
    if (!dwarf_is_ok(reading, result) ||
        !dwarf_is_ok(reading, dwarf_rnglists_get_rle_head(from, form, place, &head, &count, &offset, &reading->error)))
        return false;
    bool known = see_list(reading, head, count, see, context);
    dwarf_dealloc_rnglists_head(head);
    return known;
}

bool dwarf_bounds(struct dwarf_reading *reading, Dwarf_Die die, uint64_t *start, uint64_t *end)
{
    Dwarf_Addr low, high;
    Dwarf_Half form;
    enum Dwarf_Form_Class class;
    if (!dwarf_is_ok(reading, dwarf_lowpc(die, &low, &reading->error)) ||
        !dwarf_is_ok(reading, dwarf_highpc_b(die, &high, &form, &class, &reading->error)))
        return false;
    *start = low;
    *end = class == DW_FORM_CLASS_CONSTANT ? low + high : high;
    return true;
}

static bool see_bounds(struct dwarf_reading *reading, Dwarf_Die die, dwarf_see_range *see, void *context)
{
    uint64_t start, end;
    bool known = dwarf_bounds(reading, die, &start, &end);
    if (known)
        see(context, start, end);
    return known;
}

/* False: the addresses of this unit or function are not known, or not all. */
bool dwarf_each_range(struct dwarf_reading *reading, const struct dwarf_unit *unit, Dwarf_Die die, dwarf_see_range *see,
                      void *context)
{
    Dwarf_Half form;
    Dwarf_Attribute ranges = dwarf_attribute(reading, die, DW_AT_ranges, &form);
    if (!ranges)
        return see_bounds(reading, die, see, context);
    bool known = unit->version >= 5 ? see_ranges(reading, form, ranges, see, context)
                                    : see_old_ranges(reading, unit, die, ranges, see, context);
    dwarf_dealloc_attribute(ranges);
    return known;
}

bool dwarf_next_unit(struct dwarf_reading *reading, struct dwarf_unit *unit)
{
    Dwarf_Unsigned length, type_offset, next;
    Dwarf_Off abbreviations;
    Dwarf_Half address_bytes, length_bytes, extension_bytes, type;
    Dwarf_Sig8 signature;
    if (!dwarf_is_ok(reading, dwarf_next_cu_header_d(reading->dbg, true, &length, &unit->version, &abbreviations,
                                                     &address_bytes, &length_bytes, &extension_bytes, &signature,
                                                     &type_offset, &next, &type, &reading->error)) ||
        !dwarf_is_ok(reading, dwarf_siblingof_b(reading->dbg, NULL, true, &unit->die, &reading->error)))
        return false;
    unit->low = 0;
    dwarf_is_ok(reading, dwarf_lowpc(unit->die, &unit->low, &reading->error));
    return true;
}
