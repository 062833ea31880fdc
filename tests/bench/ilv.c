/* ilv: whole processes timed in turn, so that a machine that gets slower does
 * so for all of them.
 *
 *	ilv [-n ROUNDS] [-w WARM_UP] NAME 'COMMAND <in >out' ...
 *
 * Words of a COMMAND are split at blanks, single quotes hold them together;
 * standard input and output are /dev/null unless it says otherwise. A line for
 * each: NAME, median wall seconds, median CPU seconds, median peak MiB, median
 * of the ratios to the first command of the same round, exit status; TAB
 * between. It is small and static, because a child's peak begins with ours. */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { ARGUMENTS = 256, ROUNDS = 1000 };
enum measure { WALL, CPU, PEAK, RATIO, MEASURES };

struct command {
	const char *name;
	char *argv[ARGUMENTS];
	const char *in, *out;
	double seen[MEASURES][ROUNDS];
	int code;
};

extern char **environ;

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static double of_timeval(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec * 1e-6;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *v, size_t n)
{
	qsort(v, n, sizeof(*v), by_size);
	return n % 2 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}

/* One word from *TEXT on, without its quotes; NULL at the end. */
static char *next_word(char **text)
{
	char *from = *text + strspn(*text, " "), *to = from, *word = from;
	int quoted = 0;

	if (!*from)
		return NULL;
	for (; *from && (quoted || *from != ' '); from++)
		if (*from == '\'')
			quoted = !quoted;
		else
			*to++ = *from;
	*text = *from ? from + 1 : from;
	*to = 0;
	return word;
}

static void split(struct command *c, char *text)
{
	int n = 0;

	c->in = c->out = "/dev/null";
	for (char *word; (word = next_word(&text)) && n + 1 < ARGUMENTS;)
		if (*word == '<')
			c->in = word + 1;
		else if (*word == '>')
			c->out = word + 1;
		else
			c->argv[n++] = word;
}

static void run_once(struct command *c, size_t round, const double *first)
{
	posix_spawn_file_actions_t files;
	struct rusage used;
	double start, wall;
	pid_t child;
	int status;

	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, 0, c->in, O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&files, 1, c->out,
					 O_WRONLY | O_CREAT | O_TRUNC, 0644);
	posix_spawn_file_actions_addopen(&files, 2, "/dev/null", O_WRONLY, 0);
	start = seconds();
	if (posix_spawnp(&child, c->argv[0], &files, NULL, c->argv, environ)) {
		fprintf(stderr, "ilv: %s: cannot be run\n", c->argv[0]);
		exit(71);
	}
	wait4(child, &status, 0, &used);
	wall = seconds() - start;
	posix_spawn_file_actions_destroy(&files);
	c->code = WIFEXITED(status) ? WEXITSTATUS(status)
				    : 128 + WTERMSIG(status);
	c->seen[WALL][round] = wall;
	c->seen[CPU][round] = of_timeval(used.ru_utime) +
			      of_timeval(used.ru_stime);
	c->seen[PEAK][round] = (double)used.ru_maxrss / 1024;
	c->seen[RATIO][round] = wall / *first;
}

int main(int argc, char **argv)
{
	size_t rounds = 15, warm_up = 2, n;
	int option;

	while ((option = getopt(argc, argv, "+n:w:")) != -1) {
		size_t value = strtoul(optarg ? optarg : "0", NULL, 10);

		if (option == '?' || value > ROUNDS)
			return 64;
		*(option == 'n' ? &rounds : &warm_up) = value;
	}
	n = (size_t)(argc - optind) / 2;
	if (!n || !rounds)
		return 64;
	struct command *all = calloc(n, sizeof(*all));

	if (!all)
		return 71;
	for (size_t i = 0; i < n; i++) {
		all[i].name = argv[optind + 2 * (int)i];
		split(&all[i], argv[optind + 2 * (int)i + 1]);
	}
	for (size_t round = 0; round < warm_up + rounds; round++)
		for (size_t i = 0; i < n; i++) {
			size_t at = round < warm_up ? 0 : round - warm_up;

			run_once(&all[i], at, &all[0].seen[WALL][at]);
		}
	for (size_t i = 0; i < n; i++)
		printf("%s\t%.6f\t%.6f\t%.1f\t%.4f\t%d\n", all[i].name,
		       median(all[i].seen[WALL], rounds),
		       median(all[i].seen[CPU], rounds),
		       median(all[i].seen[PEAK], rounds),
		       median(all[i].seen[RATIO], rounds), all[i].code);
	free(all);
	return 0;
}
