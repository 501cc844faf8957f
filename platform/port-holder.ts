import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/**
 * The program that listens on a TCP port, in words: `process 4711 (node server.js)`. Undefined where the system does not
 * tell, which is everywhere but on Linux, and for programs of other users.
 */
export function portHolder(port: number): string | undefined {
  try {
    const sockets = listeningSockets(port);
    const pid = sockets.size === 0 ? undefined : processWith(sockets);
    return pid === undefined ? undefined : `process ${pid} (${commandLine(pid)})`;
  } catch {
    return undefined; // no /proc
  }
}

/** Lines of /proc/net/tcp: local address and port in hexadecimal are field 1, state 0A (listening) field 3, inode field 9. */
function listeningSockets(port: number): Set<string> {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const lines = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) =>
    readFileSync(file, 'utf8').split('\n').slice(1),
  );
  const fields = lines.map((line) => line.trim().split(/\s+/));
  const listening = fields.filter(([, local, , state]) => local?.endsWith(suffix) === true && state === '0A');
  return new Set(listening.map((line) => `socket:[${line[9] ?? ''}]`));
}

function processWith(sockets: ReadonlySet<string>): number | undefined {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const holder = pids.find((pid) => openFiles(pid).some((target) => sockets.has(target)));
  return holder === undefined ? undefined : Number(holder);
}

/** What a process has open; nothing for one that has ended meanwhile or belongs to somebody else. */
const openFiles = (pid: string): string[] =>
  unlessGone(() => readdirSync(`/proc/${pid}/fd`), []).map((fd) =>
    unlessGone(() => readlinkSync(`/proc/${pid}/fd/${fd}`), ''),
  );

function unlessGone<Found>(look: () => Found, otherwise: Found): Found {
  try {
    return look();
  } catch {
    return otherwise;
  }
}

const commandLine = (pid: number): string =>
  readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim().slice(0, 80);
