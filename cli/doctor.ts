import { Command } from 'commander';
import { GantryError, messageOf } from '../platform/errors.ts';
import { readConfig, type Config } from '../platform/config.ts';
import { doctorChecks, type Finding } from './doctor/checks.ts';

/** `gantry doctor`: tries every connection and says what to do where one fails. */
export const doctorCommand = (): Command =>
  new Command('doctor')
    .description('Test what Gantry needs here and every connection, and say what to do.')
    .addHelpText('after', '\nExample:\n  gantry doctor')
    .action(async (_options: unknown, command: Command) => {
      const { json } = command.opts<{ json?: boolean }>();
      const config = readConfig();
      const findings = await Promise.all(
        doctorChecks.map(async ({ name, look }) => finding(name, look, config)),
      );
      process.stdout.write(json ? `${JSON.stringify({ findings })}\n` : findings.map(line).join(''));
      if (findings.some(({ isGood }) => !isGood)) process.exitCode = 1;
    });

async function finding(
  name: string,
  look: (config: Config) => Promise<string>,
  config: Config,
): Promise<Finding> {
  try {
    return { name, isGood: true, detail: await look(config) };
  } catch (error) {
    if (!(error instanceof GantryError)) return { name, isGood: false, detail: messageOf(error) };
    return { name, isGood: false, detail: error.problem.detail, remedy: error.problem.remedy };
  }
}

const line = ({ name, isGood, detail, remedy }: Finding): string =>
  `${isGood ? 'ok  ' : 'BAD '} ${name.padEnd(12)} ${detail}\n${remedy === undefined ? '' : `                  Now: ${remedy}\n`}`;
