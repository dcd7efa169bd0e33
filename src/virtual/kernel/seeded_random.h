/* SPDX-License-Identifier: GPL-2.0 */
/*
 * seeded_random.h - the random numbers of a guest kernel, from a number
 *
 * The build (src/virtual/kernel/build) includes this file in the kernel's
 * drivers/char/random.c. Every consumer of random numbers ends in
 * crng_make_state(), which the build renames: the one below takes its place.
 * So no entropy that the kernel gathers, from the host or from time, reaches a
 * consumer.
 *
 * The number is the parameter random.seed: of the kernel's command line, and
 * of /sys/module/random/parameters/seed, which root may write at any time.
 * Each write starts the streams anew.
 */
#include <linux/moduleparam.h>

/*
 * What is drawn depends on the number, on the kind of consumer, and on the time
 * since the number was written: not on who else has drawn before. So what other
 * processes and timers of the kernel draw never shifts what a trial draws.
 * (Time stands still while the guest works: it is the same in each run.)
 * @SEEDED_TASKS: processes and softirqs: all that belongs to a trial.
 * @SEEDED_BACKGROUND: kernel threads (neighbour tables, garbage collection).
 * @SEEDED_ONCE: secrets that the kernel draws at their first use and keeps
 *	until it ends. They are constants: the trial that happens to be the
 *	first does not choose them for those that follow.
 */
enum seeded_consumer {
	SEEDED_TASKS,
	SEEDED_BACKGROUND,
	SEEDED_ONCE,
};

static u64 seeded_number, seeded_since;
static u64 seeded_last[SEEDED_ONCE];	/* time of each consumer's draw */
static u64 seeded_draws[SEEDED_ONCE];	/* at that time */
static DEFINE_SPINLOCK(seeded_lock);

static void seeded_restart(u64 number)
{
	unsigned long flags;

	spin_lock_irqsave(&seeded_lock, flags);
	seeded_number = number;
	seeded_since = ktime_get_mono_fast_ns();
	memset(seeded_draws, 0, sizeof(seeded_draws));
	spin_unlock_irqrestore(&seeded_lock, flags);
}

/* The ChaCha key of the next draw: number, time, consumer, and how often that
   consumer has drawn at that time. */
static void seeded_key(u8 key[CHACHA_KEY_SIZE])
{
	/* in_task(): a softirq may run on top of any thread */
	enum seeded_consumer consumer = in_task() &&
		(current->flags & PF_KTHREAD) ? SEEDED_BACKGROUND :
						SEEDED_TASKS;
	u64 now = ktime_get_mono_fast_ns() - seeded_since;

	if (seeded_last[consumer] != now)
		seeded_draws[consumer] = 0;
	seeded_last[consumer] = now;
	put_unaligned_le64(seeded_number, key);
	put_unaligned_le64(now, key + 8);
	put_unaligned_le64(consumer, key + 16);
	put_unaligned_le64(seeded_draws[consumer]++, key + 24);
}

/*
 * A ChaCha state and up to 32 random bytes. A batch of an older generation is
 * stale: with a new generation for each draw, get_random_u32() and the like
 * leave nothing over for the next one.
 */
static void crng_make_state(u32 chacha_state[CHACHA_STATE_WORDS],
			    u8 *random_data, size_t random_data_len)
{
	u8 key[CHACHA_KEY_SIZE];
	unsigned long flags;

	spin_lock_irqsave(&seeded_lock, flags);
	seeded_key(key);
	crng_fast_key_erasure(key, chacha_state, random_data, random_data_len);
	WRITE_ONCE(base_crng.generation, base_crng.generation + 1);
	spin_unlock_irqrestore(&seeded_lock, flags);
}

/* For get_random_once(): the same bytes at each call. */
void seeded_once(void *buf, size_t len)
{
	u8 key[CHACHA_KEY_SIZE] = { [16] = SEEDED_ONCE };
	u8 block[CHACHA_BLOCK_SIZE];
	u32 state[CHACHA_STATE_WORDS];
	size_t n;

	crng_fast_key_erasure(key, state, block, 0);
	for (; len; buf += n, len -= n) {
		n = min_t(size_t, len, sizeof(block));
		chacha20_block(state, block);
		memcpy(buf, block, n);
	}
}
EXPORT_SYMBOL(seeded_once);

static int seeded_set(const char *text, const struct kernel_param *param)
{
	u64 number;
	int error = kstrtou64(text, 10, &number);

	if (!error)
		seeded_restart(number);
	return error;
}

static int seeded_get(char *text, const struct kernel_param *param)
{
	return sprintf(text, "%llu\n", seeded_number);
}

static const struct kernel_param_ops seeded_ops = {
	.set = seeded_set,
	.get = seeded_get,
};
module_param_cb(seed, &seeded_ops, NULL, 0644);
