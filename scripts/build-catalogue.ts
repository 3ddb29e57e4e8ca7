/** Checks the catalogue and joins it into dist/catalogue.json, so that a start reads one file. Part of `npm run build`. */
import { writeFileSync } from 'node:fs';
import { compileCatalogue } from '../src/causes/catalogue.ts';
import { yamlFiles } from '../src/cli/catalogue.ts';

writeFileSync(new URL('../dist/catalogue.json', import.meta.url), compileCatalogue(yamlFiles()));
