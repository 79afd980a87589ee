#include "query/spill.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include <stdio.h>

struct spill_file {
    sqlite3_file head;
    FILE *file;
    int64_t bytes;
};

static int64_t bytes_left; /* of all files */

static int spill_close(sqlite3_file *head)
{
    struct spill_file *spill = (struct spill_file *)head;
    bytes_left += spill->bytes;
    return fclose(spill->file) == 0 ? SQLITE_OK : SQLITE_IOERR_CLOSE;
}

static int spill_read(sqlite3_file *head, void *to, int count, sqlite3_int64 offset)
{
    const struct spill_file *spill = (struct spill_file *)head;
    ssize_t got = pread(fileno(spill->file), to, (size_t)count, offset);
    if (got == count)
        return SQLITE_OK;
    if (got < 0)
        return SQLITE_IOERR_READ;
    memset((char *)to + got, 0, (size_t)(count - got));
    return SQLITE_IOERR_SHORT_READ;
}

/* SQLite's word for a full disk stands for a used up allowance too. */
static int spill_write(sqlite3_file *head, const void *from, int count, sqlite3_int64 offset)
{
    struct spill_file *spill = (struct spill_file *)head;
    int64_t more = offset + count - spill->bytes;
    if (more > 0 && more > bytes_left)
        return SQLITE_FULL;
    ssize_t put = pwrite(fileno(spill->file), from, (size_t)count, offset);
    if (put != count)
        return put >= 0 || errno == ENOSPC ? SQLITE_FULL : SQLITE_IOERR_WRITE;
    if (more > 0) {
        spill->bytes += more;
        bytes_left -= more;
    }
    return SQLITE_OK;
}

static int spill_truncate(sqlite3_file *head, sqlite3_int64 size)
{
    struct spill_file *spill = (struct spill_file *)head;
    if (ftruncate(fileno(spill->file), size) != 0)
        return SQLITE_IOERR_TRUNCATE;
    bytes_left += spill->bytes - size;
    spill->bytes = size;
    return SQLITE_OK;
}

static int spill_size(sqlite3_file *head, sqlite3_int64 *size)
{
    *size = ((struct spill_file *)head)->bytes;
    return SQLITE_OK;
}

/* Nobody else can open what has no name, and nothing of it is to last. */
static int spill_sync(sqlite3_file *head, int flags)
{
    (void)head, (void)flags;
    return SQLITE_OK;
}

static int spill_lock(sqlite3_file *head, int level)
{
    (void)head, (void)level;
    return SQLITE_OK;
}

static int spill_locked(sqlite3_file *head, int *locked)
{
    (void)head;
    *locked = 0;
    return SQLITE_OK;
}

static int spill_control(sqlite3_file *head, int operation, void *argument)
{
    (void)head, (void)operation, (void)argument;
    return SQLITE_NOTFOUND;
}

static int spill_sector(sqlite3_file *head)
{
    (void)head;
    return 4096;
}

static int spill_character(sqlite3_file *head)
{
    (void)head;
    return 0;
}

static const sqlite3_io_methods methods = {
    .iVersion = 1,
    .xClose = spill_close,
    .xRead = spill_read,
    .xWrite = spill_write,
    .xTruncate = spill_truncate,
    .xSync = spill_sync,
    .xFileSize = spill_size,
    .xLock = spill_lock,
    .xUnlock = spill_lock,
    .xCheckReservedLock = spill_locked,
    .xFileControl = spill_control,
    .xSectorSize = spill_sector,
    .xDeviceCharacteristics = spill_character,
};

static int spill_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *head, int flags, int *flags_out)
{
    struct spill_file *spill = (struct spill_file *)head;
    (void)vfs;
    spill->head.pMethods = NULL;
    if (name != NULL || (flags & SQLITE_OPEN_DELETEONCLOSE) == 0)
        return SQLITE_CANTOPEN;
    spill->bytes = 0;
    spill->file = tmpfile();
    if (spill->file == NULL)
        return SQLITE_CANTOPEN;
    spill->head.pMethods = &methods;
    if (flags_out != NULL)
        *flags_out = flags;
    return SQLITE_OK;
}

static int spill_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
    (void)vfs, (void)name, (void)sync;
    return SQLITE_IOERR_DELETE;
}

static int spill_access(sqlite3_vfs *vfs, const char *name, int flags, int *result)
{
    (void)vfs, (void)name, (void)flags;
    *result = 0;
    return SQLITE_OK;
}

static int spill_path(sqlite3_vfs *vfs, const char *name, int size, char *out)
{
    (void)vfs;
    return sqlite3_snprintf(size, out, "%s", name) != NULL ? SQLITE_OK : SQLITE_CANTOPEN;
}

const char *spill_register(uint64_t most_bytes)
{
    static sqlite3_vfs vfs;
    const sqlite3_vfs *usual = sqlite3_vfs_find(NULL);
    bytes_left = most_bytes < INT64_MAX ? (int64_t)most_bytes : INT64_MAX;
    if (usual == NULL)
        return NULL;
    vfs = *usual; /* its clock and random numbers, and its pAppData, which these use */
    vfs.iVersion = 1;
    vfs.pNext = NULL;
    vfs.zName = "spill";
    vfs.szOsFile = sizeof(struct spill_file);
    vfs.xOpen = spill_open;
    vfs.xDelete = spill_delete;
    vfs.xAccess = spill_access;
    vfs.xFullPathname = spill_path;
    vfs.xDlOpen = NULL;
    return sqlite3_vfs_register(&vfs, 0) == SQLITE_OK ? vfs.zName : NULL;
}
