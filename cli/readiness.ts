import type { Client } from './client.ts';

/** Something that the server needs and does not have as it should. */
export interface Lacking {
  part: string;
  state: string;
  detail: string;
  remedy?: string;
}

/** What the server says of itself in `/ready` that is not well; nothing where it does not answer that. */
export async function lackingOf(client: Client): Promise<Lacking[]> {
  try {
    const answer = await client.call('GET', '/ready');
    const { parts = {} } = (await answer.json()) as { parts?: Record<string, Omit<Lacking, 'part'>> };
    return Object.entries(parts).flatMap(([part, one]) => (one.state === 'up' ? [] : [{ ...one, part }]));
  } catch {
    return [];
  }
}
