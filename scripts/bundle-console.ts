/**
 * Puts the console and all it imports into one file, after `tsc` and in its place. Ink comes as some 400 modules
 * (es-toolkit alone 300): loading them takes 230 ms, the one file 80 ms, and a first frame is wanted within 300.
 * React is fixed to its production build here, whatever NODE_ENV says later.
 */
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const entry = fileURLToPath(new URL('../dist/tui/console.js', import.meta.url));
const bundle = await rolldown({
  input: entry,
  platform: 'node',
  // Yoga would fetch its own code by a data: address, for which Node loads all of its HTTP client: 40 ms.
  transform: { define: { 'process.env.NODE_ENV': '"production"', fetch: 'undefined' } },
  plugins: [
    {
      // Ink's way to React's developer tools, which we don't ship.
      name: 'no-devtools',
      resolveId: (id) => (id === 'react-devtools-core' ? id : null),
      load: (id) => (id === 'react-devtools-core' ? 'export default undefined' : null),
    },
  ],
});
await bundle.write({ file: entry, format: 'esm', codeSplitting: false });
await bundle.close();
