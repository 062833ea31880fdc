# What Mail::AuthenticationResults reads in the field on stdin: "ID", then a line
# a result: METHOD=RESULT and its properties.
use strict;
use warnings;
use Mail::AuthenticationResults::Parser;

local $/;
my $text = <STDIN>;
$text =~ s/^[^:]*:\s*//;
$text =~ s/\r//g;
my $field = Mail::AuthenticationResults::Parser->new->parse($text);
print $field->value->value, "\n";
for my $entry (@{ $field->search({ isa => 'entry' })->children }) {
	my @words = $entry->key . '=' . $entry->value;
	for my $child (@{ $entry->children }) {
		my $kind = ref $child;
		push @words, $child->key . '=' . $child->value
			if $kind =~ /::SubEntry$/;
	}
	print "@words\n";
}
