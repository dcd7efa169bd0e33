#!/usr/bin/env bats
# The README: its picture is what its command prints, its first screen is
# short, and what it names exists.

bats_require_minimum_version 1.5.0
root=$BATS_TEST_DIRNAME/../..
TCPTRAV=${TCPTRAV:-$root/tcptrav}

# what - the texts of a ladder without times, sorted: those of events at about
# the same time change places
what()
{
	xmllint --xpath '//*[local-name() = "text"]/text()' "$1" |
		grep -vE '^ *-?[0-9.]+ *$' |
		sed 's/connected in [0-9.]* ms/connected/' | sort -u
}

@test "docs/ladder.svg shows what its command draws now" {
	"$TCPTRAV" lab --method natblaster --seed 1 \
		--svg "$BATS_TEST_TMPDIR/now.svg"
	diff <(what "$root/docs/ladder.svg") \
		<(what "$BATS_TEST_TMPDIR/now.svg")
}

@test "the README has at most 200 lines, and its picture comes first" {
	[ "$(wc -l < "$root/README.md")" -le 200 ]
	head -n 20 "$root/README.md" | grep -q 'src="docs/ladder.svg"'
}

@test "what documents link to exists" {
	local file link bad=0
	for file in "$root"/*.md "$root"/docs/*.md "$root"/docs/methods/*.md; do
		for link in $(grep -oE '\]\([^)#]+' "$file" |
			cut -c3- | grep -v '^https:'); do
			[ -e "$(dirname "$file")/$link" ] || {
				echo "$file: $link"
				bad=1
			}
		done
	done
	[ "$bad" = 0 ]
}

@test "files that documents name exist" {
	local missing
	missing=$(cd "$root" && grep -ohE \
		'`(src|tests|docs|include|experiments)/[A-Za-z0-9_./-]+`' \
		README.md CONTRIBUTING.md SECURITY.md docs/*.md docs/*/*.md |
		tr -d '`' | sort -u | grep -v NAME | while read -r file; do
			[ -e "$file" ] || echo "$file"
		done)
	echo "$missing"
	[ -z "$missing" ]
}

@test "make help names every target that people use" {
	local target
	for target in demo check unit lab lint coverage fuzz fidelity \
		agreement soak bench census experiments results install; do
		make -C "$root" --no-print-directory help | grep -q "make $target "
	done
}

@test "docs/architecture.md lists every file of src, and no other" {
	diff <(cd "$root/src" && ls -d */*.[ch] | sed 's/\.[ch]$//' | sort -u) \
		<(awk '/^### src/ { folder = substr($2, 5) }
		/^## / { folder = "" }
		folder != "" && /^\| `/ {
			split($0, column, "|")
			n = split(column[2], name, ",")
			for (i = 1; i <= n; i++) {
				gsub(/[` ]/, "", name[i])
				print folder "/" name[i]
			}
		}' "$root/docs/architecture.md" | sort)
}
