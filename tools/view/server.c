#include "view/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "view/guard.h"

/* Workers: what takes long is not to hold up what is drawn. */
enum { WORKERS = 8, CONNECTIONS_MOST = 64, SECONDS_IDLE = 120 };

struct server {
    struct MHD_Daemon *daemon;
    const struct viewer *viewer;
    struct guard guard;
    char address[80];
};

static const char policy[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

static enum MHD_Result send_answer(struct MHD_Connection *connection, struct answer *answer)
{
    static const char *const headers[][2] = {
        {"Content-Security-Policy", policy},
        {"X-Content-Type-Options", "nosniff"},
        {"Referrer-Policy", "no-referrer"},
        {"Cross-Origin-Resource-Policy", "same-origin"},
        {"Cross-Origin-Opener-Policy", "same-origin"},
        {"Cache-Control", "no-store"},
    };
    if (answer->bytes.failed)
        answer->status = 500;
    struct MHD_Response *response =
        MHD_create_response_from_buffer(answer->bytes.count, answer->bytes.at, MHD_RESPMEM_MUST_FREE);
    if (response == NULL) {
        bytes_free(&answer->bytes);
        return MHD_NO;
    }
    MHD_add_response_header(response, "Content-Type", answer->type);
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
        MHD_add_response_header(response, headers[i][0], headers[i][1]);
    enum MHD_Result result = MHD_queue_response(connection, answer->status, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result refuse(struct MHD_Connection *connection, unsigned status, const char *why)
{
    struct answer answer = {.status = status, .type = "text/plain; charset=utf-8"};
    bytes_put(&answer.bytes, why, strlen(why));
    return send_answer(connection, &answer);
}

static const char *header(struct MHD_Connection *connection, const char *name)
{
    return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
}

static const char *parameter(void *context, const char *name)
{
    return MHD_lookup_connection_value(context, MHD_GET_ARGUMENT_KIND, name);
}

static enum MHD_Result serve(void *context, struct MHD_Connection *connection, const char *path, const char *method,
                             const char *version, const char *upload, size_t *upload_bytes, void **state)
{
    const struct server *server = context;
    (void)version, (void)upload, (void)state;
    if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 || *upload_bytes != 0)
        return refuse(connection, 405, "only GET is understood");
    if (!guard_allows(&server->guard, header(connection, "Host"), header(connection, "Origin"),
                      header(connection, "Sec-Fetch-Site")))
        return refuse(connection, 403, "this server answers pages of its own address only");
    const char *what = guard_path(&server->guard, path);
    if (what == NULL)
        return refuse(connection, 403,
                      "the token in the address is missing or wrong: use the address as it was printed");
    struct answer answered;
    const struct question question = {what, parameter, connection};
    answer(server->viewer, &question, &answered);
    return send_answer(connection, &answered);
}

struct server *server_start(const struct viewer *viewer, uint16_t port, struct error *error)
{
    struct sockaddr_in here = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct server *server = calloc(1, sizeof *server);
    if (server == NULL || !guard_make(&server->guard)) {
        error_set(error, "no memory, or no random numbers, for the server");
        free(server);
        return NULL;
    }
    server->viewer = viewer;
    server->daemon = MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_AUTO, 0, NULL, NULL, serve, server,
                                      MHD_OPTION_SOCK_ADDR, &here, MHD_OPTION_THREAD_POOL_SIZE, (unsigned)WORKERS,
                                      MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MOST,
                                      MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)SECONDS_IDLE, MHD_OPTION_END);
    if (server->daemon == NULL) {
        error_set(error, "cannot listen on 127.0.0.1 port %u: %s", port, strerror(errno));
        free(server);
        return NULL;
    }
    server->guard.port = MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
    snprintf(server->address, sizeof server->address, "http://127.0.0.1:%u/%s/", server->guard.port,
             server->guard.token);
    return server;
}

void server_stop(struct server *server)
{
    if (server == NULL)
        return;
    MHD_stop_daemon(server->daemon);
    free(server);
}

const char *server_address(const struct server *server)
{
    return server->address;
}
