import { startTestServers } from './support/start-servers.ts';

/** Starts the servers that the tests of the project `servers` share, and hands their addresses on in the environment. */
export default async function globalSetup(): Promise<void> {
  globalThis.gantryTestServers = await startTestServers();
}
