/*
 * tcptrav: open a TCP connection to another host when both are behind NATs.
 *
 *	struct tcptrav_config config = {
 *		.method = "stunt2",
 *		.rendezvous = "rendezvous.example.org",
 *		.session = code,
 *	};
 *	struct tcptrav_result result;
 *
 *	if (tcptrav_connect(&config, &result) == TCPTRAV_OK)
 *		use(result.fd);
 *	else
 *		show_error(result.explain);
 *
 * With the method "udp" there is a channel of datagrams instead, which UDP may
 * lose or reorder. Each is encrypted and authenticated:
 *
 *	struct tcptrav_channel *channel;
 *	unsigned char data[TCPTRAV_DATAGRAM_MAX];
 *
 *	if (tcptrav_channel_open(&config, &result, &channel) != TCPTRAV_OK)
 *		return show_error(result.explain);
 *	tcptrav_channel_send(channel, "hello", 5);
 *	for (;;) {
 *		struct pollfd p = { .fd = result.fd, .events = POLLIN };
 *		long length;
 *
 *		poll(&p, 1, tcptrav_channel_tick(channel));
 *		length = tcptrav_channel_receive(channel, data);
 *		if (length >= 0)
 *			use_datagram(data, length);
 *		else if (length != TCPTRAV_CHANNEL_EMPTY)
 *			break;
 *	}
 *	tcptrav_channel_close(channel);
 *
 * A zero in the configuration means the default. The library keeps no state,
 * starts no threads and changes no signal handling. Several threads may call it
 * at the same time.
 */
#ifndef TCPTRAV_H
#define TCPTRAV_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum tcptrav_error {
	TCPTRAV_OK = 0,
	TCPTRAV_FAILED = -1,	/* the attempt failed */
	TCPTRAV_USE = -2,	/* the configuration is wrong */
	TCPTRAV_MISSING = -3,	/* a privilege or a library is missing */
};

#define TCPTRAV_CODE_SIZE 18	/* of a session code, with its final zero */
#define TCPTRAV_TTL_NONE (-1)
#define TCPTRAV_WAIT_FOR_EVER (-1)
#define TCPTRAV_LAN 1
#define TCPTRAV_PUBLIC_ONLY (-1)

struct tcptrav_config {
	const char *method;	/* "stunt2"; required */
	const char *rendezvous;	/* "HOST" or "HOST:PORT"; required */
	const char *session;	/* the session's code; required. Both hosts
				   give the same method, TTL and variant */
	int ttl;		/* of the first SYN. 0: a low TTL that is found
				   automatically, if the method has that form;
				   TCPTRAV_TTL_NONE: the system's default; 1 to
				   255: that TTL */
	int variant;		/* not 0: run the method's variant */
	int timeout_ms;		/* of one attempt; 0: 10 s */
	int wait_ms;		/* how long to wait for the peer; 0: five
				   minutes; or TCPTRAV_WAIT_FOR_EVER */
	const int *stop_fd;	/* when it is readable, the attempt ends; NULL:
				   none */
	/* called with a line of text for each event, as it happens; or NULL */
	void (*event)(void *user, const char *line);
	void *user;
	int keepalive_s;	/* of a channel: send an empty datagram after so
				   many seconds without any; 0: 15; the smaller
				   of both hosts' holds */
	int candidates;		/* the peer's private endpoints: 0: tried when
				   both public addresses are equal, or the peer
				   asks for it; TCPTRAV_LAN: always;
				   TCPTRAV_PUBLIC_ONLY: never */
};

struct tcptrav_result {
	int fd;			/* the connected socket, non-blocking; the
				   caller closes it. -1: none */
	char outcome[24];	/* "connected", "failed", "not-applicable",
				   "error" */
	char mechanism[24];	/* "forged-syn-ack" ...; "" without a capture,
				   which needs a privilege */
	char cause[24];		/* of a failure: "syn-refused" ... */
	char explain[320];	/* a short text for people */
	char id[17];		/* of the attempt, the same at both hosts */
	char local[22];		/* "10.0.0.2:40001" */
	char seen[22];		/* the local endpoint as S sees it */
	char peer[22];		/* the peer's endpoint as S sees it */
	double connect_ms;	/* from the introduction to the peer's first
				   authenticated byte; negative: there was
				   none */
	int ttl;		/* the low TTL used; 0: none */
	char candidate[8];	/* which endpoint of the peer's connected:
				   "public" or "private"; "": none */
};

/*
 * tcptrav_connect - meet the peer at the rendezvous and connect to it by a
 * method over TCP
 * It returns when the hosts are connected and both have proved that they know
 * the code, or when that has failed.
 * @result: always filled in
 */
enum tcptrav_error tcptrav_connect(const struct tcptrav_config *config,
				   struct tcptrav_result *result);

struct tcptrav_channel;		/* of datagrams; of one thread at a time */

#define TCPTRAV_DATAGRAM_MAX 1175	/* bytes of the application's data */

/* What tcptrav_channel_receive() returns besides a length. */
#define TCPTRAV_CHANNEL_EMPTY (-1)	/* nothing is waiting */
#define TCPTRAV_CHANNEL_OVER (-2)	/* both hosts have ended it */
#define TCPTRAV_CHANNEL_LOST (-3)	/* the peer has been silent for four
					   keep-alive intervals */

/*
 * tcptrav_channel_open - as tcptrav_connect(), by a method over UDP
 * @result:  result->fd is for poll() alone: the channel's socket
 * @channel: set to the channel, which the caller closes; NULL: none
 */
enum tcptrav_error tcptrav_channel_open(const struct tcptrav_config *config,
					struct tcptrav_result *result,
					struct tcptrav_channel **channel);

/*
 * tcptrav_channel_send - send a datagram; it may be lost on its way
 * Return: 0, or -errno: EMSGSIZE (longer than TCPTRAV_DATAGRAM_MAX, or than the
 *         path takes), EAGAIN (wait until the socket is writable) ...
 */
int tcptrav_channel_send(struct tcptrav_channel *channel, const void *data,
			 size_t length);

/*
 * tcptrav_channel_receive - receive the next datagram, without waiting
 * @data:  room for TCPTRAV_DATAGRAM_MAX bytes
 * Return: its length, or one of TCPTRAV_CHANNEL_...
 */
long tcptrav_channel_receive(struct tcptrav_channel *channel, void *data);

/*
 * tcptrav_channel_tick - send the keep-alive that is due
 * Return: ms until it is to be called again
 */
int tcptrav_channel_tick(struct tcptrav_channel *channel);

/* tcptrav_channel_end - let the peer know that no more data will come. It can
   still send. tcptrav_channel_tick() repeats it until the peer has it. */
void tcptrav_channel_end(struct tcptrav_channel *channel);

/* tcptrav_channel_close - let the peer know with one datagram, if that has not
   been done, and free the channel; NULL: nothing */
void tcptrav_channel_close(struct tcptrav_channel *channel);

/*
 * tcptrav_code_make - make a new session code; give it to the peer in secret
 * Return: TCPTRAV_OK, or TCPTRAV_FAILED if the system has no random bits
 */
enum tcptrav_error tcptrav_code_make(char code[TCPTRAV_CODE_SIZE]);

/*
 * tcptrav_code_check - is @text a session code?
 * @code: the code in lower case and without '-'; may be NULL
 * @why:  if it is not a code, the reason as a text; may be NULL
 */
enum tcptrav_error tcptrav_code_check(const char *text,
				      char code[TCPTRAV_CODE_SIZE], char *why,
				      size_t why_size);

struct tcptrav_method {
	const char *name;	/* NULL: @index is too large */
	const char *summary;
	const char *source;
	const char *needs;	/* "no privilege", "capture; raw sockets" ... */
	const char *variant;	/* NULL: none */
	int low_ttl;		/* not 0: it has a low-TTL form */
	int datagrams;		/* not 0: it gives a channel, not a stream */
};

/* tcptrav_method_at - get method number @index, from 0 */
struct tcptrav_method tcptrav_method_at(size_t index);

/* tcptrav_version - "0.1.0" */
const char *tcptrav_version(void);

#ifdef __cplusplus
}
#endif

#endif
