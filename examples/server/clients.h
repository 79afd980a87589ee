/* Visitors who ask for pages, in a process of their own. */
#include <sys/types.h>

enum { CLIENTS = 8 };

/* Starts them; `ends` gets the server's ends of their connections. */
pid_t start_clients(int ends[CLIENTS]);
