#include "gateway/frame.h"

#include "wire/bytes.h"
#include "wire/checksum.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <linux/virtio_net.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define RECEIVE_BYTES (32 << 20)
#define SEND_BYTES (8 << 20)
#define FRAME_SMALL 160		/* headers and little data */

struct frame_buffers {
	struct iovec iov[FRAME_BATCH];
	struct mmsghdr headers[FRAME_BATCH];
	uint8_t bytes[FRAME_BATCH][FRAME_MAX];
};

/* set_buffer - set a socket buffer's size, above the system's limit (option
   @force) if that is permitted */
static void set_buffer(int s, int force, int plain, int bytes)
{
	if (setsockopt(s, SOL_SOCKET, force, &bytes, sizeof(bytes)) < 0)
		setsockopt(s, SOL_SOCKET, plain, &bytes, sizeof(bytes));
}

static bool bind_to_interface(int s, int index)
{
	struct sockaddr_ll at = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = index,
	};
	int one = 1;

	set_buffer(s, SO_RCVBUFFORCE, SO_RCVBUF, RECEIVE_BYTES);
	set_buffer(s, SO_SNDBUFFORCE, SO_SNDBUF, SEND_BYTES);
	setsockopt(s, SOL_PACKET, PACKET_QDISC_BYPASS, &one, sizeof(one));
	return !setsockopt(s, SOL_PACKET, PACKET_VNET_HDR, &one,
			   sizeof(one)) &&
		!setsockopt(s, SOL_PACKET, PACKET_IGNORE_OUTGOING, &one,
			    sizeof(one)) &&
		!bind(s, (struct sockaddr *)&at, sizeof(at));
}

int frame_open(const char *interface, struct error *e)
{
	unsigned index = if_nametoindex(interface);
	/* protocol 0: no frames before bind() */
	int s = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (s >= 0 && index && bind_to_interface(s, (int)index))
		return s;
	error_set(e, errno == EPERM ? ERROR_MISSING : ERROR_FAILED,
		  "frames of interface \"%s\" cannot be received: %s",
		  interface, strerror(errno));
	if (s >= 0)
		close(s);
	return -1;
}

bool frame_mac(int socket, const char *interface, uint8_t mac[6],
	       struct error *e)
{
	struct ifreq request = { .ifr_ifindex = 0 };

	strncpy(request.ifr_name, interface, IFNAMSIZ - 1);
	if (ioctl(socket, SIOCGIFHWADDR, &request) < 0)
		return error_set(e, ERROR_FAILED, "the hardware address of "
				 "interface \"%s\" cannot be read: %s",
				 interface, strerror(errno));
	memcpy(mac, request.ifr_hwaddr.sa_data, 6);
	return true;
}

struct frame_buffers *frame_buffers_new(void)
{
	struct frame_buffers *b = malloc(sizeof(*b));

	if (!b)
		return NULL;
	memset(b->headers, 0, sizeof(b->headers));
	for (unsigned i = 0; i < FRAME_BATCH; i++) {
		b->iov[i] = (struct iovec){ b->bytes[i], FRAME_MAX };
		b->headers[i].msg_hdr.msg_iov = &b->iov[i];
		b->headers[i].msg_hdr.msg_iovlen = 1;
	}
	return b;
}

void frame_buffers_free(struct frame_buffers *b)
{
	free(b);
}

unsigned frame_receive(int socket, struct frame_buffers *b,
		       struct frame out[FRAME_BATCH])
{
	int n = recvmmsg(socket, b->headers, FRAME_BATCH, MSG_DONTWAIT, NULL);
	unsigned count = n < 0 ? 0 : (unsigned)n;

	for (unsigned i = 0; i < count; i++)
		out[i] = (struct frame){
			.bytes = b->bytes[i],
			.length = b->headers[i].msg_len,
			.truncated =
				b->headers[i].msg_hdr.msg_flags & MSG_TRUNC,
		};
	return count;
}

void frame_complete_checksum(const struct frame *f)
{
	uint8_t *bytes = f->bytes + FRAME_VIRTIO;
	struct virtio_net_hdr virtio;
	size_t length = f->length - FRAME_VIRTIO, field;
	uint16_t sum;

	memcpy(&virtio, f->bytes, sizeof(virtio));
	field = (size_t)virtio.csum_start + virtio.csum_offset;
	if (!(virtio.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM) ||
	    f->length > FRAME_SMALL || field + 2 > length ||
	    virtio.gso_type != VIRTIO_NET_HDR_GSO_NONE)
		return;
	sum = (uint16_t)~checksum_fold(checksum_add(0, bytes +
			virtio.csum_start, length - virtio.csum_start));
	/* in UDP, 0 means no checksum; in TCP both mean the same */
	put16(bytes + field, sum ? sum : 0xffff);
	virtio.flags &= (uint8_t)~VIRTIO_NET_HDR_F_NEEDS_CSUM;
	memcpy(f->bytes, &virtio, sizeof(virtio));
}

unsigned frame_send(int socket, struct iovec *frames, unsigned count)
{
	struct mmsghdr headers[FRAME_BATCH];	/* not initialised: mostly one
						   is used */
	unsigned done = 0, lost = 0;

	for (unsigned i = 0; i < count; i++)
		headers[i] = (struct mmsghdr){
			.msg_hdr = { .msg_iov = &frames[i], .msg_iovlen = 1 },
		};
	while (done < count) {
		int n = sendmmsg(socket, headers + done, count - done,
				 MSG_DONTWAIT | MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		/* an error is about the first frame; the next may be sent */
		lost += n <= 0;
		done += n > 0 ? (unsigned)n : 1;
	}
	return lost;
}
