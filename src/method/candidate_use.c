#include "method/candidate_use.h"

#include "base/nearest_name.h"

static const char *const use_names[CANDIDATE_USES] = {
	[CANDIDATES_AUTO] = "auto",
	[CANDIDATES_LAN] = "lan",
	[CANDIDATES_PUBLIC] = "public",
};

const char *candidate_use_name(enum candidate_use use)
{
	return use_names[use];
}

bool candidate_use_parse(const char *text, enum candidate_use *out,
			 struct error *e)
{
	int i = name_index(text, use_names, CANDIDATE_USES);

	*out = i < 0 ? CANDIDATES_AUTO : (enum candidate_use)i;
	return i >= 0 ||
	       error_set(e, ERROR_USE, "--candidates \"%.60s\": neither auto,"
			 " lan nor public; did you mean \"%s\"?", text,
			 nearest_name(text, use_names, CANDIDATE_USES));
}

const char *candidate_kind_name(enum candidate_kind kind)
{
	switch (kind) {
	case CANDIDATE_OF_PUBLIC:
		return "public";
	case CANDIDATE_OF_PRIVATE:
		return "private";
	case CANDIDATE_NONE:
		break;
	}
	return "";
}
