#include "cmd/cmd.h"
#include "query/query.h"
#include "symbol/elf_file.h"
#include "symbol/places.h"
#include "tape/compress.h"

int cmd_version(void)
{
    struct error error;
    struct output *output = output_open(OUTPUT_COLOUR_NEVER, false, &error);
    if (output == NULL)
        return cmd_fail(NULL, &error);
    output_text(output, "calltape " CALLTAPE_VERSION "\n");
    output_format(output, "tape format %u, arena format %u\n", CT_TAPE_VERSION, CT_ARENA_VERSION);
    output_format(output, "%s, %s, %s, %s\n", compress_library(), elf_file_library(), places_library(),
                  query_library());
    return output_close(output, &error) == 0 ? 0 : cmd_fail(NULL, &error);
}
