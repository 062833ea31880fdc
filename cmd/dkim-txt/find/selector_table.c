#include "selector_table.h"

#include <stdio.h>

#include "when.h"

/* Months, or years, that a word with a date is tried for. */
enum { MONTHS = 24, YEARS = 6 };

/* Of a provider with selectors that nobody can guess there is no word; its
 * domains are there nevertheless, so that its name can be told. */
static const struct selector_row rows[] = {
	/* --- mailboxes --- */
	{ "Google Workspace", "google google1 google2 google2048",
	  "google.com googlemail.com smtp.goog", "_spf.google.com",
	  "gappssmtp.com", "support.google.com/a/answer/174124" },
	{ "Gmail", "20120113 20161025 20210112 20221208 20230601 20251104",
	  NULL, NULL, NULL, "s= of mail from gmail.com" },
	{ "Microsoft 365", "selector1 selector2",
	  "mail.protection.outlook.com mx.microsoft",
	  "spf.protection.outlook.com", "onmicrosoft.com dkim.mail.microsoft",
	  "learn.microsoft.com/defender-office-365/email-authentication-dkim-"
	  "configure" },
	{ "Azure Communication Services",
	  "selector1-azurecomm-prod-net selector2-azurecomm-prod-net", NULL,
	  NULL, "azurecomm.net",
	  "learn.microsoft.com/azure/communication-services" },
	{ "Apple iCloud", "sig1", "mail.icloud.com", "icloud.com",
	  "icloudmailadmin.com", "support.apple.com/102374" },
	{ "Fastmail", "fm1 fm2 fm3 fm4 mesmtp", "messagingengine.com",
	  "spf.messagingengine.com", "fmhosted.com",
	  "fastmail.help: custom domains, DNS records" },
	{ "Proton Mail", "protonmail protonmail2 protonmail3",
	  "protonmail.ch proton.ch", "_spf.protonmail.ch", "proton.ch",
	  "proton.me/support/anti-spoofing-custom-domain" },
	{ "Zoho Mail", "zoho zmail zohomail zoho1 zoho2",
	  "zoho.com zoho.eu zoho.in zoho.com.au zoho.jp zohomail.com",
	  "zoho.com zoho.eu zoho.in zohomail.com one.zoho.com", NULL,
	  "zoho.com/mail/help/adminconsole/dkim-configuration.html" },
	{ "Yandex 360", "mail", "mx.yandex.net mx.yandex.ru", "_spf.yandex.net",
	  NULL, "yandex.com/support/yandex-360/business: DKIM" },
	{ "Mail.ru", "mailru mailru2", "emx.mail.ru mxs.mail.ru",
	  "_spf.mail.ru", NULL, "help.mail.ru/biz/domain/settings/dkim" },
	{ "Tuta", "s1 s2", "tutanota.de tutanota.com", "spf.tutanota.de",
	  "domainkey.tutanota.de", "tuta.com/support: custom domains" },
	{ "mailbox.org", "mbo0001 mbo0002 mbo0003 mbo0004", "mailbox.org",
	  "mailbox.org", "mailbox.org", "kb.mailbox.org: custom domain" },
	{ "Migadu", "key1 key2 key3", "migadu.com", "spf.migadu.com",
	  "migadu.com", "migadu.com/guides/dns" },
	{ "Purelymail", "purelymail1 purelymail2 purelymail3", "purelymail.com",
	  "_spf.purelymail.com", "dkimroot.purelymail.com",
	  "purelymail.com/docs" },
	{ "Runbox", "selector1 selector2", "runbox.com", "spf.runbox.com",
	  "runbox.com", "help.runbox.com/dkim" },
	{ "addy.io", "dk1 dk2 default", "mail.anonaddy.me mail.addy.io",
	  "spf.anonaddy.me", "anonaddy.me addy.io",
	  "github.com/anonaddy/anonaddy issue 68" },
	{ "SimpleLogin", "dkim dkim02 dkim03", "simplelogin.co",
	  "simplelogin.co", "simplelogin.co",
	  "simplelogin.io/docs/custom-"
	  "domain/add-domain" },
	{ "Forward Email", "fe-%Y", "forwardemail.net", "spf.forwardemail.net",
	  NULL, "forwardemail.net/faq" },
	{ "ImprovMX", "dkimprovmx1 dkimprovmx2", "improvmx.com",
	  "spf.improvmx.com", "improvmx.com", "improvmx.com/guides: SMTP" },
	{ "Cloudflare Email Routing", "cf2024-1 cf%Y-1", "mx.cloudflare.net",
	  "_spf.mx.cloudflare.net", NULL,
	  "developers.cloudflare.com/email-routing" },
	{ "Titan", "titan1 titan2", "titan.email", "spf.titan.email",
	  "titan.email", "support.titan.email: DKIM" },
	{ "Hostinger",
	  "hostingermail-a hostingermail-b hostingermail-c "
	  "hostingermail1 hostingermail2",
	  "hostinger.com", "_spf.mail.hostinger.com", "mail.hostinger.com",
	  "support.hostinger.com: DKIM" },
	{ "Gandi", "gm1 gm2 gm3", "mail.gandi.net", "_mailcust.gandi.net",
	  "gandimail.net", "docs.gandi.net/en/gandimail" },
	{ "Infomaniak", NULL, "infomaniak.ch", "spf.infomaniak.ch", NULL,
	  "infomaniak.com/en/support/faq: DKIM (the day it was set up)" },
	{ "IONOS", "s1-ionos s2-ionos s42582890",
	  "ionos.com ionos.de ionos.co.uk kundenserver.de perfora.net",
	  "_spf.perfora.net _spf-us.ionos.com _spf-eu.ionos.com "
	  "_spf.kundenserver.de",
	  "dkim.ionos.com", "ionos.com/help/domains: DKIM" },
	{ "STRATO", "strato-dkim-0002 strato-dkim-0003", "rzone.de",
	  "smtp.rzone.de", "rzone.de", "strato.de/faq/mail: DKIM" },
	{ "OVHcloud", NULL, "mail.ovh.net mail.ovh.ca", "mx.ovh.com",
	  "mail.ovh.net ovh.net", "help.ovhcloud.com: DKIM" },
	{ "Rackspace Email", NULL, "emailsrvr.com", "emailsrvr.com", NULL,
	  "docs.rackspace.com: DKIM (a date and a random part)" },
	{ "GoDaddy", "secureserver1 secureserver2", "secureserver.net",
	  "secureserver.net", "secureserver.net", "godaddy.com/help: DKIM" },
	{ "Namecheap Private Email", "default", "privateemail.com",
	  "spf.privateemail.com", NULL, "namecheap.com/support: DKIM" },
	{ "DreamHost", "dreamhost", "dreamhost.com", "dreamhost.com", NULL,
	  "help.dreamhost.com: DKIM" },
	{ "Hetzner", "default2009 dkim", "your-server.de", "your-server.de",
	  NULL, "docs.hetzner.com/konsoleh/account-management/email" },
	{ "one.com", "rsa1 rsa2 ed1 ed2", "one.com", "_custspf.one.com",
	  "one.com", "help.one.com: DKIM" },
	{ "Simply.com", "simplycom1 simplycom2 unoeuro", "simply.com",
	  "spf.simply.com", "simply.com", "simply.com/support: DKIM" },
	{ "Loopia", "loopia", "loopia.se", "spf.loopia.se", NULL,
	  "support.loopia.com: DKIM" },
	{ "Domeneshop", "ds1 ds2", "domeneshop.no", "_spf.domeneshop.no",
	  "domeneshop.no", "domene.shop/faq: DKIM" },
	{ "TransIP", "transip-a transip-b transip-c", "transip.email",
	  "spf.transip.email", "transip.email", "transip.eu/knowledgebase" },
	{ "Alibaba Mail", "default aliyun", "mxhichina.com qiye.aliyun.com",
	  "spf.mxhichina.com spf.qiye.aliyun.com", NULL,
	  "alibabacloud.com/help: DKIM" },
	{ "Tencent Exmail", "qqexmail s201512", "exmail.qq.com",
	  "spf.mail.qq.com", NULL, "service.exmail.qq.com: DKIM" },
	{ "Yahoo", "s1024 s2048 a2048 yahoo", "yahoodns.net",
	  "_spf.mail.yahoo.com", NULL, "s= of mail from yahoo.com, aol.com" },
	{ "Amazon SES and WorkMail", NULL,
	  "inbound-smtp.us-east-1.amazonaws.com "
	  "inbound-smtp.us-west-2.amazonaws.com "
	  "inbound-smtp.eu-west-1.amazonaws.com",
	  "amazonses.com", "dkim.amazonses.com",
	  "docs.aws.amazon.com/ses: Easy DKIM (three random names)" },

	/* --- gateways --- */
	{ "Mimecast", "mimecast mimecast1 mimecast20190104", "mimecast.com",
	  "mimecast.com", NULL, "mimecastsupport.zendesk.com: DKIM" },
	{ "Proofpoint", "proofpoint pps pps1 ppkey ppk1 ppk2",
	  "pphosted.com ppe-hosted.com", "pphosted.com ppe-hosted.com",
	  "pphosted.com", "help.proofpoint.com: DKIM" },
	{ "Cisco Secure Email", "iport ironport cisco", "iphmx.com",
	  "iphmx.com", NULL, "cisco.com: ESA DKIM signing profile" },
	{ "Hornetsecurity", "hse1 hse2",
	  "hornetsecurity.com "
	  "antispameurope.com",
	  "hornetsecurity.com antispameurope.com",
	  "hornetsecurity.com antispameurope.com",
	  "support.hornetsecurity.com: DKIM" },
	{ "Global Micro MxVault", "mxvault", NULL, NULL, NULL,
	  "help.sendmarc.com/support/solutions/articles/44001891845" },
	{ "Exclaimer", "exclaimer", NULL, "spf.exclaimer.net", NULL,
	  "support.exclaimer.com: DKIM" },

	/* --- newsletters and applications --- */
	{ "Mailchimp", "k1 k2 k3", NULL, "servers.mcsv.net", "mcsv.net",
	  "mailchimp.com/help/set-up-email-domain-authentication" },
	{ "Mandrill", "mandrill mte1 mte2", NULL, "spf.mandrillapp.com",
	  "mandrillapp.com", "mailchimp.com/developer/transactional: DKIM" },
	{ "SendGrid", "s1 s2 smtpapi m1 sendgrid", NULL, "sendgrid.net",
	  "sendgrid.net", "twilio.com/docs/sendgrid: domain authentication" },
	{ "Mailgun", "mailo k1 krs mx pic smtp mta mg email mailgun pdk1 pdk2",
	  "mailgun.org", "mailgun.org eu.mailgun.org", "mailgun.org",
	  "documentation.mailgun.com: domains" },
	{ "Postmark", "pm pm2", NULL, "spf.mtasv.net", NULL,
	  "postmarkapp.com/support: DKIM (now the time and pm)" },
	{ "SparkPost", "scph%m%y sparkpost", NULL,
	  "sparkpostmail.com "
	  "_spf.sparkpostmail.com",
	  NULL, "support.sparkpost.com: sending domains" },
	{ "HubSpot", "hs1 hs2 hs1-%1 hs2-%1", NULL,
	  "spf.hubspotemail.net spf01.hubspotemail.net spf02.hubspotemail.net "
	  "spf03.hubspotemail.net spf04.hubspotemail.net hubspotemail.net",
	  "hubspotemail.net", "knowledge.hubspot.com: email sending domain" },
	{ "Salesforce", "sf sf1 sf2 salesforce", NULL, "_spf.salesforce.com",
	  "custdkim.salesforce.com", "help.salesforce.com: DKIM keys" },
	{ "Salesforce Marketing Cloud",
	  "200608 10dkim1 11dkim1 12dkim1 50dkim1 "
	  "51dkim1 fbldkim1",
	  NULL, "cust-spf.exacttarget.com exacttarget.com", NULL,
	  "s= of mail that exacttarget.com sends" },
	{ "Account Engagement (Pardot)", "200608 pardot", NULL,
	  "aspmx.pardot.com et._spf.pardot.com", "pardot.com",
	  "help.salesforce.com: Account Engagement domains" },
	{ "Marketo", "m1 m2 marketo mkto", NULL, "mktomail.com", NULL,
	  "experienceleague.adobe.com/docs/marketo: SPF and DKIM" },
	{ "Adobe Campaign", "neolane adobe", NULL,
	  "campaign.adobe.com "
	  "neolane.net",
	  NULL, "experienceleague.adobe.com/docs: deliverability" },
	{ "Constant Contact", "ctct1 ctct2", NULL, "spf.constantcontact.com",
	  "ccsend.com",
	  "knowledgebase.constantcontact.com: self-"
	  "authentication" },
	{ "Campaign Monitor", "cm cm1 cm2 createsend", NULL,
	  "cmail1.com createsend.com", "createsend.com",
	  "help.campaignmonitor.com: authenticate" },
	{ "Klaviyo", "kl kl1 kl2 km1 km2 dkim1 dkim2", NULL, "klaviyomail.com",
	  "klaviyomail.com", "help.klaviyo.com: branded sending domain" },
	{ "Brevo", "mail brevo1 brevo2 sib sendinblue", NULL,
	  "spf.sendinblue.com spf.brevo.com", "dkim.brevo.com",
	  "help.brevo.com: authenticate your domain" },
	{ "Mailjet", "mailjet mailjet2", NULL, "spf.mailjet.com", NULL,
	  "documentation.mailjet.com: DKIM" },
	{ "MailerLite", "litesrv ml ml1 ml2", NULL, "_spf.mlsend.com",
	  "mlsend.com", "mailerlite.com/help: domain authentication" },
	{ "MailerSend", "mlsend mlsend2", NULL, "_spf.mailersend.net",
	  "mailersend.net", "mailersend.com/help: domain verification" },
	{ "ActiveCampaign", "dk acdkim1 acdkim2 acdkim", NULL, "emsd1.com",
	  "acems1.com emsd1.com", "help.activecampaign.com: DKIM" },
	{ "AWeber", "aweber_key_a aweber_key_b aweber_key_c", NULL,
	  "send.aweber.com", "send.aweber.com", "help.aweber.com: DKIM" },
	{ "GetResponse", "getresponse gr gr1 gr2", NULL, "getresponse.com",
	  "getresponse.com gr-mail.com", "getresponse.com/help: DKIM" },
	{ "Kit (ConvertKit)", "cka cka2", NULL, "convertkit.com",
	  "convertkit.com", "help.kit.com: verified sending domain" },
	{ "Elastic Email", "api elastic", NULL, "_spf.elasticemail.com", NULL,
	  "help.elasticemail.com: verify a domain" },
	{ "SMTP2GO", "smtp2go", NULL, "spf.smtp2go.com", "smtp2go.net",
	  "support.smtp2go.com: sender domain (s and a number)" },
	{ "SocketLabs", "socketlabs dkim", NULL, "email-od.com", NULL,
	  "help.socketlabs.com: DKIM" },
	{ "Resend", "resend", NULL, NULL, NULL, "resend.com/docs: domains" },
	{ "Loops", "loops", NULL, NULL, NULL, "loops.so/docs: sending domain" },
	{ "Customer.io", "cio", NULL, "customeriomail.com",
	  "customeriomail.com", "docs.customer.io: authentication" },
	{ "Iterable", "iter iterable", NULL, NULL, NULL,
	  "support.iterable.com: sending domain" },
	{ "Zendesk", "zendesk1 zendesk2", NULL, "mail.zendesk.com",
	  "zendesk.com", "support.zendesk.com: digitally signing email" },
	{ "Freshworks", "fdkim freshdesk freshworks fwdkim1 fddkim1", NULL,
	  "email.freshdesk.com freshemail.io", "freshemail.io freshdesk.com",
	  "support.freshdesk.com: DKIM" },
	{ "Intercom", "intercom", NULL, "spf.intercom.io", "intercom.io",
	  "intercom.com/help: DKIM" },
	{ "Help Scout", "strong1 strong2 helpscout", NULL, "helpscoutemail.com",
	  "helpscout.net", "docs.helpscout.com: DKIM" },
	{ "Front", "front m1", NULL, "frontapp.com", "frontapp.com",
	  "help.front.com: DKIM" },
	{ "Shopify", "shopify", NULL, "shops.shopify.com",
	  "shopify.com "
	  "myshopify.com",
	  "help.shopify.com: sender email" },
	{ "Everlytic", "everlytickey1 everlytickey2 eversrv", NULL,
	  "everlytic.net everlytic.com", NULL,
	  "help.sendmarc.com/support/solutions/articles/44001891845" },
	{ "Emma", "e2ma-k1 e2ma-k2 e2ma-k3", NULL, "e2ma.net", "e2ma.net",
	  "support.e2ma.net: DKIM" },
	{ "Dotdigital", "dkim1024 dotmailer dotdigital", NULL, "dotmailer.com",
	  NULL, "support.dotdigital.com: custom from address" },
	{ "Acoustic", "spop1024 spop2048 acoustic", NULL, "mkt.com", NULL,
	  "s= of mail that Acoustic (Silverpop) sends" },
	{ "Bronto, Listrak, Sailthru", "bronto listrak sailthru", NULL, NULL,
	  NULL, "the products' names" },
	{ "VerticalResponse, iContact", "vr icontact", NULL,
	  "verticalresponse.com icontact.com", NULL, "the products' names" },
	{ "Omnisend, Moosend, SendPulse", "omnisend moosend sendpulse sp1 sp2",
	  NULL, "sendpulse.com moosend.com", "sendpulse.com moosend.com",
	  "the products' names" },
	{ "CleverReach, rapidmail", "cleverreach crsend rapidmail", NULL,
	  "spf.crsend.com emailsys.net", "crsend.com emailsys.net",
	  "the products' help: DKIM" },
	{ "Inxmail, Emarsys, Mapp", "inx inxmail emarsys key1 mapp ecm1", NULL,
	  "inxserver.com emarsys.net", NULL, "the products' help: DKIM" },
	{ "turboSMTP, Netcore", "turbo-smtp pepipost netcore", NULL,
	  "spf.turbo-smtp.com", NULL, "the products' help: DKIM" },
	{ "Oracle Responsys, Eloqua", "responsys eloqua", NULL,
	  "rsgsv.net responsys.net", NULL, "the products' names" },
	{ "Oracle Cloud Email Delivery", NULL, NULL,
	  "rp.oracleemaildelivery.com", "oracleemaildelivery.com",
	  "docs.oracle.com/iaas/Content/Email (a chosen prefix and a date)" },
	{ "Zoho Campaigns and ZeptoMail", "zcsend zeptomail zcampaigns", NULL,
	  "zcsend.net zeptomail.net transmail.net", NULL,
	  "zoho.com/campaigns/help: DKIM" },
	{ "Atlassian", "atlassian", NULL, "_spf.atlassian.net", "atlassian.net",
	  "support.atlassian.com: custom email domain (a random part)" },

	/* --- programs --- */
	{ "opendkim-genkey, cPanel, Plesk, Froxlor, ISPConfig", "default", NULL,
	  NULL, NULL, "opendkim-genkey(8) -s; cPanel: exim.conf" },
	{ "docker-mailserver, Mail-in-a-Box, YunoHost, HestiaCP", "mail", NULL,
	  NULL, NULL, "github.com/hestiacp/hestiacp issue 4313" },
	{ "mailcow, Mailu, iRedMail, amavisd, Rspamd", "dkim", NULL, NULL, NULL,
	  "github.com/mailcow/mailcow-dockerized-docs pull 13; "
	  "rspamadm dkim_keygen" },
	{ "DirectAdmin", "x", NULL, NULL, NULL, "docs.directadmin.com: DKIM" },
	{ "Modoboa", "modoboa", NULL, NULL, NULL,
	  "github.com/modoboa/modoboa issue 1615" },
	{ "Stalwart", "%Y%mr %Y%me", NULL, NULL, NULL,
	  "stalw.art/docs/mta/authentication/dkim" },
	{ "mox", "%Ya %Yb %Yc %Yd", NULL, NULL, NULL,
	  "github.com/mjl-/mox quickstart.go" },
	{ "Haraka", "%b%Y", NULL, NULL, NULL,
	  "github.com/haraka/haraka-plugin-dkim dkim_key_gen.sh" },
	{ "Virtualmin, dated by hand", "%Y %Y%m dkim%Y", NULL, NULL, NULL,
	  "virtualmin.com/docs: DKIM (the year)" },
	{ "Exchange, sendmail, qmail, PowerMTA, MDaemon, Axigen",
	  "exchange sendmail qmail pmta mdaemon axigen postfix exim exim4 "
	  "opensmtpd hmailserver kerio zimbra communigate mailenable "
	  "smartermail "
	  "icewarp merak postal listmonk mautic sympa mailman discourse gitlab "
	  "nextcloud odoo moodle opendkim amavis rspamd",
	  NULL, NULL, NULL, "the programs' names" },
	{ "RFCs and how-tos",
	  "brisbane test sel1 sel2 football toronto newengland eng admin mail1 "
	  "mail2 mail3 mail01 mail02 key key1 key2 key3 key4 dkim1 dkim2 dkim3 "
	  "dkim01 dkim02 dkim2048 dkim4096 dkimkey dkim-rsa dkim-ed25519 "
	  "dkim_rsa dkim-1 dkim-2 selector selector0 selector3 selector4 s0 s3 "
	  "s4 s5 s512 s768 s384 s4096 k4 k5 d1 d2 sk1 sk2 rsa rsa1 rsa2048 "
	  "rsa-2048 ed ed25519 eddsa ecc ed1 ed2 ed25519-1",
	  NULL, NULL, NULL,
	  "RFC 6376 appendix A, RFC 8463 appendix A, the names that how-tos "
	  "use" },
	{ "common words",
	  "email e mailer mailing mailserver smtp smtp1 smtp2 smtpout mta mta1 "
	  "mta2 mx mx1 mx2 mx01 mx02 relay relay1 outbound out outgoing "
	  "gateway "
	  "gw server server1 server2 host web www ns1 main primary secondary "
	  "backup prod production dev stage staging public private pub pubkey "
	  "sig sig2 sign signer sel a b c d m p x 1 2 3 01 02 one two alpha "
	  "beta "
	  "gamma delta global class corp office internal external news "
	  "newsletter newsletters bulk marketing promo transactional trans "
	  "notify notifications noreply info crm ticket support list lists "
	  "domainkey domainkeys domk dk2 dkimmail maildkim yourselector "
	  "myselector mykey current new old next rotate cloud app api2 send "
	  "sender em em1 em2",
	  NULL, NULL, NULL, "what people choose" },
};

const struct selector_row *selector_rows(size_t *n)
{
	*n = sizeof(rows) / sizeof(*rows);
	return rows;
}

bool selector_row_names(const char *domains, struct span host)
{
	struct span rest = span_str(domains), domain = { 0 };

	while (domains && span_split(&rest, ' ', &domain)) {
		struct span end = host;

		if (domain.n == 0 || host.n < domain.n)
			continue;
		end = span_from(host, host.n - domain.n);
		if (span_ieq(end, domain) &&
		    (host.n == domain.n || end.p[-1] == '.'))
			return true;
	}
	return false;
}

/* The month or year that number BACK is before NOW. */
static void go_back(int64_t now, bool months, size_t back, int *year,
		    int *month)
{
	int day, gone = (int)back;

	when_date(now / 86400, year, month, &day);
	if (!months) {
		*year -= gone;
		return;
	}
	gone = *year * 12 + *month - 1 - gone;
	*year = gone / 12;
	*month = gone % 12 + 1;
}

/* WORD with its "%" replaced; false if that is too long. */
static bool fill_in(struct span word, int year, int month, struct span first,
		    char out[SELECTOR_LONGEST])
{
	static const char *const names[] = { "jan", "feb", "mar", "apr",
					     "may", "jun", "jul", "aug",
					     "sep", "oct", "nov", "dec" };
	size_t n = 0;

	for (size_t i = 0; i < word.n; i++) {
		char text[SELECTOR_LONGEST];
		bool mark = word.p[i] == '%' && i + 1 < word.n;
		char c = (char)word.p[mark ? ++i : i];
		int got;

		if (mark && c == '1')
			got = snprintf(text, sizeof(text), "%.*s", (int)first.n,
				       (const char *)first.p);
		else if (mark && c == 'b')
			got = snprintf(text, sizeof(text), "%s",
				       names[month - 1]);
		else if (mark)
			got = snprintf(text, sizeof(text),
				       c == 'Y' ? "%04d" : "%02d",
				       c == 'Y'	  ? year
				       : c == 'y' ? year % 100
						  : month);
		else
			got = snprintf(text, sizeof(text), "%c", c);
		if (got < 0 || n + (size_t)got >= SELECTOR_LONGEST)
			return false;
		memcpy(out + n, text, (size_t)got + 1);
		n += (size_t)got;
	}
	return true;
}

size_t selector_expand(struct span word, int64_t now, struct span first,
		       char out[SELECTOR_WORDS][SELECTOR_LONGEST])
{
	bool months = span_search(word, SPAN("%m")) < word.n ||
		      span_search(word, SPAN("%b")) < word.n;
	bool years = span_search(word, SPAN("%Y")) < word.n;
	size_t most = months ? MONTHS : years ? YEARS : 1, n = 0;

	if (span_search(word, SPAN("%1")) < word.n && first.n == 0)
		return 0;
	for (size_t back = 0; back < most; back++) {
		int year, month;

		go_back(now, months, back, &year, &month);
		n += fill_in(word, year, month, first, out[n]);
	}
	return n;
}
