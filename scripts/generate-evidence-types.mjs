// Writes src/core/evidence.ts from schemas/evidence.schema.json, the contract. Run by `npm run generate`; a test checks that it is up to date.
import { readFile, writeFile } from 'node:fs/promises';
import { compile } from 'json-schema-to-typescript';

const root = new URL('../', import.meta.url);

export async function evidenceTypes() {
  const schema = JSON.parse(await readFile(new URL('schemas/evidence.schema.json', root), 'utf8'));
  return compile(schema, 'EvidenceDocument', {
    bannerComment:
      '/** Generated from schemas/evidence.schema.json by `npm run generate`. Do not edit. */',
    additionalProperties: false,
    strictIndexSignatures: true,
    format: true,
  });
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  await writeFile(new URL('src/core/evidence.ts', root), await evidenceTypes());
}
