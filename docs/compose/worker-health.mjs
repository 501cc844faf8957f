// Healthy while the record has seen a worker within the last minute. A worker listens to nothing, so the API is asked; with its
// own name as Host, because it answers to no other.
import { get } from 'node:http';

const request = get(
  { host: 'api', port: 8640, path: '/ready', headers: { host: 'localhost' }, timeout: 4_000 },
  async (response) => {
    let text = '';
    for await (const chunk of response) text += chunk;
    process.exit(JSON.parse(text).parts.worker?.state === 'up' ? 0 : 1);
  },
);
request.on('timeout', () => request.destroy(new Error('no answer within 4 seconds')));
request.on('error', () => process.exit(1));
