/** Writes src/core/evidence.ts from schemas/evidence.schema.json, the contract: `npm run generate`. */
import { readFile, writeFile } from 'node:fs/promises';
import { compile, type JSONSchema } from 'json-schema-to-typescript';

const root = new URL('../', import.meta.url);

export async function evidenceTypes(): Promise<string> {
  const text = await readFile(new URL('schemas/evidence.schema.json', root), 'utf8');
  return compile(JSON.parse(text) as JSONSchema, 'EvidenceDocument', {
    bannerComment:
      '/** Generated from schemas/evidence.schema.json by `npm run generate`. Do not edit. */',
    additionalProperties: false,
    strictIndexSignatures: true,
  });
}

if (import.meta.main) await writeFile(new URL('src/core/evidence.ts', root), await evidenceTypes());
