/*
 * The guest's files are those of the host, below an overlay in memory: every
 * path is the same, and what is written is gone with the guest.
 */
#include "virtual/guest_main.h"

#include "base/clock.h"
#include "lab/init_channel.h"
#include "lab/lab.h"
#include "virtual/guest.h"
#include "virtual/guest_stream.h"
#include "virtual/part.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

/*
 * Trials begin at multiples of this time of the guest's clock: 4,096 jiffies.
 * The kernel rounds timers of up to 5 minutes to parts of it, so they end
 * equally late in each trial.
 */
#define TRIAL_PERIOD (40960 * NS_PER_MS)
#define SEED_FILE "/sys/module/random/parameters/seed"

/* The connection to the host. */
struct host_link {
	int line;		/* the serial line */
	int near, far;		/* a socket pair: messages as bytes */
	const struct part *part;
};

static bool failed(const char *what, const char *path, struct error *e)
{
	return error_set(e, ERROR_FAILED, "in the guest, %s %s failed: %s",
			 what, path, strerror(errno));
}

static bool mount_at(const char *type, const char *path, const char *options,
		     struct error *e)
{
	return !mount(type, path, type, 0, options) ||
		failed("mounting", path, e);
}

/* enter_root - make the overlay the root */
static bool enter_root(struct error *e)
{
	if (!mount_at("tmpfs", "/tmp", "mode=755", e))
		return false;
	if (mkdir("/tmp/upper", 0755) || mkdir("/tmp/work", 0755) ||
	    mkdir("/tmp/root", 0755))
		return failed("making folders in", "/tmp", e);
	if (!mount_at("overlay", "/tmp/root",
		      "lowerdir=/,upperdir=/tmp/upper,workdir=/tmp/work", e))
		return false;
	if (chdir("/tmp/root") || mount(".", "/", NULL, MS_MOVE, NULL) ||
	    chroot("."))
		return failed("entering", "/tmp/root", e);
	return mount_at("proc", "/proc", NULL, e) &&
	       mount_at("sysfs", "/sys", NULL, e) &&
	       mount_at("devtmpfs", "/dev", NULL, e);
}

/* open_line - open the serial line @number, which carries any byte */
static int open_line(int number, int flags)
{
	char path[32];
	struct termios raw;
	int fd;

	snprintf(path, sizeof(path), "/dev/ttyS%d", number);
	fd = open(path, flags | O_NOCTTY | O_CLOEXEC);
	if (fd < 0 || tcgetattr(fd, &raw))
		return fd;
	cfmakeraw(&raw);
	tcsetattr(fd, TCSANOW, &raw);
	return fd;
}

/* forward - send the host the message that was sent into the socket pair */
static bool forward(const struct host_link *h)
{
	static uint8_t message[GUEST_MESSAGE_MAX];
	ssize_t n = recv(h->far, message, sizeof(message), 0);

	return n > 0 && guest_stream_put(h->line, message, (size_t)n);
}

static bool report(void *argument, const struct lab_report *r,
		   struct error *e)
{
	static struct observations o;
	const struct host_link *h = argument;

	o = *r->observations;
	o.number = h->part->numbers[r->number];
	return (init_send_trial(h->near, &o) && forward(h)) ||
		error_set(e, ERROR_FAILED, "the host does not listen");
}

/* put_number - write a number to a file of the kernel */
static void put_number(const char *path, uint64_t number)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	dprintf(fd, "%" PRIu64 "\n", number);
	close(fd);
}

/*
 * before_trial - make the kernel as it was before any other trial: the same
 * place between two timer ticks, the same wall clock (from which come initial
 * sequence numbers), the random numbers of the seed
 */
static void before_trial(uint64_t seed)
{
	const struct timespec wall = { .tv_sec = GUEST_WALL_CLOCK };
	int64_t at = (clock_now() / TRIAL_PERIOD + 1) * TRIAL_PERIOD;
	const struct timespec due = { .tv_sec = at / NS_PER_S,
				      .tv_nsec = at % NS_PER_S };

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL) ==
	       EINTR)
		;
	clock_settime(CLOCK_REALTIME, &wall);
	put_number(SEED_FILE, seed);
}

/* run_part - run the part's trials, or its command */
static bool run_part(const struct host_link *h, int *status, struct error *e)
{
	const struct part *part = h->part;
	const struct lab_plan plan = {
		.sweep = part->sweep,
		.count = part->count,
		.jobs = 1,
		.seeds = part->seeds,
		.seed = part->count ? part->seeds[0] : 0,
		.virtual_time = true,
		.before_trial = before_trial,
		.report = report,
		.argument = (void *)h,
		.command = part->command,
	};

	/* a sleep ends when it is over, not up to 50 us later */
	prctl(PR_SET_TIMERSLACK, 1);
	return lab_exec(&plan, status, e);
}

/* connect_streams - the command's input, output and errors are the host's */
static void connect_streams(void)
{
	for (int i = 0; i < 3; i++) {
		int fd = open_line(1 + i, i ? O_WRONLY : O_RDONLY);

		if (fd >= 0)
			dup2(fd, i);
	}
}

static bool prepare(struct part *part, const char *path, struct error *e)
{
	FILE *from;
	bool ok;

	if (!enter_root(e))
		return false;
	from = fopen(path, "re");
	if (!from)
		return failed("opening", path, e);
	ok = part_read(part, from, e);
	fclose(from);
	if (ok && chdir(part->directory))
		return failed("changing to", part->directory, e);
	return ok;
}

int guest_main(const char *path)
{
	static struct part part;
	struct host_link h = { .part = &part };
	struct error e = { .kind = ERROR_NONE };
	int pair[2] = { -1, -1 }, status = 0;

	if (getpid() != 1) {
		fprintf(stderr, "tcptrav guest: it runs as the init of a guest"
			" only\n");
		return 2;
	}
	socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair);
	h.near = pair[0];
	h.far = pair[1];
	if (prepare(&part, path, &e)) {
		h.line = open_line(0, O_RDWR);
		if (part.command)
			connect_streams();
		run_part(&h, &status, &e);
		guest_stream_put(h.line, &status, sizeof(status));
	} else {
		h.line = open_line(0, O_RDWR);
	}
	init_send_end(h.near, &e);
	forward(&h);
	tcdrain(h.line);
	reboot(RB_POWER_OFF);
	return 0;
}
