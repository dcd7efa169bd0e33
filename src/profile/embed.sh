#!/bin/sh
# embed.sh FILE.nat... - print each file as a row {"NAME", "TEXT"}, in C
set -eu
for file do
	name=${file##*/}
	printf '\t{ "%s",\n' "${name%.nat}"
	sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^/\t  "/' -e 's/$/\\n"/' \
		"$file"
	printf '\t},\n'
done
