/* Does the jobs of a file, a line each, with three worker processes. Each worker reads jobs from a pipe of its own; all
 * write their answers to one pipe, and whoever has answered gets the next job. Answers are printed in the order of the
 * file.
 *
 *     words TEXT...           how many words that is
 *     sum NUMBER...           what they come to
 *     matches PATTERN NAME    whether the name matches, 1 or 0; * stands for any characters */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WORKERS = 3, MOST_JOBS = 1000, LONGEST_JOB = 240 };

/* Both are shorter than PIPE_BUF, so that a pipe takes and gives them whole. */
struct job {
    int number;
    char text[LONGEST_JOB];
};

struct answer {
    int worker, number;
    long value;
};

struct worker {
    pid_t process;
    int jobs; /* the writing end */
};

static void give_up(const char *what)
{
    perror(what);
    exit(1);
}

/* ---- the three kinds of job ---- */

static long count_words(char *text)
{
    long count = 0;
    for (char *word = strtok(text, " "); word; word = strtok(NULL, " "))
        count++;
    return count;
}

static long add_numbers(char *text)
{
    long sum = 0;
    for (char *number = strtok(text, " "); number; number = strtok(NULL, " "))
        sum += strtol(number, NULL, 10);
    return sum;
}

/* A star stands for nothing, or for one character more. */
static bool match_from(const char *pattern, const char *name)
{
    if (*pattern == '*')
        return match_from(pattern + 1, name) || (*name != '\0' && match_from(pattern, name + 1));
    if (*pattern != *name)
        return false;
    return *pattern == '\0' || match_from(pattern + 1, name + 1);
}

static long match_name(const char *pattern, const char *name)
{
    return match_from(pattern, name);
}

static long do_job(char *text)
{
    char *rest = strchr(text, ' ');
    if (!rest)
        return -1;
    *rest++ = '\0';
    if (strcmp(text, "words") == 0)
        return count_words(rest);
    if (strcmp(text, "sum") == 0)
        return add_numbers(rest);
    char *pattern = strtok(rest, " "), *name = strtok(NULL, " ");
    return strcmp(text, "matches") == 0 && pattern && name ? match_name(pattern, name) : -1;
}

/* ---- workers ---- */

static bool wait_for_job(int jobs, struct job *job)
{
    return read(jobs, job, sizeof *job) == sizeof *job;
}

static void run_worker(int worker, int jobs, int answers)
{
    for (struct job job; wait_for_job(jobs, &job);) {
        struct answer answer = {.worker = worker, .number = job.number, .value = do_job(job.text)};
        if (write(answers, &answer, sizeof answer) != sizeof answer)
            give_up("answer");
    }
}

static void start_worker(struct worker *workers, int worker, const int answers[2])
{
    int jobs[2];
    if (pipe(jobs) != 0 || (workers[worker].process = fork()) < 0)
        give_up("worker");
    if (workers[worker].process == 0) {
        close(jobs[1]);
        for (int earlier = 0; earlier < worker; earlier++)
            close(workers[earlier].jobs); /* or they would never see the end of theirs */
        run_worker(worker, jobs[0], answers[1]);
        exit(0);
    }
    close(jobs[0]);
    workers[worker].jobs = jobs[1];
}

static void stop_worker(struct worker *worker)
{
    close(worker->jobs);
    waitpid(worker->process, NULL, 0);
}

/* ---- the parent ---- */

static int read_jobs(const char *path, struct job *jobs)
{
    FILE *file = fopen(path, "r");
    if (!file)
        give_up(path);
    int count = 0;
    while (count < MOST_JOBS && fgets(jobs[count].text, LONGEST_JOB, file)) {
        jobs[count].text[strcspn(jobs[count].text, "\n")] = '\0';
        jobs[count].number = count;
        count++;
    }
    fclose(file);
    return count;
}

static void hand_out(const struct worker *worker, const struct job *job)
{
    if (write(worker->jobs, job, sizeof *job) != sizeof *job)
        give_up("job");
}

static struct answer wait_for_answer(int answers)
{
    struct answer answer;
    if (read(answers, &answer, sizeof answer) != sizeof answer)
        give_up("answer");
    return answer;
}

static void do_all(const struct worker *workers, int answers, const struct job *jobs, int count, long *values)
{
    int next = 0;
    for (; next < count && next < WORKERS; next++)
        hand_out(&workers[next], &jobs[next]);
    for (int done = 0; done < count; done++) {
        struct answer answer = wait_for_answer(answers);
        values[answer.number] = answer.value;
        if (next < count)
            hand_out(&workers[answer.worker], &jobs[next++]);
    }
}

int main(int count, char **arguments)
{
    static struct job jobs[MOST_JOBS];
    static long values[MOST_JOBS];
    struct worker workers[WORKERS];
    int answers[2];
    int jobs_read = read_jobs(count > 1 ? arguments[1] : "jobs.txt", jobs);
    if (pipe(answers) != 0)
        give_up("pipe");
    for (int worker = 0; worker < WORKERS; worker++)
        start_worker(workers, worker, answers);
    do_all(workers, answers[0], jobs, jobs_read, values);
    for (int worker = 0; worker < WORKERS; worker++)
        stop_worker(&workers[worker]);
    for (int i = 0; i < jobs_read; i++)
        printf("%8ld  %s\n", values[i], jobs[i].text);
    return 0;
}
