/*
 * tcptrav connect: with --rendezvous, a connection to a real peer, joined with
 * standard input and output; without, one trial in the built-in lab.
 */
#include "cli/cli.h"
#include "cli/datagram_relay.h"
#include "cli/demo.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/stop_signals.h"
#include "cli/stream_relay.h"

#include "base/clock.h"
#include "base/output_file.h"
#include "method/approach.h"
#include "method/dial.h"
#include "report/capture_file.h"
#include "report/ladder_svg.h"
#include "report/make_record.h"
#include "report/packet_text.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LONGEST_MS 86400e3
#define COMMAND_TEXT 512

enum {
	KEY_RENDEZVOUS = 'r', KEY_SESSION = 's', KEY_VERBOSE = 'v',
	KEY_TIMEOUT = 256, KEY_WAIT, KEY_JSON, KEY_PCAP, KEY_SVG, KEY_NAT_A,
	KEY_NAT_B, KEY_TOPOLOGY, KEY_RTT, KEY_SKEW, KEY_SEED, KEY_KEEPALIVE,
	KEY_DATAGRAMS,
	KEY_LAN, KEY_CANDIDATES,
};

struct connect_options {
	struct approach_options approach;
	const char *rendezvous, *session;
	double timeout_ms, wait_ms;	/* 0: the default */
	uint16_t keepalive;		/* s; 0: the default */
	enum datagram_unit unit;
	const char *udp_option;		/* a given option of udp */
	enum candidate_use candidates;
	bool json, verbose;
	const char *pcap, *svg;
	struct demo demo;
	const char *demo_option;	/* a given option of the lab */
};

static const struct argp_option options[] = {
	{ "rendezvous", KEY_RENDEZVOUS, "HOST[:PORT]", 0, "Meet the peer at"
	  " this tcptrav serve (or TCPTRAV_RENDEZVOUS); without it, one trial"
	  " is run in the built-in lab", 1 },
	{ "session", KEY_SESSION, "CODE", 0, "The code that the first peer has"
	  " printed (or TCPTRAV_SESSION); without it a new one is made and"
	  " printed", 1 },
	{ "timeout", KEY_TIMEOUT, "MS", 0, "Timeout of one attempt in one"
	  " order (default 10000; in the lab 900 plus 10 RTT)", 1 },
	{ "wait", KEY_WAIT, "MS", 0, "How long to wait for the peer (default"
	  " 300000)", 1 },
	{ "keepalive", KEY_KEEPALIVE, "S", 0, "With udp: send an empty datagram"
	  " after so many seconds without any (default 15; the smaller of both"
	  " peers')", 1 },
	{ "datagrams", KEY_DATAGRAMS, "lines|reads", 0, "With udp: what of"
	  " standard input is a datagram: a line (default), or what one read"
	  " returns, as with netcat -u", 1 },
	{ "lan", KEY_LAN, NULL, 0, "Try the peer's private endpoints, too, as"
	  " when both hosts have the same public address; the peer does, too",
	  1 },
	{ "candidates", KEY_CANDIDATES, "auto|lan|public", 0, "When private"
	  " endpoints are tried: when both public addresses are equal or the"
	  " peer asks for it (the default), always (as --lan), or never", 1 },
	{ "json", KEY_JSON, NULL, 0, "Print the record instead of the"
	  " ladder", 2 },
	{ "pcap", KEY_PCAP, "FILE", 0, "Write the packets, with the trace as"
	  " comments, to FILE (pcapng)", 2 },
	{ "svg", KEY_SVG, "FILE", 0, "Write the ladder to FILE, as a picture",
	  2 },
	{ "verbose", KEY_VERBOSE, NULL, 0, "Print each event as it happens",
	  2 },
	{ "nat-a", KEY_NAT_A, "NAT[,NAT...]", 0, "In the lab: host A's NAT"
	  " (default port-restricted-cone)", 3 },
	{ "nat-b", KEY_NAT_B, "NAT[,NAT...]", 0, "In the lab: host B's", 3 },
	{ "topology", KEY_TOPOLOGY, "T", 0, "In the lab (default two-nats)",
	  3 },
	{ "rtt", KEY_RTT, "MS", 0, "In the lab: between the hosts (default 40)",
	  3 },
	{ "skew", KEY_SKEW, "MS", 0, "In the lab: how much later B's first SYN"
	  " leaves; negative: A's", 3 },
	{ "seed", KEY_SEED, "N", 0, "In the lab: seed of everything random",
	  3 },
	{ 0 },
};

static error_t parse_demo_option(int key, char *text, struct argp_state *state)
{
	struct connect_options *o = state->input;
	struct demo *d = &o->demo;

	switch (key) {
	case KEY_NAT_A:
		o->demo_option = "--nat-a";
		d->trial.nat_a = text;
		return 0;
	case KEY_NAT_B:
		o->demo_option = "--nat-b";
		d->trial.nat_b = text;
		return 0;
	case KEY_TOPOLOGY:
		o->demo_option = "--topology";
		d->trial.topology = text;
		return 0;
	case KEY_RTT:
		o->demo_option = "--rtt";
		d->trial.rtt_ms = option_number(state, "--rtt", text, 0, 60e3);
		return 0;
	case KEY_SKEW:
		o->demo_option = "--skew";
		d->trial.skew_ms =
			option_number(state, "--skew", text, -60e3, 60e3);
		return 0;
	case KEY_SEED:
		o->demo_option = "--seed";
		d->seed = option_integer(state, "--seed", text, 1, UINT64_MAX);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static error_t parse_udp_option(int key, char *text, struct argp_state *state)
{
	struct connect_options *o = state->input;

	switch (key) {
	case KEY_KEEPALIVE:
		o->udp_option = "--keepalive";
		o->keepalive = (uint16_t)option_integer(state, "--keepalive",
							text, 1, 3600);
		return 0;
	case KEY_DATAGRAMS:
		o->udp_option = "--datagrams";
		if (strcmp(text, "lines") != 0 && strcmp(text, "reads") != 0)
			argp_error(state, "--datagrams \"%s\": neither lines"
				   " nor reads", text);
		o->unit = *text == 'l' ? DATAGRAM_OF_LINE : DATAGRAM_OF_READ;
		return 0;
	default:
		return parse_demo_option(key, text, state);
	}
}

static error_t parse_option(int key, char *text, struct argp_state *state)
{
	struct connect_options *o = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &o->approach;
		return 0;
	case KEY_RENDEZVOUS:
		o->rendezvous = text;
		return 0;
	case KEY_SESSION:
		o->session = text;
		return 0;
	case KEY_TIMEOUT:
		o->timeout_ms = option_number(state, "--timeout", text, 1,
					      LONGEST_MS);
		return 0;
	case KEY_WAIT:
		o->wait_ms = option_number(state, "--wait", text, 1,
					   LONGEST_MS);
		return 0;
	case KEY_LAN:
		o->candidates = CANDIDATES_LAN;
		return 0;
	case KEY_CANDIDATES:
		o->candidates = option_candidates(state, text);
		return 0;
	case KEY_JSON:
		o->json = true;
		return 0;
	case KEY_PCAP:
		o->pcap = text;
		return 0;
	case KEY_SVG:
		o->svg = text;
		return 0;
	case KEY_VERBOSE:
		o->verbose = true;
		return 0;
	case ARGP_KEY_ARG:
		argp_error(state, "\"%s\" is one argument too many", text);
		return 0;
	default:
		return parse_udp_option(key, text, state);
	}
}

/* option_or_environment - the value of an option, else of its environment
   variable; NULL if that is empty */
static const char *option_or_environment(const char *option, const char *name)
{
	const char *value = option ? option : getenv(name);

	return value && *value ? value : NULL;
}

/* peer_command - what the peer has to run, without its session */
static void peer_command(const struct approach *a, const char *rendezvous,
			 char out[COMMAND_TEXT])
{
	const struct method *m = a->method;

	snprintf(out, COMMAND_TEXT, "%stcptrav --method %s%s%s%s"
		 " --rendezvous %s",
		 m->needs & (NEED_CAPTURE | NEED_RAW) ? "sudo " : "", m->name,
		 approach_has_low_ttl(a) && !a->low_ttl ? " --ttl none" : "",
		 a->variant ? " --" : "", approach_variant_name(a),
		 rendezvous);
}

static void print_code(const struct connect_options *o,
		       const struct approach *a, const char *code)
{
	char command[COMMAND_TEXT];

	peer_command(a, o->rendezvous, command);
	fprintf(stderr, "tcptrav: session %s\n"
		"tcptrav: on the peer, run:\n\n    %s --session %s\n\n"
		"tcptrav: waiting for the peer\n", code, command, code);
}

/* For --verbose: the lines of the ladder, as they happen. */
struct event_printer {
	int64_t begun;			/* monotonic ns */
	struct packet_text packets;
};

static void print_event(void *argument, const struct trace_event *event)
{
	struct event_printer *p = argument;
	struct packet_description words = { .text = "" };
	char text[TRACE_TEXT + 1];
	const char *way = "";

	if (event->kind == TRACE_PACKET_OUT || event->kind == TRACE_MESSAGE_OUT)
		way = "-> ";
	else if (event->kind == TRACE_PACKET_IN ||
		 event->kind == TRACE_MESSAGE_IN)
		way = "<- ";
	if (event_is_packet(event))
		packet_text_next(&p->packets, event, &words);
	event_text(event, text);
	fprintf(stderr, "tcptrav: %8.1f ms  %s%s%s%s\n",
		(double)(event->at - p->begun) / (double)NS_PER_MS, way,
		words.text, *words.text && *text ? ", " : "", text);
}

/* report_attempt - on standard error, as standard output is the stream */
static void report_attempt(const struct connect_options *o,
			   const struct approach *a,
			   const struct attempt_config *config,
			   const struct attempt_result *x)
{
	const struct ladder ladder = {
		.a = x->is_a ? x : NULL,
		.b = x->is_a ? NULL : x,
		.zero = x->introduced_at,
	};
	struct error e = { .kind = ERROR_NONE };
	struct trial_record r;

	make_host_record(a, (double)config->timeout / (double)NS_PER_MS,
			 config->seed, x, &r);
	r.setting.candidates = config->candidates;
	report_trial(&r, x->trace.count ? &ladder : NULL, o->json, stderr);
	if (o->pcap && !capture_write(o->pcap, &ladder, &e))
		cli_error(&e);
	if (o->svg && !ladder_svg_write(o->svg, &ladder, &r, &e))
		cli_error(&e);
}

static int dial_peer(const struct connect_options *o,
		     const struct dial_config *wanted)
{
	static struct attempt_result result;
	struct dial_config config = *wanted;
	struct attempt_config used = { .timeout = config.timeout };
	struct event_printer printer = { .begun = clock_now() };
	const struct attempt_observer observer = { print_event, &printer };
	struct error e = { .kind = ERROR_NONE };
	bool relayed;

	packet_text_begin(&printer.packets, NULL);
	signal(SIGPIPE, SIG_IGN);
	config.stop = stop_signals_open();
	if (o->verbose)
		config.observer = &observer;
	dial(&config, &used, &result);
	report_attempt(o, &config.approach, &used, &result);
	if (result.stream < 0)
		return outcome_status((enum outcome)result.outcome,
				      (enum cause)result.cause);
	relayed = result.datagrams ?
		datagram_relay(&(struct datagram_relay_ends){
			result.stream, STDIN_FILENO, STDOUT_FILENO, config.stop
		}, &result.knocking, o->unit, &e) :
		stream_relay(result.stream, STDIN_FILENO, STDOUT_FILENO,
			     config.stop, &e);
	close(result.stream);
	return relayed ? STATUS_OK : cli_error(&e);
}

static int connect_to_peer(const struct connect_options *o,
			   const struct approach *a)
{
	struct error e = { .kind = ERROR_NONE };
	char code[CODE_TEXT];
	struct dial_config config = {
		.approach = *a, .ttl = a->low_ttl ? o->approach.ttl : 0,
		.rendezvous = o->rendezvous, .code = o->session,
		.timeout = DIAL_TIMEOUT, .wait = DIAL_WAIT,
		.keepalive = o->keepalive, .candidates = o->candidates,
	};

	if (o->timeout_ms > 0)
		config.timeout = (int64_t)(o->timeout_ms * (double)NS_PER_MS);
	if (o->wait_ms > 0)
		config.wait = (int64_t)(o->wait_ms * (double)NS_PER_MS);
	if (!o->session) {
		if (!random_code(code, &e))
			return cli_error(&e);
		config.code = code;
	}
	if (!dial_check(&config, &e))
		return cli_error(&e);
	if (!o->session)
		print_code(o, a, code);
	return dial_peer(o, &config);
}

static int run_in_lab(struct connect_options *o, const struct approach *a)
{
	char command[COMMAND_TEXT];
	int status;

	o->demo.trial.approach = *a;
	o->demo.trial.ttl = o->approach.ttl;
	o->demo.trial.candidates = o->candidates;
	o->demo.trial.timeout_ms = o->timeout_ms;
	o->demo.json = o->json;
	o->demo.pcap = o->pcap;
	o->demo.svg = o->svg;
	status = demo_run(&o->demo);
	if (o->json || (status != STATUS_OK && status != STATUS_FAILED))
		return status;
	peer_command(a, "HOST", command);
	printf("\nThis was one trial in the built-in lab, on this machine"
	       " alone. To reach a real peer:\n"
	       "    sudo tcptrav serve        on a HOST that both can reach\n"
	       "    %s\n"
	       "                              on one peer; it prints what the"
	       " other is to run\n", command);
	return status;
}

static bool check_options(const struct connect_options *o, struct error *e)
{
	if (o->approach.all)
		return error_set(e, ERROR_USE, "--method all and every are"
				 " for tcptrav lab; here it is one method");
	if (!o->rendezvous && o->session)
		return error_set(e, ERROR_USE, "--session needs"
				 " --rendezvous");
	if (o->udp_option && (!o->rendezvous || !o->approach.method ||
			      !o->approach.method->datagrams))
		return error_set(e, ERROR_USE, "%s needs --rendezvous and"
				 " --method udp", o->udp_option);
	if (!o->rendezvous && o->wait_ms > 0)
		return error_set(e, ERROR_USE, "--wait needs --rendezvous");
	if (o->rendezvous && o->demo_option)
		return error_set(e, ERROR_USE, "%s is for the built-in lab,"
				 " and a rendezvous is given (\"%.120s\")",
				 o->demo_option, o->rendezvous);
	return true;
}

int cli_connect(int argc, char **argv)
{
	struct argp_child children[] = {
		{ approach_argp(), 0, NULL, 0 }, { 0 },
	};
	const struct argp argp = {
		.options = options,
		.parser = parse_option,
		.children = children,
		.doc = "Open a TCP connection, or with udp a channel of"
		       " datagrams, to a peer when both are behind NATs;"
		       " standard input and output are then the stream."
		       " Without --rendezvous, show the method at work in the"
		       " built-in lab.",
	};
	struct connect_options o = {
		.demo = { .trial = { .topology = "two-nats", .rtt_ms = 40,
				     .background = -1 } },
	};
	struct approach approaches[APPROACHES_MAX];
	struct error e = { .kind = ERROR_NONE };
	size_t count;

	argp_parse(&argp, argc, argv, 0, NULL, &o);
	o.rendezvous =
		option_or_environment(o.rendezvous, "TCPTRAV_RENDEZVOUS");
	o.session = option_or_environment(o.session, "TCPTRAV_SESSION");
	if (!check_options(&o, &e) ||
	    !approach_choose(&o.approach, approaches, &count, &e) ||
	    !output_file_check(o.pcap, &e) || !output_file_check(o.svg, &e))
		return cli_error(&e);
	return o.rendezvous ? connect_to_peer(&o, &approaches[0]) :
			      run_in_lab(&o, &approaches[0]);
}
