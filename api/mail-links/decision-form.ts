import { oneLine } from '../../platform/plain-text.ts';
import type { VoteChoice } from '../../domain/release/release.ts';

/** What came in with the form, kept so that a refused form can be shown again. */
export interface DecisionInput {
  decision: string;
  comment: string;
  digest: string;
  version: string;
}

export type FieldErrors = Partial<Record<'decision' | 'comment' | 'version', string>>;

const longestComment = 2_000;

/** Reads a form body; what is not text is as good as missing. */
export function decisionInput(body: unknown): DecisionInput {
  const field = (name: string): string => {
    const value: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined;
    return typeof value === 'string' ? value : '';
  };
  return {
    decision: field('decision'),
    comment: field('comment').trim(),
    digest: field('digest'),
    version: field('version').trim(),
  };
}

/** The decision, or every mistake at once, beside its field. */
export function readDecision(
  input: DecisionInput,
  rules: { versionToType: string | undefined; isCommentNeeded?: boolean },
): { choice: VoteChoice; comment?: string } | { errors: FieldErrors } {
  const errors: FieldErrors = {};
  const { decision, comment, version } = input;
  const choice = decision === 'approve' || decision === 'reject' ? decision : undefined;
  if (!choice) errors.decision = 'Choose approve or reject.';
  if (choice === 'reject' && oneLine(comment) === '')
    errors.comment = 'Say why you reject it: the people who wait for it need the reason.';
  if (choice === 'approve' && rules.isCommentNeeded && oneLine(comment) === '')
    errors.comment = 'Say why it may go on: at this risk an approval needs a comment.';
  if (comment.length > longestComment)
    errors.comment = `Use at most ${longestComment} characters; these are ${comment.length}.`;
  if (rules.versionToType !== undefined && version !== rules.versionToType) {
    errors.version =
      version === ''
        ? 'Type the version, so that we know that a person decides.'
        : 'This is not the version of this release. Type it as it stands at the top of the page.';
  }
  if (!choice || Object.keys(errors).length > 0) return { errors };
  return { choice, ...(comment === '' ? {} : { comment }) };
}
