/** One change of a file: the whole text, or one passage replaced by another. */
export type Edit = { file: string; text: string } | { file: string; from: string; to: string };

/** One commit on top of the sources in `examples/shop`, which are a service as it was before the first of them. */
export interface Commit {
  author: string;
  at: string;
  message: string;
  edits: Edit[];
  tag?: string;
}

export const ben = 'Ben Fischer <ben@acme.test>';
export const cleo = 'Cleo Martin <cleo@acme.test>';

/** The commit that makes a version. */
export const bump = (from: string, to: string, at: string): Commit => ({
  author: ben,
  at,
  message: `chore(release): ${to}`,
  edits: [{ file: 'package.json', from: `"version": "${from}"`, to: `"version": "${to}"` }],
  tag: `v${to}`,
});
