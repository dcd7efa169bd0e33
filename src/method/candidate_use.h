/* When private candidates are tried, and which candidate connected. Pure. */
#ifndef TCPTRAV_METHOD_CANDIDATE_USE_H
#define TCPTRAV_METHOD_CANDIDATE_USE_H

#include "base/error.h"

#include <stdbool.h>

/* When private candidates are tried beside the public one. */
enum candidate_use {
	CANDIDATES_AUTO,	/* when both public addresses are equal, or the
				   peer asks for it */
	CANDIDATES_LAN,		/* always; the peer is asked to, too */
	CANDIDATES_PUBLIC,	/* never */
	CANDIDATE_USES
};

/* Which candidate the connection is. */
enum candidate_kind { CANDIDATE_NONE, CANDIDATE_OF_PUBLIC,
		      CANDIDATE_OF_PRIVATE };

/* candidate_use_name - Return: "auto", "lan", "public" */
const char *candidate_use_name(enum candidate_use use);

/* candidate_use_parse - read such a name. Return: false with an ERROR_USE
   sentence that quotes @text and names the nearest */
bool candidate_use_parse(const char *text, enum candidate_use *out,
			 struct error *e);

/* candidate_kind_name - Return: "", "public", "private" */
const char *candidate_kind_name(enum candidate_kind kind);

#endif
