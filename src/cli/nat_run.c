/* tcptrav nat run: the NAT model as a router between two interfaces. */
#include "cli/nat_run.h"

#include "cli/cli.h"
#include "cli/nat_interface.h"
#include "cli/nat_watch.h"
#include "host/privilege.h"
#include "gateway/gateway.h"
#include "gateway/mute_kernel.h"
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
	MARK = 0x74637470,	/* of what may pass the silence */
};

static const struct argp_option options[] = {
	{ "inside", OPTION_INSIDE, "IF", 0, "The interface of the private "
	  "network", 0 },
	{ "outside", OPTION_OUTSIDE, "IF", 0, "The interface towards the "
	  "internet", 0 },
	{ "profile", 'p', "NAT", 0, "How to behave: a profile's name, or a "
	  "file (a name with a / in it or ending in .nat)", 0 },
	{ "inside-address", OPTION_INSIDE_ADDRESS, "A/LEN", 0, "The NAT's own "
	  "address inside, the hosts' gateway (default: the interface's)", 0 },
	{ "outside-address", OPTION_OUTSIDE_ADDRESS, "A/LEN", 0, "Its external "
	  "address, the first of as many as the profile has (default: the "
	  "interface's)", 0 },
	{ "gateway", OPTION_GATEWAY, "A", 0, "Where all goes outside that is "
	  "not on the link (default: as the default route through IF)", 0 },
	{ "inside-address6", OPTION_INSIDE_ADDRESS6, "A/LEN", 0, "The same for "
	  "IPv6", 0 },
	{ "outside-address6", OPTION_OUTSIDE_ADDRESS6, "A/LEN", 0, NULL, 0 },
	{ "gateway6", OPTION_GATEWAY6, "A", 0, NULL, 0 },
	{ "sessions", OPTION_SESSIONS, "N", 0, "Room in the table (default: "
	  "the profile's)", 0 },
	{ "seed", OPTION_SEED, "N", 0, "Of random ports (default: from the "
	  "system)", 0 },
	{ "status", OPTION_STATUS, NULL, 0, "Show the table and what was "
	  "dropped: each second on a terminal, else once at the end", 0 },
	{ "no-fast-path", OPTION_NO_FAST_PATH, NULL, 0, "Let the NAT look at "
	  "each packet (default: the kernel passes those of established "
	  "sessions by itself, where it can and the profile allows it)", 0 },
	{ "json", OPTION_JSON, NULL, 0, "Tell each event as a JSON object on a "
	  "line", 0 },
	{ 0 },
};

struct nat_run {
	const char *interface[2];	/* by enum nat_side */
	const char *profile;
	bool given[2], given6[2];	/* addresses */
	bool gateway_given, gateway6_given, seed_given;
	bool status, json, slow;
	bool quiet;			/* must the kernel be silenced? */
	struct gateway_config box;
	struct error no_fast_path;	/* why there is none */
	char text[256];			/* the interfaces, for people */
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

static bool parse_place(int key, char *value, struct argp_state *state)
{
	struct nat_run *r = state->input;
	struct gateway_config *b = &r->box;

	switch (key) {
	case OPTION_INSIDE_ADDRESS:
		parse_network(state, "--inside-address", value,
			      &b->nat.inside_address, &b->inside_link.prefix);
		return r->given[NAT_INSIDE] = true;
	case OPTION_OUTSIDE_ADDRESS:
		parse_network(state, "--outside-address", value,
			      &b->nat.outside_address,
			      &b->outside_link.prefix);
		return r->given[NAT_OUTSIDE] = true;
	case OPTION_GATEWAY:
		b->outside_link.gateway = parse_address(state, "--gateway",
							value);
		return r->gateway_given = true;
	case OPTION_INSIDE_ADDRESS6:
		parse_network6(state, "--inside-address6", value,
			       &b->nat.inside6);
		return r->given6[NAT_INSIDE] = true;
	case OPTION_OUTSIDE_ADDRESS6:
		parse_network6(state, "--outside-address6", value,
			       &b->nat.outside6);
		return r->given6[NAT_OUTSIDE] = true;
	case OPTION_GATEWAY6:
		parse_address6(state, "--gateway6", value,
			       b->outside_link.gateway6);
		return r->gateway6_given = true;
	}
	return false;
}

static void check_together(const struct nat_run *r, struct argp_state *state)
{
	if (!r->interface[NAT_INSIDE] || !r->interface[NAT_OUTSIDE] ||
	    !r->profile)
		argp_error(state, "--inside, --outside and --profile are "
			   "needed");
	else if (!strcmp(r->interface[NAT_INSIDE], r->interface[NAT_OUTSIDE]))
		argp_error(state, "\"%s\" cannot be both inside and outside",
			   r->interface[NAT_INSIDE]);
	if (r->status && r->json)
		argp_error(state, "--status and --json exclude each other "
			   "(SIGUSR1 prints the table with --json, too)");
}

static error_t parse(int key, char *value, struct argp_state *state)
{
	struct nat_run *r = state->input;

	switch (key) {
	case OPTION_INSIDE:
	case OPTION_OUTSIDE:
		r->interface[key == OPTION_OUTSIDE] = value;
		break;
	case 'p':
		r->profile = value;
		break;
	case OPTION_SESSIONS:
		r->box.nat.sessions = (uint32_t)option_integer(state,
			"--sessions", value, 1, SESSIONS_MAX);
		break;
	case OPTION_SEED:
		r->box.nat.seed = option_integer(state, "--seed", value, 0,
						 INT64_MAX);
		r->seed_given = true;
		break;
	case OPTION_STATUS:
		r->status = true;
		break;
	case OPTION_JSON:
		r->json = true;
		break;
	case OPTION_NO_FAST_PATH:
		r->slow = true;
		break;
	case ARGP_KEY_ARG:
		argp_error(state, "'%s' is one argument too many", value);
		break;
	case ARGP_KEY_END:
		check_together(r, state);
		break;
	default:
		return parse_place(key, value, state) ? 0 : ARGP_ERR_UNKNOWN;
	}
	return 0;
}

/* take_side - what was not given is the interface's */
static bool take_side(struct nat_run *r, enum nat_side side,
		      struct error *e)
{
	struct nat_config *n = &r->box.nat;
	bool in = side == NAT_INSIDE;
	uint32_t *address = in ? &n->inside_address : &n->outside_address;
	struct nat_network6 *six = in ? &n->inside6 : &n->outside6;
	struct gateway_link *link = in ? &r->box.inside_link :
		&r->box.outside_link;
	struct nat_interface i;

	if (!nat_interface_read(r->interface[side], &i, e))
		return false;
	r->quiet |= i.has_any;
	*(in ? &n->inside_mtu : &n->outside_mtu) = i.mtu;
	if (!r->given[side]) {
		*address = i.address;
		link->prefix = i.prefix;
	}
	if (!*address)
		return error_set(e, ERROR_USE, "interface \"%s\" has no IPv4 "
				 "address: give --%s-address",
				 r->interface[side], in ? "inside" : "outside");
	if (!r->given6[side]) {
		memcpy(six->address, i.address6, 16);
		six->prefix = i.prefix6;
	}
	if (!in && !r->gateway_given)
		link->gateway = i.gateway;
	if (!in && !r->gateway6_given)
		memcpy(link->gateway6, i.gateway6, 16);
	return true;
}

static void describe(struct nat_run *r)
{
	const struct gateway_config *b = &r->box;
	char in[ADDRESS_TEXT], out[ADDRESS_TEXT], gateway[ADDRESS_TEXT];

	snprintf(r->text, sizeof(r->text), "%s %s/%u - %s %s/%u%s%s",
		 b->inside, address_text(b->nat.inside_address, in),
		 b->inside_link.prefix, b->outside,
		 address_text(b->nat.outside_address, out),
		 b->outside_link.prefix,
		 b->outside_link.gateway ? " gateway " : ", no gateway",
		 b->outside_link.gateway ?
		 address_text(b->outside_link.gateway, gateway) : "");
}

/* prepare - all that can be wrong use, and asks for no privilege */
static bool prepare(struct nat_run *r, struct error *e)
{
	struct gateway_config *b = &r->box;

	b->inside = r->interface[NAT_INSIDE];
	b->outside = r->interface[NAT_OUTSIDE];
	b->resolve = true;
	b->report = b->stop = b->control = -1;
	b->offload = !r->slow;
	b->offload_error = &r->no_fast_path;
	if (!profile_find(r->profile, &b->nat.profile, e) ||
	    !take_side(r, NAT_INSIDE, e) || !take_side(r, NAT_OUTSIDE, e))
		return false;
	if (b->nat.inside_address == b->nat.outside_address)
		return error_set(e, ERROR_USE, "the addresses inside and "
				 "outside must differ");
	if (!r->seed_given &&
	    getrandom(&b->nat.seed, sizeof(b->nat.seed), 0) < 0)
		return error_set(e, ERROR_FAILED, "getrandom: %s",
				 strerror(errno));
	b->nat.seed &= INT64_MAX;	/* as JSON has it */
	describe(r);
	return true;
}

static bool check_privilege(struct error *e)
{
	int s = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

	if (s < 0 && errno == EPERM)
		return privilege_error(e, "reading and sending an interface's "
				       "frames");
	if (s >= 0)
		close(s);
	return true;
}

static void session_event(void *argument, enum nat_event_kind kind,
			  const struct nat_entry *entry)
{
	struct nat_watch *w = argument;

	nat_events_session(&w->events, kind, entry);
}

/* run_quietly - the box; the kernel's stack is silenced where it has an
   address */
static bool run_quietly(struct nat_run *r, struct nat_watch *w,
			struct error *e)
{
	struct kernel_mute *quiet = NULL;
	bool ok;

	if (r->quiet) {
		quiet = mute_kernel(r->box.inside, r->box.outside, MARK, e);
		if (!quiet)
			return false;
		r->box.mark = MARK;
	}
	ok = gateway_run(&r->box, nat_watch_ready, w, e);
	unmute_kernel(quiet);
	return ok;
}

static bool run(struct nat_run *r, struct error *e)
{
	struct nat_watch *w;
	bool ok;

	if (!check_privilege(e))
		return false;
	w = calloc(1, sizeof(*w));
	if (!w)
		return error_set(e, ERROR_FAILED, "memory is short");
	w->show = r->status;
	w->json = r->json;
	w->box = &r->box;
	r->box.hooks = &w->hooks;
	r->box.nat.event = r->json ? session_event : NULL;
	r->box.nat.argument = w;
	ok = nat_watch_open(w, r->profile, r->text, e) &&
		run_quietly(r, w, e);
	if (!nat_watch_close(w) && ok)
		ok = error_set(e, ERROR_FAILED, "standard output cannot be "
			       "written");
	free(w);
	return ok;
}

int nat_run(int argc, char **argv)
{
	static const struct argp argp = {
		.options = options,
		.parser = parse,
		.doc = "Be the NAT between two interfaces of this machine, as "
		       "the profile says. While it runs, the kernel's own "
		       "stack neither hears nor says anything on them. SIGHUP "
		       "reads the profile again and keeps the sessions, "
		       "SIGUSR1 prints the table, SIGTERM and SIGINT end it.",
	};
	struct nat_run r = { .profile = NULL };
	struct error e = { .kind = ERROR_NONE };

	argp_parse(&argp, argc, argv, 0, NULL, &r);
	if (!prepare(&r, &e) || !run(&r, &e))
		return cli_error(&e);
	return STATUS_OK;
}
