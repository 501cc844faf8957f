/** Servers that the tests of the project `servers` share. */
export async function teardown(): Promise<void> {}
export default teardown;
