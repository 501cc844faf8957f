import type { ReleaseView } from './release.ts';

/** Things of services in the order in which the release names its components: a plan has them in the order of deployment. */
export function inReleaseOrder<T extends { service: string }>(
  { components }: Pick<ReleaseView, 'components'>,
  things: readonly T[],
): T[] {
  const place = ({ service }: T): number => {
    const found = components.findIndex((one) => one.service === service);
    return found === -1 ? components.length : found;
  };
  return [...things].sort((a, b) => place(a) - place(b));
}
