import { isConfirmed } from '../confirm.ts';
import type { Session } from '../session.ts';
import { occurrenceLine, type PreviewAnswer } from './occurrences.ts';

/** Shows whom a freeze would stop and when, and asks, as stopping the line does. @throws CliProblem USAGE in a pipe without `--yes` */
export async function isFreezeMeant(
  session: Session,
  body: Record<string, unknown>,
  { verb, yes }: { verb: 'Add' | 'Change'; yes: boolean | undefined },
): Promise<boolean> {
  return isConfirmed(session, {
    preview: async () => previewLines(session, body, verb),
    question: `${verb} freeze ${String(body['id'])}?`,
    yes,
  });
}

async function previewLines(
  { output, client, io }: Session,
  body: Record<string, unknown>,
  verb: 'Add' | 'Change',
): Promise<string[]> {
  const answer = (await client.post('/v1/calendar/preview', { freeze: body })) as PreviewAnswer;
  const { about, when, occurrences: next } = answer;
  const ofOverrides =
    verb === 'Change' ? ['Overrides of it are void where it becomes longer or stricter.'] : [];
  if (next.length === 0) return [`Its time is over, so it stops nothing: ${about}, ${when}.`, ...ofOverrides];
  const isNow = next.some(({ start }) => Date.parse(start) <= io.now().getTime());
  return [
    `Nothing starts in that time: ${about}, ${when}.${isNow ? ' It holds at once.' : ''}`,
    ...next.slice(0, 3).map((one) => occurrenceLine(output, one)),
    'Releases that wait for it are told at once.',
    ...ofOverrides,
  ];
}
