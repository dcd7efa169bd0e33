#include "method/dial.h"

#include "base/clock.h"
#include "rendezvous/server.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define HOST_LETTERS "abcdefghijklmnopqrstuvwxyz" \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_"

/* Quote the name without control characters, which could harm a terminal. */
static bool host_refused(const char *text, const char *why, struct error *e)
{
	char shown[81];
	size_t n = 0;

	for (; n < sizeof(shown) - 1 && text[n]; n++)
		shown[n] = text[n] < ' ' || text[n] > '~' ? '?' : text[n];
	shown[n] = '\0';
	return error_set(e, ERROR_USE, "rendezvous \"%s\": %s (HOST or"
			 " HOST:PORT; a name or an IPv4 address)", shown, why);
}

bool rendezvous_parse(const char *text, char host[DIAL_HOST], uint16_t *port,
		      struct error *e)
{
	const char *colon = strchr(text, ':');
	size_t length = colon ? (size_t)(colon - text) : strlen(text);
	unsigned long number = SERVER_PORT;
	char *end;

	host[0] = '\0';
	*port = 0;
	if (!length)
		return host_refused(text, "no host name in it", e);
	if (length >= DIAL_HOST || strspn(text, HOST_LETTERS) < length)
		return host_refused(text, "no host has such a name", e);
	if (colon) {
		number = strtoul(colon + 1, &end, 10);
		if (colon[1] < '0' || colon[1] > '9' || *end || !number ||
		    number > UINT16_MAX)
			return error_set(e, ERROR_USE, "rendezvous \"%.80s\":"
					 " \"%.40s\" is not a port (1 to"
					 " 65535)",
					 text, colon + 1);
	}
	memcpy(host, text, length);
	host[length] = '\0';
	*port = (uint16_t)number;
	return true;
}

bool dial_check(const struct dial_config *config, struct error *e)
{
	char host[DIAL_HOST], code[CODE_TEXT];
	uint16_t port;

	return rendezvous_parse(config->rendezvous, host, &port, e) &&
	       code_check(config->code, code, e);
}

static bool random_bytes(void *out, size_t length, struct error *e)
{
	if (getrandom(out, length, 0) == (ssize_t)length)
		return true;
	return error_set(e, ERROR_FAILED, "no random bits from the system: %s",
			 strerror(errno));
}

bool random_code(char code[CODE_TEXT], struct error *e)
{
	uint8_t bits[10];

	code[0] = '\0';
	if (!random_bytes(bits, sizeof(bits), e))
		return false;
	code_make(bits, code);
	return true;
}

static bool resolve(const char *rendezvous, struct endpoint *out,
		    struct error *e)
{
	const struct addrinfo hints = { .ai_family = AF_INET,
					.ai_socktype = SOCK_STREAM };
	struct addrinfo *found = NULL;
	struct sockaddr_in in;
	char host[DIAL_HOST];
	uint16_t port;
	int why;

	if (!rendezvous_parse(rendezvous, host, &port, e))
		return false;
	why = getaddrinfo(host, NULL, &hints, &found);
	if (why)
		return error_set(e, ERROR_FAILED, "The rendezvous \"%.120s\""
				 " has no IPv4 address: %s.", host,
				 gai_strerror(why));
	memcpy(&in, found->ai_addr, sizeof(in));
	freeaddrinfo(found);
	*out = endpoint_from(&in);
	out->port = port;
	return true;
}

static bool configure(const struct dial_config *config,
		      struct attempt_config *out, struct error *e)
{
	memset(out, 0, sizeof(*out));
	out->approach = config->approach;
	out->ttl = config->ttl;
	out->timeout = config->timeout;
	out->wait = config->wait;
	out->keepalive = config->keepalive;
	out->candidates = config->candidates;
	if (!code_check(config->code, out->code, e) ||
	    !random_bytes(out->nonce, sizeof(out->nonce), e) ||
	    !random_bytes(&out->seed, sizeof(out->seed), e) ||
	    !resolve(config->rendezvous, &out->server, e))
		return false;
	if (out->server.port < UINT16_MAX)	/* see SERVER_CHECK_PORT */
		out->check_port = (uint16_t)(out->server.port + 1);
	return true;
}

/* Open the host with what the method needs. Also try to capture, which shows
   the mechanism; a method that needs no capture runs without it, too. */
static struct host *open_host(const struct approach *a, uint32_t towards,
			      struct error *e)
{
	unsigned needs = approach_needs(a);
	struct host_config config = { .route_to = towards };
	struct host *h = NULL;

	if (needs & NEED_RAW)
		config.want |= HOST_FORGE;
	if (needs & NEED_CHOOSE_ISN)
		config.want |= HOST_CHOOSE_ISN;
	if (!(needs & NEED_CAPTURE)) {
		config.want |= HOST_CAPTURE;
		h = host_open(&config, e);
		config.want &= ~(unsigned)HOST_CAPTURE;
	} else {
		config.want |= HOST_CAPTURE;
	}
	return h ? h : host_open(&config, e);
}

static void fail_before_run(struct attempt_result *out, const struct error *e)
{
	bool missing = e->kind == ERROR_MISSING;

	out->outcome = missing ? OUTCOME_NOT_APPLICABLE : OUTCOME_ERROR;
	out->cause = missing ? CAUSE_NO_PRIVILEGE : CAUSE_NONE;
	snprintf(out->explain, sizeof(out->explain), "%s", e->text);
}

void dial(const struct dial_config *config, struct attempt_config *used,
	  struct attempt_result *out)
{
	struct error e = { .kind = ERROR_NONE };
	struct attempt_config own = { .port = { 0 } };
	struct host *h = NULL;

	memset(out, 0, sizeof(*out));
	out->stream = -1;
	used = used ? used : &own;
	if (configure(config, used, &e))
		h = open_host(&config->approach, used->server.address, &e);
	if (!h) {
		fail_before_run(out, &e);
		return;
	}
	attempt_run(h, used, config->observer, config->stop, out);
	host_close(h);
}
