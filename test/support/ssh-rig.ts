/** Starts the rig's SSH side: hosts behind the real OpenSSH sshd, and a jump host. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { rigFolder } from './rig.ts';

export interface SshRig extends AsyncDisposable {
  /** Holds `id_ed25519`, `known_hosts`, `ssh_config`. */
  readonly folder: string;
  readonly port: number;
  readonly jump: { readonly host: string; readonly port: number };
  /** Ends the jump host and all that goes through it; the hosts behind go on. */
  killJump(): void;
}

export interface SshRigOptions {
  readonly port: number;
  readonly jumpPort: number;
  readonly hosts: readonly object[];
}

const JUMP_ADDRESS = '127.0.0.60';

export async function startSshRig({ port, jumpPort, hosts }: SshRigOptions): Promise<SshRig> {
  const folder = mkdtempSync(join(tmpdir(), 'patchwhy-ssh-'));
  const jump = await serve(join(folder, 'jump'), [], port, jumpPort);
  const fleet = await serve(join(folder, 'fleet'), hosts, port, jumpPort + 1);
  return {
    folder: fleet.folder,
    port,
    jump: { host: JUMP_ADDRESS, port: jumpPort },
    killJump: () => jump.kill(),
    [Symbol.asyncDispose]: async () => {
      await Promise.all([jump.stop(), fleet.stop()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function serve(folder: string, hosts: readonly object[], port: number, jumpPort: number) {
  const file = `${folder}.json`;
  writeFileSync(file, JSON.stringify({ accounts: [], hosts }));
  const words = ['--fleet', file, '--folder', folder, '--all', '--port', String(port)];
  const child = spawn(
    '/usr/bin/python3',
    [
      join(rigFolder(), 'ssh_server.py'),
      ...words,
      '--jump',
      `${JUMP_ADDRESS}:${jumpPort}`,
      '--limit',
      '240',
    ],
    { stdio: ['ignore', 'pipe', 'inherit'], detached: true },
  );
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    createInterface(child.stdout).on('line', (line) => line.startsWith('ready ') && resolve());
    child.once('exit', () => reject(new Error('the SSH rig ended before it was ready')));
  });
  const end = (signal: NodeJS.Signals) => (): void => {
    // With the connections it handed to sshd, which are its children.
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
      process.kill(-child.pid, signal);
  };
  return {
    folder,
    kill: end('SIGKILL'),
    stop: async () => {
      end('SIGTERM')();
      await gone;
    },
  };
}
