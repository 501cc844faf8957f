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
  /** What the server was asked, in order. */
  seen: () => SeenRequest[];
}

/** For one test file: a server a test, closed after it. */
export function cliAgainstStub(): CliAgainstStub {
  let stub: ApiStub | undefined;
  afterEach(async () => {
    await stub?.close();
    stub = undefined;
  });
  return {
    async against(answers, argv, o = {}) {
      stub = await startApiStub(answers);
      return runCli(argv, { ...o, env: { GANTRY_URL: stub.url, GANTRY_TOKEN: 'secret-token', ...o.env } });
    },
    seen: () => stub?.seen ?? [],
  };
}
