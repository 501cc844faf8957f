import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { standaloneDossier } from '../../platform/dossier/standalone.ts';
import { cannotMake } from '../../platform/new-file.ts';
import type { Dossier } from '../../platform/record/dossier/index.ts';
import { releasePath } from '../answers.ts';
import { exitCode } from '../exit-codes.ts';
import { plainText } from '../plain-text.ts';
import { acting, type Cli } from '../session.ts';

export const dossierCommand = (cli: Cli): Command =>
  new Command('dossier')
    .summary('everything decided on, with hashes')
    .description(
      'Everything about one release: who decided what, when, on which evidence, in which words. In short; with --json the whole document; with --html as a file to read and print.',
    )
    .argument('<id>', 'id, its unique beginning, or shop@1.4.0')
    .option('--html <file>', 'write it to a new file that needs nothing else')
    .addHelpText(
      'after',
      '\nExample:\n  gantry release dossier shop@1.4.0 --html dossier.html\n  gantry release dossier shop@1.4.0 --json > dossier.json',
    )
    .action(
      acting(cli, async ({ io, output, client }, command) => {
        const id = command.args[0] ?? '';
        const dossier = (await client.get(`${releasePath(id)}/dossier`)) as Dossier;
        const { html } = command.opts<{ html?: string }>();
        if (html !== undefined) {
          // A dossier is evidence: an earlier one is never written over.
          await writeFile(resolve(io.cwd, html), standaloneDossier(dossier), { flag: 'wx' }).catch(
            (cause: unknown) => {
              throw cannotMake(html, cause);
            },
          );
          if (!output.quiet) output.note(`The dossier is in ${html}.`);
        }
        if (output.json) output.document(dossier);
        else if (output.quiet) output.line(dossier.sha256);
        else if (html === undefined) {
          for (const section of Object.values(dossier.document as unknown as Record<string, unknown>))
            if (hasSummary(section)) output.line(plainText(section.summary));
          output.note(`SHA-256 of the document: ${dossier.sha256}`);
        }
        return exitCode.done;
      }),
    );

const hasSummary = (value: unknown): value is { summary: string } =>
  typeof value === 'object' && value !== null && 'summary' in value && typeof value.summary === 'string';
