import { existsSync } from 'node:fs';
import { access, constants, mkdir, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { Command } from 'commander';
import { GantryError, messageOf } from '../platform/errors.ts';
import { readPolicy } from '../platform/policy/read-policy.ts';
import { exitCode } from './exit-codes.ts';
import { lookAround, type Surroundings } from './init/look-around.ts';
import { starterDeployScript } from './init/starter-deploy.ts';
import { starterPolicy, type Starter } from './init/starter-policy.ts';
import { usageProblem } from './problem.ts';
import { acting, type Cli } from './session.ts';

export const initCommand = (cli: Cli): Command =>
  new Command('init')
    .description('Look at a folder and write a first gantry.yaml for it, ready for `gantry check`.')
    .argument('[dir]', 'folder of the service', '.')
    .option('--force', 'replace a gantry.yaml that is there')
    .addHelpText('after', '\nExample:\n  gantry init\n  gantry init services/shop')
    .action(
      acting(cli, async ({ io, output }, command) => {
        const folder = resolve(io.cwd, command.processedArgs[0] as string);
        const force = command.opts<{ force?: boolean }>().force === true;
        await makeFolder(folder);
        const { written, found, starter } = await writeStarter(folder, force);
        const shown = written.map((file) => relative(io.cwd, file));
        if (output.json) {
          output.document({ written: shown, service: starter.service });
        } else {
          shown.forEach((file) => output.line(`wrote ${file}`));
          io.stderr.write(nextSteps(relative(io.cwd, folder), found, starter));
        }
        return exitCode.done;
      }),
    );

/** Writes gantry.yaml, and deploy.sh where there is none. @throws {GantryError} POLICY_EXISTS, with nothing changed. */
async function writeStarter(
  folder: string,
  force: boolean,
): Promise<{ written: string[]; found: Surroundings; starter: Starter }> {
  const file = join(folder, 'gantry.yaml');
  if (existsSync(file) && !force) throw new GantryError('POLICY_EXISTS', { file, detail: file });
  const found = await lookAround(folder);
  const starter = starterPolicy(found, Intl.DateTimeFormat().resolvedOptions().timeZone);
  const [problem] = readPolicy(starter.text).problems;
  if (problem) throw new Error(`the first policy is wrong at ${problem.path}: ${problem.detail}`);
  if (!(await writeUnlessThere(file, starter.text, { force }))) {
    throw new GantryError('POLICY_EXISTS', { file, detail: file });
  }
  const script = join(folder, 'deploy.sh');
  const sample = starterDeployScript(starter.service, found.hasDockerfile);
  // Never over one that is there, forced or not: a deploy script is somebody's work.
  const isScriptNew = await writeUnlessThere(script, sample, { mode: 0o755 });
  return { written: isScriptNew ? [file, script] : [file], found, starter };
}

/** Whether it was written; one look and one write would leave a moment between them. */
async function writeUnlessThere(
  file: string,
  text: string,
  { force = false, mode = 0o644 }: { force?: boolean; mode?: number },
): Promise<boolean> {
  try {
    await writeFile(file, text, { flag: force ? 'w' : 'wx', mode });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  } catch (error) {
    throw usageProblem(
      `The folder "${folder}" cannot be written: ${messageOf(error)}.`,
      'Name a folder of yours.',
    );
  }
}

function nextSteps(folder: string, found: Surroundings, starter: Starter): string {
  const version = starter.newestVersion ?? '0.1.0';
  const untagged = found.git !== undefined && starter.newestVersion === undefined;
  const lines = [
    '',
    'Next:',
    ...(folder === '' ? [] : [`  cd ${folder}`]),
    '  read gantry.yaml, and correct names and addresses',
    `  ${found.hasDeployScript ? 'see that deploy.sh understands the arguments in gantry.yaml' : 'put your real commands into deploy.sh; until then it only says what it would do'}`,
    '  gantry check',
    ...(untagged ? [`  git tag ${starter.tag.replace('{version}', version)}`] : []),
    '  gantry up',
    `  gantry release create ${starter.service} ${version} --wait    (in a second terminal)`,
  ];
  return `${lines.join('\n')}\n`;
}
