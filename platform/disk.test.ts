import { expect, test } from '@jest/globals';
import { diskNamed, diskOf } from './disk.ts';

const mounts = [
  'overlay / overlay rw 0 0',
  '/dev/sda1 /srv ext4 rw 0 0',
  '/dev/sdb1 /srv/my\\040data ext4 rw 0 0',
  'tmpfs /srv tmpfs rw 0 0',
  '',
].join('\n');

test.each([
  ['/srv/gantry', 'tmpfs, mounted at /srv'], // mounted over the other one
  ['/srv', 'tmpfs, mounted at /srv'],
  ['/srv/my data/x', '/dev/sdb1, mounted at /srv/my data'],
  ['/srvx', 'overlay, mounted at /'],
])('the disk of %s is %s', (path, disk) => {
  expect(diskOf(path, mounts)).toBe(disk);
});

test('where nothing is known of mounts no disk is named', () => {
  expect(diskOf('/srv', '')).toBeUndefined();
});

test('a folder that is to be made lies on the disk of what it is made in', () => {
  expect(diskNamed('/not/there/yet')).toEqual(diskNamed('/'));
});
