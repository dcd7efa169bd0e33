# table.awk - a table of tab-separated fields, the names of the columns first,
# as CSV (-v as=csv) or as Markdown (-v as=markdown); with csv.awk. In Markdown
# two columns X_low and X_high become one, "95 %", "percent" becomes "%", and
# other underscores blanks. Percentages have one decimal.

BEGIN { FS = "\t" }

NR == 1 {
	columns = NF
	for (i = 1; i <= columns; i++)
		name[i] = $i
}

{
	for (i = 1; i <= columns; i++)
		field[i] = name[i] ~ /(percent|_low|_high)$/ &&
			$i ~ /^-?[0-9.]+$/ ? sprintf("%.1f", $i) : $i
	if (as == "csv")
		csv_line()
	else
		markdown_line()
}

function csv_line(    i)
{
	for (i = 1; i <= columns; i++)
		printf("%s%s", csv_quote(field[i]), (i < columns ? "," : "\n"))
}

function markdown_line(    i, cell, line, rule, number)
{
	line = rule = "|"
	for (i = 1; i <= columns; i++) {
		cell = field[i]
		number = name[i] ~ /(^of|^n|^k|^connected|percent|_ms)$/
		if (NR == 1) {
			sub(/percent$/, "%", cell)
			gsub(/_/, " ", cell)
		}
		if (name[i] ~ /_low$/ && name[i + 1] ~ /_high$/) {
			if (NR == 1)
				cell = "95 %"
			else if (cell != "")
				cell = cell " to " field[i + 1]
			number = 1
			i++
		}
		gsub(/\|/, "\\|", cell)
		line = line " " cell " |"
		rule = rule (number ? "---:" : "---") "|"
	}
	print line
	if (NR == 1)
		print rule
}
