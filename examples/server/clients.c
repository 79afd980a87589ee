#include "clients.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ROUNDS = 1000 };

static void ask(int connection, unsigned request)
{
    /* Of five requests four are of somebody who is here for the first time, the fifth of one of a few regulars. */
    unsigned visitor = request % 5 == 0 ? request % 100 : 1000 + request;
    dprintf(connection, "GET /page/%u HTTP/1.1\r\nCookie: visitor=%u\r\n\r\n", request % 7, visitor);
}

static void wait_for_page(int connection)
{
    char page[512];
    if (read(connection, page, sizeof page) <= 0)
        exit(1);
}

/* All ask, then all wait: so each round's requests come before the next round's. */
static void run_clients(const int *connections)
{
    unsigned request = 0;
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < CLIENTS; i++)
            ask(connections[i], request++);
        for (int i = 0; i < CLIENTS; i++)
            wait_for_page(connections[i]);
    }
}

pid_t start_clients(int ends[CLIENTS])
{
    int connections[CLIENTS];
    for (int i = 0; i < CLIENTS; i++) {
        int pair[2];
        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
            exit(1);
        ends[i] = pair[0];
        connections[i] = pair[1];
    }
    pid_t process = fork();
    if (process < 0)
        exit(1);
    for (int i = 0; i < CLIENTS; i++)
        close(process == 0 ? ends[i] : connections[i]);
    if (process == 0) {
        run_clients(connections);
        exit(0);
    }
    return process;
}
