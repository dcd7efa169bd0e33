/*
 * A message is a head, and for a trial the observations in five pieces. Each
 * piece is cut after its last element in use: a trial with short traces takes a
 * few KiB.
 */
#include "lab/init_channel.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#define PIECES 5
#define RESULT_HEAD offsetof(struct attempt_result, trace)

struct message_head {
	uint32_t kind;	/* enum init_message */
	struct error error;
	size_t length[PIECES];
};

/* pieces_of - list the pieces of @f, each with its full length */
static void pieces_of(struct observations *f, struct iovec piece[PIECES])
{
	piece[0] = (struct iovec){ f, offsetof(struct observations, server) };
	piece[1] = (struct iovec){ f->server, sizeof(f->server) };
	piece[2] = (struct iovec){ f->nat, sizeof(f->nat) };
	piece[3] = (struct iovec){ &f->result[0], sizeof(f->result[0]) };
	piece[4] = (struct iovec){ &f->result[1], sizeof(f->result[1]) };
}

static bool send_all(int to, struct iovec *parts, size_t count)
{
	struct msghdr message = { .msg_iov = parts, .msg_iovlen = count };
	ssize_t n;

	do
		n = sendmsg(to, &message, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	return n >= 0;
}

bool init_send_trial(int to, struct observations *f)
{
	struct message_head head = { .kind = INIT_TRIAL };
	struct iovec part[1 + PIECES] = { { &head, sizeof(head) } };

	pieces_of(f, &part[1]);
	part[2].iov_len = f->server_count * sizeof(f->server[0]);
	part[3].iov_len = f->nat_count * sizeof(f->nat[0]);
	for (unsigned i = 0; i < 2; i++)
		part[4 + i].iov_len = f->has[i] ?
			RESULT_HEAD + trace_size(&f->result[i].trace) : 0;
	for (unsigned i = 0; i < PIECES; i++)
		head.length[i] = part[1 + i].iov_len;
	return send_all(to, part, 1 + PIECES);
}

bool init_send_end(int to, const struct error *e)
{
	struct message_head head = { .kind = INIT_DONE };
	struct iovec part = { &head, sizeof(head) };

	if (e && e->kind != ERROR_NONE) {
		head.kind = INIT_BROKE;
		head.error = *e;
	}
	return send_all(to, &part, 1);
}

static enum init_message
receive_trial(int from, const struct message_head *head, struct observations *f)
{
	struct message_head again;
	struct iovec part[1 + PIECES] = { { &again, sizeof(again) } };
	struct msghdr message = { .msg_iov = part, .msg_iovlen = 1 + PIECES };
	size_t total = sizeof(again);
	ssize_t n;

	pieces_of(f, &part[1]);
	for (unsigned i = 0; i < PIECES; i++) {
		if (head->length[i] > part[1 + i].iov_len)
			return INIT_LOST;
		part[1 + i].iov_len = head->length[i];
		total += head->length[i];
	}
	n = recvmsg(from, &message, MSG_DONTWAIT);
	return n == (ssize_t)total ? INIT_TRIAL : INIT_LOST;
}

enum init_message init_receive(int from, struct observations *f,
			       struct error *e)
{
	struct message_head head;
	ssize_t n;

	do
		n = recv(from, &head, sizeof(head), MSG_PEEK | MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	if (n < 0 && errno == EAGAIN)
		return INIT_NONE;
	if (n != sizeof(head))
		return INIT_LOST;
	if (head.kind == INIT_TRIAL)
		return receive_trial(from, &head, f);
	if (recv(from, &head, sizeof(head), MSG_DONTWAIT) != sizeof(head))
		return INIT_LOST;
	if (head.kind == INIT_BROKE)
		*e = head.error;
	return head.kind == INIT_BROKE || head.kind == INIT_DONE ?
	       (enum init_message)head.kind : INIT_LOST;
}
