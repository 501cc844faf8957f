import { instantText } from '../domain/instant-text.ts';
import { healthWord, type WatchView } from '../domain/watch/watch.ts';

const escape = (text: string): string =>
  text.replace(/[\\`*_{}[\]()#+!|<>~]/g, '\\$&').replace(/[\r\n]+/g, ' ');

/** What the Temporal UI shows of a watch, as Markdown. Nothing of people's free text. */
export function watchDetails(title: string, views: readonly WatchView[]): string {
  const lines = views.map(({ environment, service, version, health, result, because, until, looks }) => {
    const state = result === undefined ? `until ${instantText(until)}` : 'over';
    return `* **${escape(service)} ${escape(version)}** in ${escape(environment)}: ${healthWord(result ?? health)}, ${state}, ${looks} looks. ${escape(because)}`;
  });
  return [`### ${escape(title)}: watched after its release`, '', ...lines].join('\n').slice(0, 19_000);
}
