import { html, type SafeHtml } from '../../html.ts';
import { oneLine } from '../../plain-text.ts';
import type { Told } from '../../record/dossier/told.ts';
import type { Reader } from './reader.ts';
import { table } from './table.ts';

/** What the log says of it, with the numbers under which it stands there. */
export const toldPart = (caption: string, log: readonly Told[], reader: Reader): SafeHtml | undefined =>
  table(
    caption,
    ['Entry', 'When', 'What', 'In these words'],
    log.map(({ entry, at, sentence, reason }) => [
      entry ?? '',
      reader.time(at),
      oneLine(reader.words(sentence, at), 1_000),
      reason === undefined ? '' : html`<q>${oneLine(reason, 2_000)}</q>`,
    ]),
  );
