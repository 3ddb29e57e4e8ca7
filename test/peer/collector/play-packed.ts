/** Runs the packed collector in a real PowerShell on a stage, as if from a stick. */
import { execFile } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packedScript } from '../../../src/collect/pack.ts';
import type { World } from './worlds.ts';

export interface PackedPlay {
  readonly mode?: 'FullLanguage' | 'ConstrainedLanguage';
  /** Culture of the session, such as `ar-SA`. */
  readonly culture?: string;
  /** Where Get-FileHash is missing: how certutil.exe prints a hash, from `aabb...`; undefined: that one is missing too. */
  readonly certutil?: { readonly print: string } | 'missing';
  /** In the place of `HOST-DATE.patchwhy`, relative to the stick. */
  readonly outFile?: string;
}

export interface Played {
  /** Files on the stick afterwards, by name. */
  readonly files: Readonly<Record<string, Buffer>>;
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

const STAGE = new URL('stage.ps1', import.meta.url).pathname;

export async function playPacked(
  pwsh: string,
  world: World,
  how: PackedPlay = {},
): Promise<Played> {
  const folder = mkdtempSync(join(tmpdir(), 'patchwhy-packed-'));
  const [stick, root] = [join(folder, 'stick'), join(folder, 'Windows')];
  try {
    for (const each of [stick, root, join(root, 'WinSxS')]) mkdirSync(each);
    writeFileSync(join(folder, 'world.json'), JSON.stringify(world));
    writeFileSync(join(folder, 'collector.ps1'), script(stick, root, how));
    const args = ['-NoProfile', '-NonInteractive', '-File', STAGE, '-Root', root];
    args.push('-World', join(folder, 'world.json'), '-Script', join(folder, 'collector.ps1'));
    args.push('-Mode', how.mode ?? 'FullLanguage', '-Culture', how.culture ?? '');
    const ended = await run(pwsh, args, stick);
    const files = readdirSync(stick).map((name) => [name, readFileSync(join(stick, name))]);
    return { ...ended, files: Object.fromEntries(files) as Record<string, Buffer> };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function script(stick: string, root: string, { certutil, outFile }: PackedPlay): string {
  let text = packedScript('patchwhy-collector.ps1');
  if (outFile !== undefined)
    text = text.replace('[string]$OutFile', `[string]$OutFile = '${join(stick, outFile)}'`);
  if (certutil === undefined) return text;
  // What a backslash divides on Windows is one name here.
  const tool = join(root, 'certutil');
  if (certutil !== 'missing') {
    writeFileSync(tool, `#!/bin/sh\nhash=$(sha256sum "$2" | cut -d' ' -f1)\n${certutil.print}\n`);
    chmodSync(tool, 0o755);
  }
  return text
    .replace('(Get-FileHash ', '(Get-NoFileHash ')
    .replace('$env:SystemRoot\\System32\\certutil.exe', tool);
}

function run(pwsh: string, args: readonly string[], cwd: string): Promise<Omit<Played, 'files'>> {
  return new Promise((resolve, reject) => {
    execFile(pwsh, args, { cwd, timeout: 90_000 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : error.code;
      if (typeof code === 'number') resolve({ stdout, stderr, code });
      else reject(new Error(`${String(code)}\n${stderr}`, { cause: error }));
    });
  });
}
