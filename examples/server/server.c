/* A server of pages that knows its visitors by a cookie, and remembers each for a while. One process, one poll loop.
 * Its clients are part of the program (clients.c) and reach it by socket pairs instead of a network. */
#include "clients.h"

#include <calltape.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BUCKETS = 16384, REMEMBERED = 20000, SWEEP_EVERY = 256, KNOWN = 100000, LONGEST_REQUEST = 256 };

struct session {
    struct session *next;
    unsigned visitor, pages;
    unsigned long last_seen; /* a request's number */
};

struct server {
    struct session *buckets[BUCKETS];
    unsigned long sessions, requests;
};

struct request {
    char path[64];
    unsigned visitor;
};

/* ---- sessions ---- */

static struct session *find_session(struct server *server, unsigned visitor)
{
    struct session **bucket = &server->buckets[visitor % BUCKETS], *session = *bucket;
    while (session && session->visitor != visitor)
        session = session->next;
    if (session)
        return session;
    session = calloc(1, sizeof *session);
    if (!session)
        abort();
    session->visitor = visitor;
    session->next = *bucket;
    *bucket = session;
    server->sessions++;
    return session;
}

/* Those who were here before the server was started anew; a real one would read them from a file. */
static void restore_sessions(struct server *server)
{
    for (unsigned visitor = 0; visitor < KNOWN; visitor++)
        find_session(server, 1000000 + visitor);
}

static bool is_expired(const struct session *session, unsigned long now)
{
    return now - session->last_seen > REMEMBERED;
}

static void sweep_bucket(struct server *server, struct session **at)
{
    for (struct session *session; (session = *at) != NULL;)
        if (is_expired(session, server->requests)) {
            *at = session->next;
            free(session);
            server->sessions--;
        } else {
            at = &session->next;
        }
}

static void forget_old_sessions(struct server *server)
{
    calltape_note_u64("sessions", server->sessions);
    for (int i = 0; i < BUCKETS; i++)
        sweep_bucket(server, &server->buckets[i]);
    calltape_counter_i64("sessions", (int64_t)server->sessions);
}

/* ---- requests ---- */

/* GET /page/7, with a line "Cookie: visitor=12". */
static bool parse_request(const char *text, struct request *request)
{
    const char *cookie = strstr(text, "Cookie: visitor=");
    return sscanf(text, "GET %63s HTTP/1.1\r\n", request->path) == 1 && cookie &&
           sscanf(cookie, "Cookie: visitor=%u", &request->visitor) == 1;
}

static void send_page(int connection, const char *status, const char *page)
{
    dprintf(connection, "HTTP/1.1 %s\r\nContent-Length: %zu\r\n\r\n%s", status, strlen(page), page);
}

static void answer(struct server *server, int connection, const struct request *request)
{
    struct session *session = find_session(server, request->visitor);
    session->pages++;
    session->last_seen = server->requests;
    char page[160];
    snprintf(page, sizeof page, "<p>This is %s, and the %u. page you look at.</p>\n", request->path, session->pages);
    send_page(connection, "200 OK", page);
}

static void handle_request(struct server *server, int connection, const char *text)
{
    struct request request;
    if (!parse_request(text, &request)) {
        send_page(connection, "400 Bad Request", "");
        return;
    }
    calltape_note_string("path", request.path);
    server->requests++;
    if (server->requests % SWEEP_EVERY == 0)
        forget_old_sessions(server);
    CALLTAPE_SPAN("answer the visitor");
    answer(server, connection, &request);
}

/* ---- the loop ---- */

static void wait_for_requests(struct pollfd *connections)
{
    poll(connections, CLIENTS, -1);
}

/* False where the client has hung up. A client sends its next request when it has its answer, so one read gets one. */
static bool serve(struct server *server, int connection)
{
    char text[LONGEST_REQUEST];
    ssize_t length = read(connection, text, sizeof text - 1);
    if (length <= 0)
        return false;
    text[length] = '\0';
    handle_request(server, connection, text);
    return true;
}

static void run_server(struct server *server, struct pollfd *connections)
{
    for (int open = CLIENTS; open > 0;) {
        wait_for_requests(connections);
        for (int i = 0; i < CLIENTS; i++)
            if (connections[i].revents != 0 && !serve(server, connections[i].fd)) {
                close(connections[i].fd);
                connections[i].fd = -1; /* poll passes over it */
                open--;
            }
    }
}

int main(void)
{
    static struct server server;
    struct pollfd connections[CLIENTS];
    int ends[CLIENTS];
    pid_t clients = start_clients(ends);
    for (int i = 0; i < CLIENTS; i++)
        connections[i] = (struct pollfd){.fd = ends[i], .events = POLLIN};
    restore_sessions(&server);
    run_server(&server, connections);
    waitpid(clients, NULL, 0);
    printf("%lu requests, %lu visitors remembered\n", server.requests, server.sessions);
    return 0;
}
