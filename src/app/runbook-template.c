/*
 * Templates, a table of roles and steps each.  A step says what is to be done so that its role can
 * do it alone, and where certary can prove that it was done, with which command.
 */
#include "app/runbook-template.h"

#define SECURITY      RUNBOOK_SECURITY
#define USER_MANAGER  RUNBOOK_USER_MANAGER
#define ADMINISTRATOR RUNBOOK_ADMINISTRATOR
#define OPERATIONS    RUNBOOK_OPERATIONS

static const char *const mutual_inputs[] = { "Partner", "Identity", "Partner contact",
	"Partner CA file", "Partner CA fingerprint", "Test host", "Test port", "Production host",
	"Production port", "Ticket", NULL };

static const struct template_step mutual_steps[] = {
	{ SECURITY,
		"Agree with the partner what is exchanged, whose CA signs, and whom to call; open a "
		"ticket.",
		NULL },
	{ SECURITY,
		"Call the partner at a number known before, and have the fingerprint of their CA "
		"read out.",
		"certary match {Partner CA file} {Partner CA fingerprint}" },
	{ ADMINISTRATOR,
		"See that our identity has its certificate: for clients, from the agreed CA, "
		"valid long enough.",
		"certary identity show {Identity}" },
	{ ADMINISTRATOR,
		"Make the pack for the partner: certificate, chain, fingerprints; never a key.",
		"certary exchange {Identity} --partner {Partner}" },
	{ USER_MANAGER, "Send the pack, and have the partner read our fingerprint back by phone.",
		NULL },
	{ USER_MANAGER,
		"Have the partner tie our certificate to the account that it stands for, in test "
		"and in production.",
		NULL },
	{ ADMINISTRATOR, "Trust the partner's CA, as it was confirmed.",
		"certary import --name {Partner} {Partner CA file}" },
	{ ADMINISTRATOR,
		"Rehearse the handshake on this machine: a partner that demands our "
		"certificate.",
		"certary rehearse --client-ca {Identity}" },
	{ OPERATIONS, "Open the way to the partner's test and production services.", NULL },
	{ OPERATIONS, "Validate the test service: it is trusted here, and takes our certificate.",
		"certary probe {Test host}:{Test port} --identity {Identity}" },
	{ USER_MANAGER, "Have a user do the real thing against the test service.", NULL },
	{ OPERATIONS, "Validate the production service in the same way.",
		"certary probe {Production host}:{Production port} --identity {Identity}" },
	{ USER_MANAGER, "Have a user do the real thing in production.", NULL },
	{ OPERATIONS, "Save the service, so that every check tells when a certificate ends.",
		"certary endpoint add --name {Partner} --identity {Identity} "
		"{Production host}:{Production port}" },
	{ OPERATIONS, "Repeat it on the other servers, and compare them.", "certary parity HOST…" },
	{ SECURITY, "Note who renews both sides' certificates and when; close the ticket.", NULL },
	{ RUNBOOK_NOBODY, NULL, NULL },
};

static const char *const renewal_inputs[] = { "Identity", "Partner", "Answer file", "Test host",
	"Test port", "Production host", "Production port", "Ticket", NULL };

static const struct template_step renewal_steps[] = {
	{ OPERATIONS, "Find out when it ends, and which services show it.",
		"certary identity show {Identity}" },
	{ SECURITY, "Decide whether the key is kept, and who signs; open a ticket.", NULL },
	{ ADMINISTRATOR, "Make the request.", "certary request --renew {Identity} -o renewal.csr" },
	{ SECURITY, "Have it signed by the CA.", NULL },
	{ ADMINISTRATOR, "Put the answer on the identity.",
		"certary identity attach {Identity} {Answer file}" },
	{ ADMINISTRATOR, "Make the pack for the partner.",
		"certary exchange {Identity} --partner {Partner}" },
	{ USER_MANAGER, "Send it, and have the partner read the new fingerprint back by phone.",
		NULL },
	{ USER_MANAGER,
		"Have the partner accept the new certificate beside the old one, from when until "
		"when.",
		NULL },
	{ OPERATIONS, "Put it where the services read it, and restart them.", "certary deploy" },
	{ OPERATIONS, "Validate the test service.",
		"certary probe {Test host}:{Test port} --identity {Identity}" },
	{ OPERATIONS, "Validate the production service.",
		"certary probe {Production host}:{Production port} --identity {Identity}" },
	{ OPERATIONS, "Repeat it on the other servers, and compare them.", "certary parity HOST…" },
	{ SECURITY, "Have the partner drop the old certificate; close the ticket.", NULL },
	{ RUNBOOK_NOBODY, NULL, NULL },
};

static const char *const incident_inputs[] = { "Host", "Port", "Partner contact", "CA file",
	"CA fingerprint", "Ticket", NULL };

static const struct template_step incident_steps[] = {
	{ OPERATIONS, "Note what fails since when, and the message of the program that says so.",
		NULL },
	{ OPERATIONS, "See what the service presents, and keep it.",
		"certary probe {Host}:{Port}" },
	{ OPERATIONS, "See why it isn't trusted, and what would mend it.",
		"certary explain {Host}:{Port}" },
	{ SECURITY,
		"Judge the change: a renewal, another CA, or somebody between. Call the partner at a "
		"number known before.",
		"certary match {CA file} {CA fingerprint}" },
	{ SECURITY, "Decide: trust the CA, trust just this certificate, or block it.", NULL },
	{ ADMINISTRATOR, "Carry the decision out, with its reason.",
		"certary import --why {Ticket} {CA file}" },
	{ OPERATIONS, "Bring it to every consumer, and restart what reads it only at its start.",
		"certary deploy" },
	{ OPERATIONS, "Validate it from here.", "certary probe {Host}:{Port}" },
	{ USER_MANAGER, "Have a user do again what failed.", NULL },
	{ OPERATIONS, "Repeat it on the other servers, and compare them.", "certary parity HOST…" },
	{ SECURITY, "Note the cause, and what would have told us before; close the ticket.", NULL },
	{ RUNBOOK_NOBODY, NULL, NULL },
};

const struct template runbook_templates[] = {
	{ "mutual-tls", "mutual TLS with a partner", mutual_inputs, mutual_steps },
	{ "renewal", "a certificate that a partner knows is renewed", renewal_inputs,
		renewal_steps },
	{ "incident", "a service is no longer trusted", incident_inputs, incident_steps },
	{ NULL, NULL, NULL, NULL },
};
