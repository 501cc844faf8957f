import { randomBytes } from 'node:crypto';
import type { Response } from 'express';

/**
 * Headers of everything behind a link (trust §1.3), and the nonce that lets the page's stylesheet load. Nothing else loads,
 * no script of any kind runs. `strict-origin`, because a stricter referrer policy makes browsers send `Origin: null`
 * with the form's own POST, which would refuse every approver.
 */
export function setLinkHeaders(res: Response): string {
  const nonce = randomBytes(16).toString('base64');
  res.removeHeader('ETag');
  res.set({
    'Cache-Control': 'no-store',
    'Referrer-Policy': 'strict-origin',
    'X-Robots-Tag': 'noindex',
    'X-Content-Type-Options': 'nosniff',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Content-Security-Policy': `default-src 'none'; style-src 'nonce-${nonce}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  });
  return nonce;
}

/** The one page for every token that is not ours: the same bytes always, so that it tells nothing. */
export const unknownLinkPage = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Unknown link · Gantry</title></head>
<body><main><h1>This link is not known</h1>
<p>It may have been cut off by a mail program, or it belongs to another installation. Nothing has happened.</p>
<p>Open the mail again and copy the whole address, or ask the person who wrote to you.</p></main></body>
</html>
`;
