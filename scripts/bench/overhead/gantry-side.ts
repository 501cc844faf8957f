import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { claimPort } from '../../../platform/ports.ts';
import type { ReleaseView } from '../../../domain/release/release.ts';
import { approver, checkIds, service, versionOf, type Side, type SideStart } from './side.ts';

const main = fileURLToPath(new URL('../../../cli/main.js', import.meta.url));
export const environment = 'live';

/** `gantry up` as everybody starts it, but that its mail goes to our sink; it also runs the servers of the other side. */
export async function startGantrySide({
  folder,
  outside,
}: SideStart): Promise<Side & { temporalAddress: string }> {
  writeFileSync(join(folder, 'gantry.yaml'), policyFor(outside.url));
  const loopback = { port: 0, host: '127.0.0.1', use: 'Temporal', flag: 'temporal-port' };
  const temporalPort = await claimPort(loopback);
  const ports = ['--port', '0', '--ui-port', '0', '--temporal-port', String(temporalPort)];
  const child = spawn(process.execPath, [main, 'up', ...ports, '--log-level', 'warn'], {
    cwd: folder,
    env: { ...process.env, SMTP_URL: outside.smtpUrl, NODE_ENV: 'production' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  await untilReady(child);
  const call = callerOf(folder);
  const byWorkflow = new Map<string, string>();
  return {
    pid: child.pid ?? 0,
    temporalAddress: `127.0.0.1:${temporalPort}`,
    async start(number) {
      const release = await call<ReleaseView>('POST', '/v1/releases', {
        id: `bench-${number}`,
        components: [{ service, version: versionOf(number) }],
      });
      byWorkflow.set(release.workflowId, release.id);
      return release.workflowId;
    },
    async readyToApprove(workflowId) {
      const path = `/v1/releases/${byWorkflow.get(workflowId) ?? ''}`;
      const { stages } = await call<ReleaseView>('GET', path);
      const approval = stages.find((stage) => stage.approval?.state === 'open')?.approval;
      if (!approval) throw new Error(`${workflowId} asks for nothing`);
      const { requestId, subjectDigest } = approval;
      return async () => {
        await call('POST', `${path}/decisions`, { requestId, subjectDigest, choice: 'approve' });
      };
    },
    async stop() {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Three checks, one approval, one step, no soak: what issue and bare workflow have, and nothing else. */
function policyFor(url: string): string {
  const access = ['viewer', 'releaser', 'approver', 'operator', 'auditor', 'admin'];
  const job = { url: `${url}/jobs` };
  const stage = {
    environment,
    checks: checkIds.map((id) => ({
      id,
      kind: 'http',
      url: `${url}/checks/${id}?version={{version}}`,
    })),
    approvals: [{ role: 'qa', atLeast: 1, not: [] }],
    approval: { grace: '0s' },
    deploy: { kind: 'http', apply: job, undo: job },
  };
  // JSON is YAML, too
  return JSON.stringify({
    gantry: 1,
    organisation: { name: 'Bench', zone: 'UTC' },
    people: [{ id: approver.id, name: approver.name, email: approver.address, roles: ['qa'], access }],
    environments: [{ id: environment, exclusive: true }],
    services: [{ id: service, pipeline: 'main' }],
    pipelines: { main: [stage] },
  });
}

function callerOf(folder: string) {
  const file = readFileSync(join(folder, '.gantry', 'cli.json'), 'utf8');
  const { url, token } = JSON.parse(file) as { url: string; token: string };
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return async <Answer>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<Answer> => {
    const request = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    const answer = await fetch(`${url}${path}`, request);
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} was answered with ${answer.status}: ${text}`);
    return JSON.parse(text) as Answer;
  };
}

async function untilReady(child: ChildProcess): Promise<void> {
  let said = '';
  await new Promise<void>((resolve, reject) => {
    const listen = (piece: Buffer): void => {
      said += piece.toString('utf8');
      if (said.includes('Gantry is ready')) resolve();
    };
    child.stdout?.on('data', listen);
    child.stderr?.on('data', listen);
    child.once('exit', (code) => reject(new Error(`It ended with ${code ?? 'a signal'}: ${said}`)));
  });
}
