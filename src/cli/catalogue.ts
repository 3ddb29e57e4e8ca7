/** Reads the shipped catalogue from disk; the parts that judge with it never touch a file. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { CauseId } from '../core/verdict.ts';
import { readQuoteForms } from '../causes/quote-forms.ts';
import { readProse, type Prose } from '../causes/prose.ts';
import { PatchwhyError } from '../core/error.ts';
import { loadCatalogue, type Catalogue, type CatalogueFile } from '../causes/catalogue.ts';

const ROOT = fileURLToPath(new URL('../../catalogue/', import.meta.url));
/** What the build has checked and joined; absent when run from source. */
const COMPILED = fileURLToPath(new URL('../catalogue.json', import.meta.url));

export function shippedCatalogue(): Catalogue {
  const tables = ['codes.csv', 'lifecycle.csv'].map((name) => file(ROOT, name));
  const rules = existsSync(COMPILED)
    ? [{ name: 'catalogue.json', text: readFileSync(COMPILED, 'utf8') }]
    : yamlFiles();
  return loadCatalogue([...rules, ...tables]);
}

/** The catalogue as people write it: the model, and one file per cause. */
export function yamlFiles(): CatalogueFile[] {
  const causes = readdirSync(`${ROOT}causes`).filter((name) => name.endsWith('.yaml'));
  return ['model.yaml', ...causes.toSorted().map((name) => `causes/${name}`)].map((name) =>
    file(ROOT, name),
  );
}

/** The words for one cause; undefined for a cause that is not shipped. */
export function proseOf(cause: CauseId): Prose | undefined {
  const name = `causes/${cause}.yaml`;
  if (!existsSync(`${ROOT}${name}`)) return undefined;
  const prose = readProse(file(ROOT, name).text);
  if (typeof prose !== 'string') return prose;
  throw new PatchwhyError('catalogue.faulty', `${name}: ${prose}`, 'reinstall patchwhy');
}

/** The engine's sentences in all languages. */
export function quoteForms(): ReturnType<typeof readQuoteForms> {
  return readQuoteForms(file(ROOT, 'quotes.csv').text);
}

function file(folder: string, name: string): CatalogueFile {
  return { name, text: readFileSync(`${folder}${name}`, 'utf8') };
}
