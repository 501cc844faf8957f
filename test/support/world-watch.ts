import type {
  WatchActivities,
  WatchAnswer,
  WatchEntry,
  WatchedStanding,
} from '../../activities/contract-watch.ts';

/** What a watch asks of a test's world: everything that it wrote down, and what it is told. */
export class WorldWatch {
  readonly entries: WatchEntry[] = [];
  /** What has become of the watched deployment, asked at each look. */
  standing: () => WatchedStanding = () => ({});
  answer: WatchAnswer = {};

  readonly activities: WatchActivities = {
    readWatched: async () => this.standing(),
    recordWatch: async (entry) => {
      this.entries.push(structuredClone(entry));
      return entry.changed === 'regressed' ? this.answer : {};
    },
  };

  /** `1 healthy`, `5 regressed!` where that is news: one word for each look that was written down. */
  get told(): string[] {
    return this.entries.map(
      ({ number, view, changed }) =>
        `${number} ${view.result ?? view.health}${changed === undefined ? '' : '!'}`,
    );
  }
}
