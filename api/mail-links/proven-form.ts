import type { Assurance } from '../../domain/gates/approvals/assurance.ts';
import type { DecisionInput, FieldErrors } from './decision-form.ts';
import type { LinkCall } from './link-call.ts';
import { proofOf, provenLevel, type Proof } from './proof.ts';
import { closedAlready, formAgain, isCodeRight, notWhatWasShown, refuseUnproven } from './refused-form.ts';
import { standingOf } from './standing.ts';

/** A form that may be acted on: what it says, and how far its sender is proven to be the person of the link. */
export interface ProvenForm<Read> {
  read: Read;
  proof: Proof;
  assurance: Assurance;
}

/**
 * The way of every form that is sent through a link (trust §1.4): the request is open, the sender is proven, all fields are right,
 * and they are about what is asked now. Undefined where it ends before; then the page that says why has been sent.
 * @param read the fields, or every mistake in them
 */
export async function provenForm<Read extends object>(
  call: LinkCall,
  input: DecisionInput,
  read: (proof: Proof, assurance: Assurance) => Read | { errors: FieldErrors },
): Promise<ProvenForm<Read> | undefined> {
  const { link, now } = call;
  const standing = standingOf(link, now);
  if (standing.kind !== 'open') {
    closedAlready(call, standing);
    return undefined;
  }
  const proof = await proofOf(call);
  if (refuseUnproven(call, proof, input)) return undefined;
  const assurance = provenLevel(call, proof);
  const fields = read(proof, assurance);
  if ('errors' in fields) {
    formAgain(call, proof, 422, { input, errors: fields.errors });
    return undefined;
  }
  if (input.digest !== link.request.subjectDigest) {
    formAgain(call, proof, 409, { input, errors: {}, notice: notWhatWasShown });
    return undefined;
  }
  if (proof.kind === 'code' && !(await isCodeRight(call, input))) return undefined;
  return { read: fields, proof, assurance };
}
