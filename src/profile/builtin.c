/* The profiles of experiments/nats, compiled in (embed.sh, Makefile). */
#include "profile/profile.h"

const struct profile_text profile_builtin[] = {
#include "profiles.inc"
};

const size_t profile_builtin_count =
	sizeof(profile_builtin) / sizeof(profile_builtin[0]);
