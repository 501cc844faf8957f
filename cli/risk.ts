import { Command } from 'commander';
import { bandWord, pointsText } from '../domain/risk/words.ts';
import type { RiskBand } from '../domain/risk/model.ts';
import { exitCode } from './exit-codes.ts';
import type { Output } from './output.ts';
import { acting, type Cli } from './session.ts';

interface RiskAnswer {
  title: string;
  environment: string;
  points: number;
  band: RiskBand;
  verdict: { kind: string; because: string; remedy?: string };
  factors: {
    name: string;
    points: number;
    cap: number;
    state: 'measured' | 'unknown' | 'notApplicable';
    sentence: string;
    evidence: string[];
  }[];
  blockers: { because: string; remedy: string }[];
  duties: { sentence: string }[];
  isGate: boolean;
  feedback: { band: RiskBand; n: number; failed: number; share: number; low: number; high: number }[];
}

interface Options {
  to?: string;
  ref?: string;
  at?: string;
  zone?: string;
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

export const riskCommand = (cli: Cli): Command =>
  new Command('risk')
    .summary('how risky a version is, and why; changes nothing')
    .description(
      'Print the points that each factor adds to the risk of a version, what they rest on, and what that asks for. Changes nothing. Exit code 1: the gate would refuse it.',
    )
    .argument('<service>', 'such as shop')
    .argument('<version>', 'such as 1.4.0')
    .option('--to <environment>', 'left out: the last of its pipeline')
    .option('--ref <ref>', 'Git ref or commit; left out: the tag of the version')
    .option('--at <time>', 'as if it started then: 2026-12-01T17:00, or +2d')
    .option('--zone <zone>', 'zone of times; left out: yours, else the organisation’s')
    .addHelpText('after', '\nExample:\n  gantry risk shop 1.4.0 --to production')
    .action(
      acting(cli, async ({ output, client, instant }, command) => {
        const options = command.opts<Options>();
        const [service, version] = command.args;
        const at = options.at === undefined ? undefined : await instant(options.at);
        const answer = (await client.post('/v1/risk', {
          service,
          version,
          ...(options.to === undefined ? {} : { environment: options.to }),
          ...(options.ref === undefined ? {} : { ref: options.ref }),
          ...(at === undefined ? {} : { at }),
        })) as RiskAnswer;
        if (output.json) output.document(answer);
        else tellRisk(output, answer);
        return isDenied(answer) ? exitCode.bad : exitCode.done;
      }),
    );

const isDenied = ({ verdict, isGate }: RiskAnswer): boolean => verdict.kind === 'denied' && isGate;

function tellRisk(output: Output, answer: RiskAnswer): void {
  output.line(`${answer.title} → ${answer.environment}: ${pointsText(answer)}`);
  tellFactors(output, answer);
  for (const { because, remedy } of answer.blockers) output.line(`Blocked: ${because} ${remedy}`);
  for (const { sentence } of answer.duties) output.line(`Asks for: ${sentence}`);
  if (isDenied(answer) && answer.blockers.length === 0)
    output.line(`Denied: ${answer.verdict.because} ${answer.verdict.remedy ?? ''}`);
  tellExperience(output, answer);
  if (!answer.isGate) output.note(`Risk is no gate of ${answer.environment}; these are the usual bands.`);
  output.note('Nothing has changed.');
}

/** Those that add something, or might: what is worth most comes first. */
function tellFactors(output: Output, { factors }: RiskAnswer): void {
  const told = factors.filter(({ points, state }) => points > 0 || state === 'unknown');
  output.table(
    ['factor', 'points', 'why'],
    [...told]
      .sort((a, b) => b.points - a.points)
      .map(({ name, points, cap, sentence }) => [name, `${points} of ${cap}`, sentence]),
  );
  for (const { name, evidence } of told) for (const line of evidence) output.note(`${name}: ${line}`);
}

/** What became of others of the same band. */
function tellExperience(output: Output, { band, feedback }: RiskAnswer): void {
  const same = feedback.find((one) => one.band === band);
  if (!same) return;
  output.note(
    `So far ${same.failed} of ${same.n} deployments of the band ${bandWord(same.band)} failed: ${percent(same.share)}, between ${percent(same.low)} and ${percent(same.high)}.`,
  );
}
