// Checks the catalogue and joins it into dist/catalogue.json, so that a start reads one file. Part of `npm run build`.
import { writeFile } from 'node:fs/promises';
import { compileCatalogue } from '../dist/causes/catalogue.js';
import { yamlFiles } from '../dist/cli/catalogue.js';

await writeFile(new URL('../dist/catalogue.json', import.meta.url), compileCatalogue(yamlFiles()));
