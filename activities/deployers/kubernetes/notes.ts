import type { V1Deployment } from '@kubernetes/client-node';
import type { Facts } from '../../facts.ts';

/** What Gantry writes on a Deployment, in the same patch as the image: who changed it, and what was there before. */
export const noteNames = {
  /** Operation that set the image. */
  operation: 'gantry.release/operation',
  /** Release, environment and service whose steps it belongs to. */
  work: 'gantry.release/work',
  /** Image before the first of those steps. */
  imageBefore: 'gantry.release/image-before',
  /** Version that this image was of, by the record; empty for none. */
  versionBefore: 'gantry.release/version-before',
} as const;

type Notes = Partial<Record<keyof typeof noteNames, string>>;

export function readNotes({ metadata }: V1Deployment): Notes {
  const annotations = metadata?.annotations ?? {};
  const entries = Object.entries(noteNames).map(([name, key]) => [name, annotations[key]] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

export const workOf = ({ release, environment, service }: Facts): string =>
  [release, environment, service].join('+');

export const asAnnotations = (notes: Notes): Record<string, string> =>
  Object.fromEntries(
    Object.entries(notes).map(([name, value]) => [noteNames[name as keyof typeof noteNames], value]),
  );
