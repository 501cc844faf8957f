import { Command } from 'commander';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { verifyAudit, type AuditReport } from '../platform/audit/verify.ts';
import { GantryError, messageOf } from '../platform/errors.ts';
import { cannotMake } from '../platform/new-file.ts';
import { exitCode, type ExitCode } from './exit-codes.ts';
import type { Output } from './output.ts';
import { acting, type Cli, type Session } from './session.ts';

export const auditCommand = (cli: Cli): Command =>
  new Command('audit')
    .description('Export the audit log, or verify that nobody has changed it.')
    .addCommand(
      new Command('export')
        .description('Print the whole audit log as JSON lines.')
        .option('--out <file>', 'write to a new file instead')
        .addHelpText('after', '\nExample:\n  gantry audit export --out audit.jsonl')
        .action(acting(cli, (session, command) => exportLog(session, command.opts<{ out?: string }>().out))),
    )
    .addCommand(
      new Command('verify')
        .description(
          'Recompute every hash: of an export, or of the running server. Exit code 1 if one does not hold.',
        )
        .argument('[file]', 'an export; no server is needed')
        .addHelpText('after', '\nExample:\n  gantry audit verify audit.jsonl')
        .action(acting(cli, (session, command) => verifyLog(session, command.args[0]))),
    );

async function exportLog(session: Session, out: string | undefined): Promise<ExitCode> {
  const answer = await session.client.call('GET', '/v1/audit/export');
  if (!answer.ok || !answer.body)
    throw new GantryError('SERVER_UNREACHABLE', { detail: `the export was answered with ${answer.status}` });
  // An export is evidence: an earlier one is never written over.
  const file =
    out === undefined
      ? undefined
      : await open(path.resolve(session.io.cwd, out), 'wx', 0o600).catch((cause: unknown) => {
          throw cannotMake(out, cause);
        });
  const text = new TextDecoder();
  try {
    for await (const piece of answer.body as AsyncIterable<Uint8Array>) {
      if (file) await file.write(piece);
      else session.io.stdout.write(text.decode(piece, { stream: true }));
    }
  } finally {
    await file?.close();
  }
  if (out !== undefined && !session.output.quiet) session.output.note(`The audit log is in ${out}.`);
  return exitCode.done;
}

async function verifyLog(session: Session, file: string | undefined): Promise<ExitCode> {
  const report =
    file === undefined
      ? ((await session.client.get('/v1/audit/verify')) as AuditReport)
      : await verifyAudit(await linesOf(path.resolve(session.io.cwd, file)));
  print(session.output, report);
  return report.valid ? exitCode.done : exitCode.bad;
}

async function linesOf(file: string): Promise<AsyncIterable<string>> {
  const handle = await open(file).catch(cannotUse(file));
  await handle.close();
  return createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Infinity });
}

const cannotUse = (file: string) => (cause: unknown) => {
  throw new GantryError(
    'USAGE',
    { command: 'audit verify', detail: `${file} cannot be used: ${messageOf(cause)}` },
    { cause },
  );
};

function print(output: Output, report: AuditReport): void {
  if (output.json) {
    output.document(report);
    return;
  }
  const { firstBroken, entries, head } = report;
  if (!firstBroken) {
    output.line(`${output.paint.good('valid')}: ${entries} entries, head ${head.hash}`);
    return;
  }
  output.line(`${output.paint.bad('broken')} at entry ${firstBroken.seq}: ${firstBroken.because}`);
  output.line(`${entries} entries before it hold together.`);
}
