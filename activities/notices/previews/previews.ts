import { letterHtml } from '../letter-html.ts';
import { letterText } from '../letter-text.ts';
import type { Letter } from '../letter.ts';
import { messages } from '../messages/index.ts';
import { trainLetter } from '../train-letter.ts';
import type { NoticeKind } from '../../contract.ts';
import { inItsMoment } from './moments.ts';
import { sampleOccasion, sampleReader, sampleTrainNotice } from './sample.ts';

/** One kind of mail as its readers would see it, made of an invented release. */
export interface MailPreview {
  kind: string;
  subject: string;
  text: string;
  html: string;
}

const trainKinds = ['leftBehind', 'trainMissing'] as const;

/** Every kind of mail that Gantry sends, in the order of their names; `publicUrl` without a slash at the end. */
export function mailPreviews(publicUrl: string): MailPreview[] {
  const ofReleases = (Object.keys(messages) as NoticeKind[]).map((kind) =>
    preview(kind, messages[kind](inItsMoment(sampleOccasion(kind, publicUrl)))),
  );
  const ofTrains = trainKinds.map((kind) =>
    preview(kind, trainLetter(sampleTrainNotice(kind), { ...sampleReader, publicUrl })),
  );
  return [...ofReleases, ...ofTrains].sort((a, b) => a.kind.localeCompare(b.kind));
}

const preview = (kind: string, letter: Letter): MailPreview => ({
  kind,
  subject: letter.subject,
  text: letterText(letter),
  html: letterHtml(letter),
});
