import { checkInWords } from '../../../domain/release/stage-words.ts';
import { news } from './news.ts';

/** A required check failed: the stage waits for a retry or for the end. */
export const checkFailed = news({
  tag: 'Check failed',
  act: 'See the output',
  then: () => ['The stage does not start. Retry the check after mending its cause, or abort the release.'],
  sections: ({ stage, nameOf }) => {
    const failed = (stage?.checks ?? []).filter(
      (check) => check.outcome === 'failed' || check.outcome === 'error' || check.outcome === 'inconclusive',
    );
    return failed.length > 0
      ? [{ kind: 'list', title: 'Checks', items: failed.map((check) => checkInWords(check, nameOf)) }]
      : [];
  },
});
