#!/usr/bin/env bats
# Every approach between two equal NATs, at skews below and above one one-way
# delay, against tests/lab/expected.

load tables.bash

@test "kernel linux, skew 5" {
	table_row kernel.tsv linux 5
}

@test "kernel linux, skew 60" {
	table_row kernel.tsv linux 60
}

@test "kernel linux-liberal, skew 5" {
	table_row kernel.tsv linux-liberal 5
}

@test "kernel linux-liberal, skew 60" {
	table_row kernel.tsv linux-liberal 60
}

@test "kernel linux-rst, skew 5" {
	table_row kernel.tsv linux-rst 5
}

@test "kernel linux-rst, skew 60" {
	table_row kernel.tsv linux-rst 60
}

@test "kernel linux-random, skew 5" {
	table_row kernel.tsv linux-random 5
}

@test "kernel linux-random, skew 60" {
	table_row kernel.tsv linux-random 60
}

@test "profile port-restricted-cone, skew 5" {
	table_row profiles.tsv port-restricted-cone 5
}

@test "profile port-restricted-cone, skew 60" {
	table_row profiles.tsv port-restricted-cone 60
}

@test "profile restricted-cone, skew 5" {
	table_row profiles.tsv restricted-cone 5
}

@test "profile restricted-cone, skew 60" {
	table_row profiles.tsv restricted-cone 60
}

@test "profile full-cone, skew 5" {
	table_row profiles.tsv full-cone 5
}

@test "profile full-cone, skew 60" {
	table_row profiles.tsv full-cone 60
}

@test "profile rfc5382, skew 5" {
	table_row profiles.tsv rfc5382 5
}

@test "profile rfc5382, skew 60" {
	table_row profiles.tsv rfc5382 60
}

@test "profile symmetric, skew 5" {
	table_row profiles.tsv symmetric 5
}

@test "profile symmetric, skew 60" {
	table_row profiles.tsv symmetric 60
}

@test "profile symmetric-random, skew 5" {
	table_row profiles.tsv symmetric-random 5
}

@test "profile symmetric-random, skew 60" {
	table_row profiles.tsv symmetric-random 60
}

@test "profile rst, skew 5" {
	table_row profiles.tsv rst 5
}

@test "profile rst, skew 60" {
	table_row profiles.tsv rst 60
}

@test "profile icmp, skew 5" {
	table_row profiles.tsv icmp 5
}

@test "profile icmp, skew 60" {
	table_row profiles.tsv icmp 60
}

@test "profile seq-rewriting, skew 5" {
	table_row profiles.tsv seq-rewriting 5
}

@test "profile seq-rewriting, skew 60" {
	table_row profiles.tsv seq-rewriting 60
}

@test "profile no-syn-in, skew 5" {
	table_row profiles.tsv no-syn-in 5
}

@test "profile no-syn-in, skew 60" {
	table_row profiles.tsv no-syn-in 60
}

@test "profile no-syn-ack-out, skew 5" {
	table_row profiles.tsv no-syn-ack-out 5
}

@test "profile no-syn-ack-out, skew 60" {
	table_row profiles.tsv no-syn-ack-out 60
}
