/* The requirements, each with what its test sees. */
#include "requirements.h"

const struct requirement requirements[] = {
	{ "5382-1", "REQ-1", "MUST", HELD,
	    test_5382_1,
	    "One inside port that calls two ports of two hosts "
	    "has one external endpoint." },
	{ "5382-2", "REQ-2", "MUST", HELD,
	    test_5382_2,
	    "Every segment passes of handshakes from either "
	    "side, half-closes and teardowns in either order." },
	{ "5382-2a", "REQ-2a", "MUST", HELD,
	    test_5382_2a,
	    "SYN out, SYN in, SYN-ACK out, SYN-ACK in: all four "
	    "pass, in both orders of the SYN-ACKs." },
	{ "5382-3", "REQ-3", "RECOMMENDED", HELD,
	    test_5382_3,
	    "Of the SYNs of strangers to a mapping at least "
	    "those from other ports of the peer enter." },
	{ "5382-4", "REQ-4", "MUST NOT", HELD,
	    test_5382_4,
	    "A SYN to an unmapped port, or filtered at a mapped "
	    "one, hears nothing for 6 s." },
	{ "5382-4x", "REQ-4", "MUST", HELD,
	    test_5382_4x,
	    "A SYN out to where the SYN in came from, 1 to 5 s "
	    "later, leaves, and no answer ever comes." },
	{ "5382-4y", "REQ-4", "SHOULD", HELD,
	    test_5382_4y,
	    "Without one ICMP 3/3 comes after 6 s or more, "
	    "within a minute." },
	{ "5382-5a", "REQ-5", "MUST NOT", HELD,
	    test_5382_5a,
	    "After 7439 s of silence a segment still enters an "
	    "established connection." },
	{ "5382-5b", "REQ-5", "MUST NOT", HELD,
	    test_5382_5b,
	    "After 239 s the SYN-ACK still enters after SYN "
	    "out, the same SYN after SYN in, the last ACK after "
	    "two FINs." },
	{ "5382-6", "REQ-6", "RECOMMENDED", HELD,
	    test_5382_6,
	    "Addresses in data, as text and as bytes, pass "
	    "unchanged on the ports of nine protocols and "
	    "another." },
	{ "5382-7", "REQ-7", "MUST NOT", HELD,
	    test_5382_7,
	    "Two hosts with one source port, to one endpoint, "
	    "have different external ones, and both are "
	    "answered." },
	{ "5382-8", "REQ-8", "MUST", HELD,
	    test_5382_8,
	    "A SYN to another inside host's external endpoint "
	    "reaches it, and its answer comes back." },
	{ "5382-8a", "REQ-8a", "MUST", HELD,
	    test_5382_8a,
	    "That SYN arrives with an external source, to which "
	    "the answer goes." },
	{ "5382-9", "REQ-9", "SHOULD", HELD,
	    test_5382_9,
	    "ICMP 3/x about a SYN reaches the host, and quotes "
	    "the packet as the host sent it." },
	{ "5382-10", "REQ-10", "MUST NOT", HELD,
	    test_5382_10,
	    "After each of ten ICMP errors, from a router or "
	    "the peer, SYN, SYN-ACK and data enter as without "
	    "it." },
	{ "7857-2", "2", "SHOULD", HELD,
	    test_7857_2,
	    "Each of the states has its timeout: opening, "
	    "established, one FIN, two FINs, RST, data after a "
	    "RST." },
	{ "7857-2.1c", "2.1", "RECOMMENDED", HELD,
	    test_7857_2_1c,
	    "As 5382-5b, with the timeouts that the profile "
	    "has." },
	{ "7857-2.2a", "2.2", "MUST", HELD,
	    test_7857_2_2a,
	    "A RST passes: the answer to a SYN, and in a "
	    "connection either way." },
	{ "7857-2.2b", "2.2", "SHOULD", HELD,
	    test_7857_2_2b,
	    "239 s after a RST in, SYN, SYN-ACK or data still "
	    "enter." },
	{ "7857-3", "3", "MAY", RECORDED,
	    test_7857_3,
	    "Do two hosts with one source port, to different "
	    "hosts, share an external port?" },
	{ "7857-4a", "4", "SHOULD", HELD,
	    test_7857_4a,
	    "An address has no port left: a host bound to it "
	    "does not get one on another address." },
	{ "7857-4c", "4", "SHOULD", HELD,
	    test_7857_4c,
	    "24 TCP flows of one host have one of four external "
	    "addresses." },
	{ "7857-5", "5", "SHOULD", HELD,
	    test_7857_5,
	    "A UDP mapping goes at its time although TCP has "
	    "one of the same port, which stays." },
	{ "7857-6", "6", "SHOULD", HELD,
	    test_7857_6,
	    "UDP to the external endpoint of a TCP mapping does "
	    "not enter, nor a SYN to one of UDP." },
	{ "7857-7", "7", "SHOULD NOT", HELD,
	    test_7857_7,
	    "Filtered packets in meanwhile do not keep a TCP or "
	    "UDP mapping beyond its time." },
	{ "7857-7.1", "7.1", "SHOULD NOT", HELD,
	    test_7857_7_1,
	    "Nor does a RST or ICMP error that the inside host "
	    "sends late." },
	{ "7857-8", "8", "MAY", RECORDED,
	    test_7857_8,
	    "How many of 24 ports keep their parity?" },
	{ "7857-9", "9", "SHOULD", HELD,
	    test_7857_9,
	    "External ports of 64 hosts' flows from one port "
	    "show no step that is common, nor many small ones." },
	{ "7857-10", "10", "SHOULD", HELD,
	    test_7857_10,
	    "100 datagrams of two hosts that count alike leave "
	    "with 100 different identifications." },
	{ "7857-12", "12", "clarification", HELD,
	    test_7857_12,
	    "An inside host's ICMP error about a hairpinned "
	    "packet reaches the other inside host." },
	{ "4787-1", "REQ-1", "MUST", HELD,
	    test_4787_1,
	    "As 5382-1, with UDP." },
	{ "4787-2", "REQ-2", "RECOMMENDED", HELD,
	    test_4787_2,
	    "24 UDP flows of one host have one of four external "
	    "addresses." },
	{ "4787-3", "REQ-3", "MUST NOT", HELD,
	    test_4787_3,
	    "As 5382-7, with UDP." },
	{ "4787-3a", "REQ-3a", "RECOMMENDED", HELD,
	    test_4787_3a,
	    "Ports below 1024 become ports below 1024, others "
	    "others, two hosts colliding or not." },
	{ "4787-4", "REQ-4", "RECOMMENDED", HELD,
	    test_4787_4,
	    "Even ports become even ones, odd ones odd, two "
	    "hosts colliding or not." },
	{ "4787-5", "REQ-5", "MUST NOT", HELD,
	    test_4787_5,
	    "119 s after one datagram out, and after some both "
	    "ways, one still enters." },
	{ "4787-5a", "REQ-5a", "MAY", RECORDED,
	    test_4787_5a,
	    "How long does a flow to port 53 last, how long "
	    "another?" },
	{ "4787-5c", "REQ-5c", "RECOMMENDED", HELD,
	    test_4787_5c,
	    "The same after 299 s, with the timeouts that the "
	    "profile has." },
	{ "4787-6", "REQ-6", "MUST", HELD,
	    test_4787_6,
	    "A datagram out at 60 of 100 s keeps the mapping to "
	    "110 s." },
	{ "4787-6a", "REQ-6a", "MAY", RECORDED,
	    test_4787_6a,
	    "Does a datagram in?" },
	{ "4787-7", "REQ-7", "MUST", HELD,
	    test_4787_7,
	    "Peers whose addresses are of the inside's network, "
	    "or an inside host's own, are reached." },
	{ "4787-8", "REQ-8", "RECOMMENDED", HELD,
	    test_4787_8,
	    "As 5382-3, with datagrams." },
	{ "4787-9", "REQ-9", "MUST", HELD,
	    test_4787_9,
	    "As 5382-8, with UDP." },
	{ "4787-9a", "REQ-9a", "MUST", HELD,
	    test_4787_9a,
	    "As 5382-8a, with UDP." },
	{ "4787-10", "REQ-10", "SHOULD", HELD,
	    test_4787_10,
	    "As 5382-6, with UDP and its ports." },
	{ "4787-11", "REQ-11", "MUST", HELD,
	    test_4787_11,
	    "Of three hosts with one source port, the last "
	    "under load, all are mapped and filtered alike." },
	{ "4787-12", "REQ-12", "MUST NOT", HELD,
	    test_4787_12,
	    "After each of ten ICMP errors a datagram still enters, "
	    "where filtering is by endpoint, too." },
	{ "4787-12a", "REQ-12a", "SHOULD NOT", HELD,
	    test_4787_12a,
	    "A router's and a stranger's error about a datagram "
	    "come in." },
	{ "4787-12b", "REQ-12b", "RECOMMENDED", HELD,
	    test_4787_12b,
	    "As 5382-9, with UDP." },
	{ "4787-13", "REQ-13", "MUST", HELD,
	    test_4787_13,
	    "500 bytes with DF to a link of 300 are answered "
	    "with ICMP 3/4 that names 300, from both sides." },
	{ "4787-13a", "REQ-13a", "MUST", HELD,
	    test_4787_13a,
	    "Without DF they leave in pieces of at most 300, in "
	    "order, that make up the whole." },
	{ "4787-14", "REQ-14", "MUST", HELD,
	    test_4787_14,
	    "Two fragments pass in both orders and both ways, "
	    "with one address." },
	{ "4787-14a", "REQ-14a", "MUST", HELD,
	    test_4787_14a,
	    "After 2000 fragments without the rest, whole "
	    "packets and fragments in order still pass." },
	{ "5508-1", "REQ-1", "MUST", HELD,
	    test_5508_1,
	    "An echo request leaves and its reply comes in." },
	{ "5508-1a", "REQ-1a", "SHOULD", HELD,
	    test_5508_1a,
	    "One identifier to two hosts is one identifier "
	    "outside." },
	{ "5508-2", "REQ-2", "MUST NOT", HELD,
	    test_5508_2,
	    "After 59 s the reply to an echo request still "
	    "enters." },
	{ "5508-3", "REQ-3", "SHOULD", HELD,
	    test_5508_3,
	    "An error with a wrong ICMP checksum does not "
	    "enter." },
	{ "5508-3a", "REQ-3a", "SHOULD", HELD,
	    test_5508_3a,
	    "One with a wrong checksum in the quoted IP header "
	    "does not." },
	{ "5508-3b", "REQ-3b", "MUST", HELD,
	    test_5508_3b,
	    "An error about a packet with IP options comes in "
	    "reverted." },
	{ "5508-3c", "REQ-3c", "SHOULD NOT", HELD,
	    test_5508_3c,
	    "A wrong quoted TCP, UDP or ICMP checksum keeps no "
	    "error out." },
	{ "5508-3d", "REQ-3d", "MUST", HELD,
	    test_5508_3d,
	    "An error with padding and an RFC 4884 extension "
	    "comes in with a right quoted checksum and the "
	    "extension as it was." },
	{ "5508-4", "REQ-4", "SHOULD", HELD,
	    test_5508_4,
	    "An error about a port without a mapping, or of "
	    "another protocol, is dropped without an answer." },
	{ "5508-4x", "REQ-4", "MUST", HELD,
	    test_5508_4x,
	    "Errors of three types about TCP, UDP and echo come "
	    "in with type, code and source kept and the quoted "
	    "packet as it was sent." },
	{ "5508-5", "REQ-5", "SHOULD", HELD,
	    test_5508_5,
	    "A host's error about a packet that never came is "
	    "dropped without an answer." },
	{ "5508-5x", "REQ-5", "MUST", HELD,
	    test_5508_5x,
	    "A host's error about a packet that came leaves "
	    "from the external address and quotes the packet as "
	    "it came to the NAT." },
	{ "5508-6", "REQ-6", "MUST NOT", HELD,
	    test_5508_6,
	    "An error at 30 of 60 s: the reply enters before 60 "
	    "s, and not after." },
	{ "5508-7", "REQ-7", "MUST", HELD,
	    test_5508_7,
	    "As 7857-12, with time exceeded too." },
	{ "5508-7a", "REQ-7a", "MUST", HELD,
	    test_5508_7a,
	    "The outer destination of that error is the quoted "
	    "source, and its outer source external." },
	{ "5508-8", "REQ-8", "SHOULD", HELD,
	    test_5508_8,
	    "No session, or no share, is left: the packet is "
	    "dropped and answered with ICMP 3/13." },
	{ "5508-10a", "REQ-10a", "MUST", HELD,
	    test_5508_10a,
	    "Unreachable, time exceeded and echo pass, and the "
	    "NAT itself answers echo requests on both sides." },
	{ "5508-10c", "REQ-10c", "SHOULD NOT", HELD,
	    test_5508_10c,
	    "Source quench passes neither way; an information "
	    "request does not leave." },
	{ "5508-10d", "REQ-10d-f", "RECOMMENDED", HELD,
	    test_5508_10d,
	    "Of 20000 packets that die at the NAT at once not "
	    "all are answered; an ICMP error never is." },
	{ "6888-1", "REQ-1", "MUST", HELD_CGN,
	    NULL,
	    "Every line of level MUST or MUST NOT of RFC 4787, "
	    "5382 and 5508 passes." },
	{ "6888-2", "REQ-2", "MUST", HELD,
	    test_6888_2,
	    "24 flows of TCP, UDP and echo of one host have one "
	    "of four external addresses." },
	{ "6888-4", "REQ-4", "MUST", HELD,
	    test_6888_4,
	    "With a share of 4 ports no more than 4 of 20 flows "
	    "leave." },
	{ "6888-4c", "REQ-4c", "RECOMMENDED", HELD,
	    test_6888_4c,
	    "With 10 mappings a second 10 of 50 flows leave, "
	    "and 10 more a second later." },
	{ "6888-7", "REQ-7", "RECOMMENDED", HELD,
	    test_6888_7,
	    "As 5382-3 and 4787-8." },
	{ "6888-8", "REQ-8", "SHOULD NOT", HELD_CGN,
	    test_6888_8,
	    "A port that was freed is nobody's for 118 s, "
	    "although 960 flows of its block are opened." },
	{ "6888-9", "REQ-9", "MUST", NOT_OURS,
	    NULL,
	    "No port control protocol is built in." },
	{ "6888-11a", "REQ-11a", "MUST", HELD,
	    test_6888_11a,
	    "No session, or no share, is left: nothing leaves, "
	    "then or later." },
	{ "6888-11b", "REQ-11b", "SHOULD", HELD_CGN,
	    test_6888_11b,
	    "As 5508-8, but with ICMP 3/1." },
	{ "6888-11d", "REQ-11d", "MUST NOT", HELD,
	    test_6888_11d,
	    "The older flows still pass." },
	{ "6888-15", "REQ-15", "SHOULD", HELD_CGN,
	    test_6888_15,
	    "As 7857-9, and no port is preserved." },
	{ "1122-soft", "4.2.3.9", "MUST NOT", NOT_OURS,
	    NULL,
	    "A host's TCP decides it, not a NAT." },
	{ "1122-soft2", "4.2.3.9", "SHOULD", NOT_OURS,
	    NULL,
	    "A host's TCP decides it, not a NAT." },
	{ "1122-hard", "4.2.3.9", "SHOULD", NOT_OURS,
	    NULL,
	    "A host's TCP decides it, not a NAT." },
	{ "5461-4.1", "4.1", "informational", NOT_OURS,
	    NULL,
	    "It tells what hosts' TCP does." },
	{ "5461-4.2", "4.2", "informational", NOT_OURS,
	    NULL,
	    "It tells what hosts' TCP does." },
	{ "5780-4.3", "4.3", "procedure", NOT_OURS,
	    NULL,
	    "A procedure by which a NAT is found out, not a "
	    "demand on one." },
	{ "5780-4.4", "4.4", "procedure", NOT_OURS,
	    NULL,
	    "A procedure by which a NAT is found out, not a "
	    "demand on one." },
	{ "5780-4.6", "4.6", "procedure", NOT_OURS,
	    NULL,
	    "A procedure by which a NAT is found out, not a "
	    "demand on one." },
	{ "6544-4.2", "4.2", "RECOMMENDED", NOT_OURS,
	    NULL,
	    "An application that gathers candidates does it." },
	{ "6544-B", "App. B", "informational", NOT_OURS,
	    NULL,
	    "An application that binds sockets does it." },
	{ "5128-3.4", "3.4", "informational", NOT_OURS,
	    NULL,
	    "It tells what applications meet; 5382-1, 5382-2a "
	    "and 5382-4 are its demands." },
	{ "5128-3.6", "3.6", "informational", NOT_OURS,
	    NULL,
	    "It tells what applications meet." },
};

const size_t requirement_count = sizeof(requirements) / sizeof(requirements[0]);

const struct requirement *requirement_find(const char *id)
{
	for (size_t i = 0; i < requirement_count; i++)
		if (!strcmp(requirements[i].id, id))
			return &requirements[i];
	return NULL;
}
