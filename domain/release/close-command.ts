/** The command that closes a release which only the record has. */
export const closeCommand = (releaseId: string): string => `gantry release close ${releaseId} --reason "…"`;

/** What a person does about a release that only the record has. */
export const onlyInRecordRemedy = (releaseId: string): string =>
  `Stop Gantry, and restore both from copies of one moment. Where there are none, look at the environments yourself and close it in the record: \`${closeCommand(releaseId)}\` (docs/guides/operations.md, “Copies of two moments”).`;

/** What a person does about a release whose workflow id belongs to something else. */
export const closeRemedy = (releaseId: string): string =>
  `Look at that workflow in the Temporal UI, and at the environments that it may have changed; terminate it there where it runs and nobody knows it. Then close this release in the record with \`${closeCommand(releaseId)}\`, and ask for it again: the next attempt has a workflow id of its own.`;
