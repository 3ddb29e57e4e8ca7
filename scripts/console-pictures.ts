/**
 * The console's pictures for README and docs, from the real program in a real terminal: `npm run build && node
 * scripts/console-pictures.ts`. Wants tmux, and `rsvg-convert` for the PNGs.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

interface Picture {
  readonly name: string;
  readonly size: readonly [columns: number, rows: number];
  /** As tmux names them. */
  readonly keys: readonly string[];
}

const PICTURES: readonly Picture[] = [
  { name: 'causes', size: [140, 40], keys: ['Enter', 'j', 'j'] },
  { name: 'cause', size: [80, 24], keys: ['e'] },
  { name: 'host', size: [80, 24], keys: ['Enter', 'j', 'Enter'] },
];

const path = (file: string): string => fileURLToPath(new URL(`../${file}`, import.meta.url));
const SESSION = `patchwhy-pictures-${process.pid}`;
/** The demo at this speed is over in about two seconds; a key is answered long before the next. */
const DEMO = ['demo', '--speed', '20'];
const DEMO_MS = 4500;
const KEY_MS = 250;

const tmux = (...words: readonly string[]): string =>
  execFileSync('tmux', words, { encoding: 'utf8' });

const folder = mkdtempSync(join(tmpdir(), 'patchwhy-pictures-'));
try {
  for (const picture of PICTURES) await take(picture);
} finally {
  rmSync(folder, { recursive: true });
}

async function take({ name, size, keys }: Picture): Promise<void> {
  const [columns, rows] = size.map(String) as [string, string];
  const program = [process.execPath, path('bin/patchwhy.js'), ...DEMO];
  const env = [`PATCHWHY_STATE=${folder}`, `PATCHWHY_CONFIG=${folder}`, 'LANG=C.UTF-8'];
  tmux('new-session', '-d', '-s', SESSION, '-x', columns, '-y', rows, 'env', ...env, ...program);
  try {
    await after(DEMO_MS);
    for (const key of keys) {
      tmux('send-keys', '-t', SESSION, key);
      await after(KEY_MS);
    }
    const seen = tmux('capture-pane', '-t', SESSION, '-e', '-p');
    const target = path(`docs/images/${name}.svg`);
    execFileSync(process.execPath, [path('scripts/screenshot.ts'), size.join('x'), target], {
      input: seen,
      stdio: ['pipe', 'inherit', 'inherit'],
    });
  } finally {
    tmux('kill-session', '-t', SESSION);
  }
}
