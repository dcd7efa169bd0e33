# records.jq - what a record of tcptrav lab says (schema tcptrav.trial/1), in
# the words of the tables. jq -L lib: import "records" as records;

def connected: .outcome == "connected";

# approach - "stunt2 low keep-syn": method, TTL, variant
def approach: [.method, .ttl, .variant] |
	map(select(. != "" and . != null)) | join(" ");

# The rows of the tables, in their order
def approaches: ["stunt1 low", "stunt1 none", "stunt2 low", "stunt2 none",
	"stunt2 low keep-syn", "stunt2 none keep-syn", "natblaster low",
	"natblaster none", "p2pnat none", "p2pnat none sequential"];

def place: approach as $a | approaches | index($a) // 99;

# skew - of B's first SYN, against the one-way delay
def skew: if .skew_ms < .rtt_ms / 2 then "below d" else "above d" end;

# first_order - connected without the roles' swap? stunt2's A opens; in the
# sequential order B does; the other methods have no roles
def first_order: connected and
	(.opener == "" or .opener == (if .method == "p2pnat" then "b" else "a"
	 end));

# mechanism - of both hosts, in one word if it is one
def mechanism: if connected | not then null
	elif .mechanism_a == .mechanism_b then .mechanism_a
	else .mechanism_a + "/" + .mechanism_b end;

# story - mechanism or cause: what must not differ when a trial is repeated
def story: if connected then mechanism else .outcome + ": " + .cause end;

# said - the same of any record: one that is no trial of a method has answers
def said: if .outcome then story
	else del(.part, .clock, .kernel, .seed, .nat) | map(.) | join(" ") end;

# axis($name) - the value of one of the changes in a NAT's name, or null
def axis($name): [split("+")[1:][] | split("=") | select(.[0] == $name)[1]] |
	last;
