/* The viewer's server: HTTP on the loopback interface, for pages of its own address only. The only place that knows
 * libmicrohttpd. */
#ifndef CALLTAPE_VIEW_SERVER_H
#define CALLTAPE_VIEW_SERVER_H

#include "view/answer.h"

struct server;

/* Listens on a free port of 127.0.0.1 (`port` 0) or on that one. NULL: the error is set. */
struct server *server_start(const struct viewer *viewer, uint16_t port, struct error *error);
void server_stop(struct server *server); /* NULL is allowed */
/* "http://127.0.0.1:PORT/TOKEN/"; lives as long as the server. */
const char *server_address(const struct server *server);

#endif
