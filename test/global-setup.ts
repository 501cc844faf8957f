/** Servers that the tests of the project `servers` share. */
export async function setup(): Promise<void> {}
export default setup;
