#include "view/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/library.h"
#include "view/guard.h"

/* Workers: what takes long is not to hold up what is drawn. */
enum { WORKERS = 8, CONNECTIONS_MOST = 512, SECONDS_IDLE = 20 };

struct server {
    struct MHD_Daemon *daemon;
    const struct viewer *viewer;
    struct guard guard;
    char address[80];
};

static struct {
    __typeof__(MHD_start_daemon) *start;
    __typeof__(MHD_get_daemon_info) *info;
    __typeof__(MHD_stop_daemon) *stop;
    __typeof__(MHD_lookup_connection_value) *lookup;
    __typeof__(MHD_create_response_from_buffer) *response;
    __typeof__(MHD_add_response_header) *add_header;
    __typeof__(MHD_queue_response) *queue;
    __typeof__(MHD_destroy_response) *release;
} http;

static int load_http(struct error *error)
{
    const struct library_function functions[] = {
        {"MHD_start_daemon", &http.start},
        {"MHD_get_daemon_info", &http.info},
        {"MHD_stop_daemon", &http.stop},
        {"MHD_lookup_connection_value", &http.lookup},
        {"MHD_create_response_from_buffer", &http.response},
        {"MHD_add_response_header", &http.add_header},
        {"MHD_queue_response", &http.queue},
        {"MHD_destroy_response", &http.release},
    };
    return library_open("libmicrohttpd.so.12", "the viewer's server", functions, sizeof functions / sizeof *functions,
                        error);
}

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
    struct MHD_Response *response = http.response(answer->bytes.count, answer->bytes.at, MHD_RESPMEM_MUST_FREE);
    if (response == NULL) {
        bytes_free(&answer->bytes);
        return MHD_NO;
    }
    http.add_header(response, "Content-Type", answer->type);
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
        http.add_header(response, headers[i][0], headers[i][1]);
    enum MHD_Result result = http.queue(connection, answer->status, response);
    http.release(response);
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
    return http.lookup(connection, MHD_HEADER_KIND, name);
}

static const char *parameter(void *context, const char *name)
{
    return http.lookup(context, MHD_GET_ARGUMENT_KIND, name);
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
    if (load_http(error) != 0)
        return NULL;
    struct server *server = calloc(1, sizeof *server);
    if (server == NULL || !guard_make(&server->guard)) {
        error_set(error, "no memory, or no random numbers, for the server");
        free(server);
        return NULL;
    }
    server->viewer = viewer;
    server->daemon =
        http.start(MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_AUTO, 0, NULL, NULL, serve, server, MHD_OPTION_SOCK_ADDR,
                   &here, MHD_OPTION_THREAD_POOL_SIZE, (unsigned)WORKERS, MHD_OPTION_CONNECTION_LIMIT,
                   (unsigned)CONNECTIONS_MOST, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)SECONDS_IDLE, MHD_OPTION_END);
    if (server->daemon == NULL) {
        error_set(error, "cannot listen on 127.0.0.1 port %u: %s", port, strerror(errno));
        free(server);
        return NULL;
    }
    server->guard.port = http.info(server->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
    snprintf(server->address, sizeof server->address, "http://127.0.0.1:%u/%s/", server->guard.port,
             server->guard.token);
    return server;
}

void server_stop(struct server *server)
{
    if (server == NULL)
        return;
    http.stop(server->daemon);
    free(server);
}

const char *server_address(const struct server *server)
{
    return server->address;
}
