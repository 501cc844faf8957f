import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { build, checkout, childEnvironment } from '../support/built.ts';

const minutes = 60_000;

interface DemoReport {
  ok: boolean;
  releases: { components: { service: string; version: string }[]; state: string }[];
  running: Record<string, Record<string, string>>;
  traffic: { requests: number; perVersion: Record<string, { errors: number }> };
  audit: { valid: boolean; entries: number };
}

test(
  'the demo ships a good version to production, takes a bad one back, and two services in order, unattended',
  async () => {
    await build();
    const folder = await mkdtemp(join(tmpdir(), 'gantry-demo-report-'));
    const file = join(folder, 'report.json');
    try {
      const args = [join(checkout, 'dist/scripts/demo/main.js'), '--unattended', '--json', file];
      await promisify(execFile)(process.execPath, args, {
        cwd: checkout,
        env: childEnvironment(),
        maxBuffer: 16 << 20,
      });
      const report = JSON.parse(await readFile(file, 'utf8')) as DemoReport;
      expect(report.ok).toBe(true);
      expect(
        report.releases.map(({ components, state }) => [...components.map(({ version }) => version), state]),
      ).toEqual([
        ['1.4.0', 'succeeded'],
        ['1.5.0', 'rolledBack'],
        ['2.1.0', '1.6.0', 'rolledBack'],
      ]);
      expect(report.running).toEqual({
        staging: { payments: '2.1.0', shop: '1.6.0' },
        production: { payments: '2.0.0', shop: '1.4.0' },
      });
      expect(report.audit.valid).toBe(true);
      expect(report.traffic.perVersion['1.5.0']?.errors).toBeGreaterThan(0);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
  8 * minutes,
);
