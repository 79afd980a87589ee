#include "recipe/capstone.h"

#include "base/library.h"

#define TEXT_OF(macro) #macro
#define NUMBER(macro) TEXT_OF(macro)

struct capstone capstone;

int capstone_load(struct error *error)
{
    const struct library_function functions[] = {
        {"cs_open", &capstone.open},        {"cs_option", &capstone.option},         {"cs_malloc", &capstone.make},
        {"cs_disasm_iter", &capstone.next}, {"cs_regs_access", &capstone.registers}, {"cs_free", &capstone.release},
        {"cs_close", &capstone.close},
    };
    if (capstone.open)
        return 0;
    return library_open("libcapstone.so." NUMBER(CS_API_MAJOR), "recording arguments and results", functions,
                        sizeof functions / sizeof *functions, error);
}
