/* Payload, which must not be changed, and the IP identification, which must. */
#include "requirements.h"

/* The inside host's and the external address, as text and as bytes, as in
   signalling protocols. */
static size_t addresses_data(char *data, size_t room)
{
	static const uint8_t binary[] = { 192, 168, 1, 2, 203, 0, 113, 1,
					  0x9c, 0x41 };
	int n = snprintf(data, room, "c=IN IP4 192.168.1.2 "
			 "<sip:a@192.168.1.2:40001> 192,168,1,2,156,65 "
			 "203.0.113.1:40001 203,0,113,1,156,65 ");

	memcpy(data + n, binary, sizeof(binary));
	return (size_t)n + sizeof(binary);
}

/* data_of - has the packet that payload? */
static bool carries(const struct packet_bytes *p, const char *data,
		    size_t length)
{
	size_t header = 20 + (p->bytes[9] == PROTOCOL_TCP ? 20 : 8);

	return p->length == header + length &&
	       !memcmp(p->bytes + header, data, length);
}

/* gateway - is an address in the payload left unchanged, on that port? */
static void gateway(struct conformance_test *t, unsigned protocol,
		    unsigned port)
{
	struct test_flow f = flow_of(protocol, HOST, A_PORT);
	char data[256];
	size_t length = addresses_data(data, sizeof(data));

	f.peer_port = port;
	new_nat(t);
	require(t, protocol == PROTOCOL_TCP ? flow_establish(t, &f) :
		flow_open(t, &f), "nothing left");
	require(t,
		send_out(t,
			 with_data(flow_packet_out(&f, ACK), data, length)) &&
			carries(&t->out, data, length),
		"data out to port %u was changed", port);
	require(t,
		send_in(t, with_data(flow_packet_in(&f, ACK), data, length)) &&
			carries(&t->out, data, length),
		"data in from port %u was changed", port);
}

/* Only FTP's gateway (port 21) may be on. */
void test_5382_6(struct conformance_test *t)
{
	static const unsigned ports[] = { 139, 194, 389, 554, 1720, 1723,
					  2000, 5060, 6667, B_PORT };

	for (size_t i = 0; i < sizeof(ports) / sizeof(ports[0]); i++)
		gateway(t, PROTOCOL_TCP, ports[i]);
}

void test_4787_10(struct conformance_test *t)
{
	static const unsigned ports[] = { 53, 69, 137, 161, 500, 1719, 3478,
					  5060, B_PORT };

	for (size_t i = 0; i < sizeof(ports) / sizeof(ports[0]); i++)
		gateway(t, PROTOCOL_UDP, ports[i]);
}

/* ---- the IP identification (RFC 6864 5.3.1) ---- */

enum { PACKETS = 50 };

static unsigned id_of(const struct packet_bytes *p)
{
	return read16(p->bytes + 4);
}

/* send_with_id - a datagram that may be fragmented */
static bool send_with_id(struct conformance_test *t, uint32_t host, unsigned id)
{
	struct test_flow f = flow_of(PROTOCOL_UDP, host, A_PORT);
	struct packet_bytes p = flow_packet_out(&f, 0);

	set16(p.bytes + 4, id);
	set16(p.bytes + 6, 0);
	seal(p.bytes);
	return send_out(t, p);
}

/* Two hosts use the same identifications. Their packets come from one address,
   where no two may be equal. */
void test_7857_10(struct conformance_test *t)
{
	unsigned ids[2 * PACKETS];
	int count = 0;

	for (unsigned i = 0; i < 2 * PACKETS; i++) {
		if (!require(t, send_with_id(t, i % 2 ? HOST : HOST2,
					     1000 + i / 2), "nothing left"))
			return;
		ids[count++] = id_of(&t->out);
	}
	for (int i = 0; i < count; i++)
		for (int j = 0; j < i; j++)
			require(t, ids[i] != ids[j],
				"two hosts' packets left with number %u",
				ids[i]);
}
