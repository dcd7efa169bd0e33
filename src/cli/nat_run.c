/* tcptrav nat run: the NAT model as a router between two interfaces. */
#include "cli/nat_run.h"

#include "cli/cli.h"
#include "cli/nat_interface.h"
#include "cli/nat_run_loop.h"
#include "cli/options.h"
#include "cli/output.h"
#include "gateway/gateway.h"
#include "gateway/mute_kernel.h"
#include "host/privilege.h"
#include "profile/profile.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	OPTION_INSIDE = 256, OPTION_OUTSIDE, OPTION_INSIDE_ADDRESS,
	OPTION_OUTSIDE_ADDRESS, OPTION_GATEWAY, OPTION_INSIDE_ADDRESS6,
	OPTION_OUTSIDE_ADDRESS6, OPTION_GATEWAY6, OPTION_SESSIONS, OPTION_SEED,
	OPTION_STATUS, OPTION_JSON, OPTION_NO_FAST_PATH,
	SESSIONS_MAX = 1 << 24,
	MARK = 0x74637470,	/* of what the muted kernel lets out */
};

static const struct argp_option options[] = {
	{ "inside", OPTION_INSIDE, "IF", 0, "The interface of the private "
	  "network", 0 },
	{ "outside", OPTION_OUTSIDE, "IF", 0, "The interface towards the "
	  "internet", 0 },
	{ "profile", 'p', "NAT", 0, "The NAT's profile: its name, or a file (a "
	  "name with a / in it or ending in .nat)", 0 },
	{ "inside-address", OPTION_INSIDE_ADDRESS, "A/LEN", 0, "The NAT's own "
	  "address inside, the hosts' gateway (default: the interface's)", 0 },
	{ "outside-address", OPTION_OUTSIDE_ADDRESS, "A/LEN", 0, "Its external "
	  "address, the first of as many as the profile has (default: the "
	  "interface's)", 0 },
	{ "gateway", OPTION_GATEWAY, "A", 0, "Default gateway outside "
	  "(default: that of the default route through IF)", 0 },
	{ "inside-address6", OPTION_INSIDE_ADDRESS6, "A/LEN", 0, "The same for "
	  "IPv6", 0 },
	{ "outside-address6", OPTION_OUTSIDE_ADDRESS6, "A/LEN", 0, NULL, 0 },
	{ "gateway6", OPTION_GATEWAY6, "A", 0, NULL, 0 },
	{ "sessions", OPTION_SESSIONS, "N", 0, "Limit of the session table "
	  "(default: the profile's)", 0 },
	{ "seed", OPTION_SEED, "N", 0, "Seed of random ports (default: "
	  "random)", 0 },
	{ "status", OPTION_STATUS, NULL, 0, "Print the session table and "
	  "what was dropped: each second on a terminal, else once at the end",
	  0 },
	{ "no-fast-path", OPTION_NO_FAST_PATH, NULL, 0, "No offload: the NAT "
	  "handles each packet (default: the kernel forwards packets of "
	  "established sessions by itself, where it can and the profile "
	  "allows it)", 0 },
	{ "json", OPTION_JSON, NULL, 0, "Print each event as a JSON object "
	  "on a line", 0 },
	{ 0 },
};

struct nat_run_options {
	const char *interface[2];	/* by enum nat_side */
	const char *profile;
	bool given[2], given6[2];	/* addresses */
	bool gateway_given, gateway6_given, seed_given;
	bool status, json, no_offload;
	bool mute;			/* an interface has addresses */
	struct gateway_config gateway;
	struct error offload_error;	/* why there is no offload */
	char interfaces[256];		/* for people */
};

static void parse_length(struct argp_state *state, const char *option,
			 const char *text, const char *length,
			 unsigned maximum, uint8_t *prefix)
{
	char *end = NULL;
	unsigned long n = length && *length >= '0' && *length <= '9' ?
		strtoul(length, &end, 10) : 0;

	if (!n || n > maximum || *end)
		argp_error(state, "%s: '%s' is not an address with a prefix "
			   "length from 1 to %u, as in %s", option, text,
			   maximum, maximum == 32 ? "192.0.2.1/24" :
			   "2001:db8::1/64");
	*prefix = (uint8_t)n;
}

/* is_host - can one host have that address? */
static bool is_host(uint32_t address)
{
	return address >> 24 && address >> 24 != 127 && address >> 28 < 14;
}

static uint32_t parse_address(struct argp_state *state, const char *option,
			      const char *text)
{
	uint32_t address;

	if (!address_parse(text, &address) || !is_host(address))
		argp_error(state, "%s: '%s' is not a host's IPv4 address",
			   option, text);
	return address;
}

static void parse_network(struct argp_state *state, const char *option,
			  const char *text, uint32_t *address,
			  uint8_t *prefix)
{
	char host[64];
	const char *slash = strchr(text, '/');

	snprintf(host, sizeof(host), "%.*s", (int)strcspn(text, "/"), text);
	*address = parse_address(state, option, host);
	parse_length(state, option, text, slash ? slash + 1 : NULL, 32,
		     prefix);
}

static void parse_address6(struct argp_state *state, const char *option,
			   const char *text, uint8_t address[16])
{
	if (inet_pton(AF_INET6, text, address) != 1 || address[0] == 0xff)
		argp_error(state, "%s: '%s' is not a host's IPv6 address",
			   option, text);
}

static void parse_network6(struct argp_state *state, const char *option,
			   const char *text, struct nat_network6 *out)
{
	char host[64];
	const char *slash = strchr(text, '/');

	snprintf(host, sizeof(host), "%.*s", (int)strcspn(text, "/"), text);
	parse_address6(state, option, host, out->address);
	parse_length(state, option, text, slash ? slash + 1 : NULL, 128,
		     &out->prefix);
}

static bool parse_address_option(int key, char *value, struct argp_state *state)
{
	struct nat_run_options *o = state->input;
	struct gateway_config *g = &o->gateway;

	switch (key) {
	case OPTION_INSIDE_ADDRESS:
		parse_network(state, "--inside-address", value,
			      &g->nat.inside_address, &g->inside_link.prefix);
		return o->given[NAT_INSIDE] = true;
	case OPTION_OUTSIDE_ADDRESS:
		parse_network(state, "--outside-address", value,
			      &g->nat.outside_address,
			      &g->outside_link.prefix);
		return o->given[NAT_OUTSIDE] = true;
	case OPTION_GATEWAY:
		g->outside_link.gateway =
			parse_address(state, "--gateway", value);
		return o->gateway_given = true;
	case OPTION_INSIDE_ADDRESS6:
		parse_network6(state, "--inside-address6", value,
			       &g->nat.inside6);
		return o->given6[NAT_INSIDE] = true;
	case OPTION_OUTSIDE_ADDRESS6:
		parse_network6(state, "--outside-address6", value,
			       &g->nat.outside6);
		return o->given6[NAT_OUTSIDE] = true;
	case OPTION_GATEWAY6:
		parse_address6(state, "--gateway6", value,
			       g->outside_link.gateway6);
		return o->gateway6_given = true;
	}
	return false;
}

static void check_options(const struct nat_run_options *o,
			  struct argp_state *state)
{
	if (!o->interface[NAT_INSIDE] || !o->interface[NAT_OUTSIDE] ||
	    !o->profile)
		argp_error(state, "--inside, --outside and --profile are "
			   "needed");
	else if (!strcmp(o->interface[NAT_INSIDE], o->interface[NAT_OUTSIDE]))
		argp_error(state, "\"%s\" cannot be both inside and outside",
			   o->interface[NAT_INSIDE]);
	if (o->status && o->json)
		argp_error(state, "--status and --json exclude each other "
			   "(SIGUSR1 prints the table with --json, too)");
}

static error_t parse_option(int key, char *value, struct argp_state *state)
{
	struct nat_run_options *o = state->input;

	switch (key) {
	case OPTION_INSIDE:
	case OPTION_OUTSIDE:
		o->interface[key == OPTION_OUTSIDE] = value;
		break;
	case 'p':
		o->profile = value;
		break;
	case OPTION_SESSIONS:
		o->gateway.nat.sessions = (uint32_t)option_integer(
			state, "--sessions", value, 1, SESSIONS_MAX);
		break;
	case OPTION_SEED:
		o->gateway.nat.seed =
			option_integer(state, "--seed", value, 0, INT64_MAX);
		o->seed_given = true;
		break;
	case OPTION_STATUS:
		o->status = true;
		break;
	case OPTION_JSON:
		o->json = true;
		break;
	case OPTION_NO_FAST_PATH:
		o->no_offload = true;
		break;
	case ARGP_KEY_ARG:
		argp_error(state, "'%s' is one argument too many", value);
		break;
	case ARGP_KEY_END:
		check_options(o, state);
		break;
	default:
		return parse_address_option(key, value, state) ? 0 :
			ARGP_ERR_UNKNOWN;
	}
	return 0;
}

/* read_interface - what was not given comes from the interface */
static bool read_interface(struct nat_run_options *o, enum nat_side side,
			   struct error *e)
{
	struct nat_config *n = &o->gateway.nat;
	bool in = side == NAT_INSIDE;
	uint32_t *address = in ? &n->inside_address : &n->outside_address;
	struct nat_network6 *six = in ? &n->inside6 : &n->outside6;
	struct gateway_link *link = in ? &o->gateway.inside_link :
		&o->gateway.outside_link;
	struct nat_interface i;

	if (!nat_interface_read(o->interface[side], &i, e))
		return false;
	o->mute |= i.has_any;
	*(in ? &n->inside_mtu : &n->outside_mtu) = i.mtu;
	if (!o->given[side]) {
		*address = i.address;
		link->prefix = i.prefix;
	}
	if (!*address)
		return error_set(e, ERROR_USE, "interface \"%s\" has no IPv4 "
				 "address: give --%s-address",
				 o->interface[side], in ? "inside" : "outside");
	if (!o->given6[side]) {
		memcpy(six->address, i.address6, 16);
		six->prefix = i.prefix6;
	}
	if (!in && !o->gateway_given)
		link->gateway = i.gateway;
	if (!in && !o->gateway6_given)
		memcpy(link->gateway6, i.gateway6, 16);
	return true;
}

/* describe - the interfaces, for people */
static void describe(struct nat_run_options *o)
{
	const struct gateway_config *g = &o->gateway;
	char in[ADDRESS_TEXT], out[ADDRESS_TEXT], gateway[ADDRESS_TEXT];

	snprintf(o->interfaces, sizeof(o->interfaces),
		 "%s %s/%u - %s %s/%u%s%s",
		 g->inside, address_text(g->nat.inside_address, in),
		 g->inside_link.prefix, g->outside,
		 address_text(g->nat.outside_address, out),
		 g->outside_link.prefix,
		 g->outside_link.gateway ? " gateway " : ", no gateway",
		 g->outside_link.gateway ?
		 address_text(g->outside_link.gateway, gateway) : "");
}

/* configure - the gateway; finds wrong use, and needs no privilege */
static bool configure(struct nat_run_options *o, struct error *e)
{
	struct gateway_config *g = &o->gateway;

	g->inside = o->interface[NAT_INSIDE];
	g->outside = o->interface[NAT_OUTSIDE];
	g->resolve = true;
	g->report = g->stop = g->control = -1;
	g->offload = !o->no_offload;
	g->offload_error = &o->offload_error;
	if (!profile_find(o->profile, &g->nat.profile, e) ||
	    !read_interface(o, NAT_INSIDE, e) ||
	    !read_interface(o, NAT_OUTSIDE, e))
		return false;
	if (g->nat.inside_address == g->nat.outside_address)
		return error_set(e, ERROR_USE, "the addresses inside and "
				 "outside must differ");
	if (!o->seed_given &&
	    getrandom(&g->nat.seed, sizeof(g->nat.seed), 0) < 0)
		return error_set(e, ERROR_FAILED, "getrandom: %s",
				 strerror(errno));
	g->nat.seed &= INT64_MAX;	/* as JSON has it */
	describe(o);
	return true;
}

static bool check_privilege(struct error *e)
{
	int s = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

	if (s < 0 && errno == EPERM)
		return privilege_error(e, "reading and sending an interface's "
				       "frames", &privilege_net_raw);
	if (s >= 0)
		close(s);
	return true;
}

static void session_event(void *argument, enum nat_event_kind kind,
			  const struct nat_entry *entry)
{
	struct nat_run_loop *l = argument;

	nat_events_session(&l->events, kind, entry);
}

/* run_gateway - with the kernel muted where an interface has addresses */
static bool run_gateway(struct nat_run_options *o, struct nat_run_loop *l,
			struct error *e)
{
	struct kernel_mute *mute = NULL;
	bool ok;

	if (o->mute) {
		mute = mute_kernel(o->gateway.inside, o->gateway.outside, MARK,
				   e);
		if (!mute)
			return false;
		o->gateway.mark = MARK;
	}
	ok = gateway_run(&o->gateway, nat_run_loop_ready, l, e);
	unmute_kernel(mute);
	return ok;
}

static bool run_loop(struct nat_run_options *o, struct error *e)
{
	struct nat_run_loop *l = calloc(1, sizeof(*l));
	bool ok;

	if (!l)
		return error_set(e, ERROR_FAILED, "out of memory");
	l->show = o->status;
	l->json = o->json;
	l->config = &o->gateway;
	o->gateway.hooks = &l->hooks;
	o->gateway.nat.event = o->json ? session_event : NULL;
	o->gateway.nat.argument = l;
	ok = nat_run_loop_open(l, o->profile, o->interfaces, e) &&
		run_gateway(o, l, e);
	if (!nat_run_loop_close(l) && ok)
		ok = error_set(e, ERROR_FAILED, "standard output cannot be "
			       "written");
	free(l);
	return ok;
}

int nat_run(int argc, char **argv)
{
	static const struct argp argp = {
		.options = options,
		.parser = parse_option,
		.doc = "Be the NAT between two interfaces of this machine, as "
		       "the profile says. While it runs, the kernel's own "
		       "stack neither receives nor sends anything on them. "
		       "SIGHUP reads the profile again and keeps the "
		       "sessions, SIGUSR1 prints the table, SIGTERM and "
		       "SIGINT end it.",
	};
	struct nat_run_options o = { .profile = NULL };
	struct error e = { .kind = ERROR_NONE };

	argp_parse(&argp, argc, argv, 0, NULL, &o);
	if (!configure(&o, &e) || !check_privilege(&e) || !run_loop(&o, &e))
		return cli_error(&e);
	return STATUS_OK;
}
