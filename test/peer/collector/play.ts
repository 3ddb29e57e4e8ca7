/** Runs the collector in a real PowerShell on a stage, and reads its answer as the console would. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { FrameReader } from '../../../src/collect/frame.ts';
import { collectorScript } from '../../../src/collect/script.ts';
import type { Evidence } from '../../../src/core/look.ts';
import type { World } from './worlds.ts';

export interface Play {
  readonly mode?: 'FullLanguage' | 'ConstrainedLanguage';
  /** Culture of the session, such as `ar-SA`. */
  readonly culture?: string;
  /** Texts of the collector to exchange, to meet what cannot be staged. */
  readonly edits?: Readonly<Record<string, string>>;
  /** Files below %SystemRoot%, by path with `/`; programs are scripts of this system. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
}

export interface Answer {
  readonly evidence: Evidence;
  /** The document as it was printed. */
  readonly text: string;
  readonly stderr: string;
  /** What the schema has against it. */
  readonly problems: readonly string[];
}

const NONCE = 'stage0123456789';
const STAGE = new URL('stage.ps1', import.meta.url).pathname;
const SCHEMA = new URL('../../../schemas/evidence.schema.json', import.meta.url);
const validate = new Ajv2020({ allErrors: true, strict: false }).compile<Evidence>(
  JSON.parse(readFileSync(SCHEMA, 'utf8')) as object,
);

export async function play(pwsh: string, world: World, how: Play = {}): Promise<Answer> {
  const folder = mkdtempSync(join(tmpdir(), 'patchwhy-stage-'));
  try {
    const root = join(folder, 'Windows');
    mkdirSync(root);
    for (const [path, text] of Object.entries(how.files ?? {})) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text, path.endsWith('.exe') ? { mode: 0o755 } : {});
    }
    writeFileSync(join(folder, 'world.json'), JSON.stringify(world));
    writeFileSync(join(folder, 'collector.ps1'), edited(collectorScript(NONCE), how.edits ?? {}));
    const args = ['-NoProfile', '-NonInteractive', '-File', STAGE, '-Root', root];
    args.push('-World', join(folder, 'world.json'), '-Script', join(folder, 'collector.ps1'));
    args.push('-Mode', how.mode ?? 'FullLanguage', '-Culture', how.culture ?? '');
    const { stdout, stderr } = await run(pwsh, args);
    const reader = new FrameReader(NONCE);
    reader.push(stdout);
    const frame = reader.end();
    if (frame.kind !== 'document')
      throw new Error(
        `${JSON.stringify(frame)}\n${stdout.toString('utf8').slice(0, 2000)}\n${stderr.toString('utf8')}`,
      );
    const evidence: unknown = JSON.parse(frame.text);
    const problems = validate(evidence)
      ? []
      : (validate.errors ?? []).map(
          ({ instancePath, message }) => `${instancePath} ${message ?? ''}`,
        );
    return {
      evidence: evidence as Evidence,
      text: frame.text,
      stderr: stderr.toString('utf8'),
      problems,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function edited(script: string, edits: Readonly<Record<string, string>>): string {
  return Object.entries(edits).reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`the collector does not say ${from}`);
    return text.replace(from, to);
  }, script);
}

function run(pwsh: string, args: readonly string[]): Promise<{ stdout: Buffer; stderr: Buffer }> {
  return new Promise((resolve, reject) => {
    execFile(
      pwsh,
      args,
      { encoding: 'buffer', timeout: 90_000, maxBuffer: 16 * 1024 * 1024 },
      (error, stdout, stderr) => {
        if (error)
          reject(new Error(`${error.message}\n${stderr.toString('utf8')}`, { cause: error }));
        else resolve({ stdout, stderr });
      },
    );
  });
}
