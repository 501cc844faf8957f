const loopback = '127.0.0.1';

export interface DevServerPlan {
  port: number;
  /** Left out: no UI. */
  uiPort?: number;
  /** Left out: everything in memory, for tests. */
  file?: string;
  /** Lets tests, demos and rehearsals move a workflow's clock. */
  timeSkipping?: boolean;
  /** Tries of a workflow that fail in a row before the server marks it, for tests; left out: the server's own number. */
  marksFailingAfter?: number;
}

/** The command line of the development server; each flag has its reason here because none explains itself. */
export function devServerFlags(plan: DevServerPlan): string[] {
  return [
    ...['server', 'start-dev', '--namespace', 'default'],
    ...['--ip', loopback, '--port', String(plan.port)],
    ...['--log-level', 'warn', '--log-format', 'json'],
    // The default journal costs 40 % of the throughput; the default `synchronous` keeps what was acknowledged.
    ...(plan.file === undefined ? [] : ['--db-filename', plan.file, '--sqlite-pragma', 'journal_mode=wal']),
    ...(plan.uiPort === undefined
      ? ['--headless']
      : ['--ui-port', String(plan.uiPort), '--ui-ip', loopback, '--ui-disable-news-fetch']),
    ...dynamic({
      // Otherwise every timer fires up to a second late.
      'history.timerProcessorMaxTimeShift': '"1ms"',
      // The server has one shard; its queues are read this often by default for hundreds of them.
      'history.transferProcessorMaxPollRPS': '2000',
      'history.timerProcessorMaxPollRPS': '2000',
      'history.visibilityProcessorMaxPollRPS': '2000',
      // By default 128,000 workflows stay in memory, forty KiB each; what is not there is read from the file in a moment.
      'history.hostLevelCacheMaxSize': '256',
      ...(plan.marksFailingAfter === undefined
        ? {}
        : {
            'system.numConsecutiveWorkflowTaskProblemsToTriggerSearchAttribute': String(
              plan.marksFailingAfter,
            ),
          }),
      ...(plan.timeSkipping ? { 'frontend.WorkflowTimeSkippingEnabled': 'true' } : {}),
    }),
  ];
}

/** Values are JSON: a text carries its own quotes. */
const dynamic = (values: Record<string, string>): string[] =>
  Object.entries(values).flatMap(([key, json]) => ['--dynamic-config-value', `${key}=${json}`]);
