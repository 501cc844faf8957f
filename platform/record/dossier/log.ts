import { chainStart } from '../../../domain/audit/chain.ts';
import { sha256 } from '../../ids.ts';
import { counted, sentence, type DossierSource } from './source.ts';

/** The whole log of the release with its hashes, in the form of the audit export (docs/reference/audit-log.md). */
export function logSection({ installation, view, lines, entries }: DossierSource) {
  const last = lines.at(-1);
  const start = chainStart(view.id, sha256);
  return {
    summary: sentence(
      `${counted(entries.length, 'entry', 'entries')}, chained by hashes up to ${(last?.releaseHash ?? start).slice(0, 12)}.`,
    ),
    installation,
    /** Where the chain of this release starts, and its head after the last entry below. */
    start,
    head: { entries: lines.length, hash: last?.releaseHash ?? start },
    /** Head of the log of the whole installation after that entry: to be found in any later export. */
    anchor: last ? { seq: last.seq, hash: last.hash } : undefined,
    entries: lines,
  };
}
