import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { messageOf } from '../../platform/errors.ts';
import { runDemo } from './demo.ts';

const usage = `npm run demo [-- OPTIONS]

Ships a good version of the sample shop; then a bad one, which its canary catches; then two services that are taken back
in order, and a version that its watch catches an hour (of skipped time) after its release.

  --unattended   read the mails and post the forms instead of waiting for you
  --json FILE    write what happened
  --keep         keep the folder of the demo`;

const { values } = parseArgs({
  options: {
    unattended: { type: 'boolean', default: false },
    json: { type: 'string' },
    keep: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  console.log(usage);
} else {
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      interrupted.abort(new Error('interrupted'));
    });
  }
  try {
    const report = await runDemo({
      unattended: values.unattended,
      keep: values.keep,
      interrupted: interrupted.signal,
    });
    if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(report, null, 2)}\n`);
    process.exitCode = report.ok ? 0 : 1;
  } catch (error) {
    const isInterrupted = interrupted.signal.aborted;
    console.error(
      isInterrupted ? 'Interrupted; everything is stopped.' : `The demo failed: ${messageOf(error)}`,
    );
    process.exitCode = isInterrupted ? 130 : 1;
  }
}
