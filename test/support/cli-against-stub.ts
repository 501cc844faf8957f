import { afterEach } from '@jest/globals';
import { startApiStub, type ApiStub, type SeenRequest } from './api-stub.ts';
import { runCli, type CliEnd } from './cli-io.ts';

interface CliAgainstStub {
  /** Runs a command line against a server that answers as told, with a token in the environment. */
  against: (
    answers: Parameters<typeof startApiStub>[0],
    argv: readonly string[],
    o?: Parameters<typeof runCli>[1],
  ) => Promise<CliEnd>;
  /** What the newest server was asked, in order. */
  seen: () => SeenRequest[];
}

/** For one test file: a server each time, all of a test closed after it. */
export function cliAgainstStub(): CliAgainstStub {
  const stubs: ApiStub[] = [];
  afterEach(async () => {
    for (const stub of stubs.splice(0)) await stub.close();
  });
  return {
    async against(answers, argv, o = {}) {
      const stub = await startApiStub(answers);
      stubs.push(stub);
      return runCli(argv, { ...o, env: { GANTRY_URL: stub.url, GANTRY_TOKEN: 'secret-token', ...o.env } });
    },
    seen: () => stubs.at(-1)?.seen ?? [],
  };
}
