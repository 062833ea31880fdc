#!/usr/bin/perl
# Mail::DKIM as a peer.
#
#   mail_dkim.pl sign KEY CANON SELECTOR SUFFIX FILE...   into FILE and SUFFIX
#   mail_dkim.pl domainkeys KEY CANON SELECTOR SUFFIX FILE...
#   mail_dkim.pl verify ZONE FILE...                      a line a file
#   mail_dkim.pl proxy ZONE FILE                          dkimproxy-verify's words
#
# ZONE is what "forge.py txt" writes; nothing is asked over the network.
use strict;
use warnings;
use Mail::DKIM::DNS;
use Mail::DKIM::DkSignature;
use Mail::DKIM::Signer;
use Mail::DKIM::Verifier;

package Zone {
	use Net::DNS;

	sub new {
		my ($class, $path) = @_;
		my %records;
		open my $in, '<', $path or die "$path: $!\n";
		while (<$in>) {
			my ($owner, $strings) = /^(\S+)\. IN TXT (.*)/ or next;
			push @{ $records{ lc $owner } }, [ $strings =~ /"([^"]*)"/g ];
		}
		return bless \%records, $class;
	}

	sub send {
		my ($self, $name, $type) = @_;
		my $packet = Net::DNS::Packet->new($name, $type);
		my @found = @{ $self->{ lc $name } || [] };
		$packet->header->qr(1);
		$packet->header->rcode('NXDOMAIN') if !@found;
		$packet->push(answer => Net::DNS::RR->new(
			owner => $name, type => 'TXT', txtdata => $_)) for @found;
		return $packet;
	}

	sub errorstring { return 'NOERROR' }
}

sub content {
	my ($path) = @_;
	open my $in, '<:raw', $path or die "$path: $!\n";
	local $/;
	return scalar <$in>;
}

# feed FILTER, TEXT: with CRLF line ends, which it wants.
sub feed {
	my ($filter, $text) = @_;
	$text =~ s/\r?\n/\r\n/g;
	$filter->PRINT($text);
	$filter->CLOSE;
	return;
}

# A policy of its Signer: one DomainKey-Signature.
sub domainkeys {
	my ($signer) = @_;
	$signer->add_signature(Mail::DKIM::DkSignature->new(
		Algorithm => 'rsa-sha1', Method => $signer->method, Query => 'dns',
		Headers => $signer->headers, Domain => $signer->domain,
		Selector => $signer->selector));
	return 1;
}

my ($command, @args) = @ARGV;
if ($command eq 'proxy') {
	my ($zone, $path) = @args;
	Mail::DKIM::DNS::resolver(Zone->new($zone));
	open STDIN, '<:raw', $path or die "$path: $!\n";
	@ARGV = ();
	no warnings 'redefine';
	*Mail::DKIM::DNS::enable_EDNS0 = sub { return }; # it asks the network
	do '/usr/bin/dkimproxy-verify';
	die $@ if $@;
} elsif ($command ne 'verify') {
	my ($key, $canon, $selector, $suffix, @files) = @args;
	for my $path (@files) {
		my $text = content($path);
		my $signer = Mail::DKIM::Signer->new(
			Algorithm => 'rsa-sha256', Method => $canon, KeyFile => $key,
			Domain => 'example.com', Selector => $selector,
			$command eq 'domainkeys' ? (Policy => \&domainkeys) : ());
		feed($signer, $text);
		my $field = $signer->signature->as_string . "\r\n";
		$field =~ s/\r\n/\n/g if $text !~ /\r\n/;
		open my $out, '>:raw', "$path$suffix" or die "$path$suffix: $!\n";
		print $out $field, $text;
		close $out or die;
	}
} else {
	my ($zone, @files) = @args;
	Mail::DKIM::DNS::resolver(Zone->new($zone));
	for my $path (@files) {
		my $verifier = Mail::DKIM::Verifier->new;
		feed($verifier, content($path));
		print join(' ', map { $_->result } $verifier->signatures), "\n";
	}
}
