/** Serves a fleet that a test describes itself, on ports of its own. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../../support/free-port.ts';
import { rigFolder } from '../../support/rig.ts';

export interface Fleet extends AsyncDisposable {
  readonly folder: string;
  readonly ca: string;
  /** Counters of one host. */
  stats(name: string): Promise<Record<string, number>>;
}

/** A counter may be a moment behind the answer that it counts. */
const COUNTED_MS = 100;

export const HTTP_PORT = 25_985;
export const HTTPS_PORT = 25_986;

export async function serveFleet(hosts: readonly object[]): Promise<Fleet> {
  const controlPort = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'patchwhy-fleet-'));
  const accounts = [
    { domain: 'PATCH', user: 'Administrator', password: 'Sealed-1' },
    { user: 'localadmin', password: 'Local-1' },
    { domain: 'PATCH', user: 'Jürgen', password: 'Straße-✓' },
  ];
  const fleet = { http_port: HTTP_PORT, https_port: HTTPS_PORT, accounts, hosts };
  writeFileSync(join(folder, 'fleet.json'), JSON.stringify(fleet));
  const options = ['--limit', '200', '--workers', '1', '--control-port', String(controlPort)];
  const child = spawn(
    '/usr/bin/python3',
    [join(rigFolder(), 'fleet.py'), 'serve', folder, ...options],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const isReady = new Promise<void>((resolve) => {
    createInterface(child.stdout).on('line', (line) => {
      if (line.startsWith('ready ')) resolve();
    });
  });
  const ended = gone.then(() => {
    throw new Error('the rig ended before it was ready');
  });
  await Promise.race([isReady, ended]);
  ended.catch(() => undefined); // later it ends because we say so
  return {
    folder,
    ca: join(folder, 'ca.pem'),
    stats: async (name) => {
      await pause(COUNTED_MS);
      const reply = await fetch(`http://127.0.0.1:${controlPort}/stats`);
      const { hosts: counters } = (await reply.json()) as {
        hosts: Record<string, Record<string, number>>;
      };
      return counters[name] ?? {};
    },
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM');
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
