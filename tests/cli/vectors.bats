#!/usr/bin/env bats
# The examples of the RFCs, from tests/vectors.
load helper
load dkim_helper

setup() {
	in_own_folder
	cp "$top"/tests/vectors/* .
	cp keys.zone zone
}

@test "RFC 8463 A.3: the Ed25519 and the RSA signature both pass" {
	judged 0 "pass/ok pass/ok" rfc8463-appendix-a.eml
	[ "$(value signatures.0.a)" = '"ed25519-sha256"' ]
	[ "$(value signatures.1.a)" = '"rsa-sha256"' ]
	[ "$(value signatures.1.bits)" = 1024 ]
	[ "$(value from)" = '"football.example.com"' ]
	[ "$(value signatures.0.aligned)" = '"strict"' ]
}

@test "RFC 8463 A.3: with LF line ends too" {
	lf <rfc8463-appendix-a.eml >m
	judged 0 "pass/ok pass/ok" m
}

@test "RFC 8463 A.3: each signature stands for itself" {
	sed 's/^ b=\/gCr/ b=\/gCs/' rfc8463-appendix-a.eml >m
	judged 0 "fail/bad-signature pass/ok" m
	sed 's/^ b=F45d/ b=F45e/' rfc8463-appendix-a.eml >m
	judged 0 "pass/ok fail/bad-signature" m
	sed 's/hungry/Hungry/' rfc8463-appendix-a.eml >m
	judged 1 "fail/body-hash-mismatch fail/body-hash-mismatch" m
	sed -i '/^brisbane._domainkey.football/,/)/d' zone
	judged 0 "permerror/no-key pass/ok" rfc8463-appendix-a.eml
}

@test "RFC 6376 A.2 with its errata passes" {
	judged 0 pass/ok rfc6376-a2-with-errata.eml
	[ "$(value signatures.0.c)" = '"simple/simple"' ]
	[ "$(value signatures.0.i)" = '"joe@football.example.com"' ]
	[ "$(value signatures.0.aligned)" = '"relaxed"' ]
	lf <rfc6376-a2-with-errata.eml >m
	judged 0 pass/ok m
}

@test "RFC 6376 A.2 as printed: the body hash does not match" {
	judged 1 fail/body-hash-mismatch rfc6376-a2-as-printed.eml
	[ "$(value signatures.0.body_hash.expected)" = '"2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8="' ]
	refute [ "$(value signatures.0.body_hash.found)" = "$(value signatures.0.body_hash.expected)" ]
}

@test "RFC 6376 A.2: simple header canonicalization keeps every blank" {
	sed 's/^Received: from client1.football.example.com  /Received: from client1.football.example.com /' \
		rfc6376-a2-with-errata.eml >m
	judged 1 fail/bad-signature m
	sed 's/^Subject: /subject: /' rfc6376-a2-with-errata.eml >m
	judged 1 fail/bad-signature m
}

@test "the keys of the RFCs are no secret: known-weak-key" {
	judged 0 "pass/ok pass/ok" rfc8463-appendix-a.eml
	[ "$(grep -o known-weak-key json | wc -l)" -eq 2 ]
	dkim-verify --zone=zone --at=$now rfc8463-appendix-a.eml 2>err
	[ "$(grep -c 'printed in RFC 8463' err)" -eq 2 ]
}
