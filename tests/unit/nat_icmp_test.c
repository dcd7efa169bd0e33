/*
 * The axes about ICMP: RFC 5508, RFC 5382 REQ-9 and REQ-10, RFC 4787 REQ-12.
 * What an error quotes, and its checksums, are in nat_error_test.c.
 */
#include "nat_fixture.h"

/* with_session - a NAT through which the host sent a SYN, a datagram and an
   echo request, the last of them last */
static void with_session(struct nat_fixture *f, const char *axes_text)
{
	struct profile p = profile_with(axes_text);

	fixture_start(f, &p);
	passes(f, NAT_INSIDE, echo(8, HOST, PEER, 77));
	passes(f, NAT_INSIDE, udp(HOST, 5000, PEER, 53));
	passes(f, NAT_INSIDE, tcp(SYN, HOST, A_PORT, PEER, B_PORT, P, 0));
}

static struct packet_bytes te(const struct nat_fixture *f, uint32_t from)
{
	return icmp_error(11, 0, from, &f->last_out, 0);
}

static void icmp_in_drop_drops_errors_from_outside(void **state)
{
	struct nat_fixture f;

	(void)state;
	with_session(&f, "icmp-in = drop");
	drops(&f, NAT_OUTSIDE, te(&f, ROUTER), "icmp-in = drop");
	passes(&f, NAT_OUTSIDE, echo(0, PEER, OUTSIDE, 77));
	fixture_end(&f);
	with_session(&f, "icmp-in = forward");
	passes(&f, NAT_OUTSIDE, te(&f, ROUTER));
	fixture_end(&f);
}

static void icmp_source_peer_only_drops_errors_of_others(void **state)
{
	struct nat_fixture f;

	(void)state;
	with_session(&f, "icmp-source = peer-only");
	drops(&f, NAT_OUTSIDE, te(&f, ROUTER), "icmp-source = peer-only");
	passes(&f, NAT_OUTSIDE, te(&f, PEER));
	fixture_end(&f);
	with_session(&f, "icmp-source = any");
	passes(&f, NAT_OUTSIDE, te(&f, ROUTER));
	fixture_end(&f);
}

/* leave: the error finds its host, who reads of a packet that it never
   sent. Both directions; the error's own checksum is right (the fixture). */
static void icmp_payload_leave_rewrites_only_the_error_header(void **state)
{
	struct packet_bytes sent;
	struct nat_fixture f;

	(void)state;
	with_session(&f, "icmp-payload = leave\nports = random");
	sent = f.last_out;
	passes(&f, NAT_OUTSIDE, te(&f, ROUTER));
	assert_int_equal(read32(f.last.bytes + 16), HOST);
	assert_memory_equal(f.last.bytes + 28, sent.bytes, 40);
	passes(&f, NAT_OUTSIDE, tcp(SYN, PEER, B_PORT, OUTSIDE,
				    read16(sent.bytes + 20), Q, 0));
	sent = f.last_in;
	passes(&f, NAT_INSIDE, icmp_error(3, 3, HOST, &sent, 0));
	assert_int_equal(read32(f.last.bytes + 12), OUTSIDE);
	assert_memory_equal(f.last.bytes + 28, sent.bytes, 40);
	fixture_end(&f);
}

/* RFC 5508 REQ-3 and REQ-3a: each value with each checksum wrong */
static void icmp_checksum_values_check_what_they_say(void **state)
{
	static const struct {
		const char *value;
		bool own, inner;	/* may be wrong */
	} rows[] = {
		{ "checked", false, false },
		{ "outer", false, true },
		{ "unchecked", true, true },
	};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct packet_bytes e;
		char text[40];
		struct nat_fixture f;

		snprintf(text, sizeof(text), "icmp-checksum = %s",
			 rows[i].value);
		with_session(&f, text);
		e = te(&f, ROUTER);
		passes(&f, NAT_OUTSIDE, e);
		set16(e.bytes + 28 + 10, read16(e.bytes + 28 + 10) ^ 5);
		seal(e.bytes);			/* the quoted header's */
		if (rows[i].inner)
			passes(&f, NAT_OUTSIDE, e);
		else
			drops(&f, NAT_OUTSIDE, e, text);
		fixture_end(&f);
	}
}

/* own_checksum - an error with a wrong one; give() cannot be asked, for it
   wants right ones to come out */
static enum nat_verdict own_checksum(const char *axes_text)
{
	struct packet_bytes e;
	struct nat_packet packet = { .bytes = e.bytes };
	struct nat_result result;
	struct nat_fixture f;

	with_session(&f, axes_text);
	e = te(&f, ROUTER);
	e.bytes[22] ^= 1;
	packet.length = e.length;
	nat_input(f.nat, NAT_OUTSIDE, &packet, f.now, &result);
	if (result.verdict == NAT_DROP)
		assert_string_equal(result.reason, axes_text);
	fixture_end(&f);
	return result.verdict;
}

static void error_checksum_is_checked_unless_unchecked(void **state)
{
	(void)state;
	assert_int_equal(own_checksum("icmp-checksum = checked"), NAT_DROP);
	assert_int_equal(own_checksum("icmp-checksum = outer"), NAT_DROP);
	assert_int_equal(own_checksum("icmp-checksum = unchecked"),
			 NAT_FORWARD);
}

/* with_options - 8 bytes of NOPs in an IP header */
static struct packet_bytes with_options(struct packet_bytes p)
{
	memmove(p.bytes + 28, p.bytes + 20, p.length - 20);
	memset(p.bytes + 20, 1, 8);
	p.bytes[0] = 0x47;
	p.length += 8;
	set16(p.bytes + 2, (unsigned)p.length);
	seal(p.bytes);
	return p;
}

/* icmp-embedded: RFC 5508 REQ-3b (options must be skipped) and 3c (the quoted
   transport checksum should not be checked) */
static void embedded(const char *value, bool options, bool wrong_sum)
{
	struct packet_bytes sent = with_options(tcp(SYN, HOST, A_PORT, PEER,
						    B_PORT, P, 0));
	struct packet_bytes e;
	char text[48];
	struct nat_fixture f;

	snprintf(text, sizeof(text), "icmp-embedded = %s", value);
	with_session(&f, text);
	passes(&f, NAT_INSIDE, sent);
	e = te(&f, ROUTER);
	assert_int_equal(give(&f, NAT_OUTSIDE, e) == NAT_FORWARD, options);
	if (options)
		assert_int_equal(read16(f.last.bytes + 28 + 28), A_PORT);
	e = te(&f, ROUTER);
	e.bytes[28 + 28 + 16] ^= 1;
	seal(e.bytes);
	assert_int_equal(give(&f, NAT_OUTSIDE, e) == NAT_FORWARD, wrong_sum);
	/* quoted in part, it cannot be checked */
	e = icmp_error(11, 0, ROUTER, &f.last_out, 36);
	assert_int_equal(give(&f, NAT_OUTSIDE, e) == NAT_FORWARD, options);
	fixture_end(&f);
}

static void icmp_embedded_values_check_what_they_say(void **state)
{
	(void)state;
	embedded("rfc5508", true, true);
	embedded("fixed-header", false, false);
	embedded("check-transport", true, false);
}

/* icmp-out: RFC 5508 REQ-5 */
static void icmp_out_values_let_out_what_they_say(void **state)
{
	struct packet_bytes stray = udp(PEER, 80, HOST, 4444), in;
	struct nat_fixture f;

	(void)state;
	with_session(&f, "icmp-out = all");
	passes(&f, NAT_INSIDE, icmp_error(11, 0, HOST, &stray, 28));
	assert_int_equal(read32(f.last.bytes + 12), OUTSIDE);
	assert_memory_equal(f.last.bytes + 28, stray.bytes, 28);
	passes(&f, NAT_OUTSIDE, udp(PEER, 53, OUTSIDE, 5000));
	in = f.last_in;
	passes(&f, NAT_INSIDE, icmp_error(3, 3, HOST, &in, 0));
	assert_int_equal(read32(f.last.bytes + 28 + 16), OUTSIDE);
	fixture_end(&f);
	with_session(&f, "icmp-out = none");
	passes(&f, NAT_OUTSIDE, udp(PEER, 53, OUTSIDE, 5000));
	drops(&f, NAT_INSIDE, icmp_error(3, 3, HOST, &f.last_in, 0),
	      "icmp-out = none");
	fixture_end(&f);
	with_session(&f, "icmp-out = matched");
	drops(&f, NAT_INSIDE, icmp_error(11, 0, HOST, &stray, 28),
	      "no session");
	passes(&f, NAT_OUTSIDE, udp(PEER, 53, OUTSIDE, 5000));
	passes(&f, NAT_INSIDE, icmp_error(3, 3, HOST, &f.last_in, 0));
	fixture_end(&f);
}

static void icmp_query_drop_drops_requests_from_inside(void **state)
{
	struct profile p = profile_with("icmp-query = drop");
	struct nat_fixture f;

	(void)state;
	fixture_start(&f, &p);
	drops(&f, NAT_INSIDE, echo(8, HOST, PEER, 77), "icmp-query = drop");
	passes(&f, NAT_INSIDE, udp(HOST, 5000, PEER, 53));
	passes(&f, NAT_OUTSIDE, icmp_error(3, 1, ROUTER, &f.last_out, 0));
	fixture_end(&f);
}

/* RFC 5508 REQ-10c */
static void icmp_deprecated_drop_drops_deprecated_types(void **state)
{
	struct nat_fixture f;

	(void)state;
	with_session(&f, "icmp-deprecated = drop");
	drops(&f, NAT_OUTSIDE, icmp_error(4, 0, PEER, &f.last_out, 0),
	      "icmp-deprecated = drop");
	drops(&f, NAT_INSIDE, echo(15, HOST, PEER, 7),
	      "icmp-deprecated = drop");
	fixture_end(&f);
	with_session(&f, "icmp-deprecated = forward");
	passes(&f, NAT_OUTSIDE, icmp_error(4, 0, PEER, &f.last_out, 0));
	assert_int_equal(f.last.bytes[20], 4);
	passes(&f, NAT_INSIDE, echo(15, HOST, PEER, 7));
	passes(&f, NAT_OUTSIDE, echo(16, PEER, OUTSIDE, 7));
	assert_int_equal(read32(f.last.bytes + 16), HOST);
	fixture_end(&f);
}

/* icmp-rate: RFC 5508 REQ-10f, of all that the NAT says itself */
static void icmp_rate_limits_all_errors_of_the_nat(void **state)
{
	struct profile p = profile_with("icmp-rate = 4");
	struct packet_bytes low = tcp(SYN, HOST, 5000, PEER, 80, P, 0);
	struct nat_fixture f;

	(void)state;
	low.bytes[8] = 1;
	seal(low.bytes);
	fixture_start(&f, &p);
	for (unsigned second = 0; second < 3; second++) {
		for (unsigned i = 0; i < 4; i++)
			assert_int_equal(give(&f, NAT_INSIDE, low), NAT_REPLY);
		drops(&f, NAT_INSIDE, low, "icmp-rate");
		pass_time(&f, 0.9);
		drops(&f, NAT_INSIDE, low, "icmp-rate");
		pass_time(&f, 0.1);
	}
	fixture_end(&f);
}

/* No errors about errors, nor about what went to many: RFC 1122 3.2.2 */
static void no_error_answers_errors_or_multicast(void **state)
{
	struct packet_bytes e;
	struct nat_fixture f;

	(void)state;
	with_session(&f, "");
	e = te(&f, ROUTER);
	e.bytes[8] = 1;
	seal(e.bytes);
	drops(&f, NAT_OUTSIDE, e, "ttl = decrement");
	fixture_end(&f);
}

/* echo-to-nat: RFC 5508 REQ-10a, on each side the address asked for */
static void echo_to_nat_is_answered_on_both_sides(void **state)
{
	static const struct {
		enum nat_side side;
		uint32_t from, to;
	} rows[] = {
		{ NAT_INSIDE, HOST, INSIDE },
		{ NAT_INSIDE, HOST, OUTSIDE },
		{ NAT_OUTSIDE, STRANGER, OUTSIDE },
	};
	struct nat_fixture f;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct packet_bytes ask = echo(8, rows[i].from, rows[i].to,
					       77);
		struct packet_bytes want = echo(0, rows[i].to, rows[i].from,
						77);

		with_session(&f, "echo-to-nat = reply");
		ask.bytes[8] = 1;		/* it ends here anyway */
		seal(ask.bytes);
		give(&f, rows[i].side, ask);
		assert_int_equal(f.result.verdict, NAT_REPLY);
		assert_int_equal(f.result.reply_length, want.length);
		assert_memory_equal(f.result.reply, want.bytes, want.length);
		fixture_end(&f);
		with_session(&f, "echo-to-nat = ignore");
		drops(&f, rows[i].side, ask, "echo-to-nat = ignore");
		fixture_end(&f);
	}
}

/* after - what an error about the last packet out does after 20 of 30 s: is
   its session there @seconds after it? */
static bool after(const char *axes_text, struct packet_bytes out,
		  struct packet_bytes in, double seconds)
{
	struct profile p = profile_with(axes_text);
	bool there;
	struct nat_fixture f;

	fixture_start(&f, &p);
	passes(&f, NAT_INSIDE, out);
	pass_time(&f, 20);
	passes(&f, NAT_OUTSIDE, te(&f, ROUTER));
	pass_time(&f, seconds);
	there = give(&f, NAT_OUTSIDE, in) == NAT_FORWARD;
	fixture_end(&f);
	return there;
}

/* udp-after-icmp and query-after-icmp: RFC 4787 REQ-12, RFC 5508 REQ-6 */
static void icmp_errors_keep_refresh_or_end_the_session(void **state)
{
	struct packet_bytes u = udp(HOST, 5000, PEER, 53);
	struct packet_bytes v = udp(PEER, 53, OUTSIDE, 5000);
	struct packet_bytes q = echo(8, HOST, PEER, 77);
	struct packet_bytes a = echo(0, PEER, OUTSIDE, 77);

	(void)state;
	assert_true(after("udp-after-icmp = keep", u, v, 9.9));
	assert_false(after("udp-after-icmp = keep", u, v, 10));
	assert_false(after("udp-after-icmp = end", u, v, 0));
	assert_true(after("udp-after-icmp = refresh", u, v, 29.9));
	assert_false(after("udp-after-icmp = refresh", u, v, 30));
	assert_true(after("udp-after-icmp = end", q, a, 9.9));
	assert_true(after("query-after-icmp = keep", q, a, 9.9));
	assert_false(after("query-after-icmp = keep", q, a, 10));
	assert_false(after("query-after-icmp = end", q, a, 0));
	assert_true(after("query-after-icmp = refresh", q, a, 29.9));
	assert_false(after("query-after-icmp = refresh", q, a, 30));
	assert_true(after("query-after-icmp = end", u, v, 9.9));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(icmp_in_drop_drops_errors_from_outside),
		cmocka_unit_test(icmp_source_peer_only_drops_errors_of_others),
		cmocka_unit_test(
			icmp_payload_leave_rewrites_only_the_error_header),
		cmocka_unit_test(icmp_checksum_values_check_what_they_say),
		cmocka_unit_test(error_checksum_is_checked_unless_unchecked),
		cmocka_unit_test(icmp_embedded_values_check_what_they_say),
		cmocka_unit_test(icmp_out_values_let_out_what_they_say),
		cmocka_unit_test(icmp_query_drop_drops_requests_from_inside),
		cmocka_unit_test(icmp_deprecated_drop_drops_deprecated_types),
		cmocka_unit_test(icmp_rate_limits_all_errors_of_the_nat),
		cmocka_unit_test(no_error_answers_errors_or_multicast),
		cmocka_unit_test(echo_to_nat_is_answered_on_both_sides),
		cmocka_unit_test(icmp_errors_keep_refresh_or_end_the_session),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
