/* Uses SQLite, and prints what it gave to sqlite3_prepare_v2 and what sqlite3_step gave back: "S STATEMENT" (its first
 * 80 bytes), "R CODE". Built without -finstrument-functions, so that its own calls are the outermost ones. */
#include <stdio.h>

#include "sqlite3.h"

static sqlite3 *database;

static void run(const char *sql)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(database, sql, -1, &statement, NULL);
    printf("S %.80s\n", sql);
    if (code != SQLITE_OK)
        return;
    do {
        code = sqlite3_step(statement);
        printf("R %d\n", code);
    } while (code == SQLITE_ROW);
    sqlite3_finalize(statement);
}

int main(void)
{
    char sql[400];
    if (sqlite3_open(":memory:", &database) != SQLITE_OK)
        return 1;
    run("CREATE TABLE items(id INTEGER PRIMARY KEY, name TEXT UNIQUE, size INTEGER CHECK (size < 900))");
    run("CREATE INDEX by_size ON items(size)");
    for (int i = 0; i < 1000; i++) {
        snprintf(sql, sizeof sql, "INSERT INTO items VALUES(%d, 'item \"%d\" \\ %*s', %d)", i, i % 990, i % 70, "", i);
        run(sql);
    }
    for (int i = 0; i < 100; i++) {
        snprintf(sql, sizeof sql, "SELECT name FROM items WHERE size BETWEEN %d AND %d ORDER BY name", i, 2 * i);
        run(sql);
    }
    run("SELECT nothing FROM nowhere");
    run("");
    run("BEGIN");
    run("BEGIN");
    run("ROLLBACK");
    return sqlite3_close(database) != SQLITE_OK;
}
