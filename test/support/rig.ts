/** Starts fleets of the WinRM rig (real NTLM by gss-ntlmssp, real TLS) and asks for its counters. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** A counter may be a moment behind the answer that it counts. */
const COUNTED_MS = 100;
const PYTHON = '/usr/bin/python3';

export interface RigOptions {
  readonly hosts: number;
  /** Extra words for `fleet.py make`. */
  readonly make?: readonly string[];
  readonly serve?: readonly string[];
  /** Second octet of the addresses, so that two fleets do not meet. */
  readonly block: number;
  readonly controlPort: number;
}

export interface Expected {
  readonly fault: string | null;
  readonly expect: string | { readonly stage: string | string[]; readonly code: string | string[] };
  readonly cause?: string | string[];
  readonly diagnosis?: {
    readonly cause: string;
    readonly alsoAcceptable?: string[];
    readonly mustNot?: string[];
  };
}

export interface Rig extends AsyncDisposable {
  readonly folder: string;
  readonly inventory: string;
  expected(): Record<string, Expected>;
  total(): Promise<Record<string, number>>;
}

export function rigFolder(): string {
  const folder = process.env['PATCHWHY_RIG'];
  if (!folder) throw new Error('PATCHWHY_RIG must name the folder of the rig');
  return folder;
}

export async function startRig({
  hosts,
  make = [],
  serve = [],
  block,
  controlPort,
}: RigOptions): Promise<Rig> {
  const fleetPy = join(rigFolder(), 'fleet.py');
  const folder = mkdtempSync(join(tmpdir(), 'patchwhy-rig-'));
  execFileSync(PYTHON, [
    fleetPy,
    'make',
    folder,
    '--hosts',
    String(hosts),
    '--block',
    String(block),
    ...make,
  ]);
  const child = spawn(
    PYTHON,
    [fleetPy, 'serve', folder, '--limit', '240', '--control-port', String(controlPort), ...serve],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  await ready(child);
  return {
    folder,
    inventory: join(folder, 'inventory.yaml'),
    expected: () =>
      JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as Record<string, Expected>,
    total: async () => {
      await pause(COUNTED_MS);
      return (await (await fetch(`http://127.0.0.1:${controlPort}/total`)).json()) as Record<
        string,
        number
      >;
    },
    [Symbol.asyncDispose]: async () => {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function ready(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (/^ready \d+$/m.test(text)) resolve();
    });
    child.once('exit', (code) =>
      reject(new Error(`the rig ended with ${code} before it was ready`)),
    );
  });
}
