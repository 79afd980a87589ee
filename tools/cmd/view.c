#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "cmd/destination.h"
#include "cmd/names.h"
#include "cmd/page.h"
#include "cmd/picture.h"
#include "view/server.h"

static const char about[] = "Shows a recording in a web browser: a timeline of all calls, thread by thread, at any\n"
                            "zoom; the flame graph and a table of the functions of what is selected in it; and\n"
                            "all about a single call. Opens a browser where there is one to open, and prints the\n"
                            "address. The page comes from this program and needs no network: it is served on\n"
                            "127.0.0.1 only, to whoever has the address, until you press ctrl-C.\n"
                            "\n"
                            "What the program told with calltape.h is there: counters as curves below the threads\n"
                            "of their process, messages and frames as marks above their thread's calls. Of a\n"
                            "counter with more than 4096 values a point shows several: from the least to the most.\n"
                            "\n"
                            "What is drawn when zoomed out is made at the first view, in the background while the\n"
                            "page shows what is done so far, and kept beside the tape in TAPE.view, which can be\n"
                            "removed at any time. Where that can't be written, or the disk is full, it is made\n"
                            "anew each time, among temporary files or in memory.\n"
                            "\n"
                            "With --html the page and what it shows are written to one file instead, which opens\n"
                            "without calltape. Where the recording is long, single calls at the finest zoom are\n"
                            "left out of it (density is shown in their place) to keep it small: --html-size.\n"
                            "Of arguments, results and notes it has those of the first calls. Its sums of a\n"
                            "stretch are exact to a slice of time: of those that it cuts, ~ marks the figures.\n"
                            "Filters leave out calls, and single calls of what remains take their room.\n"
                            "\n"
                            "With --svg a picture for a document is written instead, 1000 pixels wide: the flame\n"
                            "graph or, where a --range is given or --draw asks for it, the timeline, a lane for\n"
                            "each thread. Each function has the colour that it has in the page, in the light or\n"
                            "dark of the reader's system; what is too narrow is drawn merged, and the picture says\n"
                            "so, which keeps it below 200 kB. Filters are for these two, --html and --svg.\n"
                            "\n"
                            "Keys, all told by ? in the page: W and S zoom, A and D move, / searches, f fits.\n";

static const char examples[] = "  calltape view                           the newest tape here\n"
                               "  calltape view --html out.html x.tape    one file to send to a colleague\n"
                               "  calltape view --svg flame.svg x.tape    a flame graph for a document\n"
                               "  calltape view --svg part.svg --range 1.2s..1.3s --thread worker x.tape\n"
                               "  calltape view --no-browser --port 8080  on another machine, behind\n"
                               "                                          ssh -L 8080:127.0.0.1:8080\n";

static const struct pyramid_wish served = {.events_a_bucket = 512, .exact_events = 200000, .threads_a_picture = 4};

struct choices {
    const char *html;
    uint64_t html_size, port;
    bool no_browser;
    struct picture_choices picture;
};

static int write_page(struct tape *tape, const struct labels *labels, const struct choices *choices,
                      const struct filter_choice *choice, struct error *error)
{
    struct pyramid *pyramid = page_pyramid(tape, choice, false, error);
    bool good = pyramid != NULL && page_try(pyramid, labels, choices->html_size, error) == 0;
    struct output *output = good ? destination_open(choices->html, error) : NULL;
    int status = output != NULL ? page_write("view", pyramid, labels, choices->html_size, output, error) : -1;
    if (output != NULL && output_close(output, status == 0 ? error : NULL) != 0)
        status = -1;
    if (output != NULL && status != 0)
        output_undo(choices->html);
    pyramid_close(pyramid);
    return status;
}

/* The exit status; errors were printed. */
static int write_html(struct tape *tape, const struct labels *labels, const struct choices *choices,
                      const struct cmd_filter *filter)
{
    struct error error;
    struct chosen chosen = {0};
    int status = filter_resolve(&chosen, filter, tape, labels, &error);
    if (status == 0 && write_page(tape, labels, choices, chosen.all, &error) != 0)
        status = 1;
    filter_free(&chosen);
    return status == 0 ? 0 : status == 2 ? cmd_wrong_usage("view", &error) : cmd_fail("view", &error);
}

/* xdg-open ends at once where it found a browser; its messages would only be in the way. */
static void open_browser(const char *address)
{
    if (getenv("DISPLAY") == NULL && getenv("WAYLAND_DISPLAY") == NULL)
        return;
    pid_t child = fork();
    if (child != 0)
        return;
    if (freopen("/dev/null", "w", stdout) != NULL && freopen("/dev/null", "w", stderr) != NULL && setsid() >= 0)
        execlp("xdg-open", "xdg-open", address, (char *)NULL);
    _exit(127);
}

/* Until ctrl-C, or whatever else is to end a program. The signals are blocked in all threads. */
static void wait_for_end(const sigset_t *ends)
{
    int signal;
    sigwait(ends, &signal);
}

static int serve(struct tape *tape, const struct labels *labels, const struct choices *choices, const sigset_t *ends,
                 struct error *error)
{
    char *path;
    if (asprintf(&path, "%s.view", tape_path(tape)) < 0)
        return error_set(error, "out of memory");
    struct pyramid_wish wish = served;
    wish.path = path;
    struct viewer viewer = {.pyramid = pyramid_open(tape, &wish, error), .labels = labels};
    struct server *server = viewer.pyramid != NULL ? server_start(&viewer, (uint16_t)choices->port, error) : NULL;
    if (server != NULL) {
        printf("%s\n", server_address(server));
        fflush(stdout);
        fprintf(stderr, "calltape view: open this address in a browser; ctrl-C ends it\n");
        if (!choices->no_browser)
            open_browser(server_address(server));
        wait_for_end(ends);
    }
    server_stop(server);
    pyramid_close(viewer.pyramid);
    free(path);
    return server != NULL ? 0 : -1;
}

static int view(struct tape *tape, const struct choices *choices, const struct cmd_spelling *spelling,
                const struct cmd_filter *filter, const sigset_t *ends)
{
    struct error error;
    int status = names_spell(tape, spelling, &error);
    struct labels *labels = status == 0 ? labels_create(tape, &error) : NULL;
    if (labels == NULL)
        return cmd_fail("view", &error);
    if (choices->picture.path != NULL)
        status = cmd_picture(tape, labels, &choices->picture, spelling, filter);
    else if (choices->html != NULL)
        status = write_html(tape, labels, choices, filter);
    else if (serve(tape, labels, choices, ends, &error) != 0)
        status = cmd_fail("view", &error);
    labels_destroy(labels);
    return status;
}

int cmd_view(int argc, char **argv)
{
    struct choices choices = {.picture.draw = -1};
    struct cmd_spelling spelling = {0};
    struct cmd_filter filter = CMD_FILTER;
    struct error error;
    int status;
    sigset_t ends;
    const struct option table[] = {
        {"html", 'H', OPTION_STRING, &choices.html, "FILE", NULL,
         "write the page and its data to FILE (-: standard output)"},
        {"html-size", 0, OPTION_COUNT, &choices.html_size, "BYTES", NULL, "how large that may become (default 8M)"},
        {"svg", 's', OPTION_STRING, &choices.picture.path, "FILE", NULL,
         "write a picture to FILE (-: standard output)"},
        {"draw", 0, OPTION_CHOICE, &choices.picture.draw, "", picture_drawings,
         "what --svg draws (default flame; timeline with --range)"},
        {"port", 'p', OPTION_COUNT, &choices.port, "N", NULL, "listen on this port (default: a free one)"},
        {"no-browser", 0, OPTION_FLAG, &choices.no_browser, NULL, NULL, "print the address only"},
    };
    const struct usage usage = {
        .verb = "view",
        .operands = "[OPTION]... [TAPE]",
        .about = about,
        .examples = examples,
        .options = {table, sizeof table / sizeof *table, false},
        .spelling = &spelling,
        .filter = &filter,
    };
    if (!cmd_parse(&usage, &argc, argv, &status))
        return status;
    if (choices.port > UINT16_MAX) {
        error_set(&error, "option --port: ports go up to 65535");
        return cmd_wrong_usage(usage.verb, &error);
    }
    if (picture_check(&choices.picture, choices.html, &filter, &error) != 0)
        return cmd_wrong_usage(usage.verb, &error);
    struct tape *tape = cmd_open_tape(usage.verb, argc, argv, &status);
    if (tape == NULL)
        return status;
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGHUP);
    if (choices.html == NULL && choices.picture.path == NULL)
        pthread_sigmask(SIG_BLOCK, &ends, NULL);
    signal(SIGPIPE, SIG_IGN);
    status = view(tape, &choices, &spelling, &filter, &ends);
    tape_close(tape);
    return status;
}
