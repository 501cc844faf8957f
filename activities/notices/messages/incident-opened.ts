import { news } from './news.ts';

/** Something goes wrong for users, and the reader's release may be why. */
export const incidentOpened = news({
  tag: 'Incident',
  act: 'Look at the release',
  then: ({ notice }) => {
    const id = notice.facts?.['incident'] ?? 'ID';
    return [
      ...(notice.facts?.['because'] === undefined ? [] : [notice.facts['because']]),
      `It counts for nothing until a person has said whether it is so: \`gantry incident confirm ${id}\`, or \`gantry incident confirm ${id} --nobody\`.`,
    ];
  },
});
