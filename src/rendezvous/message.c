/*
 * Each kind of message is a row: its name, and the functions that write its
 * fields to a JSON object and read them. Unknown fields are ignored, so that
 * later versions can add some; a wrong or missing field refuses the message.
 */
#include "rendezvous/message.h"

#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define BASE64 sodium_base64_VARIANT_ORIGINAL
#define QUOTE_TEXT 80

struct message_format {
	const char *name;
	void (*put)(const struct message *m, json_t *o);
	bool (*get)(const json_t *o, struct message *m, struct error *e);
};

/* printable - replace control characters and characters that are not ASCII */
static void printable(char *text)
{
	for (char *p = text; *p; p++)
		if (*p < ' ' || *p > '~')
			*p = '?';
}

/* bad_field - set the error that a field is wrong; Return: false */
static bool bad_field(struct error *e, const char *field, const char *must)
{
	return error_set(e, ERROR_FAILED, "'%s' must be %s", field, must);
}

static void put_hex(json_t *o, const char *field, const uint8_t *bytes,
		    size_t length)
{
	char text[2 * TCP_OPTIONS_MAX + 1];

	sodium_bin2hex(text, sizeof(text), bytes, length);
	json_object_set_new(o, field, json_string(text));
}

/* get_hex - read a string of hex digits; Return: false if the field is not one,
   or is too long */
static bool get_hex(const json_t *o, const char *field, uint8_t *out,
		    size_t room, size_t *length)
{
	const json_t *v = json_object_get(o, field);

	return json_is_string(v) &&
	       sodium_hex2bin(out, room, json_string_value(v),
			      json_string_length(v), NULL, length, NULL) == 0 &&
	       *length * 2 == json_string_length(v);
}

static bool get_number(const json_t *o, const char *field, json_int_t least,
		       json_int_t most, json_int_t *out)
{
	const json_t *v = json_object_get(o, field);

	*out = json_integer_value(v);
	return json_is_integer(v) && *out >= least && *out <= most;
}

static void hello_put(const struct message *m, json_t *o)
{
	json_object_set_new(o, "version", json_integer(m->version));
	if (m->wants_udp)
		json_object_set_new(o, "udp", json_true());
}

static bool hello_get(const json_t *o, struct message *m, struct error *e)
{
	json_int_t version;

	if (!get_number(o, "version", 0, UINT16_MAX, &version))
		return bad_field(e, "version", "a number from 0 to 65535");
	m->version = (unsigned)version;
	m->wants_udp = json_is_true(json_object_get(o, "udp"));
	return true;
}

static void put_endpoint(json_t *o, const char *field,
			 const struct endpoint *endpoint)
{
	char text[ENDPOINT_TEXT];

	json_object_set_new(o, field,
			    json_string(endpoint_text(endpoint, text)));
}

static bool get_endpoint(const json_t *o, const char *field,
			 struct endpoint *out, struct error *e)
{
	const char *text = json_string_value(json_object_get(o, field));

	if (!text || !endpoint_parse(text, out) || out->address == 0 ||
	    out->port == 0)
		return bad_field(e, field, "an address and a port");
	return true;
}

static void observed_put(const struct message *m, json_t *o)
{
	put_endpoint(o, "endpoint", &m->endpoint);
	if (m->has_token)
		put_hex(o, "token", m->token, TOKEN_BYTES);
}

static bool observed_get(const json_t *o, struct message *m, struct error *e)
{
	size_t length;

	m->has_token = json_object_get(o, "token") != NULL;
	if (m->has_token &&
	    (!get_hex(o, "token", m->token, TOKEN_BYTES, &length) ||
	     length != TOKEN_BYTES))
		return bad_field(e, "token", "32 hex digits");
	return get_endpoint(o, "endpoint", &m->endpoint, e);
}

static void nonce_put(const struct message *m, json_t *o)
{
	put_hex(o, "nonce", m->nonce, NONCE_BYTES);
}

static bool nonce_get(const json_t *o, struct message *m, struct error *e)
{
	size_t length;

	if (!get_hex(o, "nonce", m->nonce, NONCE_BYTES, &length) ||
	    length != NONCE_BYTES)
		return bad_field(e, "nonce", "32 hex digits");
	return true;
}

static void join_put(const struct message *m, json_t *o)
{
	json_object_set_new(o, "session", json_string(m->session));
	nonce_put(m, o);
}

static bool join_get(const json_t *o, struct message *m, struct error *e)
{
	const char *text = json_string_value(json_object_get(o, "session"));

	if (!text || strlen(text) != SESSION_NAME_TEXT - 1 ||
	    strspn(text, "0123456789abcdef") != SESSION_NAME_TEXT - 1)
		return bad_field(e, "session", "32 hex digits");
	memcpy(m->session, text, SESSION_NAME_TEXT);
	return nonce_get(o, m, e);
}

static void introduction_put(const struct message *m, json_t *o)
{
	put_endpoint(o, "endpoint", &m->endpoint);
	nonce_put(m, o);
	json_object_set_new(o, "spoofing", json_boolean(m->spoofing));
	if (m->udp.port)
		put_endpoint(o, "udp", &m->udp);
}

static bool introduction_get(const json_t *o, struct message *m,
			     struct error *e)
{
	const json_t *spoofing = json_object_get(o, "spoofing");

	if (!json_is_boolean(spoofing))
		return bad_field(e, "spoofing", "true or false");
	m->spoofing = json_is_true(spoofing);
	if (json_object_get(o, "udp") && !get_endpoint(o, "udp", &m->udp, e))
		return false;
	return get_endpoint(o, "endpoint", &m->endpoint, e) &&
	       nonce_get(o, m, e);
}

static void relay_put(const struct message *m, json_t *o)
{
	char text[sodium_base64_ENCODED_LEN(SEALED_MAX, BASE64)];

	sodium_bin2base64(text, sizeof(text), m->sealed, m->sealed_length,
			  BASE64);
	json_object_set_new(o, "sealed", json_string(text));
}

static bool relay_get(const json_t *o, struct message *m, struct error *e)
{
	const json_t *v = json_object_get(o, "sealed");

	if (!json_is_string(v) ||
	    sodium_base642bin(m->sealed, SEALED_MAX, json_string_value(v),
			      json_string_length(v), NULL, &m->sealed_length,
			      NULL, BASE64) != 0)
		return bad_field(e, "sealed", "at most 1500 bytes in base 64");
	return true;
}

static void spoof_put(const struct message *m, json_t *o)
{
	json_object_set_new(o, "isn", json_integer(m->syn.isn));
	json_object_set_new(o, "window", json_integer(m->syn.window));
	put_hex(o, "options", m->syn.options, m->syn.options_length);
}

/* A window of 0 is refused: a spoofed SYN-ACK has the window minus 1. */
static bool spoof_get(const json_t *o, struct message *m, struct error *e)
{
	struct tcp_options options;
	json_int_t isn, window;
	size_t length;

	if (!get_number(o, "isn", 0, UINT32_MAX, &isn))
		return bad_field(e, "isn", "a number below 2^32");
	if (!get_number(o, "window", 1, UINT16_MAX, &window))
		return bad_field(e, "window", "a number from 1 to 65535");
	if (!get_hex(o, "options", m->syn.options, TCP_OPTIONS_MAX, &length) ||
	    length % 4 != 0 ||
	    !tcp_options_parse(m->syn.options, length, &options))
		return bad_field(e, "options", "a SYN's option block in hex");
	m->syn.isn = (uint32_t)isn;
	m->syn.window = (uint16_t)window;
	m->syn.options_length = (uint8_t)length;
	return true;
}

static void error_put(const struct message *m, json_t *o)
{
	char text[REASON_TEXT];

	snprintf(text, sizeof(text), "%s", m->text);
	printable(text);
	json_object_set_new(o, "reason", json_string(m->reason));
	json_object_set_new(o, "text", json_string(text));
}

static bool error_get(const json_t *o, struct message *m, struct error *e)
{
	const char *reason = json_string_value(json_object_get(o, "reason"));
	const char *text = json_string_value(json_object_get(o, "text"));

	if (!reason || !*reason || strlen(reason) >= sizeof(m->reason) ||
	    reason[strspn(reason, "abcdefghijklmnopqrstuvwxyz-")])
		return bad_field(e, "reason", "a token of at most 31 letters");
	if (!text || strlen(text) >= sizeof(m->text))
		return bad_field(e, "text", "a text of at most 199 bytes");
	memcpy(m->reason, reason, strlen(reason) + 1);
	memcpy(m->text, text, strlen(text) + 1);
	printable(m->text);
	return true;
}

static void nothing_put(const struct message *m, json_t *o)
{
	(void)m;
	(void)o;
}

static bool nothing_get(const json_t *o, struct message *m, struct error *e)
{
	(void)o;
	(void)m;
	(void)e;
	return true;
}

static const struct message_format formats[MESSAGE_KINDS] = {
	[MESSAGE_HELLO] = { "hello", hello_put, hello_get },
	[MESSAGE_OBSERVED] = { "observed", observed_put, observed_get },
	[MESSAGE_JOIN] = { "join", join_put, join_get },
	[MESSAGE_INTRODUCTION] = { "introduction", introduction_put,
				   introduction_get },
	[MESSAGE_RELAY] = { "relay", relay_put, relay_get },
	[MESSAGE_SPOOF] = { "spoof", spoof_put, spoof_get },
	[MESSAGE_SPOOFED] = { "spoofed", nothing_put, nothing_get },
	[MESSAGE_ERROR] = { "error", error_put, error_get },
	[MESSAGE_BYE] = { "bye", nothing_put, nothing_get },
};

const char *message_name(enum message_kind kind)
{
	return formats[kind].name;
}

size_t message_print(const struct message *m, char line[MESSAGE_LINE])
{
	const struct message_format *format = &formats[m->kind];
	json_t *o = json_object();
	size_t length;

	json_object_set_new(o, "type", json_string(format->name));
	format->put(m, o);
	length = json_dumpb(o, line, MESSAGE_LINE - 1, JSON_COMPACT);
	json_decref(o);
	line[length] = '\n';
	return length + 1;
}

/* format_find - find the row by the object's type; NULL with an error */
static const struct message_format *format_find(const json_t *o,
						struct error *e)
{
	const char *name = json_string_value(json_object_get(o, "type"));
	char shown[32];

	for (size_t i = 0; name && i < MESSAGE_KINDS; i++)
		if (strcmp(formats[i].name, name) == 0)
			return &formats[i];
	if (!name) {
		error_set(e, ERROR_FAILED, "it has no 'type'");
		return NULL;
	}
	snprintf(shown, sizeof(shown), "%s", name);
	printable(shown);
	error_set(e, ERROR_FAILED, "unknown type '%s'", shown);
	return NULL;
}

/* refuse - clear @out and set an error that quotes the beginning of the line;
   Return: false */
static bool refuse(const char *line, size_t length, struct message *out,
		   const char *why, struct error *e)
{
	char quote[QUOTE_TEXT];
	size_t kept = length < sizeof(quote) ? length : sizeof(quote) - 1;

	for (size_t i = 0; i < kept; i++)
		quote[i] = line[i] >= ' ' && line[i] <= '~' ? line[i] : '?';
	quote[kept] = '\0';
	memset(out, 0, sizeof(*out));
	return error_set(e, ERROR_FAILED, "this is not a message (%s): %s%s",
			 why, quote, kept < length ? "..." : "");
}

bool message_parse(const char *line, size_t length, struct message *out,
		   struct error *e)
{
	const struct message_format *format;
	struct error why = { 0 };
	json_error_t broken;
	json_t *o;
	bool good;

	memset(out, 0, sizeof(*out));
	if (length >= MESSAGE_LINE)
		return refuse(line, length, out, "it is longer than 4096 bytes",
			      e);
	o = json_loadb(line, length, JSON_REJECT_DUPLICATES, &broken);
	if (!o) {
		printable(broken.text);
		return refuse(line, length, out, broken.text, e);
	}
	format = format_find(o, &why);
	if (format)
		out->kind = (enum message_kind)(format - formats);
	good = format && format->get(o, out, &why);
	json_decref(o);
	return good || refuse(line, length, out, why.text, e);
}
