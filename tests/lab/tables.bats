#!/usr/bin/env bats
# Every approach between two equal NATs, at skews below and above one one-way
# delay, against tests/lab/expected.

load tables.bash

@test "kernel linux at skew 5 gives the expected cells" {
	table_row kernel.tsv linux 5
}

@test "kernel linux at skew 60 gives the expected cells" {
	table_row kernel.tsv linux 60
}

@test "kernel linux-liberal at skew 5 gives the expected cells" {
	table_row kernel.tsv linux-liberal 5
}

@test "kernel linux-liberal at skew 60 gives the expected cells" {
	table_row kernel.tsv linux-liberal 60
}

@test "kernel linux-rst at skew 5 gives the expected cells" {
	table_row kernel.tsv linux-rst 5
}

@test "kernel linux-rst at skew 60 gives the expected cells" {
	table_row kernel.tsv linux-rst 60
}

@test "kernel linux-random at skew 5 gives the expected cells" {
	table_row kernel.tsv linux-random 5
}

@test "kernel linux-random at skew 60 gives the expected cells" {
	table_row kernel.tsv linux-random 60
}

@test "profile port-restricted-cone at skew 5 gives the expected cells" {
	table_row profiles.tsv port-restricted-cone 5
}

@test "profile port-restricted-cone at skew 60 gives the expected cells" {
	table_row profiles.tsv port-restricted-cone 60
}

@test "profile restricted-cone at skew 5 gives the expected cells" {
	table_row profiles.tsv restricted-cone 5
}

@test "profile restricted-cone at skew 60 gives the expected cells" {
	table_row profiles.tsv restricted-cone 60
}

@test "profile full-cone at skew 5 gives the expected cells" {
	table_row profiles.tsv full-cone 5
}

@test "profile full-cone at skew 60 gives the expected cells" {
	table_row profiles.tsv full-cone 60
}

@test "profile rfc5382 at skew 5 gives the expected cells" {
	table_row profiles.tsv rfc5382 5
}

@test "profile rfc5382 at skew 60 gives the expected cells" {
	table_row profiles.tsv rfc5382 60
}

@test "profile symmetric at skew 5 gives the expected cells" {
	table_row profiles.tsv symmetric 5
}

@test "profile symmetric at skew 60 gives the expected cells" {
	table_row profiles.tsv symmetric 60
}

@test "profile symmetric-random at skew 5 gives the expected cells" {
	table_row profiles.tsv symmetric-random 5
}

@test "profile symmetric-random at skew 60 gives the expected cells" {
	table_row profiles.tsv symmetric-random 60
}

@test "profile rst at skew 5 gives the expected cells" {
	table_row profiles.tsv rst 5
}

@test "profile rst at skew 60 gives the expected cells" {
	table_row profiles.tsv rst 60
}

@test "profile icmp at skew 5 gives the expected cells" {
	table_row profiles.tsv icmp 5
}

@test "profile icmp at skew 60 gives the expected cells" {
	table_row profiles.tsv icmp 60
}

@test "profile seq-rewriting at skew 5 gives the expected cells" {
	table_row profiles.tsv seq-rewriting 5
}

@test "profile seq-rewriting at skew 60 gives the expected cells" {
	table_row profiles.tsv seq-rewriting 60
}

@test "profile no-syn-in at skew 5 gives the expected cells" {
	table_row profiles.tsv no-syn-in 5
}

@test "profile no-syn-in at skew 60 gives the expected cells" {
	table_row profiles.tsv no-syn-in 60
}

@test "profile no-syn-ack-out at skew 5 gives the expected cells" {
	table_row profiles.tsv no-syn-ack-out 5
}

@test "profile no-syn-ack-out at skew 60 gives the expected cells" {
	table_row profiles.tsv no-syn-ack-out 60
}
