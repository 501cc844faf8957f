import { approvalRequest } from './approval-request.ts';
import type { Message } from '../occasion.ts';

/** Asks once more, with all that the first mail said and a link of its own. */
export const reminder: Message = (occasion) => {
  const letter = approvalRequest(occasion);
  return {
    ...letter,
    subject: letter.subject.replace('[Approve]', '[Reminder]'),
    opening: [occasion.notice.sentence, ...letter.opening],
  };
};
