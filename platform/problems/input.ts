import { after, quoted, stated, type CatalogueEntry } from './entry.ts';

/** Requests that cannot be understood or accepted as they are. */
export const inputProblems = {
  REQUEST_MALFORMED: {
    title: 'Request cannot be read',
    message: ({ detail }) => stated('The body of the request is not what its content type says', detail),
    remedy: 'Send valid JSON with `Content-Type: application/json`.',
    status: 400,
    retryable: false,
  },
  REQUEST_INVALID: {
    title: 'Request invalid',
    message: ({ detail }) => stated('The request has fields that cannot be accepted', detail),
    remedy: ({ remedy }) =>
      String(remedy ?? 'Correct each field named under `errors`; /openapi.json describes all of them.'),
    status: 400,
    retryable: false,
  },
  PARAMETER_UNKNOWN: {
    title: 'Unknown parameter',
    message: ({ parameter, detail }) => stated(`The parameter${quoted(parameter)} is not known here`, detail),
    remedy: 'Leave it out, or correct its spelling; a filter that is not understood is never ignored.',
    status: 400,
    retryable: false,
  },
  IDEMPOTENCY_KEY_MISSING: {
    title: 'Idempotency key missing',
    message: () => 'A request that creates something needs the header `Idempotency-Key`.',
    remedy:
      'Add `Idempotency-Key` with a value that you keep for repeats of the same request, such as a UUID.',
    status: 400,
    retryable: false,
  },
  IDEMPOTENCY_KEY_REUSED: {
    title: 'Idempotency key reused',
    message: ({ key }) => `The idempotency key${quoted(key)} was used before with another request.`,
    remedy: 'Take a new key for a new request; send exactly the same request to repeat the first one.',
    status: 422,
    retryable: false,
  },
  IDEMPOTENCY_IN_PROGRESS: {
    title: 'Same request in progress',
    message: ({ key }) =>
      `A request with the idempotency key${quoted(key)} is being worked on at this moment.`,
    remedy: 'Send it again in a second: the answer of the first one will be given.',
    status: 409,
    retryable: true,
  },
  BODY_TOO_LARGE: {
    title: 'Request too large',
    message: ({ limit }) =>
      stated(
        'The body of the request is larger than may be sent here',
        limit === undefined ? undefined : `the limit is ${limit}`,
      ),
    remedy: 'Send less; refer to large things by their address.',
    status: 413,
    retryable: false,
  },
  MEDIA_TYPE_UNSUPPORTED: {
    title: 'Content type not supported',
    message: ({ type }) => `The content type${quoted(type)} cannot be read here.`,
    remedy: 'Send `Content-Type: application/json`, or a form where a page asks for one.',
    status: 415,
    retryable: false,
  },
  METHOD_NOT_ALLOWED: {
    title: 'Method not allowed',
    message: ({ method, path }) => `${path ?? 'This address'} does not answer ${method ?? 'that method'}.`,
    remedy: 'Use one of the methods in the `Allow` header.',
    status: 405,
    retryable: false,
  },
  RATE_LIMITED: {
    title: 'Too many requests',
    message: ({ detail }) => stated('Too many requests came from here in a short time', detail),
    remedy: 'Wait as long as the `Retry-After` header says, then go on.',
    status: 429,
    retryable: true,
  },
  NOT_FOUND: {
    title: 'Not found',
    message: ({ what, id, detail }) =>
      what === nothingAt
        ? `There is no such ${isOfApi(id) ? 'address of the API' : 'page'}: ${id}.`
        : detail === undefined
          ? `There is no ${what ?? 'such thing'}${String(what).endsWith(String(id)) ? '' : quoted(id)}.`
          : stated('There is no such thing', detail),
    remedy: ({ what, id }) =>
      what === nothingAt
        ? isOfApi(id)
          ? 'Check the address; /docs lists those that there are.'
          : 'Check the address, or begin at the first page, /.'
        : `Check the id; ${whereListed(String(what))}.`,
    status: 404,
    retryable: false,
  },
  AMBIGUOUS_ID: {
    title: 'Id not unique',
    message: ({ id, candidates }) => stated(`More than one release matches${quoted(id)}`, candidates),
    remedy: 'Give more of the id, or the whole of it.',
    status: 409,
    retryable: false,
  },
  SEEN_STATE_MISSING: {
    title: 'Seen state missing',
    message: ({ what }) =>
      `A change puts a whole new state in the place of ${what ?? 'the one that is there'}, so it must say which one you looked at.`,
    remedy: 'Read it, and send its `ETag` as `If-Match`; `If-Match: *` replaces whatever is there.',
    status: 428,
    retryable: false,
  },
  USAGE: {
    title: 'Wrong usage',
    message: ({ detail }) => stated('The command cannot be carried out', detail),
    remedy: ({ command, remedy }) =>
      remedy === undefined ? `See \`gantry${after(command)} --help\`.` : String(remedy),
    status: 400,
    retryable: false,
  },
} as const satisfies Record<string, CatalogueEntry>;

/** As `what` of NOT_FOUND: it is no thing with an id that is missing, but the address, given as `id`. */
export const nothingAt = 'address';

const isOfApi = (path: string | number | undefined): boolean => String(path).startsWith('/v1/');

const lists: Record<string, string> = {
  token: 'gantry token list',
  window: 'gantry window list',
  freeze: 'gantry freeze list',
  feed: 'gantry calendar feed list',
  override: 'gantry override list',
  reservation: 'gantry calendar reservation list',
  train: 'gantry train list',
  quarantine: 'gantry quarantine list',
  incident: 'gantry incident list',
  absence: 'gantry away list',
};

/** Which command shows what there is of the kind that was not found. */
function whereListed(what: string): string {
  const list = lists[what];
  if (list !== undefined) return `\`${list}\` shows what there is`;
  if (what === 'person') return '`gantry policy show` shows the people of the policy';
  return '`gantry release list` and `gantry status` show what there is';
}
