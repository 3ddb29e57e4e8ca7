/** Puts kysely into one file, after `tsc` and in the place of the one that names it: 300 modules take 200 ms to load. */
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const entry = fileURLToPath(new URL('../dist/database/kysely.js', import.meta.url));
const bundle = await rolldown({ input: entry, platform: 'node' });
await bundle.write({ file: entry, format: 'esm', codeSplitting: false });
await bundle.close();
