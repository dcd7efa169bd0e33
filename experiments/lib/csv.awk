# csv.awk - a line of CSV (RFC 4180, a record a line) into fields, for awk -f.

# csv_split(line, field) - number of fields; field[1] is the first
function csv_split(line, field,    n, c, i, quoted, text)
{
	for (n in field)
		delete field[n]
	n = 0
	sub(/\r$/, "", line)
	for (i = 1; i <= length(line); i++) {
		c = substr(line, i, 1)
		if (quoted && c == "\"" && substr(line, i + 1, 1) == "\"")
			text = text substr(line, ++i, 1)
		else if (c == "\"")
			quoted = !quoted
		else if (c == "," && !quoted) {
			field[++n] = text
			text = ""
		} else
			text = text c
	}
	field[++n] = text
	return n
}

# csv_quote(text) - a field, quoted if it must be
function csv_quote(text)
{
	if (text !~ /[",]/)
		return text
	gsub(/"/, "\"\"", text)
	return "\"" text "\""
}
