# json.awk - a CSV with the names of the columns first (lines with # are
# comments) as a JSON array of objects of strings; with csv.awk.

function json(text)
{
	gsub(/\\/, "\\\\", text)
	gsub(/"/, "\\\"", text)
	gsub(/\t/, "\\t", text)
	return "\"" text "\""
}

BEGIN { printf "[" }
/^#/ || /^[ \t\r]*$/ { next }
!columns {
	columns = csv_split($0, name)
	next
}
{
	n = csv_split($0, field)
	printf("%s{", (count++ ? "," : ""))
	for (i = 1; i <= columns; i++)
		printf("%s%s:%s", (i > 1 ? "," : ""), json(name[i]),
			json(i <= n ? field[i] : ""))
	printf "}\n"
}
END { print "]" }
