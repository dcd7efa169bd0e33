# experiments/lib/plot: CSV in, a figure out.

plot=$BATS_TEST_DIRNAME/../../experiments/lib/plot

# draw KIND [OPTION]... - the CSV is standard input, the figure is $svg
draw()
{
	svg=$BATS_TEST_TMPDIR/figure.svg
	"$plot" "$@" --out "$svg" && xmllint --noout "$svg"
}

@test "bars show the share, its Wilson interval and the published value" {
	draw bars --title 'A < B & "C"' <<-'END'
	# a comment
	label,ok,n,published,source
	"SYN-out, SYN-in",83,100,0.839,"a draft, reprinted"
	never run,,,,
	END
	# Wilson for 83 of 100: (0.8300 + 0.0192)/1.0384 -+ 0.0733
	grep -F '83.0 % (74.5–89.1)' "$svg"
	grep -F '<title>a draft, reprinted: 83.9 %</title>' "$svg"
	grep -F 'not measured' "$svg"
	grep -F '<title>A &lt; B &amp; "C"</title>' "$svg"
}

@test "every kind of figure has a title, both colour schemes and no external resource" {
	draw stack <<-END
	label,part,n
	x,simultaneous-open,3
	x,rst-from-nat,1
	END
	grep -F 'x: rst-from-nat, 25.0 % (1)' "$svg"
	draw lines --mark 20:d --title T <<-END
	series,x,ok,n,panel
	p2pnat none,0,10,10,drop
	p2pnat none,40,5,10,drop
	p2pnat none,40,0,10,rst
	END
	grep -F '>drop</text>' "$svg"
	grep -F '<title>p2pnat none: 40, 0.5</title>' "$svg"
	draw ecdf --title T <<-END
	series,value
	a,1
	a,2
	b,1.5
	END
	draw boxes --title T <<-END
	series,x,value,bound
	a,5,1,1
	a,5,2,1
	a,5,3,1
	END
	grep -F 'a, 5: median 2, middle half 1.5 to 2.5' "$svg"
	grep -F 'role="img" aria-label="T"' "$svg"
	grep -F 'prefers-color-scheme:dark' "$svg"
	! grep -E '(href|src|url\()' "$svg"
}

@test "a heat map of 114 by 114 cells is a small file and merging keeps every cell" {
	awk 'function kind(i, j) {
			if (i % 3 == 1)
				return "rst-from-nat"
			return j % 5 == 2 ? "forged-syn-ack" : "connected"
		}
		BEGIN {
			print "row,column,value"
			for (i = 0; i < 114; i++)
				for (j = 0; j < 114; j++)
					print "n" i ",n" j "," kind(i, j)
		}' > "$BATS_TEST_TMPDIR/map.csv"
	draw heatmap --sort "$BATS_TEST_TMPDIR/map.csv"
	[ "$(stat -c %s "$svg")" -lt 20000 ]
	grep -F '>rst-from-nat 33.3 %<' "$svg"
	draw heatmap --merge "$BATS_TEST_TMPDIR/map.csv"
	# 3 kinds of rows by 2 of columns: 4 that differ, 114 names in all
	[ "$(grep -oE '>n[0-9]+ \+[0-9]+<' "$svg" | sort -u |
		sed 's/.*+//; s/<//' | awk '{ n += $1 + 1 } END { print n }')" \
		= 114 ]
}

@test "the same CSV gives the same bytes" {
	printf 'row,column,value\na,b,0.5\na,c,1\nd,b,0\nd,c,\n' \
		> "$BATS_TEST_TMPDIR/x.csv"
	one=$(PYTHONHASHSEED=1 "$plot" heatmap "$BATS_TEST_TMPDIR/x.csv")
	two=$(PYTHONHASHSEED=2 "$plot" heatmap "$BATS_TEST_TMPDIR/x.csv")
	[ "$one" = "$two" ]
}

@test "wrong input is reported in one sentence and leaves no file" {
	run "$plot" pie
	[ "$status" = 2 ]
	[ "$output" = 'plot: "pie" is no kind of figure: bars, stack, lines, ecdf, boxes, heatmap' ]
	run "$plot" bars --out "$BATS_TEST_TMPDIR/none.svg" <<<$'name,ok\nx,1'
	[ "$status" = 2 ]
	[ "$output" = 'plot: there is no column "label", only name, ok' ]
	run "$plot" lines <<<$'series,x,value\na,1,high'
	[ "$output" = 'plot: "high" in column "value" is not a number' ]
	run "$plot" bars --mark d </dev/null
	[ "$output" = 'plot: "d" is not NUMBER:TEXT' ]
	[ ! -e "$BATS_TEST_TMPDIR/none.svg" ]
}
