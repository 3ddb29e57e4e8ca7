/** `npm run bench [name…]`: all benches, or those named. Each prints ratios to a peer or limit measured in the same run. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Parts of a bench, run by it. */
const PARTS = new Set(['run.ts', 'tui-child.ts']);

const folder = fileURLToPath(new URL('.', import.meta.url));
const known = readdirSync(folder)
  .filter((name) => name.endsWith('.ts') && !PARTS.has(name) && !name.includes('-'))
  .map((name) => name.replace(/\.ts$/, ''));
const wanted = process.argv.slice(2);
const stranger = wanted.find((name) => !known.includes(name));
if (stranger !== undefined) {
  console.error(`there is no bench "${stranger}"; there are ${known.join(', ')}`);
  process.exit(2);
}
for (const name of wanted.length > 0 ? wanted : known) {
  console.log(`\n${name}`);
  const { status } = spawnSync(process.execPath, [`${folder}${name}.ts`], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
