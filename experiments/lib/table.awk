# table.awk - a table of tab-separated fields, the names of the columns first,
# as CSV (-v as=csv) or as Markdown (-v as=markdown); with csv.awk. In Markdown
# two columns X_low and X_high become one, "95 %", and other underscores blanks.

BEGIN { FS = "\t" }

as == "csv" {
	for (i = 1; i <= NF; i++)
		printf("%s%s", csv_quote($i), (i < NF ? "," : "\n"))
	next
}

NR == 1 {
	columns = NF
	for (i = 1; i <= NF; i++)
		name[i] = $i
}

{
	line = "|"
	rule = "|"
	for (i = 1; i <= columns; i++) {
		if (name[i] ~ /_low$/ && name[i + 1] ~ /_high$/) {
			cell = NR == 1 ? "95 %" : \
				$i == "" ? "" : $i " to " $(i + 1)
			number = 1
			i++
		} else {
			cell = $i
			if (NR == 1)
				gsub(/_/, " ", cell)
			number = name[i] ~ /^(of|n|.*%|.*_of|k)$/
		}
		gsub(/\|/, "\\|", cell)
		line = line " " cell " |"
		rule = rule (number ? "---:" : "---") "|"
	}
	print line
	if (NR == 1)
		print rule
}
