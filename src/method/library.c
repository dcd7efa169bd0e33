/* The library's public interface (include/tcptrav.h), on top of dial(). */
#include "tcptrav.h"

#include "base/clock.h"
#include "method/datagram_channel.h"
#include "method/dial.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define KEEPALIVE_MAX 3600	/* s */

_Static_assert(TCPTRAV_CODE_SIZE == CODE_TEXT, "a code's size is public");
_Static_assert(TCPTRAV_DATAGRAM_MAX == DATAGRAM_PAYLOAD &&
	       TCPTRAV_CHANNEL_EMPTY == CHANNEL_EMPTY &&
	       TCPTRAV_CHANNEL_OVER == CHANNEL_OVER &&
	       TCPTRAV_CHANNEL_LOST == CHANNEL_LOST,
	       "a channel's values are public");

struct tcptrav_channel {
	struct datagram_channel channel;
};

static enum tcptrav_error public_error(enum error_kind kind)
{
	switch (kind) {
	case ERROR_USE:
		return TCPTRAV_USE;
	case ERROR_MISSING:
		return TCPTRAV_MISSING;
	default:
		return TCPTRAV_FAILED;
	}
}

static bool choose_ttl(const struct tcptrav_config *config,
		       struct dial_config *out, struct error *e)
{
	const struct method *m = out->approach.method;
	bool low = approach_has_low_ttl(&out->approach);

	if (config->ttl < TCPTRAV_TTL_NONE || config->ttl > UINT8_MAX)
		return error_set(e, ERROR_USE, "ttl %d: not from 1 to 255",
				 config->ttl);
	if (config->ttl > 0 && !low)
		return error_set(e, ERROR_USE, "%s has no low-TTL form",
				 m->name);
	out->approach.low_ttl = low && config->ttl != TCPTRAV_TTL_NONE;
	out->ttl = config->ttl > 0 ? (uint8_t)config->ttl : 0;
	return true;
}

static bool dial_config_from(const struct tcptrav_config *config,
			     bool datagrams, struct dial_config *out,
			     struct error *e)
{
	const struct method *m;

	if (!config->method || !config->rendezvous || !config->session)
		return error_set(e, ERROR_USE,
				 "method, rendezvous and session are needed");
	m = method_find(config->method);
	if (!m)
		return error_set(e, ERROR_USE, "unknown method \"%.40s\"",
				 config->method);
	if (m->datagrams != datagrams)
		return error_set(e, ERROR_USE, "%s gives a %s", m->name,
				 m->datagrams ?
				 "channel: tcptrav_channel_open() opens it" :
				 "stream: tcptrav_connect() connects it");
	if (config->variant && !m->variant)
		return error_set(e, ERROR_USE, "%s has no variant", m->name);
	if (config->timeout_ms < 0 || config->wait_ms < TCPTRAV_WAIT_FOR_EVER)
		return error_set(e, ERROR_USE, "a time is negative");
	if (config->keepalive_s < 0 || config->keepalive_s > KEEPALIVE_MAX)
		return error_set(e, ERROR_USE, "keepalive_s %d: not from 1 to"
				 " %d", config->keepalive_s, KEEPALIVE_MAX);
	memset(out, 0, sizeof(*out));
	out->approach.method = m;
	out->approach.variant = config->variant;
	out->rendezvous = config->rendezvous;
	out->code = config->session;
	out->timeout = config->timeout_ms * NS_PER_MS;
	if (!out->timeout)
		out->timeout = DIAL_TIMEOUT;
	out->wait = config->wait_ms ? config->wait_ms * NS_PER_MS : DIAL_WAIT;
	if (config->wait_ms == TCPTRAV_WAIT_FOR_EVER)
		out->wait = TIME_NEVER;
	out->keepalive = (uint16_t)config->keepalive_s;
	out->candidates = config->candidates == TCPTRAV_LAN ? CANDIDATES_LAN :
			  config->candidates == TCPTRAV_PUBLIC_ONLY ?
			  CANDIDATES_PUBLIC : CANDIDATES_AUTO;
	out->stop = config->stop_fd ? *config->stop_fd : -1;
	return choose_ttl(config, out, e) && dial_check(out, e);
}

static void pass_event(void *argument, const struct trace_event *event)
{
	const struct tcptrav_config *config = argument;
	char line[TRACE_TEXT + 1];

	if (!event->text[0])
		return;
	snprintf(line, sizeof(line), "%.*s", TRACE_TEXT, event->text);
	config->event(config->user, line);
}

static void public_result(const struct attempt_result *in,
			  struct tcptrav_result *out)
{
	out->fd = in->stream;
	snprintf(out->outcome, sizeof(out->outcome), "%s",
		 outcome_name((enum outcome)in->outcome));
	snprintf(out->mechanism, sizeof(out->mechanism), "%s",
		 mechanism_name((enum mechanism)in->mechanism));
	snprintf(out->candidate, sizeof(out->candidate), "%s",
		 candidate_kind_name((enum candidate_kind)in->candidate));
	snprintf(out->cause, sizeof(out->cause), "%s",
		 cause_name((enum cause)in->cause));
	snprintf(out->explain, sizeof(out->explain), "%s", in->explain);
	snprintf(out->id, sizeof(out->id), "%s", in->id);
	if (in->local.port)
		endpoint_text(&in->local, out->local);
	if (in->seen.port)
		endpoint_text(&in->seen, out->seen);
	if (in->peer.port)
		endpoint_text(&in->peer, out->peer);
	out->ttl = in->ttl;
	if (in->introduced_at && in->authenticated_at)
		out->connect_ms = (double)(in->authenticated_at -
					   in->introduced_at) /
				  (double)NS_PER_MS;
}

/* run_attempt - @out is set if TCPTRAV_OK is returned */
static enum tcptrav_error run_attempt(const struct tcptrav_config *config,
				      bool datagrams,
				      struct tcptrav_result *result,
				      struct attempt_result *out)
{
	struct tcptrav_config copy = *config;
	const struct attempt_observer observer = { pass_event, &copy };
	struct dial_config dialed;
	struct error e = { .kind = ERROR_NONE };

	memset(result, 0, sizeof(*result));
	result->fd = -1;
	result->connect_ms = -1;
	if (!dial_config_from(config, datagrams, &dialed, &e)) {
		snprintf(result->outcome, sizeof(result->outcome), "%s",
			 outcome_name(OUTCOME_ERROR));
		snprintf(result->explain, sizeof(result->explain), "%s",
			 e.text);
		return public_error(e.kind);
	}
	if (config->event)
		dialed.observer = &observer;
	dial(&dialed, NULL, out);
	public_result(out, result);
	if (out->outcome == OUTCOME_CONNECTED)
		return TCPTRAV_OK;
	return out->cause == CAUSE_NO_PRIVILEGE ? TCPTRAV_MISSING :
						  TCPTRAV_FAILED;
}

enum tcptrav_error tcptrav_connect(const struct tcptrav_config *config,
				   struct tcptrav_result *result)
{
	struct attempt_result out;

	return run_attempt(config, false, result, &out);
}

enum tcptrav_error tcptrav_channel_open(const struct tcptrav_config *config,
					struct tcptrav_result *result,
					struct tcptrav_channel **channel)
{
	struct tcptrav_channel *new = calloc(1, sizeof(*new));
	struct attempt_result out = { .outcome = OUTCOME_ERROR, .stream = -1,
				      .explain = "out of memory" };
	enum tcptrav_error error = TCPTRAV_FAILED;

	*channel = NULL;
	memset(result, 0, sizeof(*result));
	if (new)
		error = run_attempt(config, true, result, &out);
	else
		public_result(&out, result);
	if (error != TCPTRAV_OK) {
		free(new);
		return error;
	}
	datagram_channel_begin(&new->channel, out.stream, &out.knocking);
	*channel = new;
	return TCPTRAV_OK;
}

int tcptrav_channel_send(struct tcptrav_channel *channel, const void *data,
			 size_t length)
{
	return datagram_channel_send(&channel->channel, data, length);
}

long tcptrav_channel_receive(struct tcptrav_channel *channel, void *data)
{
	return datagram_channel_receive(&channel->channel, data);
}

int tcptrav_channel_tick(struct tcptrav_channel *channel)
{
	return datagram_channel_tick(&channel->channel);
}

void tcptrav_channel_end(struct tcptrav_channel *channel)
{
	datagram_session_end(&channel->channel.session, clock_now());
	datagram_channel_tick(&channel->channel);
}

void tcptrav_channel_close(struct tcptrav_channel *channel)
{
	if (!channel)
		return;
	tcptrav_channel_end(channel);
	close(channel->channel.socket);
	free(channel);
}

enum tcptrav_error tcptrav_code_make(char code[TCPTRAV_CODE_SIZE])
{
	return random_code(code, NULL) ? TCPTRAV_OK : TCPTRAV_FAILED;
}

enum tcptrav_error tcptrav_code_check(const char *text,
				      char code[TCPTRAV_CODE_SIZE], char *why,
				      size_t why_size)
{
	struct error e = { .kind = ERROR_NONE };
	char mended[CODE_TEXT];
	bool is_code = code_check(text, mended, &e);

	if (code)
		memcpy(code, mended, sizeof(mended));
	if (why && why_size)
		snprintf(why, why_size, "%s", e.text);
	return is_code ? TCPTRAV_OK : TCPTRAV_USE;
}

struct tcptrav_method tcptrav_method_at(size_t index)
{
	const struct method *m = index < method_count ? methods[index] : NULL;

	if (!m)
		return (struct tcptrav_method){ 0 };
	return (struct tcptrav_method){
		.name = m->name, .summary = m->summary, .source = m->source,
		.needs = method_needs_text(m), .variant = m->variant,
		.low_ttl = m->low_ttl, .datagrams = m->datagrams,
	};
}

const char *tcptrav_version(void)
{
	return TCPTRAV_VERSION;
}
