import { GantryError, messageOf } from '../errors.ts';

const full = new Set(['53100', 'ENOSPC']);
/** SQLSTATE classes 08, 53 and 57P, and what Node says of a connection that is gone. */
const away =
  /^(08...|53...|57P..|57014|ECONNREFUSED|ECONNRESET|ENOENT|ENOTFOUND|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN)$/;
const awayWords =
  /connection terminated|timeout exceeded when trying to connect|query read timeout|client has encountered a connection error/i;

/**
 * The known problem behind an error of a query: STORAGE_FULL, STORAGE_UNAVAILABLE, or undefined where the error is
 * something else. Nothing that was asked for has been acknowledged in either case.
 */
export function storageProblem(error: unknown): GantryError | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (full.has(code)) return new GantryError('STORAGE_FULL', { detail: messageOf(error) }, { cause: error });
  if (
    (away.test(code) && (code !== 'ENOENT' || ('syscall' in error && error.syscall === 'connect'))) ||
    awayWords.test(error.message)
  )
    return new GantryError('STORAGE_UNAVAILABLE', { detail: messageOf(error) }, { cause: error });
  return undefined;
}
