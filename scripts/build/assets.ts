import { listFiles } from './list-files.ts';

/** A file that is no TypeScript and that the built product reads beside its code. */
interface Asset {
  /** Both relative: to the root, and to `dist/`. */
  from: string;
  to: string;
}

const rooms = ['domain', 'workflows', 'activities', 'worker', 'api', 'platform', 'cli', 'scripts'];

/** Everything in our rooms that the compiler leaves behind: migrations, styles, pictures, templates. */
export async function assets(root: string): Promise<Asset[]> {
  const files = await listFiles(root, rooms);
  const left = files.filter((file) => !file.endsWith('.ts') && !file.endsWith('.md'));
  return [...left.map((file) => ({ from: file, to: file })), { from: 'package.json', to: 'package.json' }];
}
