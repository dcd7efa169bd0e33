/* The library's public interface (include/tcptrav.h), on top of dial(). */
#include "tcptrav.h"

#include "base/clock.h"
#include "method/dial.h"

#include <stdio.h>
#include <string.h>

_Static_assert(TCPTRAV_CODE_SIZE == CODE_TEXT, "a code's size is public");

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
			     struct dial_config *out, struct error *e)
{
	const struct method *m;

	if (!config->method || !config->rendezvous || !config->session)
		return error_set(e, ERROR_USE,
				 "method, rendezvous and session are needed");
	m = method_find(config->method);
	if (!m)
		return error_set(e, ERROR_USE, "unknown method \"%.40s\"",
				 config->method);
	if (m->datagrams)
		return error_set(e, ERROR_USE, "%s gives no stream: the library"
				 " has the methods over TCP only", m->name);
	if (config->variant && !m->variant)
		return error_set(e, ERROR_USE, "%s has no variant", m->name);
	if (config->timeout_ms < 0 || config->wait_ms < TCPTRAV_WAIT_FOR_EVER)
		return error_set(e, ERROR_USE, "a time is negative");
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

enum tcptrav_error tcptrav_connect(const struct tcptrav_config *config,
				   struct tcptrav_result *result)
{
	struct tcptrav_config copy = *config;
	const struct attempt_observer observer = { pass_event, &copy };
	struct attempt_result out;
	struct dial_config dialed;
	struct error e = { .kind = ERROR_NONE };

	memset(result, 0, sizeof(*result));
	result->fd = -1;
	result->connect_ms = -1;
	if (!dial_config_from(config, &dialed, &e)) {
		snprintf(result->outcome, sizeof(result->outcome), "%s",
			 outcome_name(OUTCOME_ERROR));
		snprintf(result->explain, sizeof(result->explain), "%s",
			 e.text);
		return public_error(e.kind);
	}
	if (config->event)
		dialed.observer = &observer;
	dial(&dialed, NULL, &out);
	public_result(&out, result);
	if (out.outcome == OUTCOME_CONNECTED)
		return TCPTRAV_OK;
	return out.cause == CAUSE_NO_PRIVILEGE ? TCPTRAV_MISSING :
						 TCPTRAV_FAILED;
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
		.low_ttl = m->low_ttl,
	};
}

const char *tcptrav_version(void)
{
	return TCPTRAV_VERSION;
}
