import type { Caller } from './caller.ts';

/** The services that a token is for; undefined where it is for all of them, as a person is. */
export function narrowedTo({ grant }: Pick<Caller, 'grant'>): readonly string[] | undefined {
  const narrowed = grant.token?.services ?? [];
  return narrowed.length === 0 ? undefined : narrowed;
}

/** Which services a caller may see. */
export function visibleServices(caller: Pick<Caller, 'grant'>): (service: string) => boolean {
  const narrowed = narrowedTo(caller);
  return (service) => narrowed === undefined || narrowed.includes(service);
}

/** Whether what is about these services, or about all of them, concerns somebody who may see some. */
export const concernsVisible =
  (isVisible: (service: string) => boolean) =>
  ({ services }: { services: readonly string[] }): boolean =>
    services.length === 0 || services.some(isVisible);
