import { isConfirmed } from '../confirm.ts';
import type { Session } from '../session.ts';
import { occurrenceLine, type PreviewAnswer } from './occurrences.ts';

/** Shows whom a freeze would stop and when, and asks, as stopping the line does. @throws CliProblem USAGE in a pipe without `--yes` */
export async function isFreezeMeant(
  session: Session,
  body: Record<string, unknown>,
  { verb, yes }: { verb: 'Add' | 'Change'; yes: boolean | undefined },
): Promise<boolean> {
  const { output, client, io } = session;
  // read only where somebody is to see it
  const answer =
    yes === true
      ? undefined
      : ((await client.post('/v1/calendar/preview', { freeze: body })) as PreviewAnswer);
  const next = answer?.occurrences ?? [];
  const isNow = next.some(({ start }) => Date.parse(start) <= io.now().getTime());
  return isConfirmed(session, {
    preview: [
      next.length === 0
        ? `Its time is over, so it stops nothing: ${answer?.about ?? ''}, ${answer?.when ?? ''}.`
        : `Nothing starts in that time: ${answer?.about ?? ''}, ${answer?.when ?? ''}.${isNow ? ' It holds at once.' : ''}`,
      ...next.slice(0, 3).map((one) => occurrenceLine(output, one)),
      'Releases that wait for it are told at once.',
      ...(verb === 'Change' ? ['Overrides of it are void where it becomes longer or stricter.'] : []),
    ],
    question: `${verb} freeze ${String(body['id'])}?`,
    yes,
  });
}
