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
  releases: { id: string; components: { service: string; version: string }[]; state: string }[];
  later: object;
  running: Record<string, Record<string, string>>;
  traffic: { requests: number; perVersion: Record<string, { errors: number }> };
  audit: { valid: boolean; entries: number };
}

/** Runs the demo; where it ends badly, the failure says everything that it has printed. */
async function play(args: string[]): Promise<void> {
  try {
    await promisify(execFile)(process.execPath, args, {
      cwd: checkout,
      env: childEnvironment(),
      maxBuffer: 16 << 20,
    });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`The demo ended badly. It printed:\n${stdout}\n${stderr}`, { cause: error });
  }
}

test(
  'the demo ships a good version, takes a bad one back, two services in order, and what its watch finds, unattended',
  async () => {
    await build();
    const folder = await mkdtemp(join(tmpdir(), 'gantry-demo-report-'));
    const file = join(folder, 'report.json');
    try {
      const args = [join(checkout, 'dist/scripts/demo/main.js'), '--unattended', '--json', file];
      await play(args);
      const report = JSON.parse(await readFile(file, 'utf8')) as DemoReport;
      expect(report.ok).toBe(true);
      expect(
        report.releases.map(({ components, state }) => [...components.map(({ version }) => version), state]),
      ).toEqual([
        ['1.4.0', 'succeeded'],
        ['1.5.0', 'rolledBack'],
        ['2.1.0', '1.6.0', 'rolledBack'],
        ['1.7.0', 'succeeded'],
        ['1.4.0', 'succeeded'],
      ]);
      expect(report.running).toEqual({
        staging: { payments: '2.1.0', shop: '1.7.0' },
        production: { payments: '2.0.0', shop: '1.4.0' },
      });
      expect(report.later).toMatchObject({
        incident: { source: 'watch', laidAt: '1.7.0' },
        rollback: { orderedBy: 'gantry', remediates: report.releases[3]?.id },
      });
      expect(report.audit.valid).toBe(true);
      expect(report.traffic.perVersion['1.5.0']?.errors).toBeGreaterThan(0);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
  8 * minutes,
);
