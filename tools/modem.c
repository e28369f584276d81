/* SPDX-License-Identifier: Apache-2.0 */
/* `ccs modem`: the power line modem of this computer, and those that it sees. */
#include "tools/modem.h"

#include "linux/privileges.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#define LABEL_WIDTH 14

static const char help[] =
	"Usage: ccs modem list|info|watch|reset|backup|factory -i INTERFACE [OPTION]...\n"
	"       ccs modem key NMK|-|passphrase|random -i INTERFACE [OPTION]...\n"
	"       ccs modem role ev|evse|plain -i INTERFACE [OPTION]...\n"
	"       ccs modem restore FILE -i INTERFACE [OPTION]...\n"
	"       ccs modem info FILE\n"
	"The power line modem at a network interface.\n\n"
	"  list     all modems that answer, here and across the power line\n"
	"  info     chip, firmware, role and network of the own one, or of a .pib file\n"
	"  watch    its link, once a second, and the attenuation of each sound, as bars\n"
	"  key      gives it a network key: 32 hex digits (-: read from stdin), made of a\n"
	"           passphrase that is read from stdin, or a random one, with which it leaves\n"
	"           its network; the modem's flash memory wears a little each time\n"
	"  reset    restarts it\n"
	"  backup   saves its parameter block (PIB), as plctool does\n"
	"  role     makes it a car's modem, a charger's, or an ordinary one: reads the PIB\n"
	"           twice, saves it, changes five fields, asks, writes, reads back, compares\n"
	"  restore  writes a PIB that was saved from this modem\n"
	"  factory  takes it back to its factory's PIB\n\n"
	"  -i, --interface NAME     where the modem is\n"
	"  -d, --folder FOLDER      for backups (default: the current one)\n"
	"  -y, --yes                does not ask\n"
	"  -n, --rounds N           watch: ends after N seconds\n"
	"      --join               key: waits up to 12 s for another modem of the network\n"
	"      --nid NID            key: not the one derived of the key\n"
	"      --evse               key: for the modem of a charger\n"
	"      --damaged            backup, restore, factory: also when the modem's own PIB is\n"
	"                           not sound; what can be read of it is saved\n"
	"      --other-levels       restore: also a PIB with other transmit levels\n"
	"      --hidden-device-key  accepts a device key that reads as zero\n"
	"      --show-secrets       keys, too\n"
	"      --json               list, info: JSON lines\n"
	"      --sim FILE           a simulated modem, for practice: FILE is its PIB, a new one\n"
	"                           if there is none, and CHANGES with it\n"
	"      --sim-modem NAME     qca7005 (default) or ar7420\n"
	"      --sim-fault NAME[:N] breaks it, at question N for its PIB\n\n"
	"Examples:\n"
	"  ccs modem list -i eth1\n"
	"  ccs modem role evse --sim practice.pib\n"
	"  ccs modem restore 00b0521a2b3c-2026-11-22T101500Z.pib -i eth1\n"
	"Exit status: 0 done, 1 no modem or it failed, 2 used wrongly, 3 no interface or right.\n";

static const struct verb {
	const char *name;
	int (*run)(struct ccs_modem_command *c);
	int least, most; /* operands */
	const char *operand;
	bool saves;	     /* a file, wherever its user may */
	const char *options; /* by name, that are not for every verb */
} verbs[] = {
	{ "list", ccs_modem_list, 0, 0, "", false, "json" },
	{ "info", ccs_modem_info, 0, 1, "[FILE]", false, "json show-secrets hidden-device-key" },
	{ "watch", ccs_modem_watch, 0, 0, "", false, "rounds" },
	{ "key", ccs_modem_key, 1, 1, "NMK, -, passphrase or random", false, "join nid evse" },
	{ "reset", ccs_modem_reset, 0, 0, "", false, "" },
	{ "backup", ccs_modem_backup, 0, 1, "[FILE]", true, "folder damaged hidden-device-key" },
	{ "role", ccs_modem_role, 1, 1, "ev, evse or plain", true, "folder hidden-device-key" },
	{ "restore", ccs_modem_restore, 1, 1, "FILE", true,
	  "folder damaged hidden-device-key other-levels" },
	{ "factory", ccs_modem_factory, 0, 0, "", true, "folder damaged hidden-device-key" },
};

#define EVERY_VERB "interface yes sim sim-modem sim-fault help"

enum {
	OPTION_JOIN = 256,
	OPTION_NID,
	OPTION_EVSE,
	OPTION_DAMAGED,
	OPTION_HIDDEN,
	OPTION_LEVELS,
	OPTION_SECRETS,
	OPTION_JSON,
	OPTION_SIM,
	OPTION_SIM_MODEM,
	OPTION_SIM_FAULT,
};

static const struct option options[] = {
	{ "interface", required_argument, NULL, 'i' },
	{ "folder", required_argument, NULL, 'd' },
	{ "yes", no_argument, NULL, 'y' },
	{ "rounds", required_argument, NULL, 'n' },
	{ "join", no_argument, NULL, OPTION_JOIN },
	{ "nid", required_argument, NULL, OPTION_NID },
	{ "evse", no_argument, NULL, OPTION_EVSE },
	{ "damaged", no_argument, NULL, OPTION_DAMAGED },
	{ "hidden-device-key", no_argument, NULL, OPTION_HIDDEN },
	{ "other-levels", no_argument, NULL, OPTION_LEVELS },
	{ "show-secrets", no_argument, NULL, OPTION_SECRETS },
	{ "json", no_argument, NULL, OPTION_JSON },
	{ "sim", required_argument, NULL, OPTION_SIM },
	{ "sim-modem", required_argument, NULL, OPTION_SIM_MODEM },
	{ "sim-fault", required_argument, NULL, OPTION_SIM_FAULT },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

/* What the verbs share. */

int ccs_modem_fail(struct ccs_modem_command *c, int status, const struct ccs_problem *problem)
{
	ccs_complain(&c->output, "%s", problem->text);
	return status;
}

void ccs_modem_label(struct ccs_print *print, const char *label)
{
	size_t length = strlen(label);

	ccs_print_text(print, label);
	do {
		ccs_print_char(print, ' ');
	} while (++length < LABEL_WIDTH);
}

void ccs_modem_text(struct ccs_print *print, const char *text, size_t most)
{
	for (size_t i = 0; i < most && text[i]; i++)
		ccs_print_char(print, text[i] >= ' ' && text[i] <= '~' ? text[i] : '?');
}

void ccs_modem_begin_json(struct ccs_print *print, const uint8_t mac[6])
{
	ccs_print_text(print, "{\"v\":1,\"kind\":\"modem\",\"mac\":\"");
	ccs_print_mac(print, mac);
	ccs_print_char(print, '"');
}

void ccs_modem_add_json(struct ccs_print *print, const char *name, const char *text)
{
	ccs_print_text(print, ",\"");
	ccs_print_text(print, name);
	ccs_print_text(print, "\":");
	ccs_print_json(print, text, strlen(text));
}

bool ccs_modem_confirm(struct ccs_modem_command *c, const char *question)
{
	char line[16] = "";

	if (c->yes)
		return true;
	if (!isatty(STDIN_FILENO)) {
		ccs_complain(&c->output, "nothing was written: nobody to ask here; --yes agrees");
		return false;
	}
	ccs_print_text(&c->output.print, question);
	ccs_print_text(&c->output.print, " [y/N] ");
	ccs_output_flush(&c->output);
	if (fgets(line, sizeof(line), stdin) &&
	    (!strcasecmp(line, "y\n") || !strcasecmp(line, "yes\n")))
		return true;
	ccs_complain(&c->output, "nothing was written");
	return false;
}

/* The command line. */

static int usage(struct ccs_modem_command *c, const char *what, const char *text)
{
	ccs_complain(&c->output, "%s%s: see `ccs modem --help`", what, text);
	return CCS_EXIT_USAGE;
}

static int take_rounds(struct ccs_modem_command *c, const char *text)
{
	char *end;
	unsigned long rounds = strtoul(text, &end, 10);

	if (end == text || *end || rounds == 0 || rounds > UINT32_MAX)
		return usage(c, "no number of seconds: ", text);
	c->rounds = (uint32_t)rounds;
	return -1;
}

/* Returns an exit status, or -1 to go on. */
static int take_option(struct ccs_modem_command *c, int option, const char *text)
{
	switch (option) {
	case 'i':
		c->interface = optarg;
		return -1;
	case 'd':
		c->folder = optarg;
		return -1;
	case 'n':
		return take_rounds(c, optarg);
	case OPTION_NID:
		c->nid = optarg;
		return -1;
	case OPTION_SIM:
		c->sim_path = optarg;
		return -1;
	case OPTION_SIM_MODEM:
		c->sim_modem = optarg;
		return -1;
	case OPTION_SIM_FAULT:
		c->sim_fault = optarg;
		return -1;
	case 'h':
		fputs(help, stdout);
		return CCS_EXIT_DONE;
	case ':':
		return usage(c, "this option needs a value: ", text);
	case '?':
		return usage(c, "no such option: ", text);
	}
	c->yes |= option == 'y';
	c->join |= option == OPTION_JOIN;
	c->evse |= option == OPTION_EVSE;
	c->damaged |= option == OPTION_DAMAGED;
	c->hidden_device_key |= option == OPTION_HIDDEN;
	c->other_levels |= option == OPTION_LEVELS;
	c->secrets |= option == OPTION_SECRETS;
	c->json |= option == OPTION_JSON;
	return -1;
}

/* After a fault that is not known. */
static void list_faults(struct ccs_modem_command *c)
{
	char names[512] = "";
	struct ccs_print print;

	ccs_print_init(&print, names, sizeof(names) - 1);
	for (int i = SIM_STORE_SILENT; i < SIM_STORE_FAULTS; i++) {
		ccs_print_char(&print, ' ');
		ccs_print_text(&print, sim_store_fault_name((enum sim_store_fault)i));
	}
	ccs_complain(&c->output, "there are:%s", names);
}

static int open_simulated(struct ccs_modem_command *c)
{
	const struct sim_modem_config *kind = sim_modem_find(c->sim_modem);
	struct ccs_problem problem;

	if (!kind || (kind->chip != CCS_MODEM_QCA7005 && kind->chip != CCS_MODEM_QCA7420))
		return usage(c, "no simulated modem with a PIB: ", c->sim_modem);
	if (ccs_modem_tool_sim_open(&c->sim, c->sim_path, kind, c->sim_fault, &problem)) {
		ccs_modem_fail(c, CCS_EXIT_USAGE, &problem);
		if (c->sim.store.fault == SIM_STORE_FAULTS)
			list_faults(c);
		return CCS_EXIT_USAGE;
	}
	ccs_modem_tool_simulate(&c->tool, &c->sim);
	return -1;
}

static int open_line(struct ccs_modem_command *c)
{
	struct ccs_problem problem;

	if (c->sim_path)
		return open_simulated(c);
	if (!c->interface)
		return usage(c, "which interface is the modem at?  -i NAME", "");
	return ccs_modem_tool_open(&c->tool, c->interface, &problem)
		       ? ccs_modem_fail(c, CCS_EXIT_MACHINE, &problem)
		       : -1;
}

static int close_line(struct ccs_modem_command *c, int status)
{
	struct ccs_problem problem;

	ccs_modem_tool_close(&c->tool);
	if (c->sim_path && ccs_modem_tool_sim_close(&c->sim, &problem))
		return ccs_modem_fail(c, CCS_EXIT_MACHINE, &problem);
	return status;
}

static int run_verb(struct ccs_modem_command *c, const struct verb *verb)
{
	int status;

	/* A file is looked at without any modem. */
	if (verb->run == ccs_modem_info && c->operands[0])
		return verb->run(c);
	status = open_line(c);
	if (status >= 0)
		return status;
	if (!verb->saves && !c->sim_path)
		ccs_privileges_drop();
	return close_line(c, verb->run(c));
}

static bool has_word(const char *words, const char *word)
{
	size_t length = strlen(word);

	for (const char *at = words; (at = strstr(at, word)); at += length) {
		if ((at == words || at[-1] == ' ') && (at[length] == ' ' || !at[length]))
			return true;
	}
	return false;
}

/* What would do nothing is not taken: somebody meant something by it.  -1: all in order. */
static int check_options(struct ccs_modem_command *c, const struct verb *verb)
{
	for (size_t i = 0; options[i].name; i++) {
		if (!(c->given >> i & 1) || has_word(EVERY_VERB, options[i].name) ||
		    has_word(verb->options, options[i].name))
			continue;
		ccs_complain(&c->output, "--%s is not for %s: see `ccs modem --help`",
			     options[i].name, verb->name);
		return CCS_EXIT_USAGE;
	}
	return -1;
}

/* Long or short. */
static void note_option(struct ccs_modem_command *c, int option)
{
	for (size_t i = 0; options[i].name; i++) {
		if (options[i].val == option)
			c->given |= 1u << i;
	}
}

static int find_verb(struct ccs_modem_command *c, int argc, char **argv)
{
	const char *name = argc ? argv[0] : "";

	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (strcmp(verbs[i].name, name) != 0)
			continue;
		if (argc - 1 < verbs[i].least || argc - 1 > verbs[i].most) {
			ccs_complain(&c->output, "%s %s: see `ccs modem --help`", name,
				     verbs[i].operand);
			return CCS_EXIT_USAGE;
		}
		if (check_options(c, &verbs[i]) >= 0)
			return CCS_EXIT_USAGE;
		c->operands[0] = argc > 1 ? argv[1] : NULL;
		return run_verb(c, &verbs[i]);
	}
	return usage(c, argc ? "no such thing to do: " : "what to do?", name);
}

int ccs_modem_command(int argc, char **argv)
{
	static struct ccs_modem_command c = { .folder = ".", .sim_modem = "qca7005" };
	int option, status = -1;

	ccs_output_init(&c.output, "modem");
	opterr = 0;
	while (status < 0) {
		const char *text = optind < argc ? argv[optind] : "";

		option = getopt_long(argc, argv, ":i:d:n:yh", options, NULL);
		if (option < 0)
			break;
		note_option(&c, option);
		status = take_option(&c, option, text);
	}
	if (status < 0)
		status = find_verb(&c, argc - optind, argv + optind);
	ccs_output_flush(&c.output);
	return c.output.failed ? CCS_EXIT_MACHINE : status;
}
