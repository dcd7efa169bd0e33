#include "net/nat_list.h"

#include <string.h>

static const char *const options[2] = { "--nat-a", "--nat-b" };

/* The names in a list: one more than it has commas. */
static int count_names(const char *list)
{
	int count = 1;

	for (; *list; list++)
		count += *list == ',';
	return count;
}

/* name_at - copy name @number of the list; false if it is too long */
static bool name_at(const char *list, int number, char out[NAT_SPEC_TEXT])
{
	size_t length;

	for (; number; number--)
		list += strcspn(list, ",") + 1;
	length = strcspn(list, ",");
	if (length >= NAT_SPEC_TEXT)
		return false;
	memcpy(out, list, length);
	out[length] = '\0';
	return true;
}

void nat_list_complete(const char *topology, const char *lists[2])
{
	const struct topology_row *row = topology_find(topology);
	struct topology t = { .shared = false };

	if (row)
		topology_build(row, &t);
	for (int side = 0; side < 2; side++)
		if (!lists[side] && side && t.shared)
			lists[side] = lists[0];
		else if (!lists[side])
			lists[side] = !row || topology_levels(&t, side) ?
				      NAT_LIST_DEFAULT : "none";
}

/* check_absent - the list of a side that has no NATs of its own */
static bool check_absent(const struct topology *t,
			 const char *const lists[2], int side, struct error *e)
{
	if (t->shared)
		return !strcmp(lists[side], lists[!side]) ||
			error_set(e, ERROR_USE, "%s \"%.60s\": in the topology "
				  "\"%s\" both hosts are behind one NAT, which "
				  "is %s", options[side], lists[side], t->name,
				  options[!side]);
	return !strcmp(lists[side], "none") ||
		error_set(e, ERROR_USE, "%s \"%.60s\": in the topology \"%s\" "
			  "host %c is public and has no NAT", options[side],
			  lists[side], t->name, 'A' + side);
}

static bool check_count(const struct topology *t, const char *const lists[2],
			int side, struct error *e)
{
	int levels = topology_levels(t, side);
	int names = count_names(lists[side]);

	if (!levels)
		return check_absent(t, lists, side, e);
	return names == 1 || names == levels ||
		error_set(e, ERROR_USE, "%s \"%.60s\" names %d NATs, but the "
			  "topology \"%s\" has %d on that side", options[side],
			  lists[side], names, t->name, levels);
}

/* resolve_node - a missing program goes to @missing: wrong use anywhere is
   reported first */
static bool resolve_node(const struct node *n, const char *list,
			struct nat_spec *out, struct error *missing,
			struct error *e)
{
	struct error now = { .kind = ERROR_NONE };
	int number = count_names(list) == 1 ? 0 : n->level;
	char name[NAT_SPEC_TEXT];

	if (!name_at(list, number, name))
		return error_set(e, ERROR_USE, "a NAT's name in %s is longer "
				 "than %d characters: \"%.60s...\"",
				 options[n->which], NAT_SPEC_TEXT - 1, list);
	if (!*name)
		return error_set(e, ERROR_USE, "a NAT's name in %s \"%.60s\" "
				 "is empty", options[n->which], list);
	if (nat_spec_parse(name, out, &now))
		return true;
	if (now.kind != ERROR_MISSING)
		return error_set(e, now.kind, "%s", now.text);
	if (!missing->kind)
		*missing = now;
	return true;
}

bool nat_list_is_emulated(const char *list)
{
	int count = count_names(list);

	for (int i = 0; i < count; i++) {
		char name[NAT_SPEC_TEXT];

		if (!name_at(list, i, name) || !strcmp(name, "none") ||
		    !strncmp(name, NAT_SPEC_EXEC_PREFIX,
			     strlen(NAT_SPEC_EXEC_PREFIX)) ||
		    kernel_nat_find(name))
			return false;
	}
	return true;
}

bool nat_list_resolve(const struct topology *t, const char *const lists[2],
		      struct nat_spec out[TOPOLOGY_NODES], struct error *e)
{
	struct error missing = { .kind = ERROR_NONE };

	if (!check_count(t, lists, 0, e) || !check_count(t, lists, 1, e))
		return false;
	for (size_t i = 0; i < t->node_count; i++) {
		const struct node *n = &t->nodes[i];

		if (n->kind == NODE_NAT &&
		    !resolve_node(n, lists[n->which], &out[i], &missing, e))
			return false;
	}
	return !missing.kind ||
		error_set(e, missing.kind, "%s", missing.text);
}
