/** Writes the validators of documents as code, in place of the module that compiles them. Part of `npm run build`. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import standaloneCode from 'ajv/dist/standalone/index.js';
import { rolldown } from 'rolldown';
import { OPTIONS, PLACES } from '../src/sources/validators.ts';

const target = fileURLToPath(new URL('../dist/sources/validators.js', import.meta.url));
const schema = JSON.parse(
  readFileSync(new URL('../schemas/evidence.schema.json', import.meta.url), 'utf8'),
) as object;
const ajv = new Ajv2020({ ...OPTIONS, code: { source: true, esm: true } }).addSchema(schema);
const code = standaloneCode.default(ajv, PLACES);

// The code asks for the small helpers of its library by `require`: they are put in with it.
const bundle = await rolldown({
  input: 'validators',
  platform: 'node',
  plugins: [
    {
      name: 'validators',
      resolveId: (id) => (id === 'validators' ? id : null),
      load: (id) => (id === 'validators' ? code : null),
    },
  ],
});
await bundle.write({ file: target, format: 'esm', codeSplitting: false });
await bundle.close();
