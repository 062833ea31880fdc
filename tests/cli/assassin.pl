# What SpamAssassin's plugin AuthRes reads in the message on stdin: METHOD=RESULT
# of each method, sorted; nothing if it gives up the field.
use strict;
use warnings;
use Mail::SpamAssassin;

local $/;
my $assassin = Mail::SpamAssassin->new({
	local_tests_only => 1,
	dont_copy_prefs => 1,
	config_text => "loadplugin Mail::SpamAssassin::Plugin::AuthRes\nauthres_networks all\n",
});
$assassin->init(0);
my $message = $assassin->parse(scalar <STDIN>);
my $status = Mail::SpamAssassin::PerMsgStatus->new($assassin, $message);
$status->extract_message_metadata;
my $read = $status->{authres_result} // {};
print join(' ', map { "$_=$read->{$_}" } sort keys %$read), "\n";
$status->finish;
$message->finish;
