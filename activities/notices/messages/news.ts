import {
  releaseLink,
  releaseRows,
  roleOfReader,
  subjectTitle,
  whatRunsRows,
  whyYou,
  type Message,
  type Occasion,
} from '../occasion.ts';
import type { LetterSection } from '../letter.ts';

type Row = ReturnType<typeof whatRunsRows>[number];

interface News {
  /** The word in brackets at the beginning of the subject. */
  tag: string | ((occasion: Occasion) => string);
  /** Sentences after the one of the occasion: what it means for the reader, what can be done. */
  then: (occasion: Occasion) => string[];
  sections?: (occasion: Occasion) => LetterSection[];
  /** How it stands after what is told, where the record may not say so yet; left out: as the record says. */
  now?: (occasion: Occasion) => string | undefined;
  /** What stands where, where the release itself does not know it; left out: as it left it. */
  whatRuns?: (occasion: Occasion) => Row[];
  /** Label of a button to the release page, where the reader has to act. */
  act?: string;
}

/** A message that tells what happened: the occasion's sentence, what follows from it, and where things stand. */
export const news =
  ({ tag, then, sections, now, whatRuns = whatRunsRows, act }: News): Message =>
  (occasion) => {
    const ran = whatRuns(occasion);
    return {
      subject: `[${typeof tag === 'string' ? tag : tag(occasion)}] ${subjectTitle(occasion)}`,
      preheader: occasion.notice.sentence,
      opening: [occasion.notice.sentence, ...then(occasion)],
      ...(act === undefined
        ? {}
        : {
            button: {
              label: act,
              introduction: 'The release, with what can be done now (you sign in there):',
              url: occasion.releasePage,
            },
          }),
      sections: [
        { kind: 'facts', rows: releaseRows(occasion, now?.(occasion)) },
        ...(ran.length > 0 ? [{ kind: 'facts' as const, rows: ran }] : []),
        ...(sections?.(occasion) ?? []),
      ],
      links: act === undefined ? [releaseLink(occasion)] : [],
      closing: whyYou(occasion, roleOfReader(occasion)),
    };
  };
