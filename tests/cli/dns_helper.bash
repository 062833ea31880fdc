# For tests with name servers of their own on loopback (after "load helper"):
# NSD for true answers, ldns-testns for the others. A server belongs to the test
# file, its data to $BATS_FILE_TMPDIR, and stop_servers ends it by its number.
# shellcheck shell=bash

# soon COMMAND...: until it succeeds, 10 s at most.
soon() {
	local tries=200

	until "$@" >/dev/null 2>&1; do
		((tries-- > 0)) || return 1
		sleep 0.05
	done
}

# answers PORT NAME: somebody there has something to say about NAME.
answers() {
	dig +tries=1 +timeout=1 -p "$1" @127.0.0.1 "$2" SOA | grep -q 'status: [NS]'
}

# gone PID: no such process, or one that has ended and was not waited for.
gone() { ! kill -0 "$1" || [ "$(ps -o stat= -p "$1" | cut -c1)" = Z ]; }

nsd_conf() { # PORT FOLDER ZONEFILE...
	local port=$1 folder=$2 file
	shift 2

	cat <<-EOT
		server:
		  ip-address: 127.0.0.1@$port
		  server-count: 1
		  username: ""
		  zonesdir: "$BATS_FILE_TMPDIR"
		  pidfile: "$folder/pid"
		  logfile: "$folder/log"
		  xfrdfile: "$folder/xfrd"
		  xfrdir: "$folder"
		  zonelistfile: "$folder/list"
		  database: ""
		  rrl-ratelimit: 0
		  tcp-timeout: 5
		remote-control:
		  control-enable: no
	EOT
	for file; do
		printf 'zone:\n  name: "%s"\n  zonefile: "%s"\n' \
			"$(basename "$file" .zone)" "$(realpath "$file")"
	done
}

# start_nsd ZONEFILE...: serve each DOMAIN.zone as DOMAIN; leaves the server's
# ADDR@PORT in $nsd. A port that is taken is not asked for twice.
start_nsd() {
	local folder port pid tries=20
	local nsd_program=/usr/sbin/nsd

	folder=$(mktemp -d "$BATS_FILE_TMPDIR/nsd.XXXXXX")
	while ((tries-- > 0)); do
		port=$((20000 + RANDOM % 12000))
		nsd_conf "$port" "$folder" "$@" >"$folder/conf"
		"$nsd_program" -d -c "$folder/conf" >"$folder/out" 2>&1 3>&- &
		pid=$!
		if soon answered_or_gone "$port" "$pid" "$(basename "$1" .zone)" &&
			! gone "$pid"; then
			echo "$pid" >>"$BATS_FILE_TMPDIR/servers"
			export nsd=127.0.0.1@$port
			return
		fi
		kill "$pid" 2>/dev/null || true
	done
	cat "$folder"/*
	return 1
}

answered_or_gone() { answers "$1" "$3" || gone "$2"; }

# start_testns DATAFILE: canned answers; leaves ADDR@PORT in $testns. The data
# must have an answer for the name "ready.".
start_testns() {
	local log port

	log=$(mktemp "$BATS_FILE_TMPDIR/testns.XXXXXX")
	stdbuf -oL ldns-testns -r "$1" >"$log" 2>&1 3>&- &
	echo $! >>"$BATS_FILE_TMPDIR/servers"
	soon grep -q '[0-9]' "$log"
	port=$(grep -o '[0-9][0-9]*' "$log" | tail -n 1)
	soon answers "$port" ready. || {
		cat "$log"
		return 1
	}
	export testns=127.0.0.1@$port
}

# stop_servers: for teardown_file.
stop_servers() {
	local pid

	[ -e "$BATS_FILE_TMPDIR/servers" ] || return 0
	while read -r pid; do
		kill "$pid" 2>/dev/null || true
		soon gone "$pid" || kill -9 "$pid"
	done <"$BATS_FILE_TMPDIR/servers"
}

# sign_zone FILE [BAD]: in place, with a new key whose DS record goes to
# FILE.ds; with BAD what was signed at that name is changed afterwards.
sign_zone() {
	local zone key
	zone=$(basename "$1" .zone)

	key=$(ldns-keygen -a ECDSAP256SHA256 -k "$zone")
	ldns-signzone -b -o "$zone" -f "$1.signed" "$1" "$key"
	cp "$key.ds" "$1.ds"
	sed "${2:+/^$2\..*TXT/s/v=DKIM1/v=DKIM2/}" "$1.signed" >"$1"
}

unbound_conf() { # PORT FOLDER
	cat <<-EOT
		server:
		  interface: 127.0.0.1@$1
		  do-daemonize: no
		  username: ""
		  chroot: ""
		  directory: "$2"
		  pidfile: "$2/pid"
		  use-syslog: no
		  logfile: "$2/log"
		  do-not-query-localhost: no
		  access-control: 127.0.0.0/8 allow
		  module-config: "validator iterator"
		  num-threads: 1
	EOT
}

# start_unbound ADDR@PORT ZONEFILE...: a resolver that validates what the server
# there has to say of each DOMAIN.zone, by DOMAIN.zone.ds where that exists;
# leaves its own ADDR@PORT in $unbound.
start_unbound() {
	local folder port pid file from=$1 tries=20
	local unbound_program=/usr/sbin/unbound
	shift

	folder=$(mktemp -d "$BATS_FILE_TMPDIR/unbound.XXXXXX")
	while ((tries-- > 0)); do
		port=$((20000 + RANDOM % 12000))
		{
			unbound_conf "$port" "$folder"
			for file; do
				[ ! -e "$file.ds" ] ||
					printf '  trust-anchor-file: "%s"\n' \
						"$(realpath "$file.ds")"
			done
			for file; do
				printf 'stub-zone:\n  name: "%s"\n  stub-addr: %s\n' \
					"$(basename "$file" .zone)" "$from"
			done
			printf 'remote-control:\n  control-enable: no\n'
		} >"$folder/conf"
		"$unbound_program" -d -c "$folder/conf" >"$folder/out" 2>&1 3>&- &
		pid=$!
		if soon answered_or_gone "$port" "$pid" "$(basename "$1" .zone)" &&
			! gone "$pid"; then
			echo "$pid" >>"$BATS_FILE_TMPDIR/servers"
			export unbound=127.0.0.1@$port
			return
		fi
		kill "$pid" 2>/dev/null || true
	done
	cat "$folder"/*
	return 1
}

# start_server PORT NAME COMMAND...: run COMMAND, a server that stays in
# the foreground, until it answers for NAME at 127.0.0.1 PORT.
start_server() {
	local port=$1 name=$2 log pid
	shift 2

	log=$(mktemp "$BATS_FILE_TMPDIR/server.XXXXXX")
	"$@" >"$log" 2>&1 3>&- &
	pid=$!
	if soon answered_or_gone "$port" "$pid" "$name" && ! gone "$pid"; then
		echo "$pid" >>"$BATS_FILE_TMPDIR/servers"
		return
	fi
	kill "$pid" 2>/dev/null || true
	cat "$log"
	return 1
}

# some_port: one that nobody has now.
some_port() {
	perl -MIO::Socket::INET -e '
		for (1 .. 50) {
			my $port = 20000 + int rand 12000;
			my %at = (LocalAddr => "127.0.0.1", LocalPort => $port);
			my $tcp = IO::Socket::INET->new(%at, Proto => "tcp", Listen => 1) or next;
			my $udp = IO::Socket::INET->new(%at, Proto => "udp") or next;
			print $port;
			exit
		}'
}

# start_named ZONEFILE...: BIND 9 serves each DOMAIN.zone and takes updates that
# $named_key signs; leaves ADDR@PORT in $named.
start_named() {
	local folder port file tries=10

	folder=$(mktemp -d "$BATS_FILE_TMPDIR/named.XXXXXX")
	named_key=$folder/key
	tsig-keygen test >"$named_key"
	while ((tries-- > 0)); do
		port=$(some_port)
		{
			cat "$named_key"
			cat <<-EOT
				options {
				  directory "$folder"; pid-file none; session-keyfile none;
				  listen-on port $port { 127.0.0.1; }; listen-on-v6 { none; };
				  recursion no; dnssec-validation no; notify no;
				  check-names primary ignore;
				};
				controls { };
			EOT
			for file; do
				cp "$file" "$folder"
				cat <<-EOT
					zone "$(basename "$file" .zone)" {
					  type primary; file "$(basename "$file")";
					  allow-update { key test; };
					};
				EOT
			done
		} >"$folder/conf"
		if start_server "$port" "$(basename "$1" .zone)" \
			/usr/sbin/named -g -n 1 -c "$folder/conf"; then
			export named=127.0.0.1@$port named_key
			return
		fi
	done
	return 1
}

# served ADDR@PORT NAME: the text of its TXT record there, strings joined.
served() {
	dig +short -p "${1#*@}" "@${1%@*}" "$2" TXT | sed 's/" "//g;s/^"//;s/"$//'
}
