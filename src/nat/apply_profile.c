#include "nat/apply_profile.h"

#include "base/clock.h"
#include "nat/tcp_state.h"

enum { SYN_SENT2_SECONDS = 120 };	/* Linux has no setting for it */

/* set_timeouts - fill @out; an axis that is 0 takes the value of the axis that
   it refines */
static void set_timeouts(const struct profile *p, int64_t out[TIMERS])
{
	int fin_wait = p->timeout_fin_wait ? p->timeout_fin_wait :
		p->timeout_established;
	const int seconds[TIMERS] = {
		[TIMER_SYN] = p->timeout_syn,
		[TIMER_SYN_RECV] = p->timeout_syn_recv ? p->timeout_syn_recv :
			p->timeout_syn,
		[TIMER_ESTABLISHED] = p->timeout_established,
		[TIMER_FIN_WAIT] = fin_wait,
		[TIMER_CLOSE_WAIT] = p->timeout_close_wait ?
			p->timeout_close_wait : fin_wait,
		[TIMER_CLOSING] = p->timeout_closing,
		[TIMER_LAST_ACK] = p->timeout_last_ack ? p->timeout_last_ack :
			p->timeout_closing,
		[TIMER_TIME_WAIT] = p->timeout_time_wait ?
			p->timeout_time_wait : p->timeout_closing,
		[TIMER_RST] = p->timeout_rst,
		[TIMER_UNACKNOWLEDGED] = p->timeout_unacknowledged ?
			p->timeout_unacknowledged : p->timeout_established,
		[TIMER_SYN_SENT2] = SYN_SENT2_SECONDS,
		[TIMER_UDP] = p->timeout_udp,
		[TIMER_UDP_STREAM] = p->timeout_udp_stream ?
			p->timeout_udp_stream : p->timeout_udp,
		[TIMER_ICMP] = p->timeout_icmp,
	};

	for (int i = 0; i < TIMERS; i++)
		out[i] = seconds[i] * NS_PER_S;
}

void nat_apply_profile(struct nat *n)
{
	const struct profile *p = &n->config.profile;
	struct behaviour tcp = {
		.mapping = p->mapping,
		.ports = p->ports,
		.filtering = p->filtering,
		.hairpin = p->hairpin,
		.payload = p->payload,
	};
	struct behaviour udp = {
		.mapping = axis_or_tcp(p->udp_mapping, tcp.mapping),
		.ports = axis_or_tcp(p->udp_ports, tcp.ports),
		.filtering = axis_or_tcp(p->udp_filtering, tcp.filtering),
		.hairpin = axis_or_tcp(p->udp_hairpin, tcp.hairpin),
		.payload = axis_or_tcp(p->udp_payload, tcp.payload),
	};
	struct behaviour query = udp;

	query.mapping = axis_or_tcp(p->query_mapping, tcp.mapping);
	query.payload = PAYLOAD_KEEP;
	n->behaviours[NAT_TCP] = tcp;
	n->behaviours[NAT_UDP] = udp;
	n->behaviours[NAT_ICMP] = query;
	set_timeouts(p, n->timeouts);
	n->conntrack_options = conntrack_defaults;
	n->conntrack_options.be_liberal = p->window == WINDOW_UNCHECKED;
	n->conntrack_options.loose = p->non_syn == NON_SYN_OPEN;
	tcp_state_set_timeouts(n);
}
