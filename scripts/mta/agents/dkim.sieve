# Dovecot's Pigeonhole, with sieve_plugins = sieve_extprograms, sieve_extensions =
# +vnd.dovecot.filter and sieve_filter_bin_dir = @BINDIR@. If the tool cannot do its
# work the message is delivered as it is.
require ["vnd.dovecot.filter", "fileinto", "mailbox"];
filter "dkim-verify" ["--filter=mx.example.com"];
if header :contains "Authentication-Results" "dkim=fail" {
	fileinto :create "suspect";
}
