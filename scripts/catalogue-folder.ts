/** Reads the catalogue's folder for scripts and tests. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Catalogue, CatalogueFile } from '../src/causes/catalogue.ts';
import { loadCatalogue } from '../src/causes/catalogue.ts';

export function readCatalogueFiles(folder: string): readonly CatalogueFile[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(yaml|csv)$/.test(name))
    .toSorted()
    .map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));
}

export function readCatalogueFolder(folder: string): Catalogue {
  return loadCatalogue(readCatalogueFiles(folder));
}
