/*
 * What udp must do between the four classic NATs, derived from their mapping
 * and filtering (RFC 3489, section 5), with the times of docs/methods/udp.md.
 *
 * A symmetric NAT gives the packets to the peer another port than those to S.
 * The peer's packets to the port that S saw are dropped. Its own arrive if the
 * peer's NAT lets in any port of an address to which the peer has sent, as a
 * full and a restricted cone do; the peer learns the port from them. A
 * port-restricted cone and another symmetric NAT drop them. Between two cones
 * both know the right port.
 */
#include "predict_fixture.h"

#include "profile/profile.h"

#define D 20.0

static const char *const nats[4] = {
	"full-cone", "restricted-cone", "port-restricted-cone", "symmetric",
};

static const bool connects[4][4] = {
	/* full  restr. port-r. symm.	with: */
	{ true,  true,  true,  true },	/* full-cone */
	{ true,  true,  true,  true },	/* restricted-cone */
	{ true,  true,  true,  false },	/* port-restricted-cone */
	{ true,  true,  false, false },	/* symmetric */
};

static struct prediction predict_udp(const char *a, const char *b, double skew)
{
	const struct trial t = {
		.topology = "two-nats", .nat_a = a, .nat_b = b,
		.approach = approach_of("udp/none"), .rtt_ms = 2 * D,
		.skew_ms = skew,
	};
	struct prediction out;

	predict_trial(&t, &out);
	return out;
}

static void each_pair_of_classic_nats_does_as_derived(void **state)
{
	const double skews[] = { 0, 2, 60, 200, -2, -60, -200 };

	(void)state;
	for (int a = 0; a < 4; a++)
		for (int b = 0; b < 4; b++)
			for (size_t i = 0; i < 7; i++) {
				struct prediction p = predict_udp(
					nats[a], nats[b], skews[i]);

				assert_false(p.chance);
				assert_int_equal(p.result.outcome,
						 connects[a][b] ?
						 OUTCOME_CONNECTED :
						 OUTCOME_FAILED);
				assert_int_equal(p.result.cause,
						 connects[a][b] ? CAUSE_NONE :
						 CAUSE_PORT_NOT_PREDICTED);
			}
}

static void assert_connects(const struct prediction *p, double ms,
			    enum mechanism a, enum mechanism b)
{
	assert_true(p->connect_ms > ms - 0.01 && p->connect_ms < ms + 0.01);
	assert_int_equal(p->result.mechanism[0], a);
	assert_int_equal(p->result.mechanism[1], b);
}

/* 0.75 d for the introduction, then d for each datagram. */
static void hosts_connect_in_the_derived_time(void **state)
{
	struct prediction p;

	(void)state;
	/* both knocks pass: heard at 1.75 d, connected at 2.75 d */
	p = predict_udp("port-restricted-cone", "port-restricted-cone", 0);
	assert_connects(&p, 2.75 * D, MECHANISM_KNOCK_THROUGH_HOLE,
			MECHANISM_KNOCK_THROUGH_HOLE);
	/* A's first knock is dropped; B's, A's answer, B's answer */
	p = predict_udp("port-restricted-cone", "port-restricted-cone", 60);
	assert_connects(&p, 60 + 3.75 * D, MECHANISM_KNOCK_THROUGH_HOLE,
			MECHANISM_KNOCK_ANSWERED);
	/* A's first knock waits for B: B's first is an answer already */
	p = predict_udp("port-restricted-cone", "full-cone", 60);
	assert_connects(&p, 60 + 2.75 * D, MECHANISM_KNOCK_ANSWERED,
			MECHANISM_KNOCK_THROUGH_HOLE);
	/* B's knock to the wrong port is dropped; A's, B's answer, A's */
	p = predict_udp("symmetric", "restricted-cone", 0);
	assert_connects(&p, 3.75 * D, MECHANISM_KNOCK_ANSWERED,
			MECHANISM_KNOCK_THROUGH_HOLE);
}

static void the_axes_of_udp_decide(void **state)
{
	struct trial t = { .approach = approach_of("udp/none"),
			   .rtt_ms = 2 * D };
	struct prediction_setup s = {
		.trial = &t, .path = PATH_ROUTED, .levels = { 1, 1 },
	};
	struct prediction p;

	(void)state;
	profile_defaults(&s.profiles[0][0]);
	profile_defaults(&s.profiles[1][0]);
	s.profiles[0][0].mapping = MAPPING_ADDRESS_PORT;
	s.profiles[0][0].udp_mapping = MAPPING_ENDPOINT_INDEPENDENT + 1;
	predict(&s, &p);
	assert_int_equal(p.result.outcome, OUTCOME_CONNECTED);
	s.profiles[0][0].mapping = MAPPING_ENDPOINT_INDEPENDENT;
	s.profiles[0][0].udp_mapping = MAPPING_ADDRESS_PORT + 1;
	predict(&s, &p);
	assert_int_equal(p.result.outcome, OUTCOME_FAILED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_pair_of_classic_nats_does_as_derived),
		cmocka_unit_test(hosts_connect_in_the_derived_time),
		cmocka_unit_test(the_axes_of_udp_decide),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
