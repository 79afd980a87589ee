#include "symbol/elf_file.h"

#include <elfutils/version.h>
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "symbol/debug_sections.h"
#include "symbol/unpack.h"

/* More than the largest programs have; an ELF file that claims more is refused rather than sorted for minutes. */
#define SYMBOLS_MAX (UINT64_C(1) << 24)

/* ELFCOMPRESS_ZSTD, which <elf.h> has since glibc 2.38. */
#define COMPRESSED_ZSTD 2

struct elf_file {
    int fd;      /* -1: it stands in `image` */
    void *image; /* NULL: in a file */
    uint64_t bytes;
    Elf *elf;
    size_t names; /* the section that holds the sections' names */
    Elf_Scn *symtab, *dynsym, *packed;
    bool debug_info, package;
    const uint8_t *build_id;
    size_t build_id_bytes;
    const char *debug_link;
    bool thumb; /* 32-bit ARM: bit 0 of a function's address tells its instruction set */
};

/* ---- opening --------------------------------------------------------------------------------------------------- */

static int open_regular(const char *path, uint64_t *bytes, struct error *error)
{
    /* Non-blocking: the path may by now name a FIFO. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    struct stat status;
    if (fd < 0) {
        if (errno == ENOENT)
            return error_set(error, "it is no longer there; put the file back to see names");
        return error_set(error, "cannot be opened: %s", strerror(errno));
    }
    if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode)) {
        *bytes = (uint64_t)status.st_size;
        return fd;
    }
    close(fd);
    return error_set(error, "not a regular file, so it holds no symbols");
}

static bool note_is_build_id(Elf_Data *data, const GElf_Nhdr *note, size_t name, size_t descriptor)
{
    return note->n_type == NT_GNU_BUILD_ID && note->n_namesz == sizeof ELF_NOTE_GNU && note->n_descsz > 0 &&
           descriptor <= data->d_size && note->n_descsz <= data->d_size - descriptor &&
           memcmp((const char *)data->d_buf + name, ELF_NOTE_GNU, sizeof ELF_NOTE_GNU) == 0;
}

static bool take_build_id(struct elf_file *file, Elf_Data *data)
{
    GElf_Nhdr note;
    size_t name, descriptor, offset = 0;
    if (!data || !data->d_buf)
        return false;
    while ((offset = gelf_getnote(data, offset, &note, &name, &descriptor)) > 0)
        if (note_is_build_id(data, &note, name, descriptor)) {
            file->build_id = (const uint8_t *)data->d_buf + descriptor;
            file->build_id_bytes = note.n_descsz;
            return true;
        }
    return false;
}

/* For files whose section headers were stripped. Not for separate debug files: their segments are not there. */
static void take_build_id_from_segments(struct elf_file *file)
{
    size_t count = 0;
    GElf_Phdr segment;
    if (elf_getphdrnum(file->elf, &count) != 0)
        return;
    for (size_t i = 0; i < count && i < PN_XNUM && gelf_getphdr(file->elf, (int)i, &segment); i++) {
        if (segment.p_type != PT_NOTE)
            continue;
        Elf_Type type = segment.p_align == 8 ? ELF_T_NHDR8 : ELF_T_NHDR;
        Elf_Data *data = elf_getdata_rawchunk(file->elf, (int64_t)segment.p_offset, segment.p_filesz, type);
        if (take_build_id(file, data))
            return;
    }
}

static void take_debug_link(struct elf_file *file, Elf_Scn *section)
{
    Elf_Data *data = elf_rawdata(section, NULL);
    if (!data || !data->d_buf || !memchr(data->d_buf, 0, data->d_size))
        return;
    const char *name = data->d_buf;
    if (*name && !strchr(name, '/'))
        file->debug_link = name;
}

static bool is_debug_info(const char *name)
{
    return strcmp(name, ".debug_info") == 0 || strcmp(name, ".zdebug_info") == 0;
}

static void take_named_section(struct elf_file *file, Elf_Scn *section, const GElf_Shdr *header)
{
    const char *name = elf_strptr(file->elf, file->names, header->sh_name);
    if (!name)
        return;
    if (is_debug_info(name))
        file->debug_info = header->sh_size > 0;
    else if (strcmp(name, ".debug_cu_index") == 0)
        file->package = true;
    else if (header->sh_flags & SHF_COMPRESSED)
        return;
    else if (!file->debug_link && strcmp(name, ".gnu_debuglink") == 0)
        take_debug_link(file, section);
    else if (strcmp(name, ".gnu_debugdata") == 0)
        file->packed = section;
}

static void take_section(struct elf_file *file, Elf_Scn *section)
{
    GElf_Shdr header;
    if (!gelf_getshdr(section, &header))
        return;
    bool plain = !(header.sh_flags & SHF_COMPRESSED);
    if (header.sh_type == SHT_PROGBITS)
        take_named_section(file, section, &header);
    else if (header.sh_type == SHT_SYMTAB && plain && !file->symtab)
        file->symtab = section;
    else if (header.sh_type == SHT_DYNSYM && plain && !file->dynsym)
        file->dynsym = section;
    else if (header.sh_type == SHT_NOTE && plain && !file->build_id)
        take_build_id(file, elf_getdata(section, NULL));
}

static bool take_header(struct elf_file *file, bool split)
{
    GElf_Ehdr header;
    if (!file->elf || elf_kind(file->elf) != ELF_K_ELF || !gelf_getehdr(file->elf, &header))
        return false;
    if (!split && header.e_type != ET_EXEC && header.e_type != ET_DYN)
        return false;
    file->thumb = header.e_machine == EM_ARM;
    if (elf_getshdrstrndx(file->elf, &file->names) == 0)
        for (Elf_Scn *section = NULL; (section = elf_nextscn(file->elf, section));)
            take_section(file, section);
    if (!file->build_id)
        take_build_id_from_segments(file);
    return true;
}

const char *elf_file_library(void)
{
    static char text[32];
    snprintf(text, sizeof text, "libelf %d.%d", _ELFUTILS_VERSION / 1000, _ELFUTILS_VERSION % 1000);
    return text;
}

static struct elf_file *open_file(const char *path, bool split, struct error *error)
{
    uint64_t bytes = 0;
    int fd = open_regular(path, &bytes, error);
    if (fd < 0)
        return NULL;
    struct elf_file *file = calloc(1, sizeof *file);
    if (!file) {
        error_set(error, "no memory to read its symbols");
        close(fd);
        return NULL;
    }
    elf_version(EV_CURRENT);
    file->fd = fd;
    file->bytes = bytes;
    file->elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
    if (take_header(file, split))
        return file;
    error_set(error, "not an ELF executable or library, so it holds no symbols");
    elf_file_close(file);
    return NULL;
}

struct elf_file *elf_file_open(const char *path, struct error *error)
{
    return open_file(path, false, error);
}

struct elf_file *elf_file_open_split(const char *path, struct error *error)
{
    return open_file(path, true, error);
}

int elf_file_descriptor(const struct elf_file *file)
{
    return file->fd;
}

static struct elf_file *open_image(void *image, size_t bytes)
{
    struct elf_file *file = calloc(1, sizeof *file);
    if (!file) {
        free(image);
        return NULL;
    }
    *file = (struct elf_file){.fd = -1, .image = image, .bytes = bytes, .elf = elf_memory(image, bytes)};
    if (take_header(file, false))
        return file;
    elf_file_close(file);
    return NULL;
}

struct elf_file *elf_file_open_packed(const struct elf_file *file)
{
    Elf_Data *data = file->packed ? elf_rawdata(file->packed, NULL) : NULL;
    size_t bytes;
    void *image = data && data->d_buf ? unpack_xz(data->d_buf, data->d_size, &bytes) : NULL;
    return image ? open_image(image, bytes) : NULL;
}

void elf_file_close(struct elf_file *file)
{
    if (!file)
        return;
    elf_end(file->elf);
    if (file->fd >= 0)
        close(file->fd);
    free(file->image);
    free(file);
}

size_t elf_file_build_id(const struct elf_file *file, const uint8_t **bytes)
{
    *bytes = file->build_id;
    return file->build_id_bytes;
}

const char *elf_file_debug_link(const struct elf_file *file)
{
    return file->debug_link;
}

bool elf_file_has_symtab(const struct elf_file *file)
{
    return file->symtab != NULL;
}

bool elf_file_has_debug_info(const struct elf_file *file)
{
    return file->debug_info;
}

bool elf_file_is_package(const struct elf_file *file)
{
    return file->package;
}

uint64_t elf_file_bytes(const struct elf_file *file)
{
    return file->bytes;
}

/* ---- debug sections -------------------------------------------------------------------------------------------- */

struct elf_layout elf_file_layout(const struct elf_file *file)
{
    GElf_Ehdr header;
    struct elf_layout layout = {0};
    if (!gelf_getehdr(file->elf, &header) || elf_getshdrnum(file->elf, &layout.sections) != 0)
        return layout;
    layout.pointer_bytes = header.e_ident[EI_CLASS] == ELFCLASS32 ? 4 : 8;
    layout.big_endian = header.e_ident[EI_DATA] == ELFDATA2MSB;
    return layout;
}

static bool is_old_compressed(const struct elf_file *file, const GElf_Shdr *header)
{
    const char *name = elf_strptr(file->elf, file->names, header->sh_name);
    return name && strncmp(name, ".z", 2) == 0;
}

/* "ZLIB", then the size, highest byte first. */
static uint64_t old_compressed_bytes(Elf_Scn *section)
{
    uint64_t bytes = 0;
    Elf_Data *data = elf_rawdata(section, NULL);
    if (!data || !data->d_buf || data->d_size < 12)
        return 0;
    for (size_t i = 4; i < 12; i++)
        bytes = bytes << 8 | ((const uint8_t *)data->d_buf)[i];
    return bytes;
}

bool elf_file_section(const struct elf_file *file, size_t index, struct elf_section *section)
{
    GElf_Shdr header;
    GElf_Chdr compression;
    Elf_Scn *from = elf_getscn(file->elf, index);
    if (!from || !gelf_getshdr(from, &header))
        return false;
    const char *name = debug_section_name(elf_strptr(file->elf, file->names, header.sh_name));
    *section = (struct elf_section){.name = "", .type = header.sh_type};
    if (header.sh_type == SHT_NOBITS || !name)
        return true;
    *section = (struct elf_section){name, header.sh_size, header.sh_addr, header.sh_type, header.sh_entsize};
    if (is_old_compressed(file, &header))
        section->bytes = old_compressed_bytes(from);
    else if ((header.sh_flags & SHF_COMPRESSED) && gelf_getchdr(from, &compression))
        section->bytes = compression.ch_size;
    return true;
}

/* libelf itself knows zstd only in its newest releases. */
static const void *unpack_section_zstd(const struct elf_file *file, Elf_Scn *section, const GElf_Chdr *compression)
{
    Elf_Data *data = elf_rawdata(section, NULL);
    size_t head = gelf_getclass(file->elf) == ELFCLASS32 ? sizeof(Elf32_Chdr) : sizeof(Elf64_Chdr);
    if (!data || !data->d_buf || data->d_size < head)
        return NULL;
    return unpack_zstd((const char *)data->d_buf + head, data->d_size - head, compression->ch_size);
}

static const void *plain_data(Elf_Scn *section, uint64_t bytes)
{
    Elf_Data *data = elf_getdata(section, NULL);
    return data && data->d_size == bytes ? data->d_buf : NULL;
}

const void *elf_file_section_data(const struct elf_file *file, size_t index)
{
    GElf_Shdr header;
    GElf_Chdr compression;
    struct elf_section told;
    Elf_Scn *section = elf_getscn(file->elf, index);
    if (!section || !gelf_getshdr(section, &header) || !elf_file_section(file, index, &told))
        return NULL;
    if (is_old_compressed(file, &header))
        return elf_compress_gnu(section, 0, 0) < 0 ? NULL : plain_data(section, told.bytes);
    if (!(header.sh_flags & SHF_COMPRESSED))
        return plain_data(section, told.bytes);
    if (!gelf_getchdr(section, &compression))
        return NULL;
    if (compression.ch_type == COMPRESSED_ZSTD)
        return unpack_section_zstd(file, section, &compression);
    return elf_compress(section, 0, 0) < 0 ? NULL : plain_data(section, told.bytes);
}

/* ---- code ------------------------------------------------------------------------------------------------------- */

bool elf_file_is_x86_64(const struct elf_file *file)
{
    GElf_Ehdr header;
    return gelf_getehdr(file->elf, &header) && header.e_machine == EM_X86_64 && header.e_ident[EI_CLASS] == ELFCLASS64;
}

const uint8_t *elf_file_code(const struct elf_file *file, uint64_t address, uint64_t *bytes)
{
    size_t count = 0, size;
    GElf_Phdr segment;
    const char *image = elf_rawfile(file->elf, &size);
    if (!image || elf_getphdrnum(file->elf, &count) != 0)
        return NULL;
    for (size_t i = 0; i < count && i < PN_XNUM && gelf_getphdr(file->elf, (int)i, &segment); i++) {
        uint64_t offset = address - segment.p_vaddr;
        if (segment.p_type != PT_LOAD || (segment.p_flags & PF_W) || address < segment.p_vaddr ||
            offset >= segment.p_filesz || segment.p_offset > size || segment.p_filesz > size - segment.p_offset)
            continue;
        *bytes = segment.p_filesz - offset;
        return (const uint8_t *)image + segment.p_offset + offset;
    }
    return NULL;
}

void elf_file_each_code(const struct elf_file *file, elf_see_code *see, void *context)
{
    size_t count = 0;
    uint64_t bytes;
    GElf_Phdr segment;
    if (elf_getphdrnum(file->elf, &count) != 0)
        return;
    for (size_t i = 0; i < count && i < PN_XNUM && gelf_getphdr(file->elf, (int)i, &segment); i++) {
        const uint8_t *code =
            segment.p_type == PT_LOAD && (segment.p_flags & PF_X) ? elf_file_code(file, segment.p_vaddr, &bytes) : NULL;
        if (code)
            see(context, segment.p_vaddr, code, bytes);
    }
}

static void see_imports(const struct elf_file *file, const GElf_Shdr *header, Elf_Scn *section, elf_see_import *see,
                        void *context)
{
    Elf_Scn *symbols = elf_getscn(file->elf, header->sh_link);
    Elf_Data *data = elf_getdata(section, NULL), *from = symbols ? elf_getdata(symbols, NULL) : NULL;
    GElf_Shdr table;
    GElf_Rela entry;
    GElf_Sym symbol;
    if (!data || !from || !gelf_getshdr(symbols, &table))
        return;
    for (int i = 0; gelf_getrela(data, i, &entry); i++) {
        uint32_t type = (uint32_t)GELF_R_TYPE(entry.r_info);
        if ((type != R_X86_64_JUMP_SLOT && type != R_X86_64_GLOB_DAT) ||
            !gelf_getsym(from, (int)GELF_R_SYM(entry.r_info), &symbol))
            continue;
        const char *name = elf_strptr(file->elf, table.sh_link, symbol.st_name);
        if (name)
            see(context, name, entry.r_offset);
    }
}

void elf_file_imports(const struct elf_file *file, elf_see_import *see, void *context)
{
    GElf_Shdr header;
    for (Elf_Scn *section = NULL; (section = elf_nextscn(file->elf, section));)
        if (gelf_getshdr(section, &header) && header.sh_type == SHT_RELA && (header.sh_flags & SHF_ALLOC))
            see_imports(file, &header, section, see, context);
}

/* ---- symbols --------------------------------------------------------------------------------------------------- */

struct section_span {
    uint64_t start, end;
    bool code;
};

/* What the loop over a symbol table needs to know. */
struct symbol_reader {
    Elf_Data *data;
    const char *strings;
    size_t strings_end; /* one past the last NUL: a string that begins before it ends before it */
    struct section_span *spans;
    size_t span_count;
    uint32_t file; /* the last STT_FILE symbol's name: that of the local symbols after it */
    bool thumb;
};

static int read_spans(const struct elf_file *file, struct symbol_reader *reader)
{
    if (elf_getshdrnum(file->elf, &reader->span_count) != 0)
        return -1;
    reader->spans = calloc(reader->span_count + 1, sizeof *reader->spans);
    if (!reader->spans)
        return -1;
    for (size_t i = 0; i < reader->span_count; i++) {
        GElf_Shdr header;
        Elf_Scn *section = elf_getscn(file->elf, i);
        if (!section || !gelf_getshdr(section, &header))
            continue;
        struct section_span *span = &reader->spans[i];
        span->start = header.sh_addr;
        if (__builtin_add_overflow(header.sh_addr, header.sh_size, &span->end))
            span->end = UINT64_MAX;
        span->code = header.sh_flags & SHF_EXECINSTR;
    }
    return 0;
}

static int read_strings(const struct elf_file *file, const GElf_Shdr *header, struct symbol_reader *reader)
{
    GElf_Shdr strings;
    Elf_Scn *section = elf_getscn(file->elf, header->sh_link);
    if (!section || !gelf_getshdr(section, &strings) || strings.sh_type != SHT_STRTAB ||
        strings.sh_flags & SHF_COMPRESSED)
        return -1;
    Elf_Data *data = elf_getdata(section, NULL);
    if (!data || !data->d_buf)
        return -1;
    const char *last = memrchr(data->d_buf, 0, data->d_size);
    reader->strings = data->d_buf;
    reader->strings_end = last ? (size_t)(last - reader->strings) + 1 : 0;
    return 0;
}

static uint32_t checked_name(const struct symbol_reader *reader, uint32_t name)
{
    return name < reader->strings_end && reader->strings[name] ? name : 0;
}

static bool is_function(const GElf_Sym *symbol)
{
    return GELF_ST_TYPE(symbol->st_info) == STT_FUNC || GELF_ST_TYPE(symbol->st_info) == STT_GNU_IFUNC;
}

/* Labels of hand-written assembly; not the mapping symbols ($x, $d) nor the compilers' own labels (.L). */
static bool is_label(const struct symbol_reader *reader, const GElf_Sym *symbol, const struct section_span *span)
{
    char first = reader->strings[symbol->st_name];
    return GELF_ST_TYPE(symbol->st_info) == STT_NOTYPE && span && span->code && first != '$' && first != '.';
}

static uint8_t binding_rank(const GElf_Sym *symbol)
{
    if (GELF_ST_TYPE(symbol->st_info) == STT_GNU_IFUNC)
        return ELF_BINDING_IFUNC;
    switch (GELF_ST_BIND(symbol->st_info)) {
    case STB_LOCAL:
        return ELF_BINDING_LOCAL;
    case STB_WEAK:
        return ELF_BINDING_WEAK;
    default:
        return ELF_BINDING_GLOBAL;
    }
}

static const struct section_span *span_of(const struct symbol_reader *reader, const GElf_Sym *symbol)
{
    return symbol->st_shndx < reader->span_count ? &reader->spans[symbol->st_shndx] : NULL;
}

/* Linkers and LTO invent file names such as "<artificial>". */
static uint32_t source_file(const struct symbol_reader *reader, const GElf_Sym *symbol)
{
    uint32_t name = checked_name(reader, symbol->st_name);
    return reader->strings[name] == '<' ? 0 : name;
}

/* False for what is no function. */
static bool take_symbol(struct symbol_reader *reader, const GElf_Sym *symbol, struct elf_symbol *out)
{
    if (!checked_name(reader, symbol->st_name) || symbol->st_shndx == SHN_UNDEF || symbol->st_shndx == SHN_ABS)
        return false;
    const struct section_span *span = span_of(reader, symbol);
    bool function = is_function(symbol) && (!span || span->code);
    if (!function && !is_label(reader, symbol, span))
        return false;
    out->start = symbol->st_value & ~(uint64_t)(reader->thumb && function);
    out->size = symbol->st_size;
    out->limit = span ? span->end : UINT64_MAX;
    out->name = symbol->st_name;
    out->binding = binding_rank(symbol);
    out->file = out->binding == ELF_BINDING_LOCAL ? reader->file : 0;
    out->label = !function;
    return true;
}

static void take_symbols(struct symbol_reader *reader, size_t entries, struct elf_symbols *symbols)
{
    GElf_Sym symbol;
    for (size_t i = 1; i < entries && gelf_getsym(reader->data, (int)i, &symbol); i++) {
        if (GELF_ST_TYPE(symbol.st_info) == STT_FILE)
            reader->file = source_file(reader, &symbol);
        else if (take_symbol(reader, &symbol, &symbols->symbols[symbols->count]))
            symbols->count++;
    }
    symbols->strings = reader->strings;
}

static int read_symbols(const struct elf_file *file, Elf_Scn *section, struct symbol_reader *reader,
                        struct elf_symbols *symbols, struct error *error)
{
    GElf_Shdr header;
    if (!gelf_getshdr(section, &header) || !(reader->data = elf_getdata(section, NULL)) || !reader->data->d_buf ||
        read_strings(file, &header, reader) != 0 || read_spans(file, reader) != 0)
        return error_set(error, "damaged symbol table in section %zu", elf_ndxscn(section));
    size_t entries = reader->data->d_size / gelf_fsize(file->elf, ELF_T_SYM, 1, EV_CURRENT);
    if (entries > SYMBOLS_MAX)
        return error_set(error, "%zu symbols are more than the %llu that are read", entries,
                         (unsigned long long)SYMBOLS_MAX);
    symbols->symbols = malloc((entries + 1) * sizeof *symbols->symbols);
    if (!symbols->symbols)
        return error_set(error, "no memory for %zu symbols", entries);
    reader->thumb = file->thumb;
    take_symbols(reader, entries, symbols);
    return 0;
}

int elf_file_symbols(const struct elf_file *file, struct elf_symbols *symbols, struct error *error)
{
    struct symbol_reader reader = {0};
    Elf_Scn *section = file->symtab ? file->symtab : file->dynsym;
    *symbols = (struct elf_symbols){.strings = ""};
    if (!section)
        return 0;
    int result = read_symbols(file, section, &reader, symbols, error);
    free(reader.spans);
    return result;
}
