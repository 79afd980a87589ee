/* A server under load, for soak.sh: a thread for each connection, which tells of words how often it was told of them.
 * Four clients, processes of their own that are not traced, connect anew for every 50 requests and check each answer;
 * argv[1]: seconds. Prints the books: a line `function calls` for each function. Status 1: an answer was wrong. */
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define UNTRACED __attribute__((no_instrument_function))
#define COUNTED(name) static unsigned long calls_of_##name
#define COUNT(name) __atomic_fetch_add(&calls_of_##name, 1, __ATOMIC_RELAXED)

enum { CLIENTS = 4, REQUESTS = 50, BUCKETS = 1024, WORDS = 200, PAUSE_NS = 2000000 };

COUNTED(hash);
COUNTED(is_same);
COUNTED(find);
COUNTED(add);
COUNTED(answer);
COUNTED(serve);
COUNTED(main);

struct entry {
    struct entry *next;
    unsigned long count;
    char word[32];
};

static struct entry *buckets[BUCKETS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static unsigned open_connections;

static unsigned hash(const char *word)
{
    COUNT(hash);
    unsigned value = 5381;
    while (*word)
        value = value * 33 + (unsigned char)*word++;
    return value % BUCKETS;
}

static bool is_same(const struct entry *entry, const char *word)
{
    COUNT(is_same);
    return strcmp(entry->word, word) == 0;
}

static struct entry *find(struct entry *at, const char *word)
{
    COUNT(find);
    while (at && !is_same(at, word))
        at = at->next;
    return at;
}

static unsigned long add(const char *word)
{
    COUNT(add);
    struct entry **bucket = &buckets[hash(word)], *entry = find(*bucket, word);
    if (!entry) {
        entry = calloc(1, sizeof *entry);
        if (!entry)
            abort();
        snprintf(entry->word, sizeof entry->word, "%s", word);
        entry->next = *bucket;
        *bucket = entry;
    }
    return ++entry->count;
}

static bool answer(int connection)
{
    COUNT(answer);
    char word[32];
    if (recv(connection, word, sizeof word, MSG_WAITALL) != sizeof word)
        return false;
    pthread_mutex_lock(&lock);
    unsigned long count = add(word);
    pthread_mutex_unlock(&lock);
    return send(connection, &count, sizeof count, MSG_NOSIGNAL) == sizeof count;
}

static void *serve(void *argument)
{
    COUNT(serve);
    int connection = (int)(long)argument;
    while (answer(connection))
        ;
    close(connection);
    __atomic_fetch_sub(&open_connections, 1, __ATOMIC_RELEASE);
    return NULL;
}

/* ---- clients ---- */

static UNTRACED int connect_to(const struct sockaddr_un *address)
{
    int connection = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connection < 0 || connect(connection, (const struct sockaddr *)address, sizeof *address) != 0)
        abort();
    return connection;
}

static UNTRACED int be_client(int number, time_t end, const struct sockaddr_un *address)
{
    const struct timespec pause = {0, PAUSE_NS};
    unsigned long told[WORDS] = {0}, request = 0, got;
    while (time(NULL) < end) {
        int connection = connect_to(address);
        for (int i = 0; i < REQUESTS; i++, request++) {
            char word[32] = "";
            snprintf(word, sizeof word, "client %d word %lu", number, request % WORDS);
            if (send(connection, word, sizeof word, MSG_NOSIGNAL) != sizeof word ||
                recv(connection, &got, sizeof got, MSG_WAITALL) != sizeof got || got != ++told[request % WORDS])
                return 1;
        }
        close(connection);
        nanosleep(&pause, NULL);
    }
    fprintf(stderr, "client %d: %lu answers, all right\n", number, request);
    return 0;
}

/* ---- server ---- */

static UNTRACED void accept_all(int listening)
{
    pthread_attr_t detached;
    pthread_attr_init(&detached);
    pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
    for (int connection; (connection = accept(listening, NULL, NULL)) >= 0;) {
        pthread_t thread;
        __atomic_fetch_add(&open_connections, 1, __ATOMIC_RELAXED);
        if (pthread_create(&thread, &detached, serve, (void *)(long)connection) != 0)
            abort();
    }
}

static UNTRACED void *await_clients(void *argument)
{
    static int wrong;
    for (int status; wait(&status) > 0;)
        wrong += status != 0;
    shutdown(*(int *)argument, SHUT_RDWR);
    return &wrong;
}

static UNTRACED void print_books(void)
{
    const struct timespec pause = {0, PAUSE_NS};
    while (__atomic_load_n(&open_connections, __ATOMIC_ACQUIRE))
        nanosleep(&pause, NULL);
    printf("hash %lu\nis_same %lu\nfind %lu\nadd %lu\nanswer %lu\nserve %lu\nmain %lu\n", calls_of_hash,
           calls_of_is_same, calls_of_find, calls_of_add, calls_of_answer, calls_of_serve, calls_of_main);
}

int main(int count, char **arguments)
{
    COUNT(main);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path + 1, sizeof address.sun_path - 1, "calltape-soak-%d", (int)getpid());
    int listening = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (count != 2 || bind(listening, (struct sockaddr *)&address, sizeof address) != 0 || listen(listening, 64) != 0)
        return 2;
    time_t end = time(NULL) + atol(arguments[1]);
    for (int i = 0; i < CLIENTS; i++)
        if (fork() == 0)
            _exit(be_client(i, end, &address));
    pthread_t waiting;
    void *wrong;
    if (pthread_create(&waiting, NULL, await_clients, &listening) != 0)
        return 2;
    accept_all(listening);
    pthread_join(waiting, &wrong);
    print_books();
    return *(int *)wrong != 0;
}
