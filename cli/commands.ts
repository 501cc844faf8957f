import type { Command } from 'commander';
import type { Cli } from './session.ts';

interface Entry {
  name: string;
  summary: string;
  load: (cli: Cli) => Promise<Command>;
  /** Only named in the first help, which fits a screen: it stands under another command, too, or is asked for rarely. */
  isShort?: true;
}

/**
 * Every command by name. Its file is loaded only when it is the one that was asked for: `gantry up` brings a server and
 * an engine along, `gantry --help` answers at once.
 */
export const commands: readonly Entry[] = [
  {
    name: 'up',
    summary: 'start everything here: server, worker, database, inbox',
    load: async () => (await import('./up.ts')).upCommand(),
  },
  {
    name: 'api',
    summary: 'run the API and its pages alone',
    load: async () => (await import('./api.ts')).apiCommand(),
  },
  {
    name: 'worker',
    summary: 'run a worker alone',
    load: async () => (await import('./worker.ts')).workerCommand(),
  },
  {
    name: 'init',
    summary: 'write a first gantry.yaml for this folder',
    load: async (cli) => (await import('./init.ts')).initCommand(cli),
  },
  {
    name: 'check',
    summary: 'check gantry.yaml, all problems at once',
    load: async (cli) => (await import('./check.ts')).checkCommand(cli),
  },
  {
    name: 'doctor',
    summary: 'test every connection and say what to do',
    load: async () => (await import('./doctor.ts')).doctorCommand(),
  },
  {
    name: 'release',
    summary: 'create, follow and steer releases',
    load: async (cli) => (await import('./release.ts')).releaseCommand(cli),
  },
  {
    name: 'review',
    summary: 'reviews that a break-glass owes',
    load: async (cli) => (await import('./review.ts')).reviewCommand(cli),
    isShort: true,
  },
  {
    name: 'status',
    summary: 'what runs where, who holds it, who waits',
    load: async (cli) => (await import('./status.ts')).statusCommand(cli),
  },
  {
    name: 'approvals',
    summary: 'what waits for people',
    load: async (cli) => (await import('./approvals.ts')).approvalsCommand(cli),
  },
  {
    name: 'away',
    summary: 'who is away, and who decides meanwhile',
    load: async (cli) => (await import('./away.ts')).awayCommand(cli),
    isShort: true,
  },
  {
    name: 'decide',
    summary: 'approve or reject a release as yourself',
    load: async (cli) => (await import('./decide.ts')).decideCommand(cli),
  },
  {
    name: 'withdraw',
    summary: 'take your own vote back',
    load: async (cli) => (await import('./withdraw.ts')).withdrawCommand(cli),
    isShort: true,
  },
  {
    name: 'calendar',
    summary: 'windows, freezes, slots, overrides',
    load: async (cli) => (await import('./calendar.ts')).calendarCommand(cli),
  },
  {
    name: 'simulate',
    summary: 'what would happen to a release; changes nothing',
    load: async (cli) => (await import('./simulate.ts')).simulateCommand(cli),
  },
  {
    name: 'risk',
    summary: 'how risky a version is, and why',
    load: async (cli) => (await import('./risk.ts')).riskCommand(cli),
  },
  {
    name: 'analyze',
    summary: 'what was measured of a release, and what followed',
    load: async (cli) => (await import('./analyze.ts')).analyzeCommand(cli),
    isShort: true,
  },
  {
    name: 'window',
    summary: 'times in which releases may start',
    load: async (cli) => (await import('./calendar/rules.ts')).ruleCommand(cli, 'window'),
    isShort: true,
  },
  {
    name: 'freeze',
    summary: 'times in which nothing may be released',
    load: async (cli) => (await import('./calendar/rules.ts')).ruleCommand(cli, 'freeze'),
    isShort: true,
  },
  {
    name: 'stop-the-line',
    summary: 'let nothing start from now on',
    load: async (cli) => (await import('./calendar/stop-the-line.ts')).stopTheLineCommand(cli),
  },
  {
    name: 'override',
    summary: 'let one release pass one freeze',
    load: async (cli) => (await import('./calendar/override.ts')).overrideCommand(cli),
    isShort: true,
  },
  {
    name: 'train',
    summary: 'recurring departures that take along what is ready',
    load: async (cli) => (await import('./train.ts')).trainCommand(cli),
    isShort: true,
  },
  {
    name: 'quarantine',
    summary: 'builds that may go nowhere',
    load: async (cli) => (await import('./quarantine.ts')).quarantineCommand(cli),
    isShort: true,
  },
  {
    name: 'incident',
    summary: 'what went wrong, and which release caused it',
    load: async (cli) => (await import('./incident.ts')).incidentCommand(cli),
    isShort: true,
  },
  {
    name: 'watch',
    summary: 'how a release does after its end',
    load: async (cli) => (await import('./watch.ts')).watchCommand(cli),
    isShort: true,
  },
  {
    name: 'promotion',
    summary: 'places that take no promotion after a rollback',
    load: async (cli) => (await import('./promotion.ts')).promotionCommand(cli),
    isShort: true,
  },
  {
    name: 'adopt',
    summary: 'record what runs already, before the first release',
    load: async (cli) => (await import('./adopt.ts')).adoptCommand(cli),
    isShort: true,
  },
  {
    name: 'policy',
    summary: 'show, compare and apply gantry.yaml',
    load: async (cli) => (await import('./policy.ts')).policyCommand(cli),
  },
  {
    name: 'audit',
    summary: 'export and verify the audit log',
    load: async (cli) => (await import('./audit.ts')).auditCommand(cli),
  },
  {
    name: 'token',
    summary: 'accounts of programs',
    load: async (cli) => (await import('./token.ts')).tokenCommand(cli),
    isShort: true,
  },
  {
    name: 'sign-in',
    summary: 'make a one-time sign-in link for a person',
    load: async (cli) => (await import('./sign-in.ts')).signInCommand(cli),
    isShort: true,
  },
  {
    name: 'backup',
    summary: 'save database and engine together',
    load: async (cli) => (await import('./backup.ts')).backupCommand(cli),
    isShort: true,
  },
  {
    name: 'restore',
    summary: 'bring a backup back',
    load: async (cli) => (await import('./backup.ts')).restoreCommand(cli),
    isShort: true,
  },
  {
    name: 'call',
    summary: 'send one request to the API',
    load: async (cli) => (await import('./call.ts')).callCommand(cli),
    isShort: true,
  },
  {
    name: 'completion',
    summary: 'print the completion script of a shell',
    load: async (cli) => (await import('./completion.ts')).completionCommand(cli),
    isShort: true,
  },
  {
    name: 'version',
    summary: 'versions of this program and its server',
    load: async (cli) => (await import('./version.ts')).versionCommand(cli),
    isShort: true,
  },
];
